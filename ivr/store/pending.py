"""What waits for the disk: one line in the order of saving, bounded, nothing promised is dropped.

The overflow policy, while the database is away and the line is full: first those records go
that a newer record of the same id in the line replaces anyway, then the oldest unconfirmed ones.
A record that somebody waits for or is to be told of, an audit entry and a piece of work are never
dropped: with
nothing else left to drop, the line grows beyond its bound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ivr.ports import AuditEntry, Notice
from ivr.store.rows import Writable


@dataclass(frozen=True, slots=True)
class Queued:
    """One row to write with the messages that it makes; `queued_at` is by the monotonic clock."""

    row: Writable
    confirm: bool
    queued_at: float
    notices: tuple[Notice, ...] = ()

    @property
    def key(self) -> tuple[type[Writable], str]:
        """Under what the row is kept: a later one of the same key replaces it."""
        return type(self.row), self.row.id

    @property
    def may_be_dropped(self) -> bool:
        """Whether nobody waits for it and a later save may make up for it."""
        return not self.confirm and not self.notices and not isinstance(self.row, AuditEntry)


@dataclass(frozen=True, slots=True)
class Work:
    """A transaction of its own, in its turn, whose result a waiting thread gets."""

    run: Callable[[Connection], Any]
    result: Future[Any]
    queued_at: float


Group = list[Queued]


class Pending:
    """The line itself; whoever uses it from several threads holds a lock of his own."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._full_at = bound
        self._line: deque[Queued | Work] = deque()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._line)

    @property
    def oldest(self) -> float | None:
        """When the first in line was queued."""
        return self._line[0].queued_at if self._line else None

    def put(self, entry: Queued | Work) -> int:
        """Queue it; the number of records that had to be dropped for it is returned."""
        self._line.append(entry)
        if len(self._line) <= self._full_at:
            return 0
        before = self.dropped
        self._make_room()
        return self.dropped - before

    def take(self, most: int) -> Group | Work | None:
        """The next group of rows, or the next piece of work, or None when nothing waits."""
        if not self._line:
            return None
        if isinstance(self._line[0], Work):
            return self._next_work()
        group: Group = []
        while self._line and len(group) < most:
            entry = self._line[0]
            if isinstance(entry, Work):
                break
            group.append(entry)
            self._line.popleft()
        if len(self._line) < self._bound:
            self._full_at = self._bound
        return group

    def _next_work(self) -> Work:
        work = self._line.popleft()
        assert isinstance(work, Work)
        return work

    def _make_room(self) -> None:
        """Drop an eighth of the bound at once, so that a full line costs each save little."""
        wanted = self._bound - self._bound // 8
        self._line = _without_replaced(self._line)
        surplus = max(0, len(self._line) - wanted)
        kept: deque[Queued | Work] = deque()
        for entry in self._line:
            if surplus and isinstance(entry, Queued) and entry.may_be_dropped:
                surplus -= 1
                self.dropped += 1
            else:
                kept.append(entry)
        self._line = kept
        self._full_at = max(self._bound, len(kept) + self._bound // 8)


def _without_replaced(line: deque[Queued | Work]) -> deque[Queued | Work]:
    """The line without the droppable records that a later one of the same key replaces."""
    later: set[tuple[type[Writable], str]] = set()
    kept: deque[Queued | Work] = deque()
    for entry in reversed(line):
        if isinstance(entry, Queued):
            if entry.may_be_dropped and entry.key in later:
                continue
            later.add(entry.key)
        kept.appendleft(entry)
    return kept
