"""Names for files of results: a template of our own, safe on every file system."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from pixelmill.domain.values import JsonValue, as_text
from pixelmill.kit.problems import Problem

DEFAULT_TEMPLATE: Final = "{index:04d}-{slug}.{ext}"
FIELDS: Final = ("index", "slug", "key", "seed", "ext")
_PIECE: Final = re.compile(r"\{(?P<name>[^{}:]*)(?::0?(?P<width>\d{1,2})d)?\}|(?P<text>[^{}]+)")
_UNSAFE: Final = re.compile(r"[^\w.()+=@,&'!~ -]|[\x00-\x1f\x7f]")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_LONGEST_BYTES: Final = 120


class BadTemplate(Problem):
    """A name template is text with fields in braces, such as {index:04d}-{slug}.{ext}."""

    code: ClassVar[str] = "invalid_name_template"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Name template not usable"


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    width: int


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """A template that was checked. Slashes in it make folders; values never do."""

    parts: tuple[str | _Field, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The names it uses."""
        return frozenset(part.name for part in self.parts if isinstance(part, _Field))

    def render(self, values: Mapping[str, JsonValue]) -> str:
        """A relative path with forward slashes: no part is empty, hidden, reserved or too long."""
        path = "".join(
            part if isinstance(part, str) else _one_part(_shown(values.get(part.name), part.width))
            for part in self.parts
        )
        return "/".join(safe_name(part) for part in path.split("/"))


def parse_template(text: str, columns: Collection[str] = ()) -> NameTemplate:
    """Read a template; it may use FIELDS and the batch's columns. Raises BadTemplate."""
    parts: list[str | _Field] = []
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise BadTemplate(f"The name template {text!r} has a brace without its partner.")
        at = piece.end()
        if piece["text"] is not None:
            parts.append(piece["text"])
            continue
        name = piece["name"].strip()
        if name not in FIELDS and name not in columns:
            known = ", ".join(dict.fromkeys((*FIELDS, *columns)))
            raise BadTemplate(f"The name template asks for {{{name}}}. There is: {known}.")
        parts.append(_Field(name, int(piece["width"] or 0)))
    template = NameTemplate(tuple(parts))
    _check_path("".join(part if isinstance(part, str) else "x" for part in parts))
    return template


def safe_name(text: str) -> str:
    """One part of a path that every file system takes, on Windows and elsewhere alike."""
    plain = _UNSAFE.sub("-", unicodedata.normalize("NFC", text)).strip(" .")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return _cut(plain, _LONGEST_BYTES) or "_"
    return f"{_cut(stem, _LONGEST_BYTES) or '_'}.{ending}"


def distinct(path: str, taken: Collection[str], index: int) -> str:
    """``path``, or if it is taken (whatever its case) the same with the row's number."""
    if folded(path) not in taken:
        return path
    stem, dot, ending = path.rpartition(".")
    base = stem if dot and "/" not in ending else path
    tail = f".{ending}" if dot and "/" not in ending else ""
    found, count = f"{base}-{index:04d}{tail}", 2
    while folded(found) in taken:
        found, count = f"{base}-{index:04d}-{count}{tail}", count + 1
    return found


def folded(path: str) -> str:
    """What two names have in common that some file system takes for the same."""
    return unicodedata.normalize("NFC", path).casefold()


def _check_path(path: str) -> None:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise BadTemplate(
            "The name template must stay inside the folder of the results: no '..', no '\\', no "
            "slash at its beginning or end."
        )


def _one_part(text: str) -> str:
    return text.replace("/", "-").replace("\\", "-")


def _shown(value: JsonValue, width: int) -> str:
    if value is None:
        return ""
    if width and isinstance(value, int):
        return str(value).zfill(width)
    return as_text(value)


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore").rstrip(" .")
