"""The few numbers that tell an operator how this process is doing, for Prometheus."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from pixelmill.services.house import House
from pixelmill.services.watching import count_open_items

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class Metrics:
    """The numbers of one process; each application has its own registry."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pixelmill_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "pixelmill_http_request_seconds",
            "Time to the end of the reply.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._accepted = Counter(
            "pixelmill_executions_accepted", "Executions accepted.", registry=self._registry
        )
        self._replayed = Counter(
            "pixelmill_executions_replayed",
            "Answers given again for the same Idempotency-Key.",
            registry=self._registry,
        )
        self._open_items = Gauge(
            "pixelmill_items_open",
            "Items not finished yet, by state.",
            ("state",),
            registry=self._registry,
        )
        self._children = Gauge(
            "pixelmill_child_processes", "Child processes that compute.", registry=self._registry
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def accepted(self, *, replayed: bool) -> None:
        """One execution was accepted, or its answer given again."""
        (self._replayed if replayed else self._accepted).inc()

    async def text(self, house: House) -> bytes:
        """Everything in Prometheus' text format."""
        self._children.set(len(house.parts.pool.pids()))
        for state, count in (await count_open_items(house)).items():
            self._open_items.labels(state).set(count)
        return generate_latest(self._registry)
