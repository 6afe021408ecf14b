"""All couriers of the service: one a target, woken when something new is on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

import structlog

from ivr.config.mail import Post
from ivr.config.outside import Receiver
from ivr.domain.errors import LinetreeError
from ivr.outside.courier import Courier
from ivr.outside.mail import MailCarrier
from ivr.outside.webhooks import WebhookCarrier
from ivr.ports import Outbox
from ivr.threads import in_thread

KEPT_TAKEN = 30 * 86_400.0
"""Seconds that a message is remembered after it was taken, so that it is not made anew."""

TIDY_EVERY = 3600.0
TIDY_AT_ONCE = 5000

log = structlog.get_logger()

Destination = Receiver | Post


@dataclass(slots=True)
class _Route:
    """One courier at work."""

    courier: Courier
    close: Callable[[], Awaitable[None]]
    task: asyncio.Task[None]


class PostOffice:
    """Starts and stops couriers; a receiver that stays as it was is not disturbed."""

    def __init__(self, outbox: Outbox, now: Callable[[], float]) -> None:
        self._outbox = outbox
        self._now = now
        self._routes: dict[Destination, _Route] = {}
        self._tidying: asyncio.Task[None] | None = None

    async def start(self, wanted: Iterable[Destination]) -> None:
        """Begin to bring out what waits."""
        self._tidying = asyncio.create_task(self._keep_tidying(), name="outbox tidying")
        await self.relearn(wanted)

    async def relearn(self, wanted: Iterable[Destination]) -> None:
        """Serve these from now on; the messages to others wait in the outbox."""
        wanted = tuple(wanted)
        for gone in [one for one in self._routes if one not in wanted]:
            await self._end(self._routes.pop(gone))
        for one in wanted:
            if one not in self._routes:
                self._routes[one] = self._begun(one)

    def wake(self) -> None:
        """Something new is on the disk."""
        for route in self._routes.values():
            route.courier.wake()

    async def stop(self) -> None:
        """Leave every message that was not taken in the outbox."""
        await self.relearn(())
        if self._tidying is not None:
            self._tidying.cancel()
            await asyncio.wait([self._tidying])

    def _begun(self, to: Destination) -> _Route:
        carrier = self._carrier(to)
        courier = Courier(to.target, self._outbox, carrier.carry, self._now, to.in_flight)
        task = asyncio.create_task(courier.run(), name=f"courier of {to.target}")
        task.add_done_callback(_told_of_its_end)
        return _Route(courier, carrier.close, task)

    def _carrier(self, to: Destination) -> WebhookCarrier | MailCarrier:
        match to:
            case Receiver():
                return WebhookCarrier(to, self._now)
            case Post():
                return MailCarrier(to)
            case _:
                assert_never(to)

    async def _end(self, route: _Route) -> None:
        route.task.cancel()
        await asyncio.wait([route.task])
        await route.close()

    async def _keep_tidying(self) -> None:
        while True:
            try:
                before = self._now() - KEPT_TAKEN
                await in_thread(self._outbox.forget_taken, before, TIDY_AT_ONCE)
            except LinetreeError as fault:
                log.warning("outbox_not_tidied", why=str(fault))
            await asyncio.sleep(TIDY_EVERY)


def _told_of_its_end(task: asyncio.Task[None]) -> None:
    """A courier ends by being cancelled; any other end is a defect that must not be silent."""
    if not task.cancelled() and task.exception() is not None:
        log.error("courier_broke", courier=task.get_name(), exc_info=task.exception())
