"""Row 5: photos halved with Lanczos through the whole service."""

import tempfile

from bench.pictures import numbered, photo
from bench.processes import ALL, OUT, answer_of, python
from bench.result import Goal, Result
from bench.service import Service, drawing_of, serving

NUMBER = 5
TITLE = "Resizing"
ITEMS = 200
REFERENCE_ITEMS = 100
GRAPH = drawing_of(
    [
        ("photo", "input:image", {}),
        ("half", "edit:resize", {"width": 512, "height": 512}),
        ("out", "output:preview", {}),
    ]
)


def measure(rounds: int) -> list[Result]:
    """Both use all cores; ours decodes in children, reads and writes storage, writes rows."""
    ours: list[float] = []
    bare: list[float] = []
    with serving(ALL) as service:
        assets = service.upload(numbered(photo(), at) for at in range(ITEMS))
        _halve(service, assets[:8])
        for _ in range(rounds):
            ours.append(_halve(service, assets))
            bare.append(_bare())
    size = len(photo()) / 1e6
    return [
        Result(
            "1024² photo → 512² Lanczos → PNG through the whole service",
            "pictures/s",
            "bare Pillow on two threads",
            tuple(ours),
            tuple(bare),
            Goal(1.0, 2.9),
            (
                (
                    f"{ITEMS} photos of {size:.1f} MB, uploaded before; input:image → edit:resize "
                    "→ output:preview, results fsynced into local storage, result cache off."
                ),
            ),
        )
    ]


def _halve(service: Service, assets: list[str]) -> float:
    body = {**GRAPH, "cache": "off", "inputs": [{"photo": asset} for asset in assets]}
    return len(assets) / service.seconds_for(body)


def _bare() -> float:
    with tempfile.TemporaryDirectory(dir=OUT) as out:
        command = python("bench.reference.pillow_loop", "--items", REFERENCE_ITEMS, "--out", out)
        return REFERENCE_ITEMS / answer_of(command, ALL)["seconds"]
