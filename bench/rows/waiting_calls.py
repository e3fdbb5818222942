"""Row 4: many calls of two seconds, against the time that the vendor alone would take."""

import tempfile
from functools import partial

from bench.processes import LOAD, OUT, answer_of, python
from bench.result import Goal, Result
from bench.service import drawing_of, serving, vending

NUMBER = 4
TITLE = "Waiting for a vendor"
LATENCY_S = 2.0
ONE_CALL = drawing_of([("draw", "generate:bench", {})])


def measure(rounds: int) -> list[Result]:
    """Two sizes: what one process does by default, and a wide one."""
    return [
        _measure(rounds, 1_000, 100, Goal(1.05, 1.01, at_most=True)),
        _measure(rounds, 5_000, 500, Goal(1.15, 1.03, at_most=True)),
    ]


def _measure(rounds: int, prompts: int, in_flight: int, goal: Goal) -> Result:
    ideal = prompts / in_flight * LATENCY_S
    with vending("--latency", LATENCY_S, "--unique") as port:
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(rounds):
            ours.append(_ours(port, prompts, in_flight))
            bare.append(_bare(port, prompts, in_flight))
    told = ", ".join(f"{seconds:.2f}" for seconds in bare)
    return Result(
        f"{prompts:,} calls of {LATENCY_S} s, {in_flight} in flight, every picture stored",
        "s",
        "ideal",
        tuple(ours),
        (ideal,),
        goal,
        (f"Bare aiohttp with {in_flight} connections and plain files took {told} s.",),
    )


def _ours(port: int, prompts: int, in_flight: int) -> float:
    wide = in_flight if in_flight != 100 else None
    with serving(vendor_port=port, concurrency=wide) as service:
        body = partial(dict, ONE_CALL)
        service.seconds_for(body(prompts=["warm up"]))
        return service.seconds_for(body(prompts=[f"prompt {at}" for at in range(prompts)]))


def _bare(port: int, prompts: int, in_flight: int) -> float:
    with tempfile.TemporaryDirectory(dir=OUT) as out:
        command = python(
            "bench.reference.aiohttp_calls",
            *("--port", port, "--items", prompts, "--in-flight", in_flight, "--out", out),
        )
        return answer_of(command, LOAD)["seconds"]
