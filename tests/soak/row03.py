"""Row 3: the service dies around Originate; each attempt dials its client once at most."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random
from typing import Any

from soak import dying, promises
from soak.counting import Row
from soak.works import Works

from ivr.domain.records import EscalationRecord

SALES = 4
CLIENTS = 6
"""Promises more in each life."""

LIFE = 20.0
"""Seconds in which a life of the service comes to the point at which it ends."""

DYING = Path(dying.__file__)


async def play(seed: int, kills: int) -> Row:
    """As many lives of the service as kills, each with a few clients more who are owed a call now.

    The points take turns, each life at its first, second or third pass; then one more life that
    is left alone, until every promise is with a human: the line of each client is busy.
    """
    fate = Random(f"{seed} row 3")
    points = list(dying.POINTS)
    made: list[EscalationRecord] = []
    reached = 0
    async with Works(1, impatient, sales=SALES, trunk={"refuse": 486}) as works:
        await works.service.stop()
        for number in range(kills):
            made += await promises.keep(works, CLIENTS, time.time, time.time(), len(made))
            reached += await _die(works, points[number % len(points)], fate.randint(1, 3))
        await works.service.start()
        await promises.rested(works, works.began, 60.0 + 5.0 * kills)
        await works.drained()
        counts = promises.counted(works, works.began, made)
    return Row("3", len(made), f"{kills} kills, {reached} at the point aimed at", counts)


def impatient(settings: Any) -> None:
    """Two dials a promise, a second apart whatever happened."""
    settings["callbacks"]["backoff"] = {
        "first": 0,
        **dict.fromkeys(("busy", "no_answer", "trunk_down", "sales_silent"), 1),
    }
    settings["callbacks"]["attempts"] = 2


async def _die(works: Works, point: str, nth: int) -> bool:
    """One life of the service up to its end at the point; False if it never came there."""
    process = await works.service.launch((str(DYING), point, str(nth)))
    try:
        await asyncio.wait_for(process.wait(), LIFE)
    except TimeoutError:
        await works.service.kill()
        return False
    return True
