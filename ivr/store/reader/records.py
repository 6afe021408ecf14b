"""What pages ask for: one call, one promise, and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MissedCallRecord,
)
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers
from ivr.store.rows import ATTEMPTS, CALLS, ESCALATIONS, INTERVIEWS, MISSED_CALLS


def call(readers: Readers, call: str) -> CallRecord | None:
    """The call of this id."""
    table = tables.calls
    return readers.one(CALLS, select(table).where(table.c.id == mended(call)))


def interview(readers: Readers, call: str) -> InterviewRecord | None:
    """The walk of this call."""
    table = tables.interviews
    return readers.one(INTERVIEWS, select(table).where(table.c.id == mended(call)))


def calls_of(readers: Readers, number: str, most: int) -> Sequence[CallRecord]:
    """This number's calls, newest first; none for "", whose callers are different people."""
    if not number or most < 1:
        return ()
    table = tables.calls
    query = select(table).where(table.c.number == mended(number))
    newest_first = query.order_by(table.c.offered_at.desc(), table.c.id.desc())
    return readers.all(CALLS, newest_first.limit(most))


def escalation(readers: Readers, escalation: str) -> EscalationRecord | None:
    """The promise of this id."""
    table = tables.escalations
    return readers.one(ESCALATIONS, select(table).where(table.c.id == mended(escalation)))


def escalations_of(readers: Readers, call: str) -> Sequence[EscalationRecord]:
    """The promises made in this call, oldest first."""
    table = tables.escalations
    query = select(table).where(table.c.call == mended(call))
    return readers.all(ESCALATIONS, query.order_by(table.c.made_at, table.c.id))


def attempts_of(readers: Readers, escalation: str) -> Sequence[AttemptRecord]:
    """The attempts to keep this promise, oldest first."""
    table = tables.attempts
    query = select(table).where(table.c.escalation == mended(escalation))
    return readers.all(ATTEMPTS, query.order_by(table.c.made_at, table.c.id))


def open_missed(readers: Readers, department: str) -> Sequence[MissedCallRecord]:
    """The department's callers who talked with nobody yet, who waits longest first."""
    table = tables.missed_calls
    query = select(table).where(
        table.c.department == mended(department), table.c.closed_at.is_(None)
    )
    return readers.all(MISSED_CALLS, query.order_by(table.c.first_missed_at, table.c.id))
