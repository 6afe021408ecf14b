"""How the database keeps up: ok, slow or down, each change logged once."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from ivr.ports import StoreState

log = structlog.get_logger()


class Health:
    """The state as the writer lives through it; times are seconds since the epoch."""

    def __init__(self, now: Callable[[], float], slow_after: float) -> None:
        self._now = now
        self._slow_after = slow_after
        self.state = StoreState.OK
        self.since = now()
        self.last_error = ""

    def committed(self, seconds: float, queued: int) -> None:
        """A group was committed and took so many seconds."""
        state = StoreState.SLOW if seconds > self._slow_after else StoreState.OK
        if state is self.state:
            return
        lasted = round(self._now() - self.since, 1)
        self._enter(state)
        if state is StoreState.SLOW:
            log.warning("store_slow", seconds=round(seconds, 2), queued=queued)
        else:
            log.info("store_ok", after_seconds=lasted, queued=queued)

    def failed(self, error: str, queued: int) -> None:
        """A try failed by a fault of the database, not of a row."""
        self.last_error = error
        if self.state is StoreState.DOWN:
            return
        self._enter(StoreState.DOWN)
        log.error("store_down", error=error, queued=queued)

    def _enter(self, state: StoreState) -> None:
        self.state, self.since = state, self._now()
