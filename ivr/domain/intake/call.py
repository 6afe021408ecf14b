"""One call of the number: who is on it, where it is, and whether anybody talked with the caller."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from ivr.domain.client.phone import Caller
from ivr.domain.intake.consult import Consult
from ivr.domain.records import CallEnd, CallRecord, ClientPast


class Phase(StrEnum):
    """Where the caller is."""

    OFFERED = "offered"  # admitted, not in the queue yet
    WAITING = "waiting"  # in the department's queue, ringing or not
    TALKING = "talking"  # with an agent of the department
    CONSULTING = "consulting"  # on hold, while the agent rings sales and talks there
    AT_SALES = "at_sales"  # sent to sales, nobody bridged yet
    WITH_SALES = "with_sales"  # bridged with a salesperson
    ELSEWHERE = "elsewhere"  # sent on to a queue or an extension that is none of ours
    ENDED = "ended"


@dataclass(slots=True)
class Leg:
    """One person's channel on this call and the bridge that it is in, "" for none."""

    channel: str
    person: str
    bridge: str = ""


@dataclass(slots=True)
class Stranger:
    """A phone on this call that is nobody's of our people, by its own name.

    `since` is when it came together with the caller, or was there first. `picked_up`: a queue gave
    it the caller, and the bridge of the two is still to be told.
    """

    phone: str
    since: float
    bridge: str = ""
    picked_up: bool = False


