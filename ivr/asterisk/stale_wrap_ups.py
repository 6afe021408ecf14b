"""A restart of Asterisk keeps a prolonged wrap-up and loses the timer that ends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import structlog

from ivr.asterisk.translate import Action, Phones, take_calls, timers_of
from ivr.domain.events import MemberSeen, Resynced

log = structlog.get_logger()


class StaleWrapUps:
    """Ends a prolonged wrap-up that two readings in a row found without its timer.

    One reading proves nothing: a fresh wrap-up has its penalty before its timer lives.
    """

    def __init__(self, phones: Phones, send: Callable[[Action], Awaitable[None]]) -> None:
        self._phones = phones
        self._send = send
        self._untimed: set[tuple[str, str]] = set()

    @property
    def suspected(self) -> bool:
        """Whether the last reading found one, so that the next should come soon."""
        return bool(self._untimed)

    def forget(self) -> None:
        """What was read before a break proves nothing after it."""
        self._untimed = set()

    async def end(self, resynced: Resynced, prolonged: Iterable[MemberSeen]) -> None:
        """Let those take calls again who are still without a timer. Raises an AmiError."""
        untimed = set()
        for member in prolonged:
            timers = timers_of(self._phones.of(member.person))
            if not any(leg.call.startswith(timers) for leg in resynced.legs):
                untimed.add((member.person, member.queue))
        before, self._untimed = self._untimed, untimed - self._untimed
        for person, queue in sorted(untimed & before):
            log.warning("prolonged_wrap_up_without_timer", person=person)
            await self._send(take_calls(person, queue, self._phones))
