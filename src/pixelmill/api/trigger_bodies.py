"""Reads what is sent to a trigger: JSON or a form, told apart by the header and by nothing else."""

from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import parse_qsl

from starlette.requests import Request

from pixelmill.api.bodies import (
    InvalidFields,
    UnsupportedMediaType,
    parse_json,
)
from pixelmill.api.multipart import MULTIPART, InvalidForm, read_form
from pixelmill.domain.values import JsonValue

FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 200


def read_pull(request: Request, data: bytes) -> tuple[Mapping[str, JsonValue], bool]:
    """The body as an object, and whether it came as a form. An empty body is an empty object.

    Raises UnsupportedMediaType, InvalidJson, InvalidFields, InvalidForm.
    """
    given = request.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if not data and not kind:
        return {}, False
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body uncompressed, without 'Content-Encoding'.")
    if kind == FORM:
        return _fields(data), True
    if kind == MULTIPART:
        return _parts(data, given), True
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return _object(data), False
    raise UnsupportedMediaType(
        f"A trigger takes JSON or a form, not {kind[:60] or 'a body without a type'}. Send it with "
        f"the header 'Content-Type: application/json', or as {FORM} or {MULTIPART}."
    )


def _object(data: bytes) -> Mapping[str, JsonValue]:
    value = parse_json(data or b"{}")
    if not isinstance(value, dict):
        raise InvalidFields("The body is no JSON object. Send {…}.")
    return cast("dict[str, JsonValue]", value)


def _fields(data: bytes) -> Mapping[str, JsonValue]:
    try:
        pairs = parse_qsl(
            data.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise InvalidForm(
            f"The form is not in UTF-8, or has more than {_MOST_FIELDS} fields."
        ) from None
    return _kept(dict(pairs))


def _parts(data: bytes, content_type: str) -> Mapping[str, JsonValue]:
    fields: dict[str, str] = {}
    for name, part in read_form(data, content_type).items():
        if part.file_name:
            raise InvalidForm(f"A trigger takes no files, but '{name[:80]}' is one.")
        try:
            fields[name] = part.data.decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidForm(f"The field '{name[:80]}' is not in UTF-8.") from None
    return _kept(fields)


def _kept(fields: Mapping[str, str]) -> Mapping[str, JsonValue]:
    for name, value in fields.items():
        if "\0" in name or "\0" in value:
            raise InvalidForm("The form has the character U+0000, which cannot be kept.")
        try:
            name.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidForm("A field's name is not in UTF-8.") from None
    return dict(fields)
