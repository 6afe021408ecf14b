"""Calls and people's time by the hour, added up by the database: what staffing lives on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, not_, or_, select

from ivr.domain.records import CallEnd
from ivr.ports import HourOfCalls
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers

HOUR = 3600.0


class SqlTraffic:
    """The Traffic port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def hours(self, department: str, since: float, until: float) -> Sequence[HourOfCalls]:
        """The hours counted from `since` in which calls came, in order; `closed` is no load."""
        with self._readers.reading() as connection:
            place = _hour(connection.dialect.name, since)
            query = _hours(place, department, since, until)
            return tuple(
                HourOfCalls(since + HOUR * int(row[0]), *_figures(row[1:]))
                for row in connection.execute(query)
            )

    def wrapped_up(self, department: str, since: float, until: float) -> float:
        """Seconds of wrap-up that began in this time and are over."""
        spans = tables.agent_states.c
        query = select(func.sum(spans.until - spans.since)).where(
            spans.since >= since,
            spans.since < until,
            spans.until.is_not(None),
            spans.state == "wrap_up",
            spans.department == mended(department),
        )
        with self._readers.reading() as connection:
            return float(connection.execute(query).scalar() or 0.0)


def _hour(dialect: str, since: float) -> ColumnElement[Any]:
    """SQLite has no floor() everywhere, and its cast cuts off; that of PostgreSQL rounds."""
    passed = (tables.calls.c.offered_at - since) / HOUR
    return cast(passed, Integer) if dialect == "sqlite" else func.floor(passed)


def _hours(place: ColumnElement[Any], department: str, since: float, until: float) -> Select[Any]:
    call = tables.calls.c
    answered = call.answered_at.is_not(None)
    # Who was sent on, because everybody had left, was not taken here and did not give up.
    refused = or_(call.refusal != "", call.end == CallEnd.ELSEWHERE.value)
    gone = and_(call.answered_at.is_(None), call.ended_at.is_not(None), not_(refused))
    return (
        select(
            place,
            func.count(),
            _sum(answered, 1),
            _sum(refused, 1),
            _sum(gone, 1),
            _sum(answered, call.answered_at - call.offered_at),
            _sum(gone, call.ended_at - call.offered_at),
            _sum(answered, call.talked),
        )
        .where(
            call.offered_at >= since,
            call.offered_at < until,
            call.department == mended(department),
            call.task == "",
            call.refusal != "closed",
            call.end != CallEnd.OPEN.value,
        )
        .group_by(place)
        .order_by(place)
    )


def _sum(condition: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
    return func.sum(case((condition, value), else_=0))


def _figures(row: Sequence[Any]) -> tuple[int, int, int, int, float, float, float]:
    offered, answered, refused, gone, waited, gone_waited, talked = row
    return (
        int(offered),
        int(answered),
        int(refused),
        int(gone),
        float(waited),
        float(gone_waited),
        float(talked),
    )
