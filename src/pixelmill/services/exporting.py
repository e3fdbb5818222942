"""Writes the images of a batch into a folder as they finish, with a manifest and contact sheets."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

from pixelmill.db.statements import Row
from pixelmill.domain.asset import storage_key
from pixelmill.domain.credits import shown
from pixelmill.domain.execution import State
from pixelmill.domain.values import JsonValue, as_text
from pixelmill.engine.values import assets_in, load
from pixelmill.imaging.contact_sheet import SheetCell, contact_sheet
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.thumbnail import thumbnail
from pixelmill.kit.naming import slug
from pixelmill.pool import ComputeFailed
from pixelmill.sdk.values import Asset
from pixelmill.services.file_names import NameTemplate, distinct, folded
from pixelmill.services.following import runs_of
from pixelmill.services.house import House, Principal
from pixelmill.services.manifest import ManifestRow, write_manifest
from pixelmill.services.running import Batch

IMAGES: Final = "images"
MANIFEST: Final = "manifest.csv"
SHEET: Final = "contact-sheet.png"
_SHEET_MOST: Final = 192
_SHEET_CELL: Final = 240
_AT_ONCE: Final = 8
_ENDINGS: Final = {"image/jpeg": "jpg", "image/svg+xml": "svg"}


class Exporter:
    """One batch's folder. ``rows`` hold what became of each row so far, by position."""

    def __init__(
        self, house: House, principal: Principal, batch: Batch, out: Path, template: NameTemplate
    ) -> None:
        self._house = house
        self._workspace_id = principal.workspace_id
        self._batch = batch
        self._out = out
        self._template = template
        self._stems = _stems(batch, template)
        self._taken: dict[str, int] = {}
        self._shown: dict[int, Asset] = {}
        self._changed = False
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self.rows = [ManifestRow(cells) for cells in batch.table.rows]

    async def add(self, ended: Sequence[Row]) -> None:
        """Write the images of these items. Raises OSError when the folder cannot be written."""
        runs = await runs_of(self._house, [row["id"] for row in ended])
        async with asyncio.TaskGroup() as group:
            for row in ended:
                group.create_task(self._add(row, runs[row["id"]]))

    async def finish(self, title: str, subtitle: str) -> Path | None:
        """Write the manifest and the contact sheet; answers the sheet, if there is one."""
        await asyncio.to_thread(
            write_whole,
            self._out / MANIFEST,
            write_manifest(self._batch.table.columns, self.rows),
        )
        return await self._draw_sheet(title, subtitle)

    @property
    def files(self) -> list[str]:
        """All files written, in the order of the rows."""
        return [file for row in self.rows for file in row.files]

    async def _add(self, item: Row, runs: Sequence[Row]) -> None:
        at: int = item["position"]
        seed = next((run["seed"] for run in runs if run["seed"] is not None), item["seed"])
        written: list[str] = []
        assets = list(_results(item))
        if assets and at < _SHEET_MOST:
            self._shown[at] = assets[0]
        async with self._slots:
            for number, asset in enumerate(assets, 1):
                data = await self._read(asset)
                name = self._name(item, asset, seed, number)
                written.append(f"{IMAGES}/{name}")
                path = self._out / IMAGES / name
                self._changed |= await asyncio.to_thread(write_whole, path, data)
        self.rows[at] = replace(
            self.rows[at],
            files=written,
            state=item["state"],
            error=message_of(item),
            seed=seed,
            seconds=_seconds(item),
            credits=shown(sum(run["credits"] for run in runs)),
            sha256=[asset.sha256 for asset in assets],
        )

    async def _read(self, asset: Asset) -> bytes:
        return await self._house.parts.storage.read(storage_key(self._workspace_id, asset.sha256))

    def _name(self, item: Row, asset: Asset, seed: int | None, number: int) -> str:
        at = item["position"]
        ending = _ENDINGS.get(asset.media_type, asset.media_type.rpartition("/")[2])
        values = _values(self._batch, at) | {"seed": seed, "ext": ending}
        name = self._template.render(values)
        if at in self._stems:
            name = distinct(name, {folded(name)}, at + 1)
        if number > 1:
            path = PurePosixPath(name)
            name = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
        name = distinct(name, {one for one, row in self._taken.items() if row != at}, at + 1)
        self._taken[folded(name)] = at
        return name

    async def _draw_sheet(self, title: str, subtitle: str) -> Path | None:
        path = self._out / SHEET
        if not self._shown or (path.exists() and not self._changed):
            return path if self._shown else None
        small = dict(await asyncio.gather(*map(self._small, self._shown.items())))
        listed = self.rows[:_SHEET_MOST]
        if len(self.rows) > len(listed):
            subtitle = f"the first {len(listed)} of {len(self.rows)}, {subtitle}"
        cells = [
            SheetCell(
                small.get(at),
                f"{at + 1:04d}",
                _caption(self._batch, at),
                row.error or row.state.capitalize(),
            )
            for at, row in enumerate(listed)
        ]
        sheet = await self._house.parts.pool.run(
            contact_sheet, cells, columns=8, cell_width=_SHEET_CELL, title=title, subtitle=subtitle
        )
        await asyncio.to_thread(write_whole, path, sheet)
        return path

    async def _small(self, shown: tuple[int, Asset]) -> tuple[int, bytes]:
        at, asset = shown
        async with self._slots:
            data = await self._read(asset)
            try:
                return at, await self._house.parts.pool.run(thumbnail, data, side=2 * _SHEET_CELL)
            except (ImageRefused, ComputeFailed):
                return at, b""  # the sheet says that it cannot be shown


def write_whole(path: Path, data: bytes) -> bool:
    """Write a file so that others see it whole or not at all; False if it was the same before."""
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
    return True


def message_of(item: Row) -> str:
    """Why an item has no image, in a sentence; empty for one that has."""
    error = cast("Mapping[str, Any] | None", item["error"])
    if error:
        return str(error.get("message") or error.get("code") or "")
    if item["state"] == State.COMPLETED:
        return ""
    return str(item["reason"] or "")


def _results(item: Row) -> list[Asset]:
    found: dict[str, Asset] = {}
    for output in cast("Sequence[Mapping[str, JsonValue]]", item["outputs"] or ()):
        for asset in assets_in(load(output["value"])):
            found.setdefault(asset.asset_id, asset)
    return list(found.values()) if item["state"] == State.COMPLETED else []


def _seconds(item: Row) -> float | None:
    if item["started_at"] is None or item["ended_at"] is None:
        return None
    return (item["ended_at"] - item["started_at"]) / 1000


def _values(batch: Batch, at: int) -> dict[str, JsonValue]:
    cells = dict(batch.table.rows[at])
    return {
        **cells,
        "index": at + 1,
        "slug": slug(_caption(batch, at)) or "image",
        "key": cells.get("key"),
    }


def _caption(batch: Batch, at: int) -> str:
    """What a row is called: its key, else the first text in it that is no number."""
    cells = batch.table.rows[at]
    named = [cells.get("key"), *(cells.get(column) for column in batch.table.columns)]
    return next((as_text(cell) for cell in named if isinstance(cell, str) and cell.strip()), "")


def _stems(batch: Batch, template: NameTemplate) -> frozenset[int]:
    """Rows whose name an earlier row has: told from the rows alone, so that it never changes."""
    taken: set[str] = set()
    later: set[int] = set()
    for at, item in enumerate(batch.items.rows):
        seed = item.get("seed", f"row {at}")
        name = folded(template.render(_values(batch, at) | {"seed": seed, "ext": "x"}))
        if name in taken:
            later.add(at)
        taken.add(name)
    return frozenset(later)
