"""Row 2: the service is killed around an answer, while it rings, in wrap-up and on a break."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Any

from soak.counting import Counts, Row
from soak.desks import Desks
from soak.row01 import kill
from soak.traffic import Traffic
from soak.works import Works

from ivr.outside.desk_client import DeskGone, KeyRefused

LINES = 4
WRAP_UP = 3
BACK_WITHIN = 3.0
"""Seconds from the start of the service to each caller's tree on the agent's screen."""

MOMENTS = ("ring", "answer", "wrap_up", "pause", "ready")


async def play(seed: int, calls: int, *, within: float = BACK_WITHIN) -> Row:
    """Rounds of a few callers and one kill each, around another moment each time."""
    fate = Random(f"{seed} row 2")
    kills, bad = 0, 0
    async with Works(LINES, _wrap_up, sales=LINES) as works, Desks(works, fate, think=0.3) as desks:
        traffic = Traffic(works, fate, 0, LINES, (3.0, 6.0))
        scene = _Scene(works, desks, traffic, fate, within)
        while traffic.begun < calls:
            bad += await scene.play(MOMENTS[kills % len(MOMENTS)])
            kills += 1
        await works.drained()
        counts = await works.counts(
            traffic.outcomes, works.over(LINES, traffic.outcomes), works.stuck(), desks.promised
        )
    return Row("2", len(traffic.outcomes), f"{kills} kills", counts + Counts(diff=bad))


def _wrap_up(settings: Any) -> None:
    settings["departments"]["client"]["wrap_up_seconds"] = WRAP_UP


@dataclass
class _Scene:
    works: Works
    desks: Desks
    traffic: Traffic
    fate: Random
    within: float

    async def play(self, moment: str) -> int:
        """One kill; how many talks have no tree after it, and how many phones are silenced."""
        rung = len(self.works.phone.invites)
        self.traffic.calls += LINES
        flowing = asyncio.create_task(self.traffic.flow())
        match moment:
            case "ring" | "answer":
                await self.works.phone.rung(rung + self.fate.randint(1, LINES))
                astray = await self._kill(self.fate.uniform(0.0, 0.1 if moment == "ring" else 0.4))
                await flowing
            case "wrap_up":
                await flowing
                astray = await self._kill(self.fate.uniform(0.0, WRAP_UP))
            case _:
                await flowing
                astray = await self._break_off(moment)
        return astray + await self.works.silenced()

    async def _kill(self, after: float) -> int:
        await asyncio.sleep(after)
        return await kill(self.works, self.desks, self.fate.uniform(0.0, 1.0), self.within)

    async def _break_off(self, moment: str) -> int:
        """Somebody goes on a break, or comes back from it, while the service dies.

        The break is ended by a code of the phone, which works while the service is dead.
        """
        name = self.fate.choice(self.works.agents)
        if moment == "ready":
            await self._press(name, "pause", reason="lunch")
        fields = {"reason": "lunch"} if moment == "pause" else {}
        pressing = asyncio.create_task(self._press(name, moment, **fields))
        await asyncio.sleep(self.fate.uniform(0.0, 0.1))
        await self.works.service.kill()
        await pressing
        await self.works.dial_code(name, "*53")
        await self.works.service.start()
        return await self.desks.astray({}, self.within)

    async def _press(self, name: str, key: str, **fields: str) -> None:
        try:
            await self.desks.people[name].desk.send(key, **fields)
        except (DeskGone, KeyRefused):
            # Whether it came in before the kill or not: nobody may be silenced by either.
            return
