"""Row 6: FastAGI is down, killed or frozen; each caller is in the queue within three seconds."""

from __future__ import annotations

import asyncio
from random import Random

from soak import oracles
from soak.counting import Row
from soak.works import ANSWER, Works

from ivr.asterisk.private.sip_log import CallOutcome

LINES = 8
TALK = 0.5
FAULTS = ("stopped", "killed", "frozen")


async def play(seed: int, calls: int) -> Row:
    """Callers at a free department, a few at a time, while the service is away in some way.

    The service comes back after each fault, with callers still on, and goes again.
    """
    fate = Random(f"{seed} row 6")
    outcomes: list[CallOutcome] = []
    stuck, faults = 0, 0
    async with Works(LINES) as works:
        while len(outcomes) < calls:
            faults += 1
            await _break(works, FAULTS[faults % len(FAULTS)])
            async with works.caller(fate.randint(1, LINES), talk_s=TALK) as caller:
                await asyncio.sleep(fate.uniform(0.0, 1.0))
                if fate.random() < 0.5:
                    await _mend(works)
                await caller.wait()
                stuck += oracles.stuck(caller.messages, ANSWER)
                outcomes += caller.outcomes
            await _mend(works)
            await works.drained()
        refused = sum(outcome.status != 200 for outcome in outcomes)
        counts = await works.counts(outcomes, works.over(LINES, outcomes), stuck)
    return Row("6", len(outcomes), f"{faults} faults of FastAGI", counts, refused)


async def _break(works: Works, how: str) -> None:
    match how:
        case "stopped":
            await works.service.stop()
        case "killed":
            await works.service.kill()
        case _:
            works.service.freeze()


async def _mend(works: Works) -> None:
    if works.service.is_running:
        works.service.thaw()
    else:
        await works.service.start()
