"""What every use case works with: the running parts of this installation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pixelmill.domain.limits import PlanLimits
from pixelmill.engine.engine import Engine
from pixelmill.engine.parts import Parts


@dataclass(frozen=True, slots=True)
class House:
    """The parts, and the facts of this installation.

    ``engine`` is None in a process that only accepts. ``secret`` signs links. ``public_url`` is
    the address under which people reach us, without a slash at its end.
    """

    parts: Parts
    engine: Engine | None
    plans: Mapping[str, PlanLimits]
    secret: bytes = field(repr=False)
    public_url: str
    simulate: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a workspace, the scopes it came with, and the key that proved it."""

    workspace_id: str
    plan: str
    scopes: frozenset[str]
    key_id: str | None = None
