"""What is asked of which provider: model checked, parameters validated, references loaded."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from pixelmill.domain.values import JsonValue
from pixelmill.engine.media import load_bytes
from pixelmill.engine.orders import Order
from pixelmill.engine.parts import Parts
from pixelmill.engine.vendors import Vendor
from pixelmill.kit.problems import Detail, Problem
from pixelmill.sdk.provider import InputImage, Model, Request
from pixelmill.sdk.values import Image

SIMULATOR = "sketch"


class ModelParametersRefused(Problem):
    """The model does not take these parameters; see details."""

    code = "bad_parameters"
    status = 422
    title = "Bad parameters"


class ModelRetired(Problem):
    """This model is no longer offered. Choose its replacement."""

    code = "provider_model_gone"
    status = 422
    title = "Model retired"


async def prepare(
    parts: Parts,
    order: Order,
    model_id: str,
    *,
    params: Mapping[str, JsonValue],
    images: Sequence[Image],
    seed: int,
) -> tuple[Vendor, Request]:
    """The vendor and the request, not yet numbered. Raises ModelParametersRefused, ModelRetired."""
    model = parts.providers.model(model_id)
    refuse_retired(model, parts.clock.now_ms())
    if order.simulate:
        model = parts.providers.model(SIMULATOR)
    loaded = [
        InputImage(await load_bytes(parts, order.workspace_id, image), image.media_type)
        for image in images[: model.max_references or None]
    ]
    try:
        checked = model.params.model_validate(dict(params))
    except ValidationError as error:
        details = [
            Detail(".".join(map(str, one["loc"])), one["msg"])
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        said = "; ".join(f"{detail.path}: {detail.message}" for detail in details)
        raise ModelParametersRefused(
            f"{model.title} does not take these parameters: {said}.", details=details
        ) from error
    return parts.vendors[model.provider], Request(model, checked, seed, tuple(loaded))


def refuse_retired(model: Model, now_ms: int) -> None:
    """Raise ModelRetired when the model's end has come."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    if model.retired_at is not None and model.retired_at <= today:
        instead = f" Use {model.replacement} instead." if model.replacement else ""
        raise ModelRetired(f"{model.title} was retired on {model.retired_at}.{instead}")
