"""What a start needs: everything that is still open, in one consistent look."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, literal_column, select

from ivr.domain.client.traces import UNSETTLED_SECONDS
from ivr.domain.events import Restored
from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationState,
    InterviewRecord,
    LastAgent,
    MeetingState,
)
from ivr.store import tables
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import (
    ACCOUNT_NUMBERS,
    ACCOUNTS,
    AGENT_STATES,
    ATTEMPTS,
    CALLS,
    ESCALATIONS,
    INTERVIEWS,
    MEETINGS,
    MISSED_CALLS,
    OWNERS,
)

REMEMBERED_SECONDS = 90 * 86400.0
"""How long it is remembered who talked with a number last."""

TOLL_SECONDS = 86400.0
"""How far back the toll guard counts dials."""

MEETING_SECONDS = 86400.0
"""How long after its begin a meeting may still be moved."""

OPEN_STATES = tuple(s.value for s in EscalationState if s is not EscalationState.CLOSED)


def restored(readers: Readers, at: float) -> Restored:
    """All that is open at `at`, each kind in the order in which it began."""
    with readers.reading() as connection:
        return Restored(
            at,
            calls=_calls(connection, at),
            interviews=_walks(connection, at),
            escalations=every(connection, ESCALATIONS, _ESCALATIONS),
            attempts=every(connection, ATTEMPTS, _ATTEMPTS),
            missed=every(connection, MISSED_CALLS, _MISSED),
            states=every(connection, AGENT_STATES, _STATES),
            accounts=every(connection, ACCOUNTS, _ACCOUNTS),
            numbers=every(connection, ACCOUNT_NUMBERS, _NUMBERS),
            last_agents=_last_agents(connection, at - REMEMBERED_SECONDS),
            tried=_tried(connection, at),
            meetings=every(connection, MEETINGS, _meetings(at - MEETING_SECONDS)),
            owners=every(connection, OWNERS, _OWNERS),
            joined=_joined_lately(connection, at),
        )


def _tried(connection: Connection, at: float) -> tuple[AttemptRecord, ...]:
    """Attempts that have ended: of promises that are open or have joined, and all lately."""
    table = tables.attempts
    ended = select(table).where(table.c.ended_at.is_not(None))
    open_promises = select(tables.escalations.c.id).where(
        tables.escalations.c.state.in_(OPEN_STATES)
    )
    of_open = every(connection, ATTEMPTS, ended.where(table.c.promise.in_(open_promises)))
    gone = select(tables.escalations.c.id).where(*_joined(at))
    of_joined = every(connection, ATTEMPTS, ended.where(table.c.promise.in_(gone)))
    lately = every(connection, ATTEMPTS, ended.where(table.c.claimed_at >= at - TOLL_SECONDS))
    distinct = {attempt.id: attempt for attempt in (*of_open, *of_joined, *lately)}
    return tuple(sorted(distinct.values(), key=lambda attempt: (attempt.made_at, attempt.id)))


def _joined_lately(connection: Connection, at: float) -> tuple[tuple[str, str], ...]:
    table = tables.escalations.c
    found = connection.execute(select(table.id, table.call).where(*_joined(at)))
    return tuple((promise, call) for promise, call in found)


def _joined(at: float) -> tuple[ColumnElement[bool], ...]:
    """Promises that have joined another one, which may still be open; as the index says it."""
    table = tables.escalations.c
    return table.joined_to != literal_column("''"), table.closed_at >= at - REMEMBERED_SECONDS


def _meetings(since: float) -> Select[Any]:
    table = tables.meetings
    coming = select(table).where(
        table.c.starts_at >= since, table.c.state == MeetingState.SET.value
    )
    return coming.order_by(table.c.starts_at, table.c.id)


def _last_agents(connection: Connection, since: float) -> tuple[LastAgent, ...]:
    """Who talked with each number last; the newest call wins."""
    calls = tables.calls.c
    talked = (
        select(calls.number, calls.agent, calls.offered_at)
        .where(calls.offered_at >= since, calls.number != "", calls.agent != "")
        .order_by(calls.offered_at)
    )
    last = {number: LastAgent(number, who, at) for number, who, at in connection.execute(talked)}
    return tuple(last.values())


def _walks(connection: Connection, at: float) -> tuple[InterviewRecord, ...]:
    """Of an open call, or unsettled and young enough that somebody may still finish it.

    Two questions, since one with an OR between them makes PostgreSQL read the whole history.
    """
    young = select(tables.interviews).where(*_young(at))
    found = [*every(connection, INTERVIEWS, _WALKS), *every(connection, INTERVIEWS, young)]
    distinct = {walk.id: walk for walk in found}
    return tuple(sorted(distinct.values(), key=lambda walk: (walk.began_at, walk.id)))


def _calls(connection: Connection, at: float) -> tuple[CallRecord, ...]:
    """Open ones, and those that ended before somebody had settled what they were about."""
    unsettled = select(tables.interviews.c.call).where(*_young(at))
    ended = select(tables.calls).where(tables.calls.c.id.in_(unsettled))
    found = [*every(connection, CALLS, _CALLS), *every(connection, CALLS, ended)]
    distinct = {call.id: call for call in found}
    return tuple(sorted(distinct.values(), key=lambda call: (call.offered_at, call.id)))


def _young(at: float) -> tuple[ColumnElement[bool], ...]:
    walks = tables.interviews.c
    return walks.settled_at.is_(None), walks.began_at >= at - UNSETTLED_SECONDS


def _open_rows(table: Table, is_open: ColumnElement[bool], began: str) -> Select[Any]:
    return select(table).where(is_open).order_by(table.c[began], table.c.id)


_OPEN_CALL = tables.calls.c.ended_at.is_(None)
_CALLS = _open_rows(tables.calls, _OPEN_CALL, "offered_at")
_WALKS = select(tables.interviews).where(
    tables.interviews.c.id.in_(select(tables.calls.c.id).where(_OPEN_CALL))
)
_ESCALATIONS = _open_rows(
    tables.escalations, tables.escalations.c.state.in_(OPEN_STATES), "made_at"
)
_ATTEMPTS = _open_rows(tables.attempts, tables.attempts.c.ended_at.is_(None), "made_at")
_MISSED = _open_rows(
    tables.missed_calls, tables.missed_calls.c.closed_at.is_(None), "first_missed_at"
)
_STATES = _open_rows(tables.agent_states, tables.agent_states.c.until.is_(None), "since")
_ACCOUNTS = select(tables.accounts).order_by(tables.accounts.c.made_at, tables.accounts.c.id)
"""Those that are gone too: one of the admin's file must not come back by itself."""
_NUMBERS = select(tables.account_numbers).order_by(
    tables.account_numbers.c.learned_at, tables.account_numbers.c.id
)
_OWNERS = _open_rows(tables.owners, tables.owners.c.until.is_(None), "since")
