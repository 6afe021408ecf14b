"""All couriers of the service: one a target, woken when something new is on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import structlog

from ivr.config.outside import Receiver
from ivr.domain.errors import LinetreeError
from ivr.outside.courier import Courier
from ivr.outside.threads import in_thread
from ivr.outside.webhooks import WebhookCarrier
from ivr.ports import Outbox

KEPT_TAKEN = 30 * 86_400.0
"""Seconds that a message is remembered after it was taken, so that it is not made anew."""

TIDY_EVERY = 3600.0
TIDY_AT_ONCE = 5000

log = structlog.get_logger()


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
        self._routes: dict[Receiver, _Route] = {}
        self._tidying: asyncio.Task[None] | None = None

    async def start(self, receivers: Iterable[Receiver]) -> None:
        """Begin to bring out what waits."""
        self._tidying = asyncio.create_task(self._keep_tidying(), name="outbox tidying")
        await self.relearn(receivers)

    async def relearn(self, receivers: Iterable[Receiver]) -> None:
        """Serve these receivers from now on; the messages of others wait in the outbox."""
        wanted = tuple(receivers)
        for receiver in [one for one in self._routes if one not in wanted]:
            await self._end(self._routes.pop(receiver))
        for receiver in wanted:
            if receiver not in self._routes:
                self._routes[receiver] = self._begun(receiver)

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

    def _begun(self, receiver: Receiver) -> _Route:
        carrier = WebhookCarrier(receiver, self._now)
        courier = Courier(
            receiver.target, self._outbox, carrier.carry, self._now, receiver.in_flight
        )
        task = asyncio.create_task(courier.run(), name=f"courier of {receiver.target}")
        task.add_done_callback(_told_of_its_end)
        return _Route(courier, carrier.close, task)

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
