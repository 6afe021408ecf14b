"""The clock: the only place where a due time becomes an event, and where `now` is read."""

from __future__ import annotations

import asyncio
import time

from ivr.domain.events import Woke
from ivr.ports import Post

LONGEST_SLEEP = 30.0
"""Seconds after which a wait looks at the wall clock anew, so that a moved clock is noticed."""


class WallClock:
    """Due times by the machine's clock; each fires once, and only through the inbox."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._due: dict[str, float] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def wake_at(self, at: float, key: str) -> None:
        """Post Woke(key) at `at`; the same key again replaces the earlier time."""
        self.forget(key)
        self._due[key] = at
        self._arm(key)

    def forget(self, key: str) -> None:
        """Do not wake for this key."""
        self._due.pop(key, None)
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def stop(self) -> None:
        """Forget everything."""
        for key in list(self._due):
            self.forget(key)

    def _arm(self, key: str) -> None:
        wait = min(max(0.0, self._due[key] - self.now()), LONGEST_SLEEP)
        self._timers[key] = asyncio.get_running_loop().call_later(wait, self._fire, key)

    def _fire(self, key: str) -> None:
        now = self.now()
        if self._due[key] > now:
            self._arm(key)
            return
        self.forget(key)
        self._post(Woke(now, key))
