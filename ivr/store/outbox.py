"""Messages to the outside in the database: kept with what they tell of, until they are taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from ivr.ports import LONGEST_PAUSE, Delivery, Notice, NoticeState, OutboxEntry
from ivr.store.mending import mended
from ivr.store.notices import keep_notices
from ivr.store.reader.pool import Readers
from ivr.store.tables import outbox
from ivr.store.writer import Writer

_WAITING = NoticeState.WAITING.value


class OutboxLook:
    """What the outbox holds. Raises StoreUnreachable."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def heads(self, target: str, at: float, most: int) -> Sequence[OutboxEntry]:
        """What may be tried now: of each subject only the oldest that waits, longest due first.

        Nothing waits for so long as a clock that was ahead, and is put right, has made it wait.
        """
        now = or_(outbox.c.next_at <= at, outbox.c.next_at > at + LONGEST_PAUSE)
        due = select(outbox).where(*_first_of_its_subject(target), now)
        with self._readers.reading() as connection:
            found = connection.execute(due.order_by(outbox.c.next_at, outbox.c.n).limit(most))
            return [_entry(row) for row in found]

    def next_at(self, target: str) -> float | None:
        """When the next message of the target may be tried, None when none waits."""
        wanted = select(func.min(outbox.c.next_at)).where(*_first_of_its_subject(target))
        with self._readers.reading() as connection:
            return connection.execute(wanted).scalar()

    def entries(
        self, state: NoticeState | None, before: int | None, most: int
    ) -> Sequence[OutboxEntry]:
        """Newest first, those of one state or all, older than place `before` when it is given."""
        wanted = select(outbox).order_by(outbox.c.n.desc()).limit(most)
        if state is not None:
            wanted = wanted.where(outbox.c.state == state.value)
        if before is not None:
            wanted = wanted.where(outbox.c.n < before)
        with self._readers.reading() as connection:
            return [_entry(row) for row in connection.execute(wanted)]


class SqlOutbox(OutboxLook):
    """The Outbox port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        super().__init__(readers)
        self._writer = writer

    def delivered(self, deliveries: Sequence[Delivery]) -> None:
        """Keep how these tries ended, all at once."""

        def keep(connection: Connection) -> None:
            for one in deliveries:
                connection.execute(_kept(one))

        self._writer.run(keep)

    def put(self, notices: Sequence[Notice]) -> None:
        """Keep messages that no record makes."""
        self._writer.run(lambda connection: keep_notices(connection, notices))

    def send_again(self, ids: Sequence[str] | None, at: float) -> int:
        """Let parked messages (None: all of them) wait for a new day of tries; how many do."""
        change = update(outbox).where(outbox.c.state == NoticeState.PARKED.value)
        if ids is not None:
            change = change.where(outbox.c.id.in_([mended(one) for one in ids]))
        change = change.values(state=_WAITING, next_at=at, tries=0, first_tried_at=None)
        return self._writer.run(lambda connection: connection.execute(change).rowcount)

    def forget_taken(self, before: float, most: int) -> int:
        """Drop at most `most` messages taken before that time; how many were dropped."""
        old = select(outbox.c.n).where(
            outbox.c.state == NoticeState.TAKEN.value, outbox.c.taken_at < before
        )
        gone = delete(outbox).where(outbox.c.n.in_(old.order_by(outbox.c.n).limit(most)))
        return self._writer.run(lambda connection: connection.execute(gone).rowcount)


def _first_of_its_subject(target: str) -> tuple[ColumnElement[bool], ...]:
    earlier = outbox.alias("earlier")
    behind = (
        select(earlier.c.n)
        .where(
            earlier.c.target == outbox.c.target,
            earlier.c.subject == outbox.c.subject,
            earlier.c.state == _WAITING,
            earlier.c.n < outbox.c.n,
        )
        .exists()
    )
    return outbox.c.target == target, outbox.c.state == _WAITING, ~behind


def _kept(one: Delivery) -> Any:
    taken = one.at if one.state is NoticeState.TAKEN else None
    # What the receiver has is kept here no longer: its id alone tells that it was made.
    body = "" if one.state is NoticeState.TAKEN else outbox.c.body
    return (
        update(outbox)
        .where(outbox.c.n == one.n)
        .values(
            body=body,
            state=one.state.value,
            tries=outbox.c.tries + 1,
            first_tried_at=func.coalesce(outbox.c.first_tried_at, one.at),
            next_at=one.next_at,
            taken_at=taken,
            last_error=mended(one.error),
        )
    )


def _entry(row: Row[Any]) -> OutboxEntry:
    return OutboxEntry(
        n=row.n,
        notice=Notice(row.id, row.target, row.kind, row.subject, row.body, row.made_at),
        state=NoticeState(row.state),
        tries=row.tries,
        first_tried_at=row.first_tried_at,
        next_at=row.next_at,
        taken_at=row.taken_at,
        last_error=row.last_error,
    )
