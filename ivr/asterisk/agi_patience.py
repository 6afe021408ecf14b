"""Deadlines for very many waits of one length, at the cost of one timer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Patience(Generic[T]):
    """Calls `late` for whoever has waited `seconds`.

    All wait equally long, so that they are due in the order in which they began: one timer, set for
    the first, serves them all. A timer for each would cost a session more than its headers do.
    """

    def __init__(self, seconds: float, late: Callable[[T], None]) -> None:
        self.seconds = seconds
        self._late = late
        self._due: dict[T, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._due)

    def oldest(self) -> T | None:
        """Who has waited longest."""
        return next(iter(self._due), None)

    def begin(self, one: T) -> None:
        """`one` waits from now on, behind all others; it does not wait yet."""
        loop = asyncio.get_running_loop()
        due = self._due[one] = loop.time() + self.seconds
        if self._timer is None:
            self._timer = loop.call_at(due, self._look)

    def end(self, one: T) -> None:
        """`one` waits no more, if it did."""
        self._due.pop(one, None)

    def close(self) -> list[T]:
        """Nobody waits any more; those who did are returned."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._due = list(self._due), {}
        return waiting

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for one in [one for one, due in self._due.items() if due <= now]:
            del self._due[one]
            self._late(one)
        self._timer = None
        if self._due:
            self._timer = loop.call_at(next(iter(self._due.values())), self._look)
