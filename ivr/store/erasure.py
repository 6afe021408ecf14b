"""A number is erased: rows of it tell nobody any more, and no text of another row names it.

Every table is gone through, a stretch of ids a look, since a number may stand in any note. The
database itself finds the few rows that may hold it; what is then changed is read again by the
writer, in its turn, so that nothing that was saved meanwhile is lost.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, delete, func, select, update

from ivr.domain.client.anonymous import anonymous
from ivr.domain.client.traces import BETWEEN, WORDS, Traces, live
from ivr.domain.promise.joining import numbers_of
from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
    Record,
)
from ivr.ports import ERASED, AuditEntry, Footprint, NoticeState
from ivr.store.engines import checkpointed, rewritten
from ivr.store.reader.pool import Readers, every
from ivr.store.retention import write
from ivr.store.rows import AUDIT, CALLS, INTERVIEWS, MISSED_CALLS, SHAPES, Shape
from ivr.store.tables import audit, calls, interviews, missed_calls, outbox, refused_rows
from ivr.store.writer import Writer

A_LOOK = 20_000
"""Ids that one look goes through."""

AT_ONCE = 100
"""Rows that one transaction changes."""

SHOWN = 20
"""Ids of live rows that are told."""

_UNTAKEN = outbox.c.state != NoticeState.TAKEN.value


class SqlErasure:
    """The Erasure port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    def kept(self, traces: Traces, at: float) -> Footprint:
        """Everything that `erase` would change, counted."""
        count: Counter[str] = Counter()
        waiting: list[str] = []
        for shape in _shapes():
            for record in self._holding(shape, traces, at):
                count[kind_of_trace(record, traces.number)] += 1
                if isinstance(record, MissedCallRecord) and record.number == traces.number:
                    count["voice_messages"] += len(record.recordings)
                if live(record, at):
                    waiting.append(record.id)
        with self._readers.reading() as connection:
            count["interviews"] = connection.scalar(_walks_of(traces.number)) or 0
            count["audit_entries"] = len(_entries(connection, traces))
            count["messages"] = len(_messages(connection, traces))
            count["mentions"] += len(_set_aside(connection, traces))
        return Footprint(**count, live=tuple(waiting[:SHOWN]))

    def voices(self, number: str) -> Sequence[MissedCallRecord]:
        """Tasks of this number that have voice messages."""
        query = select(missed_calls).where(missed_calls.c.number == number)
        return [task for task in self._readers.all(MISSED_CALLS, query) if task.recordings]

    def erase(self, traces: Traces, at: float) -> None:
        """Rows by number first, then every text, and the entry of this erasure at the end."""
        self._drop_letters(traces)
        self._forget_calls(traces.number, at)
        for shape in _shapes():
            ids = [r.id for r in self._holding(shape, traces, at) if not live(r, at)]
            for few in _batches(ids):
                self._writer.run(partial(_erase_rows, shape=shape, ids=few, traces=traces, at=at))
        self._writer.run(lambda c: _clean_outside(c, traces))
        with self._readers.reading() as connection:
            entries = _entries(connection, traces)
        for few in _batches(entries):
            self._writer.run(partial(_clean_audit, ids=few, traces=traces))

    def unfinished(self) -> Sequence[AuditEntry]:
        """Entries of erasures that still name their number."""
        begun = select(audit).where(audit.c.action == ERASED, audit.c.object.startswith("+"))
        return self._readers.all(AUDIT, begun.order_by(audit.c.at))

    def scrub(self) -> None:
        """Empty SQLite's log, which holds pages as they were; PostgreSQL's is its admin's."""
        checkpointed(self._readers.url)

    def compact(self) -> None:
        """Write SQLite's file anew; PostgreSQL is its admin's."""
        rewritten(self._readers.url)
        self.scrub()

    def _drop_letters(self, traces: Traces) -> None:
        """Invitations, in which a number stands encoded, are known by their meetings."""
        met = [
            f"meeting/{one.id}"
            for one in self._holding(SHAPES[MeetingRecord], traces, 0.0)
            if isinstance(one, MeetingRecord) and one.number == traces.number
        ]
        gone = delete(outbox).where(outbox.c.subject.in_(met), _UNTAKEN)
        self._writer.run(lambda connection: connection.execute(gone))

    def _forget_calls(self, number: str, at: float) -> None:
        """Calls with their walks, in which the number need not stand at all."""
        of_number = (calls.c.number == number, calls.c.ended_at.is_not(None))
        query = select(calls).where(*of_number, calls.c.offered_at < at)

        def forget(connection: Connection) -> int:
            found = every(connection, CALLS, query.order_by(calls.c.offered_at).limit(AT_ONCE))
            walks = select(interviews).where(interviews.c.id.in_([one.id for one in found]))
            kept = every(connection, INTERVIEWS, walks)
            write(connection, INTERVIEWS, (anonymous(one, at) for one in kept))
            write(connection, CALLS, (anonymous(one, at) for one in found))
            subjects = [f"call/{one.id}" for one in found]
            connection.execute(delete(outbox).where(outbox.c.subject.in_(subjects), _UNTAKEN))
            return len(found)

        while self._writer.run(forget):
            pass

    def _holding(self, shape: Shape[Any], traces: Traces, at: float) -> Iterator[Record]:
        """Every row of this shape in which the number stands."""
        columns = [shape.table.c[name] for name in WORDS[shape.kind]]
        last: str | None = ""
        while last is not None:
            with self._readers.reading() as connection:
                query, last = _stretch(connection, shape.table, last)
                query = query.where(_may_hold(columns, traces))
                found = every(connection, shape, query)
            yield from (one for one in found if traces.erased(one, at) != one)


