"""What has been kept long enough: made anonymous or dropped, a few rows a transaction.

A walk goes along an index of time, a day of rows a look at most, so that no look is long however
many rows are anonymous already. What it finds is read again by the writer, in its turn: nothing
that was saved meanwhile is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from ivr.domain.client.anonymous import PersonalT, anonymous
from ivr.domain.records import EscalationState, MeetingState
from ivr.ports import Bookmark, NoticeState, Voices, Walked
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import (
    ATTEMPTS,
    CALLS,
    ESCALATIONS,
    INTERVIEWS,
    MEETINGS,
    MISSED_CALLS,
    Shape,
    upsert,
)
from ivr.store.tables import (
    attempts,
    audit,
    calls,
    escalations,
    interviews,
    meetings,
    missed_calls,
    outbox,
    owners,
    refused_rows,
    stretches,
)
from ivr.store.writer import Writer

A_LOOK = 86_400.0
"""Seconds of rows that one look of a walk goes through."""

_CLOSED = EscalationState.CLOSED.value
Condition = ColumnElement[bool]
Found = TypeVar("Found")


class SqlRetention:
    """The Retention port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    def forget_calls(self, before: float, at: float, after: Bookmark | None, most: int) -> Walked:
        """Ended calls that came before that time and that nothing open names."""
        wanted = (calls.c.forgotten_at.is_(None), calls.c.ended_at.is_not(None), _unowed(before))

        def forget(connection: Connection, chosen: Select[Any]) -> list[str]:
            found = every(connection, CALLS, chosen)
            named, tasks = _held(connection)
            kept = [one for one in found if one.id not in named and one.task not in tasks]
            free = [one.id for one in kept]
            walks = select(interviews).where(interviews.c.id.in_(free))
            write(connection, CALLS, (anonymous(one, at) for one in kept))
            _anonymised(connection, INTERVIEWS, walks, at)
            connection.execute(delete(stretches).where(stretches.c.call.in_(free)))
            return free

        return self._walked(calls, calls.c.offered_at, wanted, before, after, most, forget)

    def forget_promises(
        self, before: float, at: float, after: Bookmark | None, most: int
    ) -> Walked:
        """Promises that ended before that time and whose meeting is over."""
        wanted = (
            escalations.c.forgotten_at.is_(None),
            escalations.c.state == _CLOSED,
            _no_meeting_after(before),
        )

        def forget(connection: Connection, chosen: Select[Any]) -> list[str]:
            gone = _anonymised(connection, ESCALATIONS, chosen, at)
            came = select(meetings).where(meetings.c.promise.in_(gone))
            _anonymised(connection, MEETINGS, came, at)
            return _with_attempts(connection, gone, at)

        line = escalations.c.closed_at
        return self._walked(escalations, line, wanted, before, after, most, forget)

    def forget_missed(self, before: float, at: float, after: Bookmark | None, most: int) -> Walked:
        """Tasks that ended before that time, once they have no voice messages."""
        wanted = (*_ended_task(before), missed_calls.c.forgotten_at.is_(None), ~_has_voices())

        def forget(connection: Connection, chosen: Select[Any]) -> list[str]:
            return _with_attempts(connection, _anonymised(connection, MISSED_CALLS, chosen, at), at)

        line = missed_calls.c.last_missed_at
        return self._walked(missed_calls, line, wanted, before, after, most, forget)

    def voices(self, before: float, after: Bookmark | None, most: int) -> Voices:
        """Tasks that ended before that time and have voice messages."""
        line, wanted = missed_calls.c.last_missed_at, (*_ended_task(before), _has_voices())
        with self._readers.reading() as connection:
            ids, place = _look(connection, missed_calls, line, wanted, before, after, most)
            chosen = select(missed_calls).where(missed_calls.c.id.in_(ids))
            return Voices(every(connection, MISSED_CALLS, chosen) if ids else (), place)

    def named(self, files: Sequence[str]) -> set[str]:
        """Which of these voice messages a task names."""
        with self._readers.reading() as connection:
            many = connection.scalars(select(missed_calls.c.recordings).where(_has_voices()))
            return {*files} & {name for names in many for name in names}

    def drop_recordings(self, tasks: Sequence[str]) -> None:
        """The files of these tasks are gone."""
        gone = update(missed_calls).where(missed_calls.c.id.in_(tasks)).values(recordings=[])
        self._writer.run(lambda connection: connection.execute(gone))

    def drop_owners(self, before: float, most: int) -> int:
        """Spans of private persons: those of companies are a company's history."""
        private = owners.c.client.like("number:%")
        return self._dropped(owners, "id", (owners.c.until < before, private), most)

    def drop_refused(self, before: float, most: int) -> int:
        """Rows that the database refused: they hold what a caller said."""
        return self._dropped(refused_rows, "id", (refused_rows.c.refused_at < before,), most)

    def drop_audit(self, before: float, most: int) -> int:
        """Audit entries of before that time."""
        return self._dropped(audit, "id", (audit.c.at < before,), most)

    def drop_untaken(self, before: float, most: int) -> int:
        """Messages that wait for a receiver that is no more, and those that were parked."""
        untaken = outbox.c.state.in_((NoticeState.WAITING.value, NoticeState.PARKED.value))
        return self._dropped(outbox, "n", (untaken, outbox.c.made_at < before), most)

    def _walked(
        self,
        table: Table,
        line: ColumnElement[Any],
        wanted: Sequence[Condition],
        before: float,
        after: Bookmark | None,
        most: int,
        forget: Callable[[Connection, Select[Any]], list[str]],
    ) -> Walked:
        """What a look finds, the writer chooses again in its turn; only of that it forgets more."""
        with self._readers.reading() as connection:
            ids, place = _look(connection, table, line, wanted, before, after, most)
        chosen = select(table).where(table.c.id.in_(ids), *wanted)
        gone = self._writer.run(lambda connection: forget(connection, chosen)) if ids else ()
        return Walked(len(gone), place)

    def _dropped(self, table: Table, key: str, wanted: Sequence[Condition], most: int) -> int:
        with self._readers.reading() as connection:
            ids = list(connection.scalars(select(table.c[key]).where(*wanted).limit(most)))
        gone = delete(table).where(table.c[key].in_(ids))
        return self._writer.run(lambda c: c.execute(gone).rowcount) if ids else 0