@dataclass(slots=True)
class Call:
    """A live call; `record` is what the database keeps of it."""

    record: CallRecord
    caller: Caller
    channel: str
    phase: Phase = Phase.OFFERED
    bridge: str = ""
    legs: dict[str, Leg] = field(default_factory=dict)
    rang: set[str] = field(default_factory=set)
    talk_since: float | None = None
    past: ClientPast | None = None
    held_by: str = ""
    others: dict[str, Leg] = field(default_factory=dict)  # phones that nobody has announced
    strangers: dict[str, Stranger] = field(default_factory=dict)  # by channel
    gone: set[str] = field(default_factory=set)  # channels that have ended
    passed_at: float | None = None  # when the caller was passed on last
    consult: Consult | None = None
    parted_at: float | None = None  # since when client and sales hear each other no more

    @property
    def id(self) -> str:
        """The caller's linkedid."""
        return self.record.id

    def sent_elsewhere(self, refusal: str) -> None:
        """The caller is on no line of ours any more; whether anybody talks there is not told."""
        self.phase = Phase.ELSEWHERE
        self.record = replace(self.record, end=CallEnd.ELSEWHERE, refusal=refusal)

    def queued(self, channel: str) -> None:
        """The caller waits in the department's queue."""
        self.channel = channel or self.channel
        if self.phase is not Phase.ENDED:
            self.phase = Phase.WAITING
            self._over()

    def answered(self, at: float, person: str, channel: str, caller_channel: str) -> None:
        """An agent of the department picked up."""
        self._join(person, channel, caller_channel)
        self._talks(at, person)

    def answered_by_another(self, at: float, phone: str, channel: str, caller_channel: str) -> None:
        """Somebody picked up of whom we know nothing but the phone: the caller has talked."""
        self.channel = caller_channel or self.channel
        theirs = self.strangers.setdefault(channel, Stranger(phone, at))
        theirs.picked_up = not theirs.bridge or theirs.bridge != self.bridge
        self._talks(at, "")

    def answered_unheard(self, at: float, person: str) -> None:
        """Somebody picked up, "" if none of our people, and nobody told us of any channel."""
        self._talks(at, person)

    def taken_by_sales(self, person: str, channel: str, caller_channel: str) -> None:
        """A salesperson picked up; the bridge is told by an event of its own."""
        self._join(person, channel, caller_channel)

    def sent_to_sales(self, at: float) -> None:
        """The caller leaves the agent for the sales queue."""
        self._count_talk(at)
        self.phase = Phase.AT_SALES
        self._over()

    def on_hold(self, consult: Consult) -> None:
        """The caller hears music while this agent talks with sales; the talk is not over."""
        self.phase, self.consult, self.held_by = Phase.CONSULTING, consult, consult.agent

    def off_hold(self) -> None:
        """The caller talks with the agent again."""
        self.phase = Phase.TALKING
        self._over()

    def kept_by_agent(self, at: float) -> None:
        """The redirect did not happen: the agent still talks with the caller."""
        self.phase = Phase.TALKING
        self._over()
        if self.talk_since is None:
            self.talk_since = at

    def bridged(self, channel: str, bridge: str) -> Leg | None:
        """A channel entered a bridge; the person's leg that now hears the caller, if any."""
        if channel == self.channel:
            self.bridge = bridge
        elif channel in self.legs:
            self.legs[channel].bridge = bridge
        if (hearing := self.hearing) is not None:
            self.parted_at = None
        return hearing

    @property
    def hearing(self) -> Leg | None:
        """The person's leg that hears the caller now."""
        return next((leg for leg in self.legs.values() if leg.bridge and self._hears(leg)), None)

    def joined(self, channel: str, bridge: str, person: str) -> Leg | None:
        """A phone that no queue gave the caller to; the leg once it hears the caller."""
        if channel not in (self.channel, *self.legs, *self.gone) and person:
            self.others[channel] = Leg(channel, person, bridge)
        found = next((leg for leg in self.others.values() if leg.bridge and self._hears(leg)), None)
        return self.others.pop(found.channel) if found else None

    def met(self, at: float, channel: str, bridge: str, phone: str) -> None:
        """A phone that is nobody's of our people is in this bridge; or the caller is."""
        if channel == self.channel:
            for one in self.strangers.values():
                one.since = at if one.bridge == bridge else one.since
        elif phone and channel not in (*self.legs, *self.gone):
            self.strangers.setdefault(channel, Stranger(phone, at)).bridge = bridge
        for one in self.strangers.values():
            one.picked_up = one.picked_up and one.bridge != self.bridge

    @property
    def heard_by(self) -> list[Stranger]:
        """The phones of nobody we know that hear the caller."""
        return [
            one
            for channel, one in self.strangers.items()
            if channel != self.channel and (one.picked_up or one.bridge == self.bridge != "")
        ]

    def unbridged(self, at: float, channel: str) -> None:
        """A channel left its bridge."""
        self._part(at, channel)
        if channel == self.channel:
            self.bridge = ""
        elif channel in self.legs:
            self.legs[channel].bridge = ""
        self.others.pop(channel, None)
        self.strangers.pop(channel, None)

    def with_sales(self, at: float) -> bool:
        """Mark the caller as bridged with sales; False if that was known."""
        if self.phase in (Phase.WITH_SALES, Phase.ENDED):
            return False
        self._count_talk(at)
        self._over()
        self.phase = Phase.WITH_SALES
        return True

    def leg_ended(self, at: float, channel: str) -> Leg | None:
        """Another channel hung up; the person's leg that it was, if any."""
        self._part(at, channel)
        self.others.pop(channel, None)
        self.strangers.pop(channel, None)
        self.gone.add(channel)
        leg = self.legs.pop(channel, None)
        if leg and leg.person == self.held_by:
            self.held_by = ""
        if leg is not None:
            self.gone.add(channel)
        if leg and self.phase is Phase.TALKING and not self.legs:
            self._count_talk(at)
        return leg

    def ended(self, at: float) -> None:
        """The caller hung up."""
        self._count_talk(at)
        self._over()
        end = CallEnd.ELSEWHERE if self.phase is Phase.ELSEWHERE else CallEnd.MISSED
        end = CallEnd.SERVED if self.record.answered_at is not None else end
        self.phase = Phase.ENDED
        self.record = replace(self.record, ended_at=at, end=end)

    def _talks(self, at: float, person: str) -> None:
        if self.phase is Phase.ELSEWHERE:
            self.record = replace(self.record, end=CallEnd.OPEN, refusal="")
        self.phase = Phase.TALKING
        self.talk_since = at
        if self.record.answered_at is None:
            self.record = replace(self.record, answered_at=at, agent=person)

    def _join(self, person: str, channel: str, caller_channel: str) -> None:
        self.legs[channel] = Leg(channel, person)
        self.channel = caller_channel or self.channel

    def _part(self, at: float, channel: str) -> None:
        hearing = self.hearing
        if (
            self.phase is Phase.WITH_SALES
            and hearing
            and channel in (self.channel, hearing.channel)
        ):
            self.parted_at = at

    def _hears(self, leg: Leg) -> bool:
        return leg.bridge == self.bridge

    def _over(self) -> None:
        if self.consult is not None and self.held_by == self.consult.agent:
            self.held_by = ""
        self.consult = None

    def _count_talk(self, at: float) -> None:
        if self.talk_since is not None:
            talked = self.record.talked + max(0.0, at - self.talk_since)
            self.record = replace(self.record, talked=talked)
            self.talk_since = None
