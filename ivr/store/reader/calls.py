"""Past calls by pages, newest first: each page is one walk along an index, however long the past.

A page goes on after the last row of the one before, never by counting rows from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, text

from ivr.domain.records import CallRecord, InterviewRecord
from ivr.ports import Bookmark, CallsWanted, PastCall, PastPage
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import CALLS, INTERVIEWS, STRETCHES

IS_TALK = text("stretches.kind = 'talked'")
HAS_ACCOUNT = text("calls.account <> ''")
"""In words and not as parameters: only so does SQLite see that its partial indices fit."""


class SqlPastCalls:
    """The PastCalls port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def page(self, wanted: CallsWanted, after: Bookmark | None, most: int) -> PastPage:
        """At most `most` calls behind `after`, and where the next page begins."""
        with self._readers.reading() as connection:
            if wanted.person:
                return _talked(connection, wanted, after, most)
            found = _calls(connection, wanted, after, most + 1)
            page, more = found[:most], len(found) > most
            last = Bookmark(page[-1].offered_at, page[-1].id) if more else None
            return PastPage(_with_walks(connection, page), last)


def _calls(
    connection: Connection, wanted: CallsWanted, after: Bookmark | None, most: int
) -> list[CallRecord]:
    """Of several companies each has its own stretch of the index; the newest of all come first."""
    query = calls_query(wanted, after, most)
    if wanted.accounts is None:
        return list(every(connection, CALLS, query))
    each = (every(connection, CALLS, of_account(query, account)) for account in wanted.accounts)
    newest = merge(*each, key=lambda call: (call.offered_at, call.id), reverse=True)
    return list(islice(newest, most))


def calls_query(wanted: CallsWanted, after: Bookmark | None, most: int) -> Select[Any]:
    """Calls by number or by time alone; companies are asked for one by one, `of_account`."""
    table = tables.calls.c
    query = select(tables.calls).where(*_between(table.offered_at, table.id, wanted, after))
    if wanted.number:
        query = query.where(table.number == mended(wanted.number))
    return query.order_by(table.offered_at.desc(), table.id.desc()).limit(most)


def of_account(query: Select[Any], account: str) -> Select[Any]:
    """The same for the calls of one company."""
    return query.where(tables.calls.c.account == mended(account), HAS_ACCOUNT)


def talks_query(wanted: CallsWanted, after: Bookmark | None, most: int) -> Select[Any]:
    """The talks of one person, by the ledger."""
    table = tables.stretches.c
    query = select(tables.stretches).where(
        table.person == mended(wanted.person),
        IS_TALK,
        *_between(table.began_at, table.id, wanted, after),
    )
    return query.order_by(table.began_at.desc(), table.id.desc()).limit(most)


def _talked(
    connection: Connection, wanted: CallsWanted, after: Bookmark | None, most: int
) -> PastPage:
    """Calls in which this person talked, the newest talk first, each once a page."""
    talks = every(connection, STRETCHES, talks_query(wanted, after, most + 1))
    page, more = talks[:most], len(talks) > most
    last = Bookmark(page[-1].began_at, page[-1].id) if more else None
    ids = list(dict.fromkeys(talk.call for talk in page))
    found = select(tables.calls).where(tables.calls.c.id.in_(ids))
    calls = {call.id: call for call in every(connection, CALLS, found)}
    return PastPage(_with_walks(connection, [calls[id] for id in ids if id in calls]), last)


def _with_walks(connection: Connection, calls: Sequence[CallRecord]) -> tuple[PastCall, ...]:
    ids = [call.id for call in calls]
    wanted = select(tables.interviews).where(tables.interviews.c.id.in_(ids))
    walks: dict[str, InterviewRecord] = {
        walk.call: walk for walk in every(connection, INTERVIEWS, wanted)
    }
    return tuple(PastCall(call, walks.get(call.id)) for call in calls)


def _between(
    at: ColumnElement[float],
    id: ColumnElement[str],
    wanted: CallsWanted,
    after: Bookmark | None,
) -> list[ColumnElement[bool]]:
    found = []
    if wanted.since is not None:
        found.append(at >= wanted.since)
    if wanted.until is not None:
        found.append(at < wanted.until)
    if after is not None:
        behind = or_(at < after.at, id < mended(after.id))
        found.append(and_(at <= after.at, behind))
    return found
