"""Asterisk as the core knows it: events and verdicts come in, orders go out."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial

from ivr.asterisk.agi import AgiServer
from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_state import AmiSettings, LinkState
from ivr.asterisk.in_step import InStep
from ivr.asterisk.own_calls import ENDED_CALLS, OwnCalls
from ivr.asterisk.performing import Performer
from ivr.asterisk.translate import (
    WANTED,
    Ignored,
    Kept,
    Meaning,
    OriginateFailed,
    Phones,
    SalesLegStarted,
    Translator,
    Verdict,
)
from ivr.asterisk.verdicts import Verdicts
from ivr.domain import events
from ivr.domain.commands import LeaveToDialplan, NoteOnCall, PbxCommand
from ivr.ports import Post

LegEvent = (
    events.LegBridged
    | events.LegUnbridged
    | events.LegEnded
    | events.CallEnded
    | events.CallerHeld
    | events.CallerUnheld
    | events.CallTransferred
)


class AsteriskPbx:
    """The Pbx port over one AMI link and one FastAGI server."""

    def __init__(
        self,
        ami: AmiSettings,
        agi: tuple[str, int],
        phones: Phones,
        queues: Iterable[str],
        post: Post,
        now: Callable[[], float],
    ) -> None:
        self._post = post
        self._now = now
        self._phones = phones
        self._translator = Translator(phones, frozenset(queues))
        self._verdicts = Verdicts(self._deliver, now)
        self._agi = AgiServer(*agi, self._verdicts.routes())
        self._link = AmiLink(ami, self._heard, self._link_changed, WANTED)
        self._performer = Performer(self._link, phones, self._deliver, now)
        self._calls = OwnCalls()
        self._started: deque[str] = deque(maxlen=ENDED_CALLS)
        self._in_step = InStep(
            self._link, self._translator, self._performer, self._calls, self._take, post, now
        )
        self._counts: Counter[str] = Counter()

    async def start(self) -> None:
        """Listen for the dialplan, then reach for Asterisk."""
        await self._agi.start()
        await self._link.start()

    async def stop(self) -> None:
        """Let go of Asterisk; calls go on without us."""
        await self._in_step.stop()
        await self._performer.stop()
        await self._link.stop()
        await self._agi.stop()

    def perform(self, command: PbxCommand) -> None:
        """Begin what the core orders; never waits, and never raises for what Asterisk says."""
        if isinstance(command, Verdict):
            self._verdicts.give(command)
        elif isinstance(command, NoteOnCall):
            # It is for reports: a break delays it, and what lives comes first after one.
            self._in_step.when_read(partial(self._performer.perform, command))
        else:
            self._performer.perform(command)

    async def relearn(self, phones: Phones, queues: frozenset[str]) -> None:
        """Know these phones and queues too, once the orders given so far have gone out."""
        await self._performer.settled()
        self._phones.learn(phones)
        self._translator.learn(queues)
        self._in_step.read_soon()

    def remember(self, *notes: Kept) -> None:
        """All that the dialplan must know when we are down; what it knows of others is cleared."""
        self._in_step.remember(*notes)

    def counted(self) -> Mapping[str, Mapping[str, int]]:
        """How often what was met since the start, by the part that counts it."""
        return {
            "events": self._counts,
            "verdicts": self._verdicts.counts,
            "orders": self._performer.counts,
            "agi": self._agi.counts,
            "ami": asdict(self._link.counters),
        }

    # --- what Asterisk says -------------------------------------------------------------------

    def _heard(self, event: AmiEvent) -> None:
        meaning = self._translator.meaning(event, self._now())
        if isinstance(meaning, events.CallEnded):
            self._calls.hung_up(meaning.call, event.get("Channel"))
        self._in_step.heard(meaning)

    def _link_changed(self, state: LinkState) -> None:
        self._in_step.link_changed(state)

    def _take(self, meaning: Meaning) -> None:
        match meaning:
            case Ignored(why):
                self._counts[why] += 1
            case SalesLegStarted(attempt):
                self._started.append(attempt)
            case OriginateFailed(attempt):
                self._originate_failed(attempt)
            case events.MemberGone() if self._performer.swapped(meaning):
                self._counts["member_swapped"] += 1
            case _ if isinstance(meaning, LegEvent):
                self._leg(meaning)
            case _:
                self._deliver(meaning)

    def _deliver(self, event: events.Event) -> None:
        match event:
            case events.CallOffered() if self._calls.is_over(event.call, event.channel):
                # The dialplan's question came after the hangup: nothing would end this call again.
                self._counts["offered_when_over"] += 1
                self._verdicts.give(LeaveToDialplan(event.call))
                return
            case (
                events.CallOffered()
                | events.CallerQueued()
                | events.AgentRang()
                | events.AgentAnswered()
                | events.RingStopped()
            ):
                self._calls.begin(event.call)
            case events.ClientAnswered():
                self._calls.begin(f"{event.attempt}.1")
            case _:
                pass
        self._in_step.doubt(event)
        self._post(event)

    def _leg(self, event: LegEvent) -> None:
        """Other people's calls pass through the same Asterisk; they are none of the core's."""
        if event.call in self._calls:
            self._in_step.doubt(event)
        elif not self._calls.has_ended(event.call):
            self._counts["other_call"] += 1
            return
        if isinstance(event, events.CallEnded):
            self._calls.end(event.call)
        self._post(event)

    def _originate_failed(self, attempt: str) -> None:
        """The dialplan itself tells how a ring that began has ended; this is for the others."""
        if attempt in self._started:
            self._counts["originate_after_start"] += 1
        else:
            self._post(events.SalesLegFailed(self._now(), attempt))
