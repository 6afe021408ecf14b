"""Row 1: the service is killed in mid-call; talks go on, and each tree is back where it stood."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

from soak.counting import Counts, Row
from soak.desks import Desks
from soak.traffic import Traffic
from soak.works import Works

AT_A_TIME = 20
LINES = 18
"""Fewer than callers, so that some are refused: each of these must become a task."""

SALES = 12
BACK_WITHIN = 5.0
"""Seconds from the start of the service to each caller's tree on the agent's screen."""


async def play(
    seed: int,
    calls: int,
    *,
    every: float = 10.0,
    talk: tuple[float, float] = (20.0, 60.0),
    lines: int = LINES,
    at_a_time: int = AT_A_TIME,
    within: float = BACK_WITHIN,
) -> Row:
    """Kill the service every so many seconds, dead for up to two, while callers come and go."""
    fate = Random(f"{seed} row 1")
    kills, astray = 0, 0
    async with Works(lines, _wrap_up, sales=SALES) as works, Desks(works, fate) as desks:
        traffic = Traffic(works, fate, calls, at_a_time, talk)
        flowing = asyncio.create_task(traffic.flow())
        while not (await asyncio.wait([flowing], timeout=every))[0]:
            kills += 1
            astray += await kill(works, desks, fate.uniform(0.0, 2.0), within)
        await flowing
        await works.drained()
        counts = await works.counts(
            traffic.outcomes, works.over(lines, traffic.outcomes), works.stuck(), desks.promised
        )
        silenced = await works.silenced()
    counts += Counts(diff=astray + silenced)
    return Row("1", len(traffic.outcomes), f"{kills} kills", counts)


def _wrap_up(settings: Any) -> None:
    settings["departments"]["client"]["wrap_up_seconds"] = 2


async def kill(works: Works, desks: Desks, dead: float, within: float) -> int:
    """Kill and start the service; how many talks have no tree, or lost answers, after that."""
    await works.service.kill()
    kept = works.answers_kept()
    await asyncio.sleep(dead)
    await works.service.start()
    return await desks.astray(kept, within)
