"""A batch as a person reads it: no line over 100 columns, every number from the batch."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from pixelmill.cli.batch_session import Price, Progress, Summary
from pixelmill.cli.text_screen import TextScreen
from pixelmill.cli.wording import file_range, seconds_text, step_name
from pixelmill.domain.graph import Node
from pixelmill.services.following import StepCount

LABELS = ("Generate", "Upscale", "Remove background", "Compose", "Convert")
STEPS = tuple(Node(f"n{at}", "edit:x", label, number=at + 2) for at, label in enumerate(LABELS))
BATCH = SimpleNamespace(name="Autumn glass", steps=STEPS)


def screen() -> tuple[TextScreen, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False, soft_wrap=True)
    return TextScreen(console, heading="Campaign", way_on="Again: go on."), out


def summary(**told: object) -> Summary:
    counts = {node.id: StepCount(done=24) for node in STEPS}
    values = {
        "execution_id": "exe_1",
        "workflow_id": "wf_1",
        "progress": Progress(24, 0, 0, 24, 24_000, 4.31, counts),
        "files": tuple(f"images/{at:04d}-amber-vase.png" for at in range(1, 25)),
        "sheet": Path("demo/contact-sheet.png"),
        "out": Path("demo"),
        "reasons": {},
        "stopped": False,
        "resumed": False,
        "held": 0,
        "step_seconds": {node.id: 0.7 + at for at, node in enumerate(STEPS)},
    }
    return Summary(**{**values, **told})  # type: ignore[arg-type]


def test_the_first_minutes_read_as_designed():
    shown, out = screen()
    shown.priced(BATCH, Price(24, 24_000, 1_000, 0.0, charged=False))  # type: ignore[arg-type]
    shown.ended(BATCH, summary())  # type: ignore[arg-type]
    lines = out.getvalue().splitlines()
    assert lines[0] == (
        "Campaign Autumn glass: 24 rows, 5 steps: "
        "generate > upscale > remove background > compose > convert"
    )
    assert lines[1] == ("Cost before running: 24 x 1 = 24 credits (simulated, nothing is charged)")
    assert lines[2].split() == ["generate", "24/24", "0.7", "s", "compose", "24/24", "3.7", "s"]
    assert "Done: 24 images in 4.3 s, 0 failed, 24 credits" in lines
    assert "Files  demo/images/0001-amber-vase.png ... 0024" in out.getvalue()
    assert max(map(len, lines)) <= 100


def test_what_providers_bill_is_said_before():
    shown, out = screen()
    shown.priced(BATCH, Price(24, 72_000, 3_000, 0.72, charged=False))  # type: ignore[arg-type]
    assert "24 x 3 = 72 credits (your providers bill about US$0.72)" in out.getvalue()


def test_reasons_of_failures_are_counted_by_their_words():
    shown, out = screen()
    progress = Progress(21, 3, 0, 24, 21_000, 4.0)
    shown.ended(BATCH, summary(progress=progress, reasons={"fal refused this key (401).": 3}))  # type: ignore[arg-type]
    assert "3 failed, 21 credits" in out.getvalue()
    assert "  3 images: fal refused this key (401)." in out.getvalue()


def test_a_stop_says_how_to_go_on():
    shown, out = screen()
    progress = Progress(5, 0, 0, 24, 5_000, 1.0)
    shown.ended(BATCH, summary(progress=progress, stopped=True))  # type: ignore[arg-type]
    assert "Stopped: 5 of 24 images done. Again: go on." in out.getvalue()


def test_images_that_wait_for_a_decision_are_told():
    shown, out = screen()
    progress = Progress(22, 0, 2, 24, 22_000, 4.0)
    shown.ended(BATCH, summary(progress=progress, held=2))  # type: ignore[arg-type]
    assert "  2 images waiting: the provider may have been paid and did not answer.\n" in (
        out.getvalue()
    )


def test_a_batch_that_was_done_already_claims_no_time():
    shown, out = screen()
    shown.continuing(24, 24)
    shown.ended(BATCH, summary(resumed=True))  # type: ignore[arg-type]
    assert out.getvalue().startswith("24 of 24 done already\n")
    assert "Done:" not in out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (4.31, "4.3 s"), (99.9, "99.9 s"), (125, "2 min 05 s"), (3725, "1 h 02 min")],
)
def test_durations_read_well(seconds: float, text: str):
    assert seconds_text(seconds) == text


def test_names_with_capitals_of_their_own_keep_them():
    assert (step_name("Remove background"), step_name("FLUX.2 Pro")) == (
        "remove background",
        "FLUX.2 Pro",
    )


def test_one_file_is_named_alone():
    assert (file_range(()), file_range(("a.png",))) == ("", "a.png")
