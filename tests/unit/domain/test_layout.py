"""Cards stand in layers: wires lead to the right, nothing overlaps, nothing is left to chance."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.layout import Card, Layout, lay_out


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[Card], list[tuple[str, str]]]:
    """Cards and edges without circles; the list's order is not that of the wires."""
    count = draw(st.integers(0, 14))
    sizes = st.integers(1, 400)
    cards = [Card(f"n{at}", draw(sizes), draw(sizes)) for at in range(count)]
    if count < 2:
        return cards, []
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = [
        (f"n{min(pair)}", f"n{max(pair)}")
        for pair in draw(st.lists(pairs, max_size=30))
        if pair[0] != pair[1]
    ]
    return draw(st.permutations(cards)), edges


def rectangles(cards: list[Card], layout: Layout) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of each card."""
    return [
        (x, y, x + card.width, y + card.height)
        for card in cards
        for x, y in [layout.positions[card.id]]
    ]


@given(drawings(), st.integers(0, 200), st.integers(0, 200))
def test_no_card_overlaps_another(
    drawing: tuple[list[Card], list[tuple[str, str]]], gap_x: int, gap_y: int
):
    cards, edges = drawing
    placed = rectangles(cards, lay_out(cards, edges, gap_x=gap_x, gap_y=gap_y))
    for one, other in combinations(placed, 2):
        apart_x = one[2] <= other[0] or other[2] <= one[0]
        apart_y = one[3] <= other[1] or other[3] <= one[1]
        assert apart_x or apart_y


@given(drawings())
def test_every_source_stands_left_of_its_target(
    drawing: tuple[list[Card], list[tuple[str, str]]],
):
    cards, edges = drawing
    width = {card.id: card.width for card in cards}
    places = lay_out(cards, edges, gap_x=30).positions
    for source, target in edges:
        assert places[source][0] + width[source] + 30 <= places[target][0]


@given(drawings())
def test_the_same_drawing_gets_the_same_places(
    drawing: tuple[list[Card], list[tuple[str, str]]],
):
    cards, edges = drawing
    assert lay_out(cards, edges) == lay_out(list(cards), list(reversed(list(reversed(edges)))))


@given(drawings(), st.integers(-500, 500), st.integers(-500, 500))
def test_the_bounds_hold_every_card_and_begin_where_they_should(
    drawing: tuple[list[Card], list[tuple[str, str]]], left: int, top: int
):
    cards, edges = drawing
    layout = lay_out(cards, edges, left=left, top=top)
    bounds = layout.bounds
    assert (bounds.x, bounds.y) == (left, top)
    if cards:
        placed = rectangles(cards, layout)
        assert min(one[0] for one in placed) == left
        assert max(one[2] for one in placed) <= left + bounds.width
        assert min(one[1] for one in placed) >= top
        assert max(one[3] for one in placed) == top + bounds.height


@given(st.lists(st.integers(1, 300), max_size=12))
def test_cards_without_wires_keep_their_order_in_one_column(heights: list[int]):
    cards = [Card(f"n{at}", 100, height) for at, height in enumerate(heights)]
    places = lay_out(cards, []).positions
    assert list(places) == [card.id for card in cards]
    assert sorted(places.values(), key=lambda place: place[1]) == list(places.values())
    assert {x for x, _ in places.values()} <= {0}


def test_wires_that_would_cross_are_untangled():
    cards = [Card(name, 10, 10) for name in ("a", "b", "x", "y")]
    places = lay_out(cards, [("a", "y"), ("b", "x")]).positions
    assert (places["a"][1] < places["b"][1]) == (places["y"][1] < places["x"][1])


def test_an_input_stands_right_before_what_it_feeds():
    cards = [Card(name, 10, 10) for name in ("a", "b", "c", "late")]
    places = lay_out(cards, [("a", "b"), ("b", "c"), ("late", "c")]).positions
    assert places["late"][0] == places["b"][0]


def test_a_circle_and_wires_from_nowhere_do_no_harm():
    cards = [Card(name, 10, 10) for name in ("a", "b")]
    layout = lay_out(cards, [("a", "b"), ("b", "a"), ("a", "a"), ("ghost", "a")], gap_x=5)
    assert layout.positions == {"a": (0, 0), "b": (15, 0)}
