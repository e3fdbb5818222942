"""A card is as large as the canvas measured it, or as large as its form lets expect."""

import pytest

from pixelmill.domain.card_sizes import WIDTH, card_size
from tests.unit.domain.sample_catalog import CATALOG


@pytest.mark.parametrize(
    "node",
    [
        {"measured": {"width": 199.2, "height": 99.5}, "width": 5, "height": 5},
        {"width": 200, "height": 100},
        {"style": {"width": 200, "height": 100}},
    ],
)
def test_what_was_measured_counts(node: dict[str, object]):
    size = card_size(node, None)
    assert (size.width, size.height, size.source) == (200, 100, "measured")


@pytest.mark.parametrize("value", [None, "200px", True, -1, 0, float("nan"), float("inf")])
def test_what_is_no_length_is_estimated(value: object):
    size = card_size({"width": value, "height": 100}, None)
    assert (size.width, size.source) == (WIDTH, "estimated")


def test_more_ports_make_a_higher_card():
    heights = {name: card_size({}, one).height for name, one in CATALOG.items()}
    assert min(heights.values()) > 0
    assert len(set(heights.values())) > 1
