"""Reads what lives in Asterisk after each break and from time to time, and mends what it finds.

After each break of the AMI link everything that lives in Asterisk is read and told as Resynced
before any event of the new link is.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from dataclasses import replace

import structlog

from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_errors import AmiHeaderRefused, AmiLinkLost, AmiRefused, AmiTimeout
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_state import LinkState
from ivr.asterisk.doubts import PATIENCE, Doubts
from ivr.asterisk.lives import Lives
from ivr.asterisk.own_calls import OwnCalls
from ivr.asterisk.own_queues import OwnQueues
from ivr.asterisk.performing import Performer
from ivr.asterisk.stale_wrap_ups import StaleWrapUps
from ivr.asterisk.standing_notes import StandingNotes
from ivr.asterisk.translate import (
    LIST_CHANNELS,
    LIST_NOTES,
    LIST_QUEUES,
    Action,
    Kept,
    Meaning,
    Translator,
)
from ivr.domain.events import CallerServed, Event, LinkLost, Resynced

RESYNC_AGAIN = 2.0
"""Seconds before a list that Asterisk did not give is asked for again."""

RESYNC_EVERY = 60.0
"""Seconds between two readings of everything that lives in Asterisk, on a link that is up."""

MOST_LATER = 10_000
"""How many notes wait for the end of a break; a day's calls of a large department fit in."""

log = structlog.get_logger()


class InStep:
    """The readings over one link, and what is heard while one is under way.

    `take` is given what was heard, `post` what was read and that the link was lost.
    """

    def __init__(
        self,
        link: AmiLink,
        translator: Translator,
        performer: Performer,
        calls: OwnCalls,
        take: Callable[[Meaning], None],
        post: Callable[[Event], None],
        now: Callable[[], float],
    ) -> None:
        phones = translator.phones
        self._link = link
        self._translator = translator
        self._performer = performer
        self._calls = calls
        self._take = take
        self._post = post
        self._now = now
        self._own_queues = OwnQueues(phones, performer.send)
        self._notes = StandingNotes(phones, performer.send, self._list, now)
        self._wrap_ups = StaleWrapUps(phones, performer.send)
        self._lives = Lives(link)
        self._doubts = Doubts(time.monotonic)
        self._doubted = asyncio.Event()
        self._held: list[Meaning] | None = []
        self._is_read = False
        self._later: deque[Callable[[], None]] = deque()
        self._loss_told = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def link_changed(self, state: LinkState) -> None:
        """Begin to read a new link, or tell the first time that the old one is lost."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._notes.link_changed()
        self._held = []
        self._is_read = False
        self._wrap_ups.forget()
        self._performer.forget_swaps()
        if state is LinkState.CONNECTED:
            self._begin_readings(0.0)
        elif not self._loss_told:
            self._loss_told = True
            self._post(LinkLost(self._now(), str(state)))

    def heard(self, meaning: Meaning) -> None:
        """Take this now, or once the reading that is under way has been told."""
        if self._held is not None:
            self._held.append(meaning)
        else:
            self._take(meaning)

    def when_read(self, act: Callable[[], None]) -> None:
        """Do now what nobody waits for, or as soon as this link, or the next, has been read."""
        if self._is_read:
            act()
        elif len(self._later) < MOST_LATER:
            self._later.append(act)
        else:
            log.error("not_kept_for_later", waiting=MOST_LATER)

    def doubt(self, event: Event) -> None:
        """Read soon, should an event of this call seem to be missing."""
        if self._doubts.heard(event):
            asyncio.get_running_loop().call_later(PATIENCE, self._look_again)

    def remember(self, *notes: Kept) -> None:
        """All that the dialplan must know when we are down; told again after each break."""
        new = self._notes.remember(*notes)
        if self._held is None:
            self._begin(self._notes.tell(new))
        else:
            self._notes.told = False  # the reading that is under way tells all of them

    def read_soon(self) -> None:
        """What is known of people and queues has changed: those who are there are read anew."""
        self._doubted.set()

    def _look_again(self) -> None:
        if self._doubts.due():
            log.info("event_missing", mend="everything that lives in Asterisk is read again")
            self._doubted.set()

    def _begin_readings(self, after: float) -> None:
        self._reading = self._begin(self._stay(after))
        self._reading.add_done_callback(self._readings_ended)

    def _readings_ended(self, task: asyncio.Task[None]) -> None:
        """A defect ends one reading; what was held meanwhile is told, and the next one comes."""
        if task.cancelled() or (defect := task.exception()) is None:
            return
        log.critical("resync_broke", exc_info=defect, again_in=RESYNC_AGAIN)
        if task is self._reading:
            self._begin_readings(RESYNC_AGAIN)
            self._release()

    async def _stay(self, after: float) -> None:
        """Read Asterisk in `after` seconds and from time to time, since an event may never arrive.

        Events are held while the lists come, so that none is older than what it follows.
        """
        await asyncio.sleep(after)
        while True:
            self._held = self._held or []
            self._doubted.clear()
            try:
                await self._performer.end_swaps()
                resynced, queues, notes = await self._read_asterisk()
                self._read(resynced)
                for note in notes:
                    self._take(note)
                await self._wrap_ups.end(resynced, self._translator.prolonged(queues))
                await self._own_queues.fit(resynced, queues)
                await self._notes.tell_all(queues)
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

    def _read(self, resynced: Resynced) -> None:
        self._calls.read({leg.call for leg in resynced.legs})
        self._doubts.forget(self._calls)
        self._loss_told = False
        self._is_read = True
        self._release(resynced)
        while self._later:
            self._later.popleft()()

    def _release(self, *before: Resynced) -> None:
        """Tell what was held; a defect met with one of them takes none of the others along."""
        held, self._held = self._held or [], None
        with ExitStack() as each:
            for meaning in reversed(held):
                each.callback(self._take, meaning)
            for resynced in before:
                each.callback(self._post, resynced)

    async def _read_asterisk(self) -> tuple[Resynced, list[AmiEvent], list[Meaning]]:
        """Channels after queues: who hung up in between is missing there, as is right.

        Notes last of all: a caller who is missing among the channels has left one by then.
        """
        asked_at = self._now()
        self._calls.reading()
        queues = await self._list(LIST_QUEUES)
        channels = await self._list(LIST_CHANNELS)
        resynced = self._translator.resynced(self._now(), channels, queues)
        since, notes = await self._lives.started_at(), await self._read_notes()
        served = tuple(note for note in notes if isinstance(note, CallerServed))
        others: list[Meaning] = [note for note in notes if not isinstance(note, CallerServed)]
        return (
            replace(resynced, asked_at=asked_at, started_at=since, served=served),
            queues,
            others,
        )

    async def _read_notes(self) -> list[Meaning]:
        """Who was turned away while we did not hear it; each is told until it is forgotten.

        An Asterisk that does not give them (no `reporting` right) is served all the same.
        """
        try:
            notes = await self._list(LIST_NOTES)
        except (AmiRefused, AmiTimeout) as problem:
            log.error("notes_not_read", why=str(problem))
            return []
        now = self._now()
        return [self._translator.note_of(one.get("Key"), one.get("Val"), now) for one in notes]

    async def _list(self, asked: Action) -> list[AmiEvent]:
        return await self._link.action_list(asked.name, asked.headers)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
