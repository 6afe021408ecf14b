"""How often somebody may try: failed sign-ins by name and by address, messages by socket."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

MOST_KEYS = 10_000
"""So many names or addresses are remembered; the least recent is forgotten first."""


class Failures:
    """Counts failures by key within a window of seconds; at `most` the key has to wait."""

    def __init__(self, most: int, window: float, now: Callable[[], float]) -> None:
        self._most = most
        self._window = window
        self._now = now
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until the key may try again, 0.0 if it may now."""
        times = self._times.get(key)
        if times is None or len(times) < self._most:
            return 0.0
        return max(0.0, times[0] + self._window - self._now())

    def count(self, key: str) -> None:
        """Remember one failure of the key."""
        times = self._times.setdefault(key, deque(maxlen=self._most))
        times.append(self._now())
        self._times.move_to_end(key)
        if len(self._times) > MOST_KEYS:
            self._times.popitem(last=False)

    def forget(self, key: str) -> None:
        """The key has succeeded."""
        self._times.pop(key, None)


class Flow:
    """A bucket that holds `burst` messages and is refilled by `rate` a second."""

    def __init__(self, rate: float, burst: int, now: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._now = now
        self._left = float(burst)
        self._at = now()

    def allows(self) -> bool:
        """Take one message out of the bucket; False when it is empty."""
        at = self._now()
        self._left = min(self._burst, self._left + (at - self._at) * self._rate)
        self._at = at
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
