"""What the dialplan must know when we are down: kept here, and told again after each break."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

import structlog

from ivr.asterisk.ami_errors import AmiHeaderRefused, AmiLinkLost, AmiRefused, AmiTimeout
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.translate import Action, Kept, Phones, UnknownPerson, keep, key_of
from ivr.asterisk.translate.keeping import (
    FAMILIES,
    MEMBERSHIPS,
    MOST_CLEARED,
    clear,
    entries,
    left_behind,
    list_entries,
    stale,
)

CLEARED_WITHIN = 5.0
"""Seconds in which the dialplan has deleted what it was ordered to."""

LOOK_AGAIN = 0.05
"""Seconds between two looks at whether it has."""

log = structlog.get_logger()


class StandingNotes:
    """The notes of every department, number and person; one that fails holds up no other.

    Whatever Asterisk keeps of others is cleared once all of these are told, so that nothing that
    is in force is missing at any moment.
    """

    def __init__(
        self,
        phones: Phones,
        send: Callable[[Action], Awaitable[None]],
        read: Callable[[Action], Awaitable[Sequence[AmiEvent]]],
        now: Callable[[], float],
    ) -> None:
        self._phones = phones
        self._send = send
        self._read = read
        self._now = now
        self._notes: dict[str, Kept] = {}
        self._sent = 0
        self._turn = asyncio.Lock()
        self.told = False  # whether this Asterisk knows all of them, and of no others

    def remember(self, *notes: Kept) -> tuple[Kept, ...]:
        """These are all from now on; gives those that say something new."""
        old, self._notes = self._notes, {key_of(note): note for note in notes}
        return tuple(note for note in notes if old.get(key_of(note)) != note)

    def link_changed(self) -> None:
        """Asterisk may be another one now, or may have lost what it was told."""
        self.told = False

    async def tell_all(self, members: Iterable[AmiEvent] = ()) -> None:
        """Tell everything, unless this Asterisk was told already.

        `members` are those of all queues: whoever is one only because we were told so by an earlier
        configuration leaves, while AstDB still knows of it.
        """
        if not self.told:
            await self._take_out(members)
            await self.tell(tuple(self._notes.values()))
        self.told = True

    async def _take_out(self, members: Iterable[AmiEvent]) -> None:
        if not self._notes:
            return
        try:
            told = [entry for one in MEMBERSHIPS for entry in await self._read(list_entries(one))]
            gone = list(left_behind(told, self._notes.values(), self._phones, members))
        except (UnknownPerson, AmiRefused, AmiTimeout) as problem:
            log.error("members_of_before_not_known", why=str(problem))
            return
        for leave in gone:
            try:
                await self._send(leave)
                log.warning("member_of_before_taken_out", **leave.headers)
            except (AmiHeaderRefused, AmiRefused, AmiTimeout) as problem:
                log.error("member_of_before_not_taken_out", **leave.headers, why=str(problem))

    async def tell(self, notes: tuple[Kept, ...]) -> None:
        """Tell these one after the other, then clear the rest, as long as the link holds."""
        async with self._turn:
            try:
                for note in notes:
                    await self._tell(note)
                await self._clear()
            except AmiLinkLost:
                return

    async def _tell(self, note: Kept) -> None:
        try:
            await self._send(keep(note, self._unique(), self._phones))
        except (UnknownPerson, AmiHeaderRefused, AmiRefused, AmiTimeout) as problem:
            log.error("fallback_not_told", note=str(note), why=str(problem))

    async def _clear(self) -> None:
        """Numbers, people and departments that are gone, and days that are over.

        Nothing is told before the dialplan has deleted them: one of them may be back by then.
        """
        if not self._notes:
            return
        try:
            listed = await self._listed(FAMILIES)
            living = {k for note in self._notes.values() for k in entries(note, self._phones)}
            if gone := stale(listed, living):
                for begin in range(0, len(gone), MOST_CLEARED):
                    await self._send(clear(gone[begin : begin + MOST_CLEARED], self._unique()))
                async with asyncio.timeout(CLEARED_WITHIN):
                    await self._deleted(gone)
        except (UnknownPerson, AmiHeaderRefused, AmiRefused, AmiTimeout) as problem:
            log.error("fallback_not_cleared", why=str(problem))
        except TimeoutError:
            mend = "put the dialplan files of this release into Asterisk"
            log.error("fallback_not_cleared", why="[ivr-keep] did not delete them", mend=mend)

    async def _deleted(self, gone: Collection[str]) -> None:
        families = {key.partition("/")[0] for key in gone}
        there = {f"/{key}" for key in gone}
        while not there.isdisjoint(await self._listed(families)):  # noqa: ASYNC110 - no event
            await asyncio.sleep(LOOK_AGAIN)
        log.info("fallback_cleared", entries=len(gone))

    async def _listed(self, families: Iterable[str]) -> list[str]:
        """The keys that AstDB has in these families, each as /family/key."""
        lists = [await self._read(list_entries(family)) for family in families]
        return [entry.get("Key") for entries in lists for entry in entries]

    def _unique(self) -> str:
        self._sent += 1
        return f"ivr-keep-{self._sent}-{int(self._now() * 1000)}"
