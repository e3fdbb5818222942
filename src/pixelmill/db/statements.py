"""SQL as SQLAlchemy Core, compiled once per dialect and run by the plain driver.

SQLAlchemy's execution layers cost hundreds of microseconds a statement; its compiler is what the
two stores need. JSON columns are encoded and decoded here, so callers see Python values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal, TypeAlias, cast

import orjson
from sqlalchemy import JSON, BindParameter, Select, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean

Dialect: TypeAlias = Literal["sqlite", "postgresql"]
Row: TypeAlias = dict[str, Any]
Values: TypeAlias = Mapping[str, Any]

_DIALECTS = {
    # asyncpg's dialect writes $1, $2 and casts each bind to its column's type.
    "postgresql": asyncpg.dialect(),  # pyright: ignore[reportUnknownMemberType]
    "sqlite": sqlite.dialect(paramstyle="qmark"),  # pyright: ignore[reportUnknownMemberType]
}
# Else a condition of ours would be written as ``… = 1``, which no index serves.
_DIALECTS["sqlite"].supports_native_boolean = True


class AnyOf(ColumnElement[bool]):
    """``column IN (a list given at run time)`` with one bind, so that the text never changes."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.bind = bindparam(name, type_=column.type)
        self.bind_name = name


@compiles(AnyOf, "sqlite")  # pyright: ignore[reportUntypedFunctionDecorator]
def _any_of_sqlite(element: AnyOf, compiler: SQLCompiler, **kw: Any) -> str:
    column, bind = compiler.process(element.column, **kw), compiler.process(element.bind, **kw)
    return f"{column} IN (SELECT value FROM json_each({bind}))"  # noqa: S608 - names and binds only


@compiles(AnyOf, "postgresql")  # pyright: ignore[reportUntypedFunctionDecorator]
def _any_of_postgresql(element: AnyOf, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    kind = compiler.dialect.type_compiler_instance.process(element.column.type)
    bind = compiler.process(element.bind, **kw).split("::", maxsplit=1)[0]
    return f"{column} = ANY({bind}::{kind}[])"


def any_of(column: ColumnElement[Any], name: str) -> AnyOf:
    """Match ``column`` against the list bound as ``name``."""
    return AnyOf(column, name)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement's text for one dialect, and how to lay out its values."""

    text: str
    pick: Callable[[Values], tuple[Any, ...]]
    encoders: tuple[tuple[int, Callable[[Any], Any]], ...]
    constants: Mapping[str, Any]
    names: tuple[str, ...]
    json_at: tuple[int, ...]

    def arguments(self, values: Values) -> tuple[Any, ...]:
        """The values in the order of the text's placeholders."""
        picked = self.pick({**self.constants, **values} if self.constants else values)
        if not self.encoders:
            return picked
        cells = list(picked)
        for at, encode in self.encoders:
            cells[at] = encode(cells[at])
        return tuple(cells)

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Row]:
        """Driver rows as dictionaries, JSON decoded."""
        names, json_at = self.names, self.json_at
        if not json_at:
            return [dict(zip(names, row, strict=True)) for row in raw]
        decoded: list[Row] = []
        for row in raw:
            cells = list(row)
            for at in json_at:
                if cells[at] is not None:
                    cells[at] = orjson.loads(cells[at])
            decoded.append(dict(zip(names, cells, strict=True)))
        return decoded


class Statement:
    """One Core statement; its text per dialect is made on first use and kept.

    Where the stores need different constructs, a function of the dialect gives the element.
    """

    __slots__ = ("_compiled", "_source")

    def __init__(self, source: ClauseElement | Callable[[Dialect], ClauseElement]) -> None:
        self._source = source
        self._compiled: dict[Dialect, Compiled] = {}

    def compiled(self, dialect: Dialect) -> Compiled:
        """The statement for ``dialect``."""
        found = self._compiled.get(dialect)
        if found is None:
            source = self._source
            element = source if isinstance(source, ClauseElement) else source(dialect)
            found = self._compiled[dialect] = _compile(element, dialect)
        return found


def insert_into(table: Table, *names: str) -> Statement:
    """Insert rows that give ``names``; the other columns take their defaults."""
    return Statement(insert(table).values({name: bindparam(name) for name in names}))


def upsert_into(
    table: Table, names: Sequence[str], key: Sequence[str], update: Sequence[str] = ()
) -> Statement:
    """Insert rows, or where ``key`` is taken replace the columns of ``update`` (none: keep)."""

    def build(dialect: Dialect) -> ClauseElement:
        make = postgresql.insert if dialect == "postgresql" else sqlite.insert
        statement = make(table).values({name: bindparam(name) for name in names})
        if not update:
            return statement.on_conflict_do_nothing(index_elements=list(key))
        return statement.on_conflict_do_update(
            index_elements=list(key),
            set_={name: statement.excluded[name] for name in update},
        )

    return Statement(build)


def _compile(element: ClauseElement, dialect: Dialect) -> Compiled:
    compiled = cast("SQLCompiler", element.compile(dialect=_DIALECTS[dialect]))
    order = compiled.positiontup
    if order is None:
        order = []
    binds = compiled.binds
    constants = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
    lists = _list_names(element)
    encoders = [_encoder(name, binds[name], dialect, lists) for name in order]
    return Compiled(
        text=compiled.string,
        pick=_picker(order),
        encoders=tuple((at, encode) for at, encode in enumerate(encoders) if encode),
        constants=constants,
        names=_result_names(element),
        json_at=_json_positions(element),
    )


def _picker(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    """Picks these values as a tuple; itemgetter is five times as fast as a loop over names."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _list_names(element: ClauseElement) -> frozenset[str]:
    from sqlalchemy.sql import visitors  # noqa: PLC0415 - keeps start-up light

    names: set[str] = set()

    def note(found: AnyOf) -> None:
        names.add(found.bind_name)

    for part in visitors.iterate(element):
        if isinstance(part, AnyOf):
            note(part)
    return frozenset(names)


def _encoder(
    name: str, bind: BindParameter[Any], dialect: Dialect, lists: frozenset[str]
) -> Callable[[Any], Any] | None:
    if name in lists:
        return _dump if dialect == "sqlite" else list
    if isinstance(bind.type, JSON):
        return _dump
    return None


def _dump(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _columns(element: ClauseElement) -> list[ColumnElement[Any]]:
    if isinstance(element, Select):
        return list(element.selected_columns)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    returning = getattr(element, "_returning", None)
    return list(returning) if returning else []


def _result_names(element: ClauseElement) -> tuple[str, ...]:
    return tuple(str(getattr(column, "key", column)) for column in _columns(element))


def _json_positions(element: ClauseElement) -> tuple[int, ...]:
    return tuple(at for at, column in enumerate(_columns(element)) if isinstance(column.type, JSON))
