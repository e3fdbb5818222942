"""Ids: prefixed, sortable in the order of the calls, never twice the same."""

import threading

import pytest

from pixelmill.kit import ids
from pixelmill.kit.ids import is_id, new_id


def test_an_id_is_its_prefix_and_twenty_six_characters():
    made = new_id("exe")
    assert made.startswith("exe_")
    assert len(made) == 30
    assert is_id(made, "exe")


def test_ids_rise_in_the_order_of_the_calls():
    made = [new_id("itm") for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == 5000


def test_ids_carry_their_millisecond(monkeypatch: pytest.MonkeyPatch):
    sequence = ids._Sequence()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_000_000)
    assert sequence.following()[0] == "0000000001"


def test_ids_rise_although_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch):
    sequence = ids._Sequence()
    clock = iter([5_000_000, 3_000_000, 4_000_000])
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(clock))
    drawn = [sequence.following() for _ in range(3)]
    assert drawn == sorted(drawn)
    assert {head for head, _ in drawn} == {"0000000005"}


def test_a_millisecond_that_is_full_borrows_from_the_next(monkeypatch: pytest.MonkeyPatch):
    sequence = ids._Sequence()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_000_000)
    sequence.following()
    sequence._random = (1 << 80) - 1
    assert sequence.following()[0] == "0000000002"


def test_threads_never_get_the_same_id():
    made: list[str] = []

    def work() -> None:
        made.extend([new_id("ast") for _ in range(500)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "exe_",
        "exe",
        "itm_01m81c30ahv3y4ekjqz1x86m1t",
        "exe_01m81c30ahv3y4ekjqz1x86m1",
        "exe_01m81c30ahv3y4ekjqz1x86m1t\n",
        "exe_81m81c30ahv3y4ekjqz1x86m1t",
        "exe_01M81C30AHV3Y4EKJQZ1X86M1T",
        "exe_01m81c30ahv3y4ekjqz1x86m1u",
    ],
)
def test_anything_else_is_no_id(text: str):
    assert not is_id(text, "exe")
