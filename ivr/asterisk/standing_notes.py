"""What the dialplan must know when we are down: kept here, and told again after each break."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from ivr.asterisk.ami_errors import AmiHeaderRefused, AmiLinkLost, AmiRefused, AmiTimeout
from ivr.asterisk.translate import Action, Kept, Phones, UnknownPerson, keep, key_of

log = structlog.get_logger()


class StandingNotes:
    """The newest note of each department, number and person; one that fails holds up no other."""

    def __init__(
        self,
        phones: Phones,
        send: Callable[[Action], Awaitable[None]],
        now: Callable[[], float],
    ) -> None:
        self._phones = phones
        self._send = send
        self._now = now
        self._notes: dict[str, Kept] = {}
        self._sent = 0
        self.told = False  # whether this Asterisk knows all of them

    def remember(self, *notes: Kept) -> tuple[Kept, ...]:
        """Keep these; gives those that say something new."""
        new = []
        for note in notes:
            if self._notes.get(key_of(note)) != note:
                self._notes[key_of(note)] = note
                new.append(note)
        return tuple(new)

    def link_changed(self) -> None:
        """Asterisk may be another one now, or may have lost what it was told."""
        self.told = False

    async def tell_all(self) -> None:
        """Tell everything, unless this Asterisk was told already."""
        if not self.told:
            await self.tell(tuple(self._notes.values()))
        self.told = True

    async def tell(self, notes: tuple[Kept, ...]) -> None:
        """Tell these one after the other, as long as the link holds."""
        for note in notes:
            self._sent += 1
            unique = f"ivr-keep-{self._sent}-{int(self._now() * 1000)}"
            try:
                await self._send(keep(note, unique, self._phones))
            except (UnknownPerson, AmiHeaderRefused, AmiRefused, AmiTimeout) as problem:
                log.error("fallback_not_told", note=str(note), why=str(problem))
            except AmiLinkLost:
                return
