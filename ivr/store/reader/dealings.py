"""What is told of a promise's client: other promises, and calls with their walks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from ivr.domain.events import DealingsKnown
from ivr.domain.records import CallRecord, EscalationRecord
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import CALLS, ESCALATIONS, INTERVIEWS

MOST = 20
"""Earlier promises and calls that are told: a page shows no more."""


def dealings(
    readers: Readers, at: float, promise: str, account: str, numbers: Sequence[str]
) -> DealingsKnown:
    """Earlier dealings with a client, who is known by account or by numbers, newest first."""
    with readers.reading() as connection:
        promises = _promises(connection, promise, account, numbers)
        calls = _calls(connection, account, numbers)
        walks = select(tables.interviews).where(tables.interviews.c.id.in_([c.id for c in calls]))
        return DealingsKnown(
            at, promise, promises, calls, every(connection, INTERVIEWS, walks) if calls else ()
        )


def _promises(
    connection: Connection, promise: str, account: str, numbers: Sequence[str]
) -> tuple[EscalationRecord, ...]:
    table = tables.escalations
    query = select(table).where(_of(table, account, numbers), table.c.id != promise)
    newest = query.order_by(table.c.made_at.desc(), table.c.id.desc()).limit(MOST)
    return every(connection, ESCALATIONS, newest)


def _calls(connection: Connection, account: str, numbers: Sequence[str]) -> tuple[CallRecord, ...]:
    table = tables.calls
    query = select(table).where(_of(table, account, numbers))
    newest = query.order_by(table.c.offered_at.desc(), table.c.id.desc()).limit(MOST)
    return every(connection, CALLS, newest)


def _of(table: Table, account: str, numbers: Sequence[str]) -> ColumnElement[bool]:
    """Rows of this account or of one of these numbers; of nobody where neither is known."""
    by_number = table.c.number.in_([mended(number) for number in numbers if number])
    if not account:
        return by_number
    named = (table.c.account == mended(account)) & (table.c.account != "")
    return or_(by_number, named)
