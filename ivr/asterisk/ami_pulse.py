"""Tells a mute or hopelessly late peer from a living one, by the pings it has not answered."""

from collections import deque

PATIENCE = 2.25
"""In intervals of a ping: two pings go unanswered, and the second has a quarter of its own."""

_SLACK = 0.01
"""Seconds by which a timer may fire early."""


class Pulse:
    """The pings under way; times are seconds of the event loop's clock.

    Lost is a peer that sends no byte for that long while pings wait, and one that does send
    bytes but answers a ping later than that. With a ping every 2 s a peer that falls silent at
    any moment is found 4.5 s later, and one that is always 3 s away is not lost.
    """

    __slots__ = ("_patience", "_unanswered")

    def __init__(self, every: float) -> None:
        self._patience = every * PATIENCE
        self._unanswered: deque[float] = deque()

    def asked(self, now: float) -> None:
        self._unanswered.append(now)

    def answered(self) -> None:
        """Asterisk answers in order: it is the oldest that is answered."""
        if self._unanswered:
            self._unanswered.popleft()

    def waiting(self) -> int:
        """How many pings wait for their answer."""
        return len(self._unanswered)

    def due(self, heard: float) -> float | None:
        """When to judge, once two pings wait; `heard` is when a byte last came."""
        if self.waiting() < 2:
            return None
        return min(heard, self._unanswered[0]) + self._patience

    def verdict(self, now: float, heard: float) -> str:
        """Why the peer is lost, or nothing while it lives."""
        if self.waiting() < 2:
            return ""
        silent, late = now - heard, now - self._unanswered[0]
        if silent >= self._patience - _SLACK:
            return f"mute: no byte for {silent:.1f} s, {self.waiting()} pings unanswered"
        if late >= self._patience - _SLACK:
            return f"stalled: a ping unanswered for {late:.1f} s"
        return ""
