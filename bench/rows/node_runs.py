"""Row 3: node runs a second with a vendor that costs no time."""

import tempfile
from pathlib import Path

from bench.processes import MEASURED, OUT, answer_of, python
from bench.result import Goal, Result, in_turns
from bench.service import drawing_of, serving, vending

NUMBER = 3
TITLE = "Node runs"
ITEMS = 2_000
REFERENCE_ITEMS = 8_000
STEPS = 3
CHAIN = drawing_of(
    [
        ("draw", "generate:bench", {}),
        ("change", "edit:bench", {"prompt": "warmer light"}),
        ("finish", "edit:bench", {"prompt": "more contrast"}),
    ]
)


def body(items: int) -> dict[str, object]:
    """An execution of three calls for each item."""
    return {**CHAIN, "inputs": [{"draw": f"prompt {at}"} for at in range(items)]}


def measure(rounds: int) -> list[Result]:
    """Ours through the whole service; each node run has its row, timing, cost and stored output."""

    def ours(items: int = ITEMS) -> float:
        with serving(vendor_port=port) as service:
            service.seconds_for(body(20))
            return STEPS * items / service.seconds_for(body(items))

    def reference() -> float:
        with tempfile.TemporaryDirectory(dir=OUT) as name:
            command = python(
                "bench.reference.durable_engine",
                *("--database", Path(name) / "steps.db", "--port", port),
                *("--items", REFERENCE_ITEMS),
            )
            return STEPS * REFERENCE_ITEMS / answer_of(command, MEASURED)["seconds"]

    with vending() as port:
        figures = in_turns(rounds, ours, reference)
    return [
        Result(
            "Node runs: three calls per item in a chain, picture stored, 100 items in flight",
            "node runs/s",
            "minimal durable engine with a raw-socket client",
            *figures,
            Goal(0.1, 0.4),
            (
                (
                    f"{ITEMS:,} items of three nodes, generate, edit, edit; an edit reads the "
                    "picture before it from storage. SQLite with synchronous=FULL, local files, "
                    "cache on."
                ),
                (
                    "The reference records timing, cost and SHA-256 of the picture, and waits "
                    "for the fsync after each step; it keeps no picture."
                ),
            ),
        )
    ]
