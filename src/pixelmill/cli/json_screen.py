"""Shows a batch as JSON lines, for programs and logs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import orjson

from pixelmill.domain.credits import shown
from pixelmill.services.exporting import message_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelmill.cli.batch_session import Price, Progress, Summary
    from pixelmill.db.statements import Row
    from pixelmill.services.running import Batch


class JsonScreen:
    """One object in a line: quote, continuing, item, progress when it changed, ended."""

    def __init__(self) -> None:
        self._last: tuple[int, ...] = ()

    def priced(self, batch: Batch, price: Price) -> None:
        """What it will cost."""
        _say(
            "quote",
            workflow=batch.name,
            workflowId=batch.workflow_id,
            rows=price.rows,
            credits=shown(price.millicredits),
            creditsPerItem=shown(price.per_item),
            providerUsd=round(price.usd, 4),
            charged=price.charged,
        )

    def continuing(self, done: int, total: int) -> None:
        """An earlier batch of the same rows is gone on with."""
        _say("continuing", done=done, total=total)

    def progress(self, progress: Progress) -> None:
        """How far it is."""
        now = (progress.done, progress.failed, progress.running)
        if now != self._last:
            self._last = now
            _say("progress", **_numbers(progress))

    def item(self, position: int, item: Row, files: Sequence[str]) -> None:
        """One item ended."""
        _say(
            "item",
            index=position,
            key=item["key"],
            status=item["state"],
            files=files,
            error=message_of(item) or None,
        )

    def ended(self, batch: Batch, summary: Summary) -> None:
        """It ended, or was left."""
        _say(
            "stopped" if summary.stopped else "ended",
            executionId=summary.execution_id,
            workflowId=batch.workflow_id,
            **_numbers(summary.progress),
            held=summary.held,
            steps={
                node.label or node.id: summary.step_seconds.get(node.id) for node in batch.steps
            },
            out=str(summary.out),
            contactSheet=str(summary.sheet) if summary.sheet else None,
            errors=dict(summary.reasons),
        )


def _numbers(progress: Progress) -> dict[str, Any]:
    return {
        "done": progress.done,
        "failed": progress.failed,
        "running": progress.running,
        "total": progress.total,
        "credits": shown(progress.millicredits),
        "seconds": round(progress.seconds, 3),
    }


def _say(event: str, **fields: object) -> None:
    sys.stdout.buffer.write(orjson.dumps({"event": event, **fields}) + b"\n")
    sys.stdout.buffer.flush()
