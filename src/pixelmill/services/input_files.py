"""Images named by a path on this machine: read, checked, stored once and named by their asset."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, cast

from sqlalchemy import bindparam, select

from pixelmill.db.database import fetch_one
from pixelmill.db.records import KEEP_ASSET
from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.assets import assets
from pixelmill.domain.values import JsonValue
from pixelmill.engine.media import store
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.strip import take_in
from pixelmill.kit.canonical import sha256_hex
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal

_ELSEWHERE: Final = ("https://", "http://", "data:", "ast_")
_AT_ONCE: Final = 8
FIND_SAME = Statement(
    select(assets.c.id)
    .where(
        assets.c.sha256 == bindparam("sha256"),
        assets.c.workspace_id == bindparam("workspace_id"),
        assets.c.kind == "input",
        assets.c.deleted_at.is_(None),
    )
    .order_by(assets.c.created_at)
    .limit(1)
)


class BadInputFile(Problem):
    """An image file cannot be used. Check its path and that it is an image."""

    code: ClassVar[str] = "invalid_input_file"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Image file not usable"


def is_path(value: JsonValue) -> bool:
    """Whether an image parameter names a file on this machine."""
    return isinstance(value, str) and bool(value) and not value.startswith(_ELSEWHERE)


class InputFiles:
    """Turns paths into assets of one workspace; a file named by many rows is read once."""

    def __init__(self, house: House, principal: Principal, folders: Sequence[Path]) -> None:
        self._house = house
        self._principal = principal
        self._folders = tuple(folders)
        self._known: dict[str, asyncio.Task[str]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def with_assets(
        self, rows: Sequence[Mapping[str, JsonValue]], columns: frozenset[str]
    ) -> tuple[dict[str, JsonValue], ...]:
        """The items with the paths in ``columns`` replaced by asset ids. Raises BadInputFile."""
        found: list[dict[str, JsonValue]] = []
        for number, row in enumerate(rows, 1):
            inputs = dict(cast("Mapping[str, JsonValue]", row["inputs"]))
            for column in columns & inputs.keys():
                inputs[column] = await self.asset_of(
                    inputs[column], f"Row {number}, column '{column}'"
                )
            found.append({**row, "inputs": inputs})
        return tuple(found)

    async def asset_of(self, value: JsonValue, place: str) -> JsonValue:
        """The asset id of the file that ``value`` names; what is no path stays as it is."""
        if not is_path(value):
            return value
        path = self._find(str(value), place)
        task = self._known.get(str(path))
        if task is None:
            task = self._known[str(path)] = asyncio.create_task(self._keep(path, place))
        return await task

    def _find(self, value: str, place: str) -> Path:
        for folder in self._folders:
            path = (folder / Path(value).expanduser()).resolve()
            if path.is_file():
                return path
        places = " nor in ".join(dict.fromkeys(str(folder) or "." for folder in self._folders))
        raise BadInputFile(f"{place}: there is no file '{value[:200]}' in {places}.")

    async def _keep(self, path: Path, place: str) -> str:
        async with self._slots:
            parts, workspace_id = self._house.parts, self._principal.workspace_id
            try:
                data = await asyncio.to_thread(path.read_bytes)
            except OSError as error:
                raise BadInputFile(f"{place}: {path} cannot be read: {error.strerror}.") from error
            try:
                clean = await parts.pool.run(take_in, data)
            except ImageRefused as error:
                raise BadInputFile(f"{place}: {path.name} is not usable: {error}") from error
            digest = sha256_hex(clean)
            same = await fetch_one(
                parts.database, FIND_SAME, sha256=digest, workspace_id=workspace_id
            )
            if same is not None:
                return same["id"]
            stored = await store(parts, workspace_id, clean, purpose="input", name=path.name)
            await parts.database.transact(_write(stored.row))
            return stored.asset.asset_id


def _write(row: Row) -> Script[None]:
    yield from write(KEEP_ASSET, [row])
