"""Credits: the ledger, and what an administrator gives."""

from typing import Any, Final

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import InvalidFields, fitted, read_object
from pixelmill.api.callers import actor_of, caller_of, house_of
from pixelmill.api.idempotency import fingerprint, idempotency_key
from pixelmill.api.queries import LIMIT_AND_CURSOR, InvalidParameter, integer, page_links, text
from pixelmill.api.routes import BASE, Query, add
from pixelmill.domain.access import Scope
from pixelmill.domain.credits import to_millicredits
from pixelmill.kit.clock import parse_rfc3339
from pixelmill.kit.problems import Detail
from pixelmill.services.grants import GrantWish, give_credits
from pixelmill.services.ledger import LedgerFilter, entries_csv, read_ledger

PAGE: Final = 100
LARGEST_PAGE: Final = 1000
MOST_CREDITS: Final = 1_000_000_000
USAGE: Final = (Scope.USAGE_READ, Scope.EXECUTIONS_READ)
_TIME: Final = {"type": "string", "format": "date-time"}
SINCE_UNTIL: Final = (
    Query("since", "At this time or later.", _TIME),
    Query("until", "Before this time.", _TIME),
)
_FILTERS: Final = (
    Query("kind", "Only entries of this kind.", {"type": "string"}),
    Query("executionId", "Only entries of this execution.", {"type": "string"}),
    *SINCE_UNTIL,
    Query("format", "csv, or json.", {"type": "string", "enum": ["json", "csv"]}),
)
_KEY: Final = Query(
    "Idempotency-Key",
    "The same key with the same request gives the first answer again for 24 hours.",
    {"type": "string", "minLength": 1, "maxLength": 255},
    "header",
)


class GrantBody(BaseModel):
    """Credits to give to this key's workspace."""

    model_config = ConfigDict(extra="forbid", strict=True)

    credits: int | float = Field(
        gt=0, le=MOST_CREDITS, allow_inf_nan=False, description="With at most three decimals."
    )
    note: str | None = Field(None, max_length=500, description="Why; it stands in the ledger.")

    def millicredits(self) -> int:
        """The amount. Raises InvalidFields."""
        try:
            return to_millicredits(self.credits)
        except ValueError as error:
            raise InvalidFields(str(error), details=[Detail("credits", str(error))]) from None


def add_routes(app: FastAPI) -> None:
    """The ledger is for whoever may read usage; giving is for administrators."""
    add(
        app, "GET", f"{BASE}/credits/ledger", get_ledger,
        name="listLedger", summary="Every movement of credits, the newest first", tag="credits",
        scopes=USAGE, queries=(*LIMIT_AND_CURSOR, *_FILTERS),
    )  # fmt: skip
    add(
        app, "POST", f"{BASE}/credits/grants", post_grant,
        name="grantCredits", summary="Give credits", tag="credits",
        scopes=(Scope.CREDITS_WRITE,), status=201, queries=(_KEY,), body=GrantBody,
    )  # fmt: skip


async def get_ledger(request: Request) -> Response:
    """A bare array, or CSV. Over all pages ``amount`` and ``held`` sum to the balance."""
    form = text(request, "format") or "json"
    if form not in ("json", "csv"):
        raise InvalidParameter("'format' is json or csv.", details=[Detail("format", "Unknown.")])
    entries, cursor = await read_ledger(
        house_of(request).parts.database,
        caller_of(request).workspace_id,
        LedgerFilter(
            text(request, "kind"),
            text(request, "executionId"),
            moment(request, "since"),
            moment(request, "until"),
        ),
        integer(request, "limit", PAGE, 1, LARGEST_PAGE),
        text(request, "cursor"),
    )
    headers = page_links(request, cursor)
    if form == "csv":
        headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
        return Response(entries_csv(entries), media_type="text/csv", headers=headers)
    return Response(orjson.dumps(entries), media_type="application/json", headers=headers)


async def post_grant(request: Request) -> Response:
    """To the workspace of the key, and to no other."""
    raw: dict[str, Any] = await read_object(request)
    key = idempotency_key(request)
    body = fitted(GrantBody, raw)
    wish = GrantWish(body.millicredits(), body.note, key, fingerprint(request, raw) if key else "")
    accepted = await give_credits(house_of(request), caller_of(request), actor_of(request), wish)
    headers = dict(accepted.reply.headers)
    if accepted.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(
        accepted.reply.body.encode(),
        status_code=accepted.reply.status,
        headers=headers,
        media_type="application/json",
    )


def moment(request: Request, name: str) -> int | None:
    """A query parameter that is a time, as epoch ms. Raises InvalidParameter."""
    given = text(request, name)
    if given is None:
        return None
    try:
        return parse_rfc3339(given)
    except ValueError:
        message = f"'{name}' is a time like 2026-11-22T09:42:00Z."
        raise InvalidParameter(message, details=[Detail(name, message)]) from None
