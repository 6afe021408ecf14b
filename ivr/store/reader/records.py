"""What pages ask for: one call, one promise, and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import literal_column, select

from ivr.domain.records import (
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
    StretchRecord,
)
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.joined import joined_too, with_joined
from ivr.store.reader.pool import Readers
from ivr.store.rows import (
    AGENT_STATES,
    ATTEMPTS,
    CALLS,
    ESCALATIONS,
    INTERVIEWS,
    MEETINGS,
    MISSED_CALLS,
    OWNERS,
    STRETCHES,
)


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
    """The promises made in this call and those that they have joined, oldest first."""
    table = tables.escalations
    with readers.reading() as connection:
        found = with_joined(connection, select(table).where(table.c.call == mended(call)))
    return joined_too(found.values(), found)


def attempts_of(readers: Readers, promise: str) -> Sequence[AttemptRecord]:
    """The attempts to keep this promise, or to return this missed call, oldest first."""
    table = tables.attempts
    query = select(table).where(table.c.promise == mended(promise))
    return readers.all(ATTEMPTS, query.order_by(table.c.made_at, table.c.id))


def next_due(readers: Readers, department: str, at: float) -> EscalationRecord | None:
    """The department's callback that is due longest, None if none is due yet."""
    table = tables.escalations
    due = select(table).where(
        table.c.state == literal_column("'callback'"),  # as the partial index says it
        table.c.department == mended(department),
        table.c.due_at <= at,
    )
    return readers.one(ESCALATIONS, due.order_by(table.c.due_at))


def meeting(readers: Readers, meeting: str) -> MeetingRecord | None:
    """The meeting of this id."""
    table = tables.meetings
    return readers.one(MEETINGS, select(table).where(table.c.id == mended(meeting)))


def owners_of(readers: Readers, client: str) -> Sequence[OwnerRecord]:
    """Who has owned this client, oldest first."""
    table = tables.owners
    query = select(table).where(table.c.client == mended(client))
    return readers.all(OWNERS, query.order_by(table.c.since, table.c.id))


def missed_call(readers: Readers, task: str) -> MissedCallRecord | None:
    """The task of this id, open or closed."""
    table = tables.missed_calls
    return readers.one(MISSED_CALLS, select(table).where(table.c.id == mended(task)))


def open_missed(readers: Readers, department: str) -> Sequence[MissedCallRecord]:
    """The department's callers who talked with nobody yet, who waits longest first."""
    table = tables.missed_calls
    query = select(table).where(
        table.c.department == mended(department), table.c.closed_at.is_(None)
    )
    return readers.all(MISSED_CALLS, query.order_by(table.c.first_missed_at, table.c.id))


def stretches_of(readers: Readers, call: str) -> Sequence[StretchRecord]:
    """The ledger of this call: who did what with the caller, oldest first."""
    table = tables.stretches
    query = select(table).where(table.c.call == mended(call))
    return readers.all(STRETCHES, query.order_by(table.c.began_at, table.c.id))


def agent_states(readers: Readers, since: float, until: float) -> Sequence[AgentStateRecord]:
    """People's spans that began in this time, oldest first."""
    table = tables.agent_states
    query = select(table).where(table.c.since >= since, table.c.since < until)
    return readers.all(AGENT_STATES, query.order_by(table.c.since, table.c.id))
