"""What the service holds and has counted, as Prometheus asks for it.

Names follow Prometheus' own rules: gauges as they are, what only grows ends in `_total`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ivr.domain.reception.floor import Floor
from ivr.ports import StoreHealth, StoreState

Counted = Mapping[str, Mapping[str, int]]
"""How often each thing happened since the start, by the part that counts it."""


class Metrics(Collector):
    """Looks at the live parts when it is asked; keeps nothing of its own."""

    def __init__(
        self,
        floor: Callable[[], Floor],
        health: Callable[[], StoreHealth],
        pages: Callable[[], int],
        counted: Callable[[], Counted],
    ) -> None:
        self._floor = floor
        self._health = health
        self._pages = pages
        self._counted = counted
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """One family after the other."""
        floor, health = self._floor(), self._health()
        lost = floor.link_lost_at is not None
        yield _gauge("asterisk_up", "1 while Asterisk is heard and has been read", not lost)
        yield _gauge("pages", "Pages of people that are open", self._pages())
        yield from _lines(floor)
        yield _by(
            "people",
            "People by what they do now",
            ("department", "state"),
            ((one.department, one.state) for one in floor.agents.values()),
        )
        yield _by(
            "calls",
            "Callers by where they are now",
            ("department", "phase"),
            ((one.record.department, one.phase) for one in floor.calls.values()),
        )
        yield _by(
            "promises",
            "Promises to clients that are open, by state",
            ("department", "state"),
            ((one.record.department, one.record.state) for one in floor.escalations.values()),
        )
        yield _by(
            "missed_calls",
            "Callers whom a department has still to call back",
            ("department",),
            ((department,) for department, _ in floor.missed),
        )
        yield from _store(health)
        yield _happened(self._counted())


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"linetree_{name}", says, value=value)


def _by(name: str, says: str, labels: tuple[str, ...], each: Iterator[tuple[str, ...]]) -> Metric:
    """How many there are of each kind; kinds of which there are none are not told."""
    family = GaugeMetricFamily(f"linetree_{name}", says, labels=labels)
    for kind, count in sorted(Counter(each).items()):
        family.add_metric(kind, count)
    return family


def _lines(floor: Floor) -> Iterator[Metric]:
    lines = GaugeMetricFamily("linetree_lines", "Lines of a department", labels=("department",))
    used = GaugeMetricFamily(
        "linetree_lines_used", "Lines that a call holds", labels=("department",)
    )
    for name, group in sorted(floor.groups.items()):
        lines.add_metric((name,), group.lines)
        used.add_metric((name,), group.used)
    yield lines
    yield used


def _store(health: StoreHealth) -> Iterator[Metric]:
    yield _gauge("store_up", "1 while the database takes rows", health.state is not StoreState.DOWN)
    yield _gauge("store_queued_rows", "Rows that wait for the disk", health.queued)
    lost = CounterMetricFamily(
        "linetree_store_lost_rows", "Rows that are not in the database, by why", labels=("why",)
    )
    lost.add_metric(("refused",), health.refused)
    lost.add_metric(("dropped",), health.dropped)
    yield lost


def _happened(counted: Counted) -> Metric:
    family = CounterMetricFamily(
        "linetree_happened",
        "What the service met and went on from, by the part that counts it",
        labels=("part", "what"),
    )
    for part, counts in sorted(counted.items()):
        for what, count in sorted(counts.items()):
            family.add_metric((part, what), count)
    return family
