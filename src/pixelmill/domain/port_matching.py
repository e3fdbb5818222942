"""Which output belongs to which input where an edge does not name both."""

from collections.abc import Callable
from typing import Final, TypeAlias

from pixelmill.domain.catalog import Port
from pixelmill.domain.values import fits

Pair: TypeAlias = tuple[Port, Port]


def matching_pairs(outs: tuple[Port, ...], ins: tuple[Port, ...]) -> list[Pair]:
    """Pairs of ports whose types fit, narrowed as far as the declarations allow.

    Real ports go before form fields, equal types before fitting ones, and equal names before
    others. What is left has one pair when the meaning is clear, none when nothing fits.
    """
    pairs = [(out, into) for out in outs for into in ins if fits(out.type, into.type)]
    for prefer in _PREFERENCES:
        if len(pairs) < 2:
            break
        pairs = [pair for pair in pairs if prefer(*pair)] or pairs
    return pairs


def _is_port(_out: Port, into: Port) -> bool:
    return into.is_port


def _same_type(out: Port, into: Port) -> bool:
    return out.type == into.type


def _same_name(out: Port, into: Port) -> bool:
    return not {out.name, *out.aliases}.isdisjoint((into.name, *into.aliases))


_PREFERENCES: Final[tuple[Callable[[Port, Port], bool], ...]] = (_is_port, _same_type, _same_name)
