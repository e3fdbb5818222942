"""What the routes of workflows share: how strict to be, the known state, the reply to a save."""

from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import InvalidFields
from pixelmill.api.queries import InvalidParameter, text
from pixelmill.api.routes import BASE, Query
from pixelmill.kit.clock import parse_rfc3339
from pixelmill.kit.problems import Detail
from pixelmill.services.workflow_bodies import workflow_body
from pixelmill.services.workflows import Saved

STRICT: Final = Query(
    "strict",
    "false saves a drawing that cannot run yet; 'violations' of the reply says why.",
    {"type": "boolean", "default": True},
)


def flag(request: Request, name: str) -> bool | None:
    """A query parameter that is true or false, or absent. Raises InvalidParameter."""
    given = text(request, name)
    if given is None:
        return None
    if given.lower() not in ("true", "false"):
        message = f"'{name}' is true or false."
        raise InvalidParameter(message, details=[Detail(name, message)])
    return given.lower() == "true"


def is_strict(request: Request) -> bool:
    """Whether only a drawing that can run may be saved. Raises InvalidParameter."""
    return flag(request, "strict") is not False


def read_base(text: str | None) -> int | None:
    """``baseUpdatedAt`` as epoch ms. Raises InvalidFields."""
    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError:
        message = "baseUpdatedAt is the 'updatedAt' of a workflow, as it was read."
        raise InvalidFields(message, details=[Detail("baseUpdatedAt", message)]) from None


def saved_reply(request: Request, saved: Saved) -> Response:
    """The workflow as it is now, and what was found in its drawing."""
    body = {
        **workflow_body(saved.row),
        "violations": [one.as_dict() for one in saved.findings.violations],
        "warnings": [one.as_dict() for one in saved.findings.warnings],
    }
    headers: dict[str, str] = {}
    if saved.is_new:
        public_url = request.app.state.house.public_url
        headers["Location"] = f"{public_url}{BASE}/workflows/{saved.row['id']}"
    return Response(
        orjson.dumps(body),
        status_code=201 if saved.is_new else 200,
        headers=headers,
        media_type="application/json",
    )
