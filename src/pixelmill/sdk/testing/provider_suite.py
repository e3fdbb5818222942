"""The tests that every provider passes: its rows are complete, its functions are pure and calm."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

import orjson
import pytest
from pydantic import BaseModel

from pixelmill.sdk.provider import (
    Call,
    Compute,
    InputImage,
    Model,
    Pictures,
    Provider,
    Refusal,
    Reply,
    Request,
    Ticket,
)
from pixelmill.sdk.testing.fake_context import tiny_png
from pixelmill.sdk.values import JsonValue

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_NODE_TYPE = re.compile(r"[a-z]+:[a-z0-9][a-z0-9_:.-]*")
_BODIES = (b"", b"null", b"[]", b"{}", b'{"images": null}', b"<html>", b"\xff\xfe", b'"x"', b"1")
_STATUSES = (200, 201, 202, 204, 301, 400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 502, 503)


class ProviderSuite:
    """Inherit it in a test file, name your ``providers``, and pytest runs each test for each one.

    ``samples`` gives parameters, by model id, that a model requires besides ``prompt``.
    """

    providers: ClassVar[Sequence[Provider]] = ()
    samples: ClassVar[Mapping[str, Mapping[str, JsonValue]]] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test per provider, or per model of each."""
        rows = [(provider, model) for provider in self.providers for model in provider.models]
        ids = [f"{provider.name}-{model.id}" for provider, model in rows]
        wanted = {"provider", "model"} & set(metafunc.fixturenames)
        if wanted == {"provider", "model"}:
            metafunc.parametrize(("provider", "model"), rows, ids=ids)
        elif wanted == {"model"}:
            metafunc.parametrize("model", [model for _, model in rows], ids=ids)
        elif wanted == {"provider"}:
            metafunc.parametrize("provider", self.providers, ids=lambda provider: provider.name)

    def test_its_name_can_be_a_setting(self, provider: Provider) -> None:
        """PIXELMILL_PROVIDER_<NAME>_KEY must be a name that shells accept."""
        assert re.fullmatch(r"[a-z][a-z0-9_]*", provider.name)
        assert provider.title
        assert provider.concurrency >= 1
        assert provider.on_unknown in ("hold", "retry", "fail")
        assert provider.auth is None or provider.base_url.startswith("https://")

    def test_it_has_models(self, provider: Provider) -> None:
        """Each id once, each owned by it."""
        ids = [model.id for model in provider.models]
        assert ids
        assert len(ids) == len(set(ids))
        assert {model.provider for model in provider.models} == {provider.name}

    def test_a_model_is_a_complete_row(self, model: Model) -> None:
        """What the catalog, the quote and the licence page show."""
        assert _ID.fullmatch(model.id)
        assert model.vendor_id
        assert model.title
        assert model.license.name
        assert model.price.millicredits >= 0
        assert model.price.usd >= 0
        assert all(_NODE_TYPE.fullmatch(node_type) for node_type in model.node_types)
        assert model.max_references >= (1 if model.needs_reference else 0)
        assert (
            model.retired_at is None
            or model.deprecated_at is None
            or (model.deprecated_at <= model.retired_at)
        )

    def test_a_model_carries_its_own_form(self, model: Model) -> None:
        """A JSON Schema whose price table names parameters that exist."""
        schema = orjson.loads(orjson.dumps(model.params.model_json_schema()))
        assert schema["type"] == "object"
        assert set(model.price.table) <= set(model.params.model_fields)
        self.params_of(model)

    def test_asking_is_pure(self, provider: Provider, model: Model) -> None:
        """The same request makes the same step, so that a takeover can repeat it."""
        request = self.request_for(model)
        step = provider.ask(request)
        assert isinstance(step, (Call, Compute, Pictures, Refusal, Ticket))
        assert step == provider.ask(request)

    def test_a_call_can_be_sent(self, provider: Provider, model: Model) -> None:
        """A path under the base URL, a JSON body, no key in it."""
        step = provider.ask(self.request_for(model))
        if not isinstance(step, Call):
            pytest.skip("it makes no call")
        assert step.url.startswith(("/", "https://"))
        assert step.timeout_s > 0
        assert "authorization" not in {name.lower() for name in step.headers}
        assert not (step.json is not None and step.form)
        orjson.dumps({"json": step.json, "memo": step.memo})

    def test_it_stays_calm_whatever_comes_back(self, provider: Provider, model: Model) -> None:
        """Every status with every kind of wrong body is a step, never an exception."""
        request = self.request_for(model)
        step = provider.ask(request)
        if not isinstance(step, Call):
            pytest.skip("it makes no call")
        for status in _STATUSES:
            for body in _BODIES:
                answer = provider.read(Reply(step, status, {}, body), request)
                assert isinstance(answer, (Call, Compute, Ticket, Pictures, Refusal))
                assert isinstance(answer, Refusal) or status < 400, f"{status} {body!r} was taken"
                assert not isinstance(answer, Pictures) or answer.pictures

    def request_for(self, model: Model) -> Request:
        """A request with the fewest parameters that the model accepts."""
        image = InputImage(tiny_png(model.id), "image/png")
        count = 1 if model.needs_reference or model.task != "generate" else 0
        return Request(model, self.params_of(model), 7, (image,) * count, "key-1")

    def params_of(self, model: Model) -> BaseModel:
        """The model's parameters: a prompt where it has one, and its samples."""
        prompt = {"prompt": "a glass vase"} if "prompt" in model.params.model_fields else {}
        return model.params.model_validate({**prompt, **self.samples.get(model.id, {})})
