"""The group writer: values grouped, decided in order, committed together, failing alone."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import bindparam, select

from pixelmill.bootstrap import open_database
from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.scripts import Script, read, write
from pixelmill.db.statements import Row, Statement, any_of, insert_into, upsert_into
from pixelmill.db.tables.access import facts
from pixelmill.db.writer import GroupWriter, WriterClosed
from pixelmill.settings import Settings

KEEP = insert_into(facts, "name", "value")
ALL = Statement(select(facts).order_by(facts.c.name))
SOME = Statement(select(facts.c.name).where(any_of(facts.c.name, "names")))
PUT = upsert_into(facts, ("name", "value"), ("name",), ("value",))


@dataclass(frozen=True)
class Fact:
    """A value of these tests."""

    name: str
    value: str = "v"


groups: list[int] = []


def keep_facts(values: Sequence[Fact]) -> Script[list[str | Exception]]:
    """Keep facts; one named ``refused`` is decided against, in its place."""
    groups.append(len(values))
    good = [value for value in values if value.name != "refused"]
    yield from write(KEEP, [{"name": one.name, "value": one.value} for one in good])
    return [LookupError(value.name) if value.name == "refused" else value.name for value in values]


@asynccontextmanager
async def writing(url: str) -> AsyncGenerator[tuple[Database, GroupWriter]]:
    """A database with a writer on it."""
    database = open_database(Settings(database_url=url))
    await database.start()
    writer = GroupWriter(database, {Fact: keep_facts})
    writer.start()
    try:
        yield database, writer
    finally:
        await writer.close()
        await database.close()


async def test_values_of_one_moment_share_a_transaction(database_url: str) -> None:
    groups.clear()
    async with writing(database_url) as (database, writer):
        results = await asyncio.gather(*(writer.submit(Fact(f"{n:03}")) for n in range(200)))
        assert [row["name"] for row in await database.fetch(ALL)] == results
    assert len(groups) <= 3


async def test_a_value_that_is_decided_against_fails_alone(database_url: str) -> None:
    async with writing(database_url) as (database, writer):
        first, refused, last = await asyncio.gather(
            *(writer.submit(Fact(name)) for name in ("a", "refused", "b")),
            return_exceptions=True,
        )
        assert [row["name"] for row in await database.fetch(ALL)] == ["a", "b"]
    assert (first, last) == ("a", "b")
    assert isinstance(refused, LookupError)


async def test_a_value_that_breaks_the_transaction_fails_alone(database_url: str) -> None:
    async with writing(database_url) as (database, writer):
        await writer.submit(Fact("taken"))
        results = await asyncio.gather(
            *(writer.submit(Fact(name)) for name in ("x", "taken", "y")), return_exceptions=True
        )
        assert [row["name"] for row in await database.fetch(ALL)] == ["taken", "x", "y"]
    assert results[0] == "x"
    assert isinstance(results[1], Exception)
    assert results[2] == "y"


async def test_closing_writes_what_waits_and_refuses_the_rest(database_url: str) -> None:
    async with writing(database_url) as (database, writer):
        waiting = asyncio.create_task(writer.submit(Fact("last")))
        await asyncio.sleep(0)
        await writer.close()
        assert await waiting == "last"
        with pytest.raises(WriterClosed):
            await writer.submit(Fact("late"))
        assert len(await database.fetch(ALL)) == 1


async def test_lists_bind_as_one_value(database_url: str) -> None:
    async with writing(database_url) as (database, writer):
        await asyncio.gather(*(writer.submit(Fact(name)) for name in "abc"))
        found = await database.fetch(SOME, names=["a", "c", "z"])
        assert sorted(row["name"] for row in found) == ["a", "c"]
        assert await database.fetch(SOME, names=[]) == []


async def test_an_upsert_replaces_what_stands(database_url: str) -> None:
    async with writing(database_url) as (database, _):

        def script(value: str) -> Script[list[Row]]:
            yield from write(PUT, [{"name": "n", "value": value}])
            return (yield from read(ALL))

        await database.transact(script("one"))
        assert await database.transact(script("two")) == [{"name": "n", "value": "two"}]


async def test_a_script_that_raises_leaves_nothing(database_url: str) -> None:
    async with writing(database_url) as (database, _):

        def script() -> Script[None]:
            yield from write(KEEP, [{"name": "n", "value": "v"}])
            raise LookupError("changed my mind")

        with pytest.raises(LookupError):
            await database.transact(script())
        assert await database.fetch(ALL) == []


async def test_a_database_that_does_not_answer_says_so() -> None:
    database = open_database(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(DatabaseUnavailable):
        await database.start()


def test_missing_values_are_named_before_anything_is_sent() -> None:
    compiled = Statement(select(facts.c.value).where(facts.c.name == bindparam("name"))).compiled(
        "sqlite"
    )
    with pytest.raises(KeyError, match="name"):
        compiled.arguments({})
