"""The figures of the running service, for Prometheus."""

from __future__ import annotations

from ivr.metrics import Metrics
from ivr.web.api.route import ApiRoute, Asked, Scope


class MetricsResource:
    """One row in Prometheus' text format; the scrape's token needs the scope `read`."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def routes(self) -> tuple[ApiRoute, ...]:
        """What is asked every few seconds."""
        return (
            ApiRoute(
                "GET",
                "/metrics",
                Scope.READ,
                "Lines, people, calls, promises and everything that is counted, for Prometheus",
                self.get,
                gives=bytes,
                file="text/plain",
            ),
        )

    async def get(self, _asked: Asked) -> bytes:
        """Looked up on the loop, so that no figure is of another moment than its neighbour."""
        return self._metrics.text()
