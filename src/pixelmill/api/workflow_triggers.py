"""Triggers of a workflow: create, list, change, rotate, revoke."""

from typing import Annotated, Any

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.routes import BASE, add
from pixelmill.db.statements import Row
from pixelmill.domain.access import Scope
from pixelmill.domain.trigger import (
    LONGEST_DEDUPE_S,
    MOST_CALLS_PER_MINUTE,
    TriggerSettings,
)
from pixelmill.services.house import House
from pixelmill.services.triggers import (
    NewTrigger,
    create_trigger,
    delete_trigger,
    find_trigger,
    list_triggers,
    new_trigger_body,
    rotate_trigger,
    trigger_body,
    update_trigger,
)

TRIGGERS = f"{BASE}/workflows/{{id}}/triggers"
ONE = f"{TRIGGERS}/{{triggerId}}"
READ = (Scope.WORKFLOWS_READ,)
WRITE = (Scope.WORKFLOWS_WRITE,)

Name = Annotated[str, Field(max_length=200)]
Inputs = Annotated[list[str] | None, Field(max_length=100)]
Calls = Annotated[int, Field(ge=1, le=MOST_CALLS_PER_MINUTE)]
Credits = Annotated[float | None, Field(ge=0, le=1e9, allow_inf_nan=False)]
Seconds = Annotated[int, Field(ge=0, le=LONGEST_DEDUPE_S)]


class TriggerChange(BaseModel):
    """What may be changed of a trigger; what is absent stays."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    name: Name = ""
    enabled: bool = False
    inputs: Inputs = Field(None, description="Inputs that a caller may set; null opens all.")
    calls_per_minute: Calls = 30
    credits_per_day: Credits = Field(None, description="null is without a cap.")
    dedupe_seconds: Seconds = Field(
        10, description="So long the same body gives the first answer again; 0 turns it off."
    )

    def stored(self) -> dict[str, Any]:
        """The given settings as TriggerSettings stores them."""
        given = self.model_dump(by_alias=True, exclude_unset=True, exclude={"enabled", "signed"})
        if "creditsPerDay" in given:
            credits_ = given.pop("creditsPerDay")
            given["millicreditsPerDay"] = None if credits_ is None else round(credits_ * 1000)
        return given


class TriggerBody(TriggerChange):
    """A trigger to create; it is off unless ``enabled``."""

    signed: bool = Field(False, description="With a secret that every call must prove.")


def add_routes(app: FastAPI) -> None:
    """All below one workflow."""
    add(
        app, "POST", TRIGGERS, post_trigger,
        name="createTrigger", summary="Create a trigger; its address is shown this once",
        tag="triggers", scopes=WRITE, status=201, body=TriggerBody,
    )  # fmt: skip
    add(
        app, "GET", TRIGGERS, get_triggers,
        name="listTriggers", summary="Triggers of a workflow", tag="triggers", scopes=READ,
    )  # fmt: skip
    add(
        app, "GET", ONE, get_trigger,
        name="readTrigger", summary="One trigger", tag="triggers", scopes=READ,
    )  # fmt: skip
    add(
        app, "PATCH", ONE, patch_trigger,
        name="changeTrigger", summary="Change a trigger", tag="triggers", scopes=WRITE,
        body=TriggerChange,
    )  # fmt: skip
    add(
        app, "DELETE", ONE, remove_trigger,
        name="deleteTrigger", summary="Revoke a trigger for good", tag="triggers", scopes=WRITE,
        status=204,
    )  # fmt: skip
    add(
        app, "POST", f"{ONE}/rotate", post_rotation,
        name="rotateTrigger", summary="Give a trigger a new address; the old one ends now",
        tag="triggers", scopes=WRITE,
    )  # fmt: skip
    for word, endpoint in (("enable", post_enable), ("disable", post_disable)):
        add(
            app, "POST", f"{ONE}/{word}", endpoint,
            name=f"{word}Trigger", summary=f"{word.capitalize()} a trigger", tag="triggers",
            scopes=WRITE,
        )  # fmt: skip


async def post_trigger(request: Request) -> Response:
    """Whoever knows the address may start the workflow at your cost. It is stored as a hash."""
    body = fitted(TriggerBody, await read_object(request))
    house = house_of(request)
    made = await create_trigger(
        house,
        caller_of(request),
        request.path_params["id"],
        TriggerSettings.read({**TriggerSettings().document(), **body.stored()}),
        enabled=body.enabled,
        signed=body.signed,
    )
    location = f"{house.public_url}{request.url.path}/{made.row['id']}"
    return _shown_once(house, made, 201, {"Location": location})


async def get_triggers(request: Request) -> Response:
    """Without their addresses, which nobody can read again."""
    house = house_of(request)
    rows = await list_triggers(house, caller_of(request), request.path_params["id"])
    return _json([trigger_body(house, row) for row in rows])


async def get_trigger(request: Request) -> Response:
    """Its settings, and what it used today."""
    return _json(trigger_body(house_of(request), await _found(request)))


async def patch_trigger(request: Request) -> Response:
    """Absent fields stay as they are."""
    body = fitted(TriggerChange, await read_object(request))
    enabled = body.enabled if "enabled" in body.model_fields_set else None
    return await _changed(request, body.stored(), enabled=enabled)


async def remove_trigger(request: Request) -> Response:
    """Its address answers 404 from now on."""
    await delete_trigger(house_of(request), await _found(request))
    return Response(status_code=204)


async def post_rotation(request: Request) -> Response:
    """A signed trigger gets a new secret, too."""
    house = house_of(request)
    return _shown_once(house, await rotate_trigger(house, await _found(request)), 200, {})


async def post_enable(request: Request) -> Response:
    """From now on its address starts the workflow."""
    return await _changed(request, {}, enabled=True)


async def post_disable(request: Request) -> Response:
    """Its address answers 404 until it is enabled again."""
    return await _changed(request, {}, enabled=False)


async def _changed(request: Request, changes: dict[str, Any], *, enabled: bool | None) -> Response:
    house, row = house_of(request), await _found(request)
    row = await update_trigger(house, caller_of(request), row, changes, enabled=enabled)
    return _json(trigger_body(house, row))


async def _found(request: Request) -> Row:
    ids = request.path_params
    return await find_trigger(house_of(request), caller_of(request), ids["id"], ids["triggerId"])


def _shown_once(house: House, made: NewTrigger, status: int, headers: dict[str, str]) -> Response:
    body = orjson.dumps(new_trigger_body(house, made))
    kept = {**headers, "Cache-Control": "no-store"}
    return Response(body, status, kept, "application/json")


def _json(body: object) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
