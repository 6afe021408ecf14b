"""What a start needs: everything that is still open, in one consistent look."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from ivr.domain.events import Restored
from ivr.domain.records import EscalationState
from ivr.store import tables
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import ATTEMPTS, CALLS, ESCALATIONS, INTERVIEWS, MISSED_CALLS

UNDECIDED_SECONDS = 4 * 3600.0
"""How long after its begin a walk without an outcome is still worth finishing."""

OPEN_STATES = tuple(s.value for s in EscalationState if s is not EscalationState.CLOSED)


def restored(readers: Readers, at: float) -> Restored:
    """All that is open at `at`, each kind in the order in which it began."""
    calls, walks, promises = tables.calls, tables.interviews, tables.escalations
    attempts, missed = tables.attempts, tables.missed_calls
    with readers.reading() as connection:
        return Restored(
            at,
            calls=every(
                connection,
                CALLS,
                select(calls)
                .where(calls.c.ended_at.is_(None))
                .order_by(calls.c.offered_at, calls.c.id),
            ),
            interviews=every(
                connection,
                INTERVIEWS,
                select(walks).where(_is_live_walk(at)).order_by(walks.c.began_at, walks.c.id),
            ),
            escalations=every(
                connection,
                ESCALATIONS,
                select(promises)
                .where(promises.c.state.in_(OPEN_STATES))
                .order_by(promises.c.made_at, promises.c.id),
            ),
            attempts=every(
                connection,
                ATTEMPTS,
                select(attempts)
                .where(attempts.c.ended_at.is_(None))
                .order_by(attempts.c.made_at, attempts.c.id),
            ),
            missed=every(
                connection,
                MISSED_CALLS,
                select(missed)
                .where(missed.c.closed_at.is_(None))
                .order_by(missed.c.first_missed_at, missed.c.id),
            ),
        )


def _is_live_walk(at: float) -> ColumnElement[bool]:
    """Of an open call, or undecided and young enough that somebody may still finish it."""
    walks, calls = tables.interviews, tables.calls
    of_open_call = walks.c.id.in_(select(calls.c.id).where(calls.c.ended_at.is_(None)))
    young = and_(walks.c.decided_at.is_(None), walks.c.began_at >= at - UNDECIDED_SECONDS)
    return or_(of_open_call, young)