def _shapes() -> list[Shape[Any]]:
    return [shape for shape in SHAPES.values() if shape is not AUDIT]


def kind_of_trace(record: Record, number: str) -> str:
    """Under what a row is counted."""
    match record:
        case EscalationRecord():
            kind = "promises_open" if record.closed_at is None else "promises_ended"
            return kind if number in numbers_of(record) else "mentions"
        case MissedCallRecord() if record.number == number:
            return "missed_calls_open" if record.closed_at is None else "missed_calls_ended"
        case OwnerRecord() if record.client == f"number:{number}":
            return "owners"
        case CallRecord() if record.number == number:
            return "calls"
        case AttemptRecord() if record.number == number:
            return "attempts"
        case MeetingRecord() if record.number == number:
            return "meetings"
        case _:
            return "mentions"


def _stretch(connection: Connection, table: Table, after: str) -> tuple[Any, str | None]:
    """The rows of the next ids, and the last of those; None where the table ends."""
    ids = select(table.c.id).where(table.c.id > after).order_by(table.c.id)
    last = connection.scalar(ids.offset(A_LOOK - 1).limit(1))
    query = select(table).where(table.c.id > after)
    return (query if last is None else query.where(table.c.id <= last)), last


def _may_hold(columns: Sequence[ColumnElement[Any]], traces: Traces) -> ColumnElement[bool]:
    """What the database can tell: the digits in a row, whatever people write between them.

    All columns as one text, which is stripped once; nothing that is stripped parts them.
    """
    first, *others = [cast(column, Text) for column in columns]
    bare: ColumnElement[Any] = first
    for other in others:
        bare = bare + "|" + other
    for between in BETWEEN:
        bare = func.replace(bare, between, "")
    return bare.contains(traces.national)


def _walks_of(number: str) -> Any:
    walks = select(func.count()).select_from(interviews).join(calls, interviews.c.id == calls.c.id)
    return walks.where(calls.c.number == number)


def _erase_rows(
    connection: Connection, shape: Shape[Any], ids: list[str], traces: Traces, at: float
) -> None:
    found = every(connection, shape, select(shape.table).where(shape.table.c.id.in_(ids)))
    erased = [(one, traces.erased(one, at)) for one in found if not live(one, at)]
    gone = [before.id for before, now in erased if now is None]
    connection.execute(delete(shape.table).where(shape.table.c.id.in_(gone)))
    write(connection, shape, [now for before, now in erased if now is not None and now != before])


def _entries(connection: Connection, traces: Traces) -> list[str]:
    """Ids of audit entries that name the number, those of its erasure last."""
    query = select(audit).where(_may_hold((audit.c.object, audit.c.detail), traces))
    found = every(connection, AUDIT, query.order_by(audit.c.action == ERASED, audit.c.id))
    return [one.id for one in found if without_number(one, traces) != one]


def without_number(entry: AuditEntry, traces: Traces) -> AuditEntry:
    """The entry as it stays in the audit log."""
    told, detail = traces.without(entry.object), traces.without(entry.detail)
    return replace(entry, object=told, detail=detail)


def _clean_audit(connection: Connection, ids: list[str], traces: Traces) -> None:
    """Put the same entries without the number in place of these, since none is ever changed."""
    found = every(connection, AUDIT, select(audit).where(audit.c.id.in_(ids)))
    connection.execute(delete(audit).where(audit.c.id.in_(ids)))
    write(connection, AUDIT, [without_number(one, traces) for one in found])


def _messages(connection: Connection, traces: Traces) -> list[tuple[int, str]]:
    """Messages that nobody has taken and that name the number, with their bodies."""
    query = select(outbox.c.n, outbox.c.body).where(_may_hold((outbox.c.body,), traces))
    found = connection.execute(query).all()
    return [(n, body) for n, body in found if traces.stands_in(body)]


def _set_aside(connection: Connection, traces: Traces) -> list[int]:
    query = select(refused_rows.c.id).where(_may_hold((refused_rows.c.content,), traces))
    return list(connection.scalars(query))


def _clean_outside(connection: Connection, traces: Traces) -> None:
    """Messages of the number and rows set aside go; where another's names it, the number goes."""
    for n, body in _messages(connection, traces):
        said = json.loads(body)
        if _data(said).get("number") == traces.number:
            connection.execute(delete(outbox).where(outbox.c.n == n))
        else:
            kept = json.dumps(traces.without(said), ensure_ascii=False)
            connection.execute(update(outbox).where(outbox.c.n == n).values(body=kept))
    complaints = select(outbox.c.n, outbox.c.last_error).where(
        _may_hold((outbox.c.last_error,), traces)
    )
    for n, error in connection.execute(complaints).all():
        change = update(outbox).where(outbox.c.n == n)
        connection.execute(change.values(last_error=traces.without(error)))
    aside = _set_aside(connection, traces)
    connection.execute(delete(refused_rows).where(refused_rows.c.id.in_(aside)))


def _data(said: Any) -> dict[str, Any]:
    data = said.get("data") if isinstance(said, dict) else None
    return data if isinstance(data, dict) else {}


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
