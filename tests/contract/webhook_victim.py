"""A process that promises, confirms and tells a receiver, made to be killed at any moment."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time

import structlog
from contract.store_backends import escalation
from contract.webhook_receiver import Peer

from ivr.domain.events import Event, Saved
from ivr.outside.post_office import PostOffice
from ivr.outside.telling import Telling
from ivr.store.store import SqlStore


async def main(url: str, port: int, life: str) -> None:
    """Save promise after promise; each confirmation is one line on stdout, written at once."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    receiver = Peer(port).receiver()
    store = SqlStore.open(url, time.time)
    store.tell = Telling([receiver], time.time)
    numbers = itertools.count()

    def save() -> None:
        store.save(escalation(f"e{life}-{next(numbers)}"), confirm=True)

    def confirmed(event: Event) -> None:
        if isinstance(event, Saved):
            print(event.id, flush=True)
            save()

    store.start(asyncio.get_running_loop(), confirmed)
    office = PostOffice(store.outbox, time.time)
    store.on_notices(office.wake)
    await office.start([receiver])
    for _ in range(20):
        save()
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
