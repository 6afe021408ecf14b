"""Asterisk as the core knows it: events and verdicts come in, orders go out, breaks are mended.

After each break of the AMI link everything that lives in Asterisk is read and posted as Resynced
before any event of the new link is.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import assert_never

import structlog

from ivr.asterisk.agi import AgiServer
from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_errors import AmiHeaderRefused, AmiLinkLost, AmiRefused, AmiTimeout
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_state import AmiSettings, LinkState
from ivr.asterisk.doubts import PATIENCE, Doubts
from ivr.asterisk.lives import Lives
from ivr.asterisk.own_queues import OwnQueues
from ivr.asterisk.performing import Performer
from ivr.asterisk.stale_wrap_ups import StaleWrapUps
from ivr.asterisk.standing_notes import StandingNotes
from ivr.asterisk.translate import (
    LIST_CHANNELS,
    LIST_NOTES,
    LIST_QUEUES,
    WANTED,
    Ignored,
    Kept,
    Meaning,
    OriginateFailed,
    Phones,
    SalesLegStarted,
    Translator,
)
from ivr.asterisk.verdicts import Verdicts
from ivr.domain.commands import (
    AddMember,
    AdmitCall,
    ConsultSales,
    DialCallback,
    EndWrapUp,
    ForgetNote,
    FreeLine,
    GrantClaim,
    HangUpChannel,
    LeaveToDialplan,
    LetTalk,
    NoteOnCall,
    PauseMember,
    PbxCommand,
    ProlongWrapUp,
    PromiseCallback,
    RefuseCall,
    RefuseClaim,
    RemoveMember,
    ReturnToQueue,
    TakeBack,
    TransferToSales,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerHeld,
    CallerQueued,
    CallerUnheld,
    CallOffered,
    CallTransferred,
    ClientAnswered,
    Event,
    LegBridged,
    LegEnded,
    LegUnbridged,
    LinkLost,
    MemberGone,
    Resynced,
    RingStopped,
    SalesLegFailed,
)
from ivr.ports import Post

RESYNC_AGAIN = 2.0
"""Seconds before a list that Asterisk did not give is asked for again."""

RESYNC_EVERY = 60.0
"""Seconds between two readings of everything that lives in Asterisk, on a link that is up."""

ENDED_CALLS = 1000
"""How many ended calls are still known, so that their last legs are told too."""

LegEvent = (
    LegBridged | LegUnbridged | LegEnded | CallEnded | CallerHeld | CallerUnheld | CallTransferred
)

log = structlog.get_logger()


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
        self._own_queues = OwnQueues(phones, self._performer.send)
        self._notes = StandingNotes(phones, self._performer.send, now)
        self._wrap_ups = StaleWrapUps(phones, self._performer.send)
        self._lives = Lives(self._link)
        self._held: list[Meaning] | None = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._resync: asyncio.Task[None] | None = None
        self._calls: set[str] = set()
        self._ended: deque[str] = deque(maxlen=ENDED_CALLS)
        self._hung_up: deque[tuple[str, str]] = deque(maxlen=ENDED_CALLS)
        self._since_asked: set[str] = set()
        self._loss_told = False
        self._started: deque[str] = deque(maxlen=ENDED_CALLS)
        self._doubts = Doubts(time.monotonic)
        self._doubted = asyncio.Event()
        self.counts: Counter[str] = Counter()

    async def start(self) -> None:
        """Listen for the dialplan, then reach for Asterisk."""
        await self._agi.start()
        await self._link.start()

    async def stop(self) -> None:
        """Let go of Asterisk; calls go on without us."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._performer.stop()
        await self._link.stop()
        await self._agi.stop()

    def perform(self, command: PbxCommand) -> None:
        """Begin what the core orders; never waits, and never raises for what Asterisk says."""
        match command:
            case (
                AdmitCall()
                | RefuseCall()
                | LeaveToDialplan()
                | PromiseCallback()
                | ReturnToQueue()
                | GrantClaim()
                | RefuseClaim()
            ):
                self._verdicts.give(command)
            case (
                AddMember()
                | RemoveMember()
                | PauseMember()
                | EndWrapUp()
                | ProlongWrapUp()
                | ForgetNote()
                | TransferToSales()
                | ConsultSales()
                | LetTalk()
                | TakeBack()
                | FreeLine()
                | NoteOnCall()
                | HangUpChannel()
                | DialCallback()
            ):
                self._performer.perform(command)
            case _:
                assert_never(command)

    async def relearn(self, phones: Phones, queues: frozenset[str]) -> None:
        """Know these phones and queues too, once the orders given so far have gone out."""
        await self._performer.settled()
        self._phones.learn(phones)
        self._translator = Translator(self._phones, self._translator.queues | queues)

    def remember(self, *notes: Kept) -> None:
        """Tell the dialplan what it must know when we are down; told again after each break."""
        new = self._notes.remember(*notes)
        if self._held is None and new:
            self._begin(self._notes.tell(new))

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- what Asterisk says -------------------------------------------------------------------

    def _heard(self, event: AmiEvent) -> None:
        meaning = self._translator.meaning(event, self._now())
        if isinstance(meaning, CallEnded):
            self._hung_up.append((meaning.call, event.get("Channel")))
        if self._held is not None:
            self._held.append(meaning)
        else:
            self._take(meaning)

    def _take(self, meaning: Meaning) -> None:
        match meaning:
            case Ignored(why):
                self.counts[why] += 1
            case SalesLegStarted(attempt):
                self._started.append(attempt)
            case OriginateFailed(attempt):
                self._originate_failed(attempt)
            case MemberGone() if self._performer.swapped(meaning):
                self.counts["member_swapped"] += 1
            case (
                LegBridged()
                | LegUnbridged()
                | LegEnded()
                | CallEnded()
                | CallerHeld()
                | CallerUnheld()
                | CallTransferred()
            ):
                self._leg(meaning)
            case _:
                self._deliver(meaning)

    def _deliver(self, event: Event) -> None:
        match event:
            case CallOffered() if (event.call, event.channel) in self._hung_up:
                # The dialplan's question came after the hangup: nothing would end this call again.
                self.counts["offered_when_over"] += 1
                self._verdicts.give(LeaveToDialplan(event.call))
                return
            case CallOffered() | CallerQueued() | AgentRang() | AgentAnswered() | RingStopped():
                self._know(event.call)
            case ClientAnswered():
                self._know(f"{event.attempt}.1")
            case _:
                pass
        self._doubt(event)
        self._post(event)

    def _doubt(self, event: Event) -> None:
        if self._doubts.heard(event):
            asyncio.get_running_loop().call_later(PATIENCE, self._look_again)

    def _look_again(self) -> None:
        if self._doubts.due():
            self.counts["doubted"] += 1
            self._doubted.set()

    def _know(self, call: str) -> None:
        self._calls.add(call)
        self._since_asked.add(call)

    def _leg(self, event: LegEvent) -> None:
        """Other people's calls pass through the same Asterisk; they are none of the core's."""
        if event.call not in self._calls and event.call not in self._ended:
            self.counts["other_call"] += 1
            return
        if event.call in self._calls:
            self._doubt(event)
        if isinstance(event, CallEnded):
            self._calls.discard(event.call)
            self._ended.append(event.call)
        self._post(event)

    def _originate_failed(self, attempt: str) -> None:
        """The dialplan itself tells how a ring that began has ended; this is for the others."""
        if attempt in self._started:
            self.counts["originate_after_start"] += 1
        else:
            self._post(SalesLegFailed(self._now(), attempt))

    # --- breaks -------------------------------------------------------------------------------

    def _link_changed(self, state: LinkState) -> None:
        if self._resync is not None:
            self._resync.cancel()
            self._resync = None
        self._notes.link_changed()
        self._held = []
        self._wrap_ups.forget()
        self._performer.forget_swaps()
        if state is LinkState.CONNECTED:
            self._begin_readings(0.0)
        elif not self._loss_told:
            self._loss_told = True
            self._post(LinkLost(self._now(), str(state)))

    def _begin_readings(self, after: float) -> None:
        self._resync = self._begin(self._stay_in_step(after))
        self._resync.add_done_callback(self._readings_ended)

    def _readings_ended(self, task: asyncio.Task[None]) -> None:
        """A defect ends one reading; what was held meanwhile is told, and the next one comes."""
        if task.cancelled() or (defect := task.exception()) is None:
            return
        log.critical("resync_broke", exc_info=defect, again_in=RESYNC_AGAIN)
        if task is self._resync:
            self._begin_readings(RESYNC_AGAIN)
            self._release()

    async def _stay_in_step(self, after: float = 0.0) -> None:
        """Read Asterisk in `after` seconds and from time to time, since an event may never arrive.

        Events are held while the lists come, so that none is older than what it follows.
        """
        await asyncio.sleep(after)
        while True:
            self._held = self._held or []
            self._doubted.clear()
            try:
                await self._performer.end_swaps()
                resynced, queues = await self._read_asterisk()
                self._resynced(resynced)
                await self._wrap_ups.end(resynced, self._translator.prolonged(queues))
                await self._own_queues.fit(resynced, queues)
                await self._notes.tell_all()
                await self._read_notes()
                await asyncio.sleep(RESYNC_AGAIN)
                if not self._wrap_ups.suspected:
                    await self._doubted_within(RESYNC_EVERY - RESYNC_AGAIN)
            except (AmiHeaderRefused, AmiRefused, AmiTimeout) as problem:
                log.error("resync_failed", why=str(problem), again_in=RESYNC_AGAIN)
                await asyncio.sleep(RESYNC_AGAIN)
            except AmiLinkLost:
                return

    async def _doubted_within(self, seconds: float) -> None:
        """Wait, but no longer than until an event seems to be missing."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._doubted.wait()

    def _resynced(self, resynced: Resynced) -> None:
        self._calls = {leg.call for leg in resynced.legs} | self._since_asked
        self._doubts.forget(self._calls)
        self._loss_told = False
        self._release(resynced)

    def _release(self, *before: Resynced) -> None:
        """Tell what was held; a defect met with one of them takes none of the others along."""
        held, self._held = self._held or [], None
        with ExitStack() as each:
            for meaning in reversed(held):
                each.callback(self._take, meaning)
            for resynced in before:
                each.callback(self._post, resynced)

    async def _read_asterisk(self) -> tuple[Resynced, list[AmiEvent]]:
        """Channels last: who hung up since the queues were read is missing there, as is right."""
        asked_at = self._now()
        self._since_asked = set()
        queues = await self._link.action_list(LIST_QUEUES.name, LIST_QUEUES.headers)
        channels = await self._link.action_list(LIST_CHANNELS.name, LIST_CHANNELS.headers)
        resynced = self._translator.resynced(self._now(), channels, queues)
        return replace(
            resynced, asked_at=asked_at, started_at=await self._lives.started_at()
        ), queues

    async def _read_notes(self) -> None:
        """Who was turned away while we did not hear it; each is told until it is forgotten.

        An Asterisk that does not give them (no `reporting` right) is served all the same.
        """
        try:
            notes = await self._link.action_list(LIST_NOTES.name, LIST_NOTES.headers)
        except (AmiRefused, AmiTimeout) as problem:
            log.error("notes_not_read", why=str(problem))
            return
        for kept in notes:
            self._take(self._translator.note_of(kept.get("Key"), kept.get("Val"), self._now()))
