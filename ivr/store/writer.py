"""The one writer: a thread that commits everything queued in one transaction a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ivr.ports import Notice, StoreHealth, StoreState
from ivr.store.errors import StoreTaken, StoreUnreachable
from ivr.store.faults import ROW_FAULTS, is_about_the_row, reason_of
from ivr.store.groups import RefusedRow, write_each, write_group
from ivr.store.health import Health
from ivr.store.pending import Group, Pending, Queued, Work
from ivr.store.rows import Writable
from ivr.store.session import Session

log = structlog.get_logger()
ResultT = TypeVar("ResultT")
Committed = Callable[[Group], None]
SetAside = Callable[[list[RefusedRow]], None]
DATABASE_FAULTS = (SQLAlchemyError, OSError, StoreTaken, StoreUnreachable)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the writer; times in seconds."""

    group: int = 500  # rows in one transaction
    gather: float = 0.05  # how long a row that nobody waits for may wait for company
    queue: int = 20_000  # rows that may wait while the database is away
    first_pause: float = 0.05  # before the first new try, doubled each time
    longest_pause: float = 2.0
    slow_after: float = 1.0  # a commit that takes longer is slow
    patience: float = 10.0  # how long a page waits for its own write


class Writer:
    """Takes rows from any thread without waiting; `committed` is called with each group."""

    def __init__(
        self,
        session: Session,
        now: Callable[[], float],
        limits: Limits,
        committed: Committed,
        set_aside: SetAside,
    ) -> None:
        self._session = session
        self._now = now
        self._limits = limits
        self._committed = committed
        self._set_aside = set_aside
        self._pending = Pending(limits.queue)
        self._changed = threading.Condition()
        self._closing_at: float | None = None
        self._urgent = False
        self._in_hand = 0
        self._in_hand_since: float | None = None
        self._refused = 0
        self._overflowing = False
        self._health = Health(now, limits.slow_after)
        self._thread = threading.Thread(target=self._live, name="store-writer", daemon=True)
        self._thread.start()

    def put(self, row: Writable, confirm: bool, notices: tuple[Notice, ...] = ()) -> None:
        """Queue a row, and what it tells the outside. Never waits for the database."""
        self._queue(Queued(row, confirm, time.monotonic(), notices))

    def run(self, work: Callable[[Connection], ResultT]) -> ResultT:
        """Run `work` in a transaction of its own, in its turn, and wait for its result.

        It must do no harm when it is run twice: a connection may break while it commits.
        Raises StoreUnreachable when the database does not do it in time.
        """
        result: Future[ResultT] = Future()
        self._queue(Work(work, result, time.monotonic()))
        try:
            return result.result(self._limits.patience)
        except TookTooLong as fault:
            outcome = (
                "nothing of it was written, try again later"
                if result.cancel()
                else "it may still be written: look before you try again"
            )
            raise StoreUnreachable(
                f"the database did not take this within {self._limits.patience:g} seconds"
                f" ({self._health.last_error or 'it is slow'}); {outcome}"
            ) from fault

    def health(self) -> StoreHealth:
        """How the database keeps up just now."""
        with self._changed:
            state, since = self._health.state, self._health.since
            oldest = self._in_hand_since or self._pending.oldest
            waited = 0.0 if oldest is None else time.monotonic() - oldest
            if state is StoreState.OK and waited > self._limits.slow_after:
                state, since = StoreState.SLOW, self._now() - waited
            queued = len(self._pending) + self._in_hand
            return StoreHealth(
                state, since, queued, self._refused, self._pending.dropped, self._health.last_error
            )

    def close(self, patience: float) -> int:
        """Write what waits, at most `patience` seconds; returns how many rows were left."""
        with self._changed:
            self._closing_at = time.monotonic() + patience
            self._changed.notify_all()
        self._thread.join()
        left = len(self._pending) + self._in_hand
        if left:
            log.error("store_closed_with_rows_left", rows=left, error=self._health.last_error)
        return left

    def _queue(self, entry: Queued | Work) -> None:
        with self._changed:
            if self._closing_at is not None:
                raise StoreUnreachable("the store is closed: nothing can be saved any more")
            was_idle, waited_for = not self._pending, isinstance(entry, Work) or entry.confirm
            dropped = self._pending.put(entry)
            self._urgent = self._urgent or waited_for
            if was_idle or waited_for:
                self._changed.notify()
        if dropped and not self._overflowing:
            self._overflowing = True
            log.error(
                "store_queue_overflows", bound=self._limits.queue, error=self._health.last_error
            )

    def _live(self) -> None:
        """The thread: ends when all is written after `close`, or by a fault of its own code."""
        ended_well = False
        try:
            while (entry := self._next()) is not None:
                if not self._written(entry):
                    break
            ended_well = True
        finally:
            if not ended_well:
                self._health.failed("the writer stopped by a fault of its own", self._in_hand)

    def _next(self) -> Group | Work | None:
        with self._changed:
            self._in_hand, self._in_hand_since = 0, None
            while (wait := self._wait()) is None or wait > 0:
                if self._closing_at is not None:
                    return None
                self._changed.wait(wait)
            entry = self._pending.take(self._limits.group)
            assert entry is not None
            self._urgent = bool(self._pending)
            first = entry if isinstance(entry, Work) else entry[0]
            self._in_hand = 1 if isinstance(entry, Work) else len(entry)
            self._in_hand_since = first.queued_at
            return entry

    def _wait(self) -> float | None:
        """Seconds until the line is worth a transaction, None while it is empty.

        A call saves a dozen rows, most of them newer states of the same two; gathered for a
        moment they cost one commit. What somebody waits for takes all before it along at once.
        """
        oldest = self._pending.oldest
        if oldest is None:
            return None
        if self._urgent or self._closing_at is not None or len(self._pending) >= self._limits.group:
            return 0.0
        return max(0.0, oldest + self._limits.gather - time.monotonic())

    def _written(self, entry: Group | Work) -> bool:
        """Try until it is written. False when the store closes before that."""
        pause = self._limits.first_pause
        while True:
            began = time.monotonic()
            try:
                self._work(entry) if isinstance(entry, Work) else self._commit(entry)
            except DATABASE_FAULTS as fault:
                self._health.failed(reason_of(fault), len(self._pending) + self._in_hand)
            else:
                self._health.committed(time.monotonic() - began, len(self._pending))
                self._recovered()
                return True
            if isinstance(entry, Work) and entry.result.cancelled():
                return True
            if not self._rested(pause):
                return False
            pause = min(2 * pause, self._limits.longest_pause)

    def _commit(self, group: Group) -> None:
        kept, refused = self._kept(group)
        self._refused += len(refused)
        for row in refused:
            log.error(
                "store_row_refused",
                kind=row.kind,
                record=row.record,
                error=row.error,
                fields=row.fields,
            )
        self._committed(kept)
        if refused:
            self._set_aside([row for row in refused if row.confirm])

    def _kept(self, group: Group) -> tuple[Group, list[RefusedRow]]:
        """Commit the group; what is on the disk now, and what was set aside instead."""
        try:
            with self._session.transaction() as connection:
                write_group(connection, group)
        except (SQLAlchemyError, *ROW_FAULTS) as fault:
            if not is_about_the_row(fault):
                raise
        else:
            return group, []
        with self._session.transaction() as connection:
            return write_each(connection, group, self._now())

    def _work(self, work: Work) -> None:
        """Run it and hand over its result; a fault of its own goes to whoever waits."""
        try:
            with self._session.transaction() as connection:
                if not (work.result.running() or work.result.set_running_or_notify_cancel()):
                    return
                result = work.run(connection)
        except (SQLAlchemyError, *ROW_FAULTS) as fault:
            if not is_about_the_row(fault):
                raise
            work.result.set_exception(fault)
        else:
            work.result.set_result(result)

    def _recovered(self) -> None:
        if self._overflowing and len(self._pending) < self._limits.queue:
            self._overflowing = False
            log.warning("store_queue_drained", dropped_since_start=self._pending.dropped)

    def _rested(self, pause: float) -> bool:
        """Wait before a new try; False when the store closes and its patience is at an end."""
        with self._changed:
            if self._closing_at is None:
                self._changed.wait_for(lambda: self._closing_at is not None, pause)
            elif time.monotonic() < self._closing_at:
                self._changed.wait(min(pause, self._closing_at - time.monotonic()))
            return self._closing_at is None or time.monotonic() < self._closing_at
