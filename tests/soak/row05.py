"""Row 5: the AMI link is cut, falls silent, lags, crawls, or Asterisk itself stands still."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from soak import oracles
from soak.ami_proxy import HEALTHY, AmiProxy, Fault
from soak.counting import Counts, Row
from soak.desks import Desks
from soak.traffic import Traffic
from soak.works import Works

LINES = 6
AT_A_TIME = 5
NOTICED_WITHIN = 5.0
"""Seconds from the fault to the pages that say since when they are stale."""

IN_STEP_WITHIN = 10.0
"""Seconds from the end of a fault to each caller on the agent's screen."""

FAULTS = ("reset", "silence", "frozen", "latency", "slow")
BORNE = ("latency", "slow")
"""A link that is late is no lost one: calls go on by it."""

LASTS = 7.0
"""Seconds of each fault; a reset is over at once."""

LATENCY = Fault(latency=3.0)
SLOW = Fault(rate=1024.0)


async def play(
    seed: int,
    calls: int,
    *,
    faults: Sequence[str] = FAULTS,
    rest: float = 3.0,
    talk: tuple[float, float] = (5.0, 15.0),
    noticed_within: float = NOTICED_WITHIN,
) -> Row:
    """One fault after the other while callers come and go; the link is whole between them."""
    fate = Random(f"{seed} row 5")
    works = Works(LINES, sales=LINES, proxied=True)
    async with works, Desks(works, fate, think=0.5) as desks:
        assert works.proxy is not None
        scene = _Scene(works, desks, works.proxy, noticed_within)
        traffic = Traffic(works, fate, calls, AT_A_TIME, talk)
        flowing = asyncio.create_task(traffic.flow())
        played, bad = 0, 0
        while not (await asyncio.wait([flowing], timeout=fate.uniform(1.0, rest)))[0]:
            bad += await scene.play(faults[played % len(faults)])
            played += 1
        await flowing
        await works.drained()
        over = works.over(LINES, traffic.outcomes)
        stuck = works.stuck(scene.frozen)
        counts = await works.counts(traffic.outcomes, over, stuck, desks.promised)
        rash = oracles.rash(link.actions for link in works.proxy.links)
        silenced = await works.silenced()
        if rash or silenced:
            print(f"row 5: {rash} rash links, {silenced} people silenced", file=sys.stderr)
        bad += rash + silenced
    return Row("5", len(traffic.outcomes), f"{played} faults of AMI", counts + Counts(diff=bad))


@dataclass
class _Scene:
    works: Works
    desks: Desks
    proxy: AmiProxy
    noticed_within: float

    def __post_init__(self) -> None:
        self.frozen: list[tuple[float, float]] = []

    async def play(self, fault: str) -> int:
        """One fault; 1 if nobody noticed it in time, and the talks without a tree after it."""
        began, links = time.time(), len(self.proxy.links)
        kept = self.works.answers_kept()
        self._break(fault)
        noticed = fault in BORNE or await self._noticed(began, links)
        if fault != "reset":
            await asyncio.sleep(max(0.0, began + LASTS - time.time()))
        self._mend(fault, began)
        astray = await self.desks.astray(kept, IN_STEP_WITHIN)
        if astray or not noticed:
            print(f"row 5: {fault}: noticed {noticed}, {astray} astray", file=sys.stderr)
        return (not noticed) + astray

    def _break(self, fault: str) -> None:
        match fault:
            case "reset":
                self.proxy.cut()
            case "silence":
                self.proxy.fault = Fault(mute=True)
            case "frozen":
                self.works.asterisk.freeze()
            case "latency":
                self.proxy.fault = LATENCY
            case _:
                self.proxy.fault = SLOW

    def _mend(self, fault: str, began: float) -> None:
        if fault == "frozen":
            self.works.asterisk.thaw()
            self.frozen.append((began, time.time()))
        self.proxy.fault = HEALTHY

    async def _noticed(self, began: float, links: int) -> bool:
        """Whether in time each page says that it may be stale, or another link is up already."""
        while time.time() < began + self.noticed_within:
            stale = all(person.is_stale for person in self.desks.people.values())
            if stale or any("CoreStatus" in link.actions for link in self.proxy.links[links:]):
                return True
            await asyncio.sleep(0.05)
        return False
