"""Money: entries, balances, quotes, and how credits are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain import credits as money
from pixelmill.domain.credits import Balance, Entry, EntryKind, Overdrawn, quote, quote_line

AMOUNTS = st.integers(0, 5_000)
ENTRIES = st.one_of(
    AMOUNTS.map(money.grant),
    AMOUNTS.map(money.hold),
    AMOUNTS.map(money.capture),
    AMOUNTS.map(money.release),
    AMOUNTS.map(money.refund),
    st.integers(-5_000, 5_000).map(money.adjust),
)


@given(st.lists(ENTRIES, max_size=40))
def test_the_ledger_sums_to_the_balance_and_never_falls_below_zero(entries: list[Entry]):
    balance, written = Balance(), []
    for entry in entries:
        try:
            balance = balance.after(entry)
        except Overdrawn:
            continue
        written.append(entry)
        assert balance.available >= 0
        assert balance.held >= 0
    assert balance.available == sum(entry.amount for entry in written)
    assert balance.held == sum(entry.held for entry in written)


@given(st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=20))
def test_what_was_held_is_captured_or_released_and_nothing_is_lost(node_runs):
    total = sum(amount for amount, _ in node_runs)
    balance = Balance().after(money.grant(total)).after(money.hold(total))
    for amount, succeeded in node_runs:
        balance = balance.after(money.capture(amount) if succeeded else money.release(amount))
    spent = sum(amount for amount, succeeded in node_runs if succeeded)
    assert balance == Balance(available=total - spent, held=0)


def test_what_is_not_there_cannot_be_held():
    with pytest.raises(Overdrawn, match="Required: 10, Available: 3") as caught:
        Balance(available=3_000).after(money.hold(10_000))
    assert caught.value.status == 402
    assert caught.value.code == "insufficient_credits"


def test_what_is_not_held_cannot_be_captured():
    with pytest.raises(Overdrawn, match="Only 1 credits are held"):
        Balance(available=9_000, held=1_000).after(money.capture(1_001))


@pytest.mark.parametrize(
    "entry", [money.grant, money.hold, money.capture, money.release, money.refund]
)
def test_amounts_are_never_negative(entry):
    with pytest.raises(ValueError, match="zero or more"):
        entry(-1)


def test_only_an_adjustment_may_have_either_sign():
    assert money.adjust(-5) == Entry(EntryKind.ADJUST, -5, 0)


LINES = (
    quote_line(
        node_id="g",
        number=2,
        label="Flux",
        model="flux-2-pro",
        unit_millicredits=10_500,
        units_per_item=2,
        items=3,
    ),
    quote_line(
        node_id="r",
        number=3,
        label="Resize",
        model=None,
        unit_millicredits=0,
        units_per_item=1,
        items=3,
    ),
)


def test_a_quote_adds_up():
    whole = quote(LINES, items=3)
    assert (whole.millicredits, whole.per_item) == (63_000, 21_000)
    assert quote((), 0) == money.Quote()


def test_the_share_of_one_item_is_rounded_up():
    assert quote(LINES, items=4).per_item == 15_750
    assert quote(LINES, items=11).per_item == 5_728


def test_a_quote_that_is_not_covered_is_refused_with_its_breakdown():
    problem = money.not_enough(quote(LINES, items=3), 3_250)
    assert problem.detail == "Insufficient credits. Required: 63, Available: 3.25"
    assert problem.extra == {
        "insufficientCredits": True,
        "requiredCredits": 63,
        "availableCredits": 3.25,
        "breakdown": [
            {
                "nodeId": "g",
                "nodeLabel": "Flux",
                "number": 2,
                "model": "flux-2-pro",
                "credits": 63,
                "cost": 63,
                "unitCredits": 10.5,
                "iterations": 6,
            }
        ],
    }


@given(st.integers(-(10**12), 10**12))
def test_credits_are_shown_with_three_decimals_and_read_back_exactly(millicredits: int):
    text = repr(money.shown(millicredits))
    assert len(text.partition(".")[2]) <= 3
    assert money.to_millicredits(text) == millicredits


@pytest.mark.parametrize("wrong", ["0.0005", "ten", "nan", "inf", ""])
def test_credits_that_are_no_number_of_three_decimals_are_refused(wrong: str):
    with pytest.raises(ValueError, match="three decimals"):
        money.to_millicredits(wrong)


def test_credits_may_be_given_as_a_number():
    assert money.to_millicredits(0.1) == 100
    assert money.to_millicredits(7) == 7_000