def _look(
    connection: Connection,
    table: Table,
    line: ColumnElement[Any],
    wanted: Sequence[Condition],
    before: float,
    after: Bookmark | None,
    most: int,
) -> tuple[list[str], Bookmark | None]:
    """The next rows of a walk, and where it goes on behind them."""
    if after is None:
        first = connection.scalar(select(func.min(line)))
        after = Bookmark(first, "") if first is not None else Bookmark(before, "")
    until = min(after.at + A_LOOK, before)
    behind = or_(line > after.at, and_(line == after.at, table.c.id > after.id))
    query = select(table.c.id, line).where(line >= after.at, line < until, behind, *wanted)
    found = connection.execute(query.order_by(line, table.c.id).limit(most)).all()
    ids = [id for id, _ in found]
    if len(found) == most:
        return ids, Bookmark(found[-1][1], found[-1][0])
    return ids, Bookmark(until, "") if until < before else None


def _unowed(before: float) -> Condition:
    """No promise that came of this call is open, or ended so lately that it is still told whole."""
    young = or_(escalations.c.closed_at.is_(None), escalations.c.closed_at >= before)
    return ~exists().where(escalations.c.call == calls.c.id, young)


def _no_meeting_after(before: float) -> Condition:
    coming = and_(meetings.c.starts_at >= before, meetings.c.state == MeetingState.SET.value)
    return ~exists().where(meetings.c.promise == escalations.c.id, coming)


def _ended_task(before: float) -> tuple[Condition, Condition]:
    return missed_calls.c.closed_at.is_not(None), missed_calls.c.closed_at < before


def _has_voices() -> Condition:
    return cast(missed_calls.c.recordings, Text) != "[]"


def _held(connection: Connection) -> tuple[set[str], set[str]]:
    """Calls that open promises and tasks name in their lists, and the ids of those tasks."""
    joined = select(escalations.c.joined).where(
        escalations.c.state != _CLOSED, cast(escalations.c.joined, Text) != "[]"
    )
    named = {str(one["call"]) for many in connection.scalars(joined) for one in many}
    tasks: set[str] = set()
    is_open = missed_calls.c.closed_at.is_(None)
    for id, counted in connection.execute(
        select(missed_calls.c.id, missed_calls.c.calls).where(is_open)
    ):
        tasks.add(id)
        named.update(counted)
    return named, tasks


def _with_attempts(connection: Connection, promises: list[str], at: float) -> list[str]:
    made = select(attempts).where(attempts.c.promise.in_(promises))
    _anonymised(connection, ATTEMPTS, made, at)
    return promises


def _anonymised(
    connection: Connection, shape: Shape[PersonalT], query: Select[Any], at: float
) -> list[str]:
    """Make all rows that the query finds anonymous; their ids."""
    found = every(connection, shape, query)
    write(connection, shape, (anonymous(one, at) for one in found))
    return [one.id for one in found]


def write(connection: Connection, shape: Shape[Found], records: Iterable[Found]) -> None:
    """Keep these rows as they are now."""
    rows = [shape.values(one) for one in records]
    if rows:
        upsert(connection, shape).run(connection, rows)
