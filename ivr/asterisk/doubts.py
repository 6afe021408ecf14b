"""Calls of which an event seems to be missing: everything that lives is read again soon.

AMI drops events for a peer that is slow to read, and tells nobody. What follows a lost event looks
odd: a leg that ended and a caller who neither left nor went on, or a phone that hears a caller and
that nobody said to have answered. An odd call that stays so for a moment is worth a reading; until
then a lost hangup would hold a line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerQueued,
    Event,
    LegBridged,
    LegEnded,
    LegUnbridged,
    RingStopped,
)

PATIENCE = 1.5
"""Seconds that a call may look odd: other news of it may still be on the way."""

MOST = 1000
"""How many odd calls are remembered; with more of them a reading is due anyway."""


class Doubts:
    """Which calls look odd, and since when; times in seconds of any one clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._odd: dict[str, float] = {}
        self._answered: dict[str, None] = {}

    def heard(self, event: Event) -> bool:
        """Take what was heard of a call; True if the call looks odd from now on."""
        match event:
            case AgentAnswered():
                self._answered[event.call] = None
                self._odd.pop(event.call, None)
            case CallEnded():
                self._odd.pop(event.call, None)
                self._answered.pop(event.call, None)
            case CallerQueued() | AgentRang() | RingStopped():
                self._odd.pop(event.call, None)
            case LegEnded() | LegUnbridged():
                return self._doubt(event.call)
            case LegBridged() if event.person and event.call not in self._answered:
                return self._doubt(event.call)
            case LegBridged():
                self._odd.pop(event.call, None)
            case _:
                pass
        return False

    def due(self) -> bool:
        """Whether some call has looked odd for long enough; those are then forgotten."""
        late = [call for call, since in self._odd.items() if self._now() - since >= PATIENCE]
        for call in late:
            del self._odd[call]
        return bool(late)

    def forget(self, alive: Collection[str]) -> None:
        """Everything was read: what was odd is known now, and these calls live."""
        self._odd.clear()
        self._answered = {call: None for call in self._answered if call in alive}

    def _doubt(self, call: str) -> bool:
        if call not in self._odd and len(self._odd) < MOST:
            self._odd[call] = self._now()
            return True
        return False
