"""Row 7: what a hundred times the items costs in memory."""

from bench.processes import ALL, children_of, peak_rss
from bench.result import Goal, Result, in_turns
from bench.service import drawing_of, serving, vending

NUMBER = 7
TITLE = "Memory"
SMALL, LARGE = 100, 10_000
ANCHOR_MB = 521
GRAPH = drawing_of(
    [
        ("draw", "generate:bench", {}),
        ("half", "edit:resize", {"width": 512, "height": 512}),
    ]
)


def measure(rounds: int) -> list[Result]:
    """Each figure is of a service started for it alone."""
    children: list[float] = []

    def peak_mb(items: int) -> float:
        with serving(ALL, vendor_port=port) as service:
            prompts = [f"prompt {at}" for at in range(items)]
            service.finished(service.execute({**GRAPH, "prompts": prompts}), within_s=1800)
            if items == LARGE:
                children.extend(peak_rss(child) / 1e6 for child in children_of(service.process.pid))
            return peak_rss(service.process.pid) / 1e6

    with vending("--unique") as port:
        large, small = in_turns(rounds, lambda: peak_mb(LARGE), lambda: peak_mb(SMALL))
    told = ", ".join(f"{one:.0f}" for one in children)
    return [
        Result(
            f"Peak memory of the main process, {LARGE:,} items over {SMALL}",
            "MB",
            f"{SMALL} items",
            large,
            small,
            Goal(1.5, 1.2, at_most=True),
            (
                (
                    "Each item: a 1024² picture of the vendor, its own for each, stored, then "
                    "halved in a child and stored. 100 items in flight."
                ),
                f"The children's peaks in the large batch: {told} MB.",
                f"The second goal, a quarter of {ANCHOR_MB} MB, is {ANCHOR_MB / 4:.0f} MB.",
            ),
        )
    ]
