"""A department's day in figures: what the wall counts, asked of the database at each look."""

from __future__ import annotations

from sqlalchemy import Connection, Select, and_, case, func, select

from ivr.domain.promise.escalation import KEPT_AFTER
from ivr.domain.records import CallEnd, TaskKind
from ivr.domain.wall import DayCounts
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers

RECOVERED = ("served", "called")
"""How the task of a missed call is closed when somebody has talked with its caller."""

NOT_KEPT = ("", "refused")
"""A promise that ended so was closed, but not kept."""


def day_counts(readers: Readers, department: str, sales: str, since: float) -> DayCounts:
    """Everything of this department since the day began at `since`, seen at one moment."""
    with readers.reading() as connection:
        answered, waited, missed, in_vain = _calls(connection, department, since)
        kept, closed = _promises(connection, sales, since)
        recovered = connection.execute(_recovered(department, since)).scalar_one()
    return DayCounts(answered, waited, missed, in_vain, recovered, kept, closed)


def _calls(connection: Connection, department: str, since: float) -> tuple[int, float, int, float]:
    """Answered and missed calls, and the seconds that each sort has waited."""
    calls = tables.calls.c
    talked = calls.answered_at.is_not(None)
    ended = and_(calls.answered_at.is_(None), calls.ended_at.is_not(None))
    missed = and_(ended, calls.end != CallEnd.ELSEWHERE.value)
    query = select(
        func.count(calls.answered_at),
        func.sum(case((talked, calls.answered_at - calls.offered_at), else_=0.0)),
        func.sum(case((missed, 1), else_=0)),
        func.sum(case((missed, calls.ended_at - calls.offered_at), else_=0.0)),
    ).where(calls.offered_at >= since, calls.department == mended(department), calls.task == "")
    answered, waited, lost, in_vain = connection.execute(query).one()
    return answered, float(waited or 0.0), int(lost or 0), float(in_vain or 0.0)


def _recovered(department: str, since: float) -> Select[int]:
    tasks = tables.missed_calls.c
    return select(func.count()).where(
        tasks.last_missed_at >= since,
        tasks.department == mended(department),
        tasks.kind == TaskKind.MISSED.value,
        tasks.closed_how.in_(RECOVERED),
    )


def _promises(connection: Connection, sales: str, since: float) -> tuple[int, int]:
    """Promises kept, and promises closed in any way; one that has joined another is that one."""
    promises = tables.escalations.c
    was_kept = and_(promises.talked >= KEPT_AFTER, promises.result.not_in(NOT_KEPT))
    query = select(func.sum(case((was_kept, 1), else_=0)), func.count()).where(
        promises.closed_at >= since,
        promises.department == mended(sales),
        promises.joined_to == "",
    )
    kept, closed = connection.execute(query).one()
    return int(kept or 0), closed
