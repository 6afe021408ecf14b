"""Which of the calls that pass through an Asterisk are the core's."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator

ENDED_CALLS = 1000
"""How many ended calls are still known, so that their last legs are told too."""


class OwnCalls(Collection[str]):
    """The calls of the core that live; other people's are none of its."""

    def __init__(self) -> None:
        self._living: set[str] = set()
        self._since_asked: set[str] = set()
        self._ended: deque[str] = deque(maxlen=ENDED_CALLS)
        self._hung_up: deque[tuple[str, str]] = deque(maxlen=ENDED_CALLS)

    def __contains__(self, call: object) -> bool:
        return call in self._living

    def __iter__(self) -> Iterator[str]:
        return iter(self._living)

    def __len__(self) -> int:
        return len(self._living)

    def begin(self, call: str) -> None:
        """This call is the core's from now on."""
        self._living.add(call)
        self._since_asked.add(call)

    def end(self, call: str) -> None:
        """This call is over; news of its last legs are still the core's."""
        self._living.discard(call)
        self._ended.append(call)

    def has_ended(self, call: str) -> bool:
        """Whether it was the core's not long ago."""
        return call in self._ended

    def hung_up(self, call: str, channel: str) -> None:
        """Anybody's channel has hung up, be it before the core has ever heard of its call."""
        self._hung_up.append((call, channel))

    def is_over(self, call: str, channel: str) -> bool:
        """Whether this channel hung up before the dialplan's question about it came."""
        return (call, channel) in self._hung_up

    def reading(self) -> None:
        """Asterisk is asked now for what lives: a call that begins from here on may be missing."""
        self._since_asked = set()

    def read(self, living: Collection[str]) -> None:
        """Asterisk's answer to that: these live, and those that have begun since."""
        self._living = {*living, *self._since_asked}
