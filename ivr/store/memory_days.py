"""A department's day in figures, out of a store that is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.domain.promise.escalation import KEPT_AFTER
from ivr.domain.records import CallEnd, CallRecord, EscalationRecord, MissedCallRecord, TaskKind
from ivr.domain.wall import DayCounts
from ivr.store.reader.days import NOT_KEPT, RECOVERED


def day_counts(
    calls: Iterable[CallRecord],
    tasks: Iterable[MissedCallRecord],
    promises: Iterable[EscalationRecord],
    since: float,
) -> DayCounts:
    """The same figures as the database gives, of one department's rows."""
    came = [one for one in calls if one.offered_at >= since and not one.task]
    answered = [one.answered_at - one.offered_at for one in came if one.answered_at is not None]
    missed = [
        one.ended_at - one.offered_at
        for one in came
        if one.answered_at is None and one.ended_at is not None and one.end is not CallEnd.ELSEWHERE
    ]
    ended = [one for one in promises if one.closed_at is not None and not one.joined_to]
    closed = [one for one in ended if (one.closed_at or 0.0) >= since]
    kept = [one for one in closed if one.talked >= KEPT_AFTER and one.result not in NOT_KEPT]
    recovered = [
        one
        for one in tasks
        if one.last_missed_at >= since
        and one.kind is TaskKind.MISSED
        and one.closed_how in RECOVERED
    ]
    return DayCounts(
        len(answered),
        sum(answered),
        len(missed),
        sum(missed),
        len(recovered),
        len(kept),
        len(closed),
    )
