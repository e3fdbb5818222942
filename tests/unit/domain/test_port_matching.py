"""Which ports belong together where an edge names none."""

from pixelmill.domain.catalog import Port, find_port
from pixelmill.domain.port_matching import matching_pairs
from pixelmill.domain.values import ValueType

TEXT = Port("text", ValueType.TEXT, aliases=("prompt",))
IMAGE = Port("image", ValueType.IMAGE)
MASK = Port("mask", ValueType.MASK)


def names(outs, ins):
    return [(out.name, into.name) for out, into in matching_pairs(outs, ins)]


def test_nothing_fits_where_the_types_differ():
    assert names((TEXT,), (IMAGE,)) == []


def test_a_real_port_goes_before_a_form_field():
    field = Port("caption", ValueType.TEXT, is_port=False)
    assert names((TEXT,), (field, Port("note", ValueType.TEXT))) == [("text", "note")]


def test_an_equal_type_goes_before_a_fitting_one():
    assert names((MASK,), (IMAGE, MASK)) == [("mask", "mask")]


def test_an_equal_name_goes_before_another():
    fields = tuple(
        Port(name, ValueType.TEXT, is_port=False) for name in ("negative_prompt", "prompt")
    )
    assert names((TEXT,), fields) == [("text", "prompt")]


def test_what_stays_unclear_stays_plural():
    ports = (Port("background", ValueType.IMAGE), Port("foreground", ValueType.IMAGE))
    assert len(names((IMAGE,), ports)) == 2


def test_a_name_goes_before_an_alias():
    ports = (Port("a", ValueType.TEXT, aliases=("b",)), Port("b", ValueType.TEXT))
    assert find_port(ports, "b") is ports[1]
    assert find_port(ports[:1], "b") is ports[0]
    assert find_port(ports, "c") is None
