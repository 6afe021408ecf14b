"""A process that saves without end and tells what was confirmed; made to be killed."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time

import structlog
from contract.store_backends import escalation

from ivr.domain.events import Event, Saved
from ivr.store.store import SqlStore

IN_FLIGHT = 50


async def main(url: str) -> None:
    """Save promise after promise; each confirmation is one line on stdout, written at once."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    store = SqlStore.open(url, time.time)
    numbers = itertools.count()

    def save() -> None:
        store.save(escalation(f"e{next(numbers)}", note="x" * 500), confirm=True)

    def confirmed(event: Event) -> None:
        if isinstance(event, Saved):
            print(event.id, flush=True)
            save()

    store.start(asyncio.get_running_loop(), confirmed)
    print("open", flush=True)
    for _ in range(IN_FLIGHT):
        save()
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1]))
