"""Brings one target's messages out: in order per subject, at least once, with patience.

A receiver that does not answer is asked seldom and by one message at a time until it answers; a
message that a living receiver refuses waits alone. After a day of tries a message is parked: kept,
listed, and sent again when somebody says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from ivr.domain.errors import LinetreeError
from ivr.ports import LONGEST_PAUSE, Delivery, NoticeState, Outbox, OutboxEntry
from ivr.threads import in_thread

FIRST_PAUSE = 5.0
SILENT_AT_MOST = 600.0
"""Seconds between two tries while the receiver does not answer at all."""

REFUSED_AT_MOST = 3600.0
"""Seconds between two tries of a message that the receiver refused."""

DAY = 86_400.0
"""Seconds of tries after which a message is parked."""

AFTER_STORE_FAULT = 5.0
WHY_KEPT = 200
"""Characters that are kept of a defect."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiver has the message."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The receiver answered and did not take this message; `for_good`: it never will."""

    why: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody is there, or nobody able; `wait` are the seconds that the receiver asked for."""

    why: str
    wait: float = 0.0


Answer = Taken | Refused | Silent
Carry = Callable[[OutboxEntry], Awaitable[Answer]]


class Courier:
    """One target's messages. `round` does what is to be done now; `run` repeats it for ever."""

    def __init__(
        self,
        target: str,
        outbox: Outbox,
        carry: Carry,
        now: Callable[[], float],
        in_flight: int,
    ) -> None:
        self.target = target
        self._outbox = outbox
        self._carry = carry
        self._now = now
        self._in_flight = in_flight
        self._silences = 0
        self._silent_until = 0.0
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look now: there may be a new message."""
        self._woken.set()

    async def run(self) -> None:
        """Bring messages out until cancelled."""
        while True:
            self._woken.clear()
            try:
                wait = await self.round()
            except LinetreeError as fault:
                log.warning("outbox_not_read", target=self.target, why=str(fault))
                wait = AFTER_STORE_FAULT
            except Exception:
                # As broad as it looks: this target's messages must not wait for a restart.
                log.exception("courier_stumbled", target=self.target)
                wait = AFTER_STORE_FAULT
            if wait != 0.0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), wait)

    async def round(self) -> float | None:
        """Try what may be tried now. Returns the seconds until there may be more, None: unknown.

        Raises StoreUnreachable.
        """
        at = self._now()
        if at < self._silent_until < at + LONGEST_PAUSE:
            return self._silent_until - at
        most = 1 if self._silences else self._in_flight
        heads = await in_thread(self._outbox.heads, self.target, at, most)
        if not heads:
            next_at = await in_thread(self._outbox.next_at, self.target)
            return None if next_at is None else max(0.1, next_at - at)
        await self._try(heads)
        return 0.0

    async def _try(self, heads: Sequence[OutboxEntry]) -> None:
        answers = await asyncio.gather(*(self._carried(head) for head in heads))
        at = self._now()
        self._note(at, answers)
        ends = [self._end(at, *pair) for pair in zip(heads, answers, strict=True)]
        await in_thread(self._outbox.delivered, ends)

    async def _carried(self, entry: OutboxEntry) -> Answer:
        """How this try ended; a defect that one message meets costs that message alone."""
        try:
            return await self._carry(entry)
        except Exception as defect:
            log.exception("message_not_carried", target=self.target, message=entry.notice.id)
            return Refused(f"not sent: {type(defect).__name__}: {defect}"[:WHY_KEPT])

    def _note(self, at: float, answers: Sequence[Answer]) -> None:
        """Whoever takes or refuses is there; silence doubles the pause."""
        silent = [answer for answer in answers if isinstance(answer, Silent)]
        if len(silent) < len(answers):
            if self._silences:
                log.info("receiver_is_back", target=self.target)
            self._silences, self._silent_until = 0, 0.0
            return
        pause = max(_pause(self._silences, SILENT_AT_MOST), *(one.wait for one in silent), 0.0)
        if not self._silences:
            log.warning("receiver_is_silent", target=self.target, why=silent[0].why)
        self._silences += 1
        self._silent_until = at + pause

    def _end(self, at: float, entry: OutboxEntry, answer: Answer) -> Delivery:
        match answer:
            case Taken():
                return Delivery(entry.n, at, NoticeState.TAKEN, at, "")
            case Refused(why, for_good):
                next_at = at + _pause(entry.tries, REFUSED_AT_MOST)
                return self._later(at, entry, why, next_at, park=for_good)
            case Silent(why, wait):
                pause = max(wait, _pause(entry.tries, SILENT_AT_MOST))
                next_at = max(at + pause, self._silent_until)
                return self._later(at, entry, why, next_at, park=False)

    def _later(
        self, at: float, entry: OutboxEntry, why: str, next_at: float, *, park: bool
    ) -> Delivery:
        since = at if entry.first_tried_at is None else entry.first_tried_at
        if park or at - since >= DAY:
            log.error("message_parked", target=self.target, message=entry.notice.id, why=why)
            return Delivery(entry.n, at, NoticeState.PARKED, at, why)
        return Delivery(entry.n, at, NoticeState.WAITING, min(next_at, since + DAY), why)


def _pause(tries: int, most: float) -> float:
    return min(most, FIRST_PAUSE * 2.0 ** min(tries, 20))
