"""Promises and owed calls by pages, newest first: each page goes on behind the last row."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select

from ivr.domain.records import EscalationRecord, EscalationState, MissedCallRecord
from ivr.ports import Bookmark, PromisesWanted
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import ESCALATIONS, MISSED_CALLS
from ivr.store.tables import escalations, missed_calls

Owed = EscalationRecord | MissedCallRecord


class SqlPromises:
    """The Promises port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def escalations(
        self, wanted: PromisesWanted, after: Bookmark | None, most: int
    ) -> Sequence[EscalationRecord]:
        """By when they were made."""
        return self._readers.all(ESCALATIONS, _escalations(wanted, after, most))

    def callbacks(
        self, wanted: PromisesWanted, after: Bookmark | None, most: int
    ) -> Sequence[Owed]:
        """Calls that are owed or were: promises by callback, and callers whom nobody took."""
        promised = _escalations(wanted, after, most).where(_is_a_call())
        with self._readers.reading() as connection:
            sales: list[Owed] = [*every(connection, ESCALATIONS, promised)]
            client: list[Owed] = []
            if not (wanted.owner or wanted.account):  # a missed call has neither
                client = [*every(connection, MISSED_CALLS, _missed(wanted, after, most))]
        return list(islice(merge(sales, client, key=place_of, reverse=True), most))

    def missed(self, id: str) -> MissedCallRecord | None:
        """The task of a missed call by its id."""
        query = select(missed_calls).where(missed_calls.c.id == mended(id))
        return self._readers.one(MISSED_CALLS, query)


def place_of(row: Owed) -> tuple[float, str]:
    """Where a row stands in the order of pages: when it began, and its id."""
    began = row.made_at if isinstance(row, EscalationRecord) else row.first_missed_at
    return began, row.id


def _escalations(wanted: PromisesWanted, after: Bookmark | None, most: int) -> Select[Any]:
    table = escalations.c
    query = _page(escalations, table.made_at, wanted, after, most)
    if wanted.owner:
        query = query.where(table.owner == mended(wanted.owner))
    if wanted.account:
        query = query.where(table.account == mended(wanted.account))
    if wanted.open is not None:
        closed = table.state == EscalationState.CLOSED.value
        query = query.where(~closed if wanted.open else closed)
    return query


def _missed(wanted: PromisesWanted, after: Bookmark | None, most: int) -> Select[Any]:
    table = missed_calls.c
    query = _page(missed_calls, table.first_missed_at, wanted, after, most)
    if wanted.open is not None:
        is_open = table.closed_at.is_(None)
        query = query.where(is_open if wanted.open else ~is_open)
    return query


def _page(
    table: Table,
    began: ColumnElement[float],
    wanted: PromisesWanted,
    after: Bookmark | None,
    most: int,
) -> Select[Any]:
    query = select(table).order_by(began.desc(), table.c.id.desc()).limit(most)
    for column in ("state", "department", "number"):
        if value := getattr(wanted, column):
            query = query.where(table.c[column] == mended(value))
    if wanted.since is not None:
        query = query.where(began >= wanted.since)
    if wanted.until is not None:
        query = query.where(began < wanted.until)
    if after is not None:
        behind = or_(began < after.at, table.c.id < mended(after.id))
        query = query.where(and_(began <= after.at, behind))
    return query


def _is_a_call() -> ColumnElement[bool]:
    """A promise that is, or has become, a call to make."""
    table = escalations.c
    return or_(table.how == "callback", table.due_at.is_not(None), table.attempts > 0)
