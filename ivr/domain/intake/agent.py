"""One person who takes calls: signed in or out, on a break, ringing, talking, in wrap-up.

The facts are kept apart (queue membership, pause, ring, talk, wrap-up) because Asterisk tells
them apart and in any order; what the page is about follows from all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AgentState(StrEnum):
    """What the person is doing, the most pressing first."""

    TALKING = "talking"
    RINGING = "ringing"
    WRAP_UP = "wrap_up"
    SIGNED_OUT = "signed_out"
    PAUSED = "paused"
    READY = "ready"


@dataclass(slots=True)
class Agent:
    """The live state of one person of the roster."""

    person: str
    department: str
    member: bool = False
    paused: bool = False
    pause_reason: str = ""
    pause_wanted: str = ""
    reachable: bool = True
    ring: str = ""
    ring_since: float = 0.0
    ring_channel: str = ""
    talk: str = ""
    talk_channel: str = ""
    talk_since: float = 0.0
    wrap: str = ""
    wrap_ends_at: float = 0.0
    talked: float = 0.0
    since: float = 0.0
    desks: bool = False
    notice: str = ""
    attempt: str = ""
    picked_up: bool = False  # the mobile that rings, by somebody or a voicemail, and no key yet
    missed_call: str = ""
    missed_rings: int = 0
    idle_since: float = 0.0

    @property
    def state(self) -> AgentState:
        """The most pressing of what is true."""
        if self.talk:
            return AgentState.TALKING
        if self.ring:
            return AgentState.RINGING
        if self.wrap:
            return AgentState.WRAP_UP
        if not self.member:
            return AgentState.SIGNED_OUT
        return AgentState.PAUSED if self.paused else AgentState.READY

    @property
    def call(self) -> str:
        """The call on this person's screen, "" for none."""
        return self.talk or self.ring or self.wrap

    @property
    def signed_in(self) -> bool:
        """Whether this person counts where lines are those signed in: on a call, or not away.

        Who signs out or takes a break in the middle of a call counts until it is over, since the
        call holds a line.
        """
        return bool(self.talk or self.ring) or (self.member and not self.paused)

    @property
    def free(self) -> bool:
        """Whether a call or a callback may ring this person now."""
        return self.state is AgentState.READY and not self.attempt and self.reachable

    def seen(self, at: float, paused: bool, reason: str, reachable: bool) -> None:
        """Asterisk says that the person is a queue member, in this state."""
        before = self.state
        self.member, self.paused, self.reachable = True, paused, reachable
        self.pause_reason = reason if paused else ""
        self._mark(at, before)

    def gone(self, at: float) -> None:
        """Asterisk says that the person is no member any more."""
        before = self.state
        self.member, self.paused, self.pause_reason = False, False, ""
        self._mark(at, before)

    def rang(self, at: float, call: str, channel: str) -> bool:
        """The phone rings; False if the news is old (the person already talks)."""
        if self.talk:
            return False
        before = self.state
        self.ring, self.ring_since, self.ring_channel, self.wrap = call, at, channel, ""
        self.picked_up = False
        self._mark(at, before)
        return True

    def ring_ended(self, at: float, call: str) -> bool:
        """The phone stopped ringing for this call; False if it did not ring for it."""
        if self.ring != call:
            return False
        before = self.state
        self.ring = ""
        self._mark(at, before)
        return True

    def missed(self, call: str) -> int:
        """Count a ring that this person let pass; how often in a row for this call."""
        self.missed_rings = self.missed_rings + 1 if self.missed_call == call else 1
        self.missed_call = call
        return self.missed_rings

    def answered(self, at: float, call: str, channel: str) -> None:
        """The person talks on this call."""
        before = self.state
        self.ring, self.wrap, self.missed_call = "", "", ""
        self.talk, self.talk_channel, self.talk_since = call, channel, at
        self._mark(at, before)

    def hung_up(self, at: float, channel: str, wrap_up: int) -> bool:
        """The person's leg ended: wrap-up begins; False if it was not that leg."""
        if not self.talk or self.talk_channel != channel:
            return False
        before = self.state
        self.wrap = self.talk
        self.wrap_ends_at = at + wrap_up
        self.talked = max(0.0, at - self.talk_since)
        self.talk, self.talk_channel = "", ""
        self._mark(at, before)
        return True

    def wrapped_up(self, at: float) -> None:
        """Wrap-up is over, by its time or by the person."""
        before = self.state
        self.wrap = ""
        self._mark(at, before)

    def _mark(self, at: float, before: AgentState) -> None:
        if self.state is not before:
            self.since = at
            if self.state is AgentState.READY:
                self.idle_since = at
