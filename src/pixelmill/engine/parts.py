"""What the engine works with, handed to it once by the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass

from pixelmill.db.database import Database
from pixelmill.db.writer import GroupWriter
from pixelmill.engine.hub import Hub
from pixelmill.engine.vendors import Vendor
from pixelmill.kit.clock import Clock
from pixelmill.outbound import Door
from pixelmill.pool import ChildPool
from pixelmill.sdk.registry import NodeRegistry, ProviderRegistry
from pixelmill.sdk.storage import Storage


@dataclass(frozen=True, slots=True)
class Parts:
    """The engine's shelves and plugs."""

    database: Database
    writer: GroupWriter
    storage: Storage
    door: Door
    pool: ChildPool
    nodes: NodeRegistry
    providers: ProviderRegistry
    vendors: Mapping[str, Vendor]
    hub: Hub
    clock: Clock
