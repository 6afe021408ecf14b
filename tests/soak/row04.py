"""Row 4: Asterisk goes down under its calls; each known caller has a task in thirty seconds."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from random import Random

from soak import oracles
from soak.counting import Counts, Row
from soak.desks import Desks
from soak.traffic import number_of
from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome
from ivr.asterisk.private.sipp import Caller

LIVE = 50
TASK_WITHIN = 30.0
"""Seconds from Asterisk's new start to a task for each caller whom it cut off."""


async def play(seed: int, calls: int, *, live: int = LIVE) -> Row:
    """So many live calls a time; Asterisk is killed, or shut down in order; and again."""
    fate = Random(f"{seed} row 4")
    outcomes: list[CallOutcome] = []
    restarts, lost, silenced = 0, 0, 0
    async with Works(live, sales=10) as works, Desks(works, fate) as desks:
        while len(outcomes) < calls:
            restarts += 1
            numbers = [number_of(len(outcomes) + n) for n in range(1, live + 1)]
            async with AsyncExitStack() as stack:
                callers = [
                    await stack.enter_async_context(works.caller(number=number))
                    for number in numbers
                ]
                await asyncio.gather(*(caller.answered() for caller in callers))
                await asyncio.sleep(fate.uniform(0.0, 5.0))
                await _down_and_up(works, restarts)
                lost += await _without_task(works, numbers)
                outcomes += _last(callers)
            silenced += await works.silenced()
        await works.drained()
        counts = await works.counts([], works.over(live, outcomes), works.stuck(), desks.promised)
    counts += Counts(lost=lost, diff=silenced)
    return Row("4", len(outcomes), f"{restarts} restarts of Asterisk", counts)


async def _down_and_up(works: Works, serial: int) -> None:
    if serial % 2:
        await works.asterisk.kill()
    else:
        await works.asterisk.stop()
    await works.asterisk.start()


def _last(callers: list[Caller]) -> list[CallOutcome]:
    return [outcome for caller in callers for outcome in caller.outcomes]


async def _without_task(works: Works, numbers: list[str]) -> int:
    """How many of these callers nobody will call, by the database, at the deadline."""
    deadline = time.monotonic() + TASK_WITHIN
    while True:
        missed = works.look.missed_since(works.began)
        promises = works.look.escalations_since(works.began)
        forgotten = oracles.forgotten(numbers, missed, promises)
        if not forgotten or time.monotonic() > deadline:
            return forgotten
        await asyncio.sleep(0.2)
