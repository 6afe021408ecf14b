"""Callers, so many at a time, each from a number of its own, until so many have called."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random

from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome

LONGEST = 300.0
"""Seconds after which a caller who still waits is given up: the call is open, and counts."""


@dataclass
class Traffic:
    """`await Traffic(...).flow()`; `talk` is the range of a caller's patience with the talk."""

    works: Works
    fate: Random
    calls: int
    at_a_time: int
    talk: tuple[float, float]
    outcomes: list[CallOutcome] = field(default_factory=list)
    begun: int = 0

    async def flow(self) -> None:
        """All callers, to the end of the last one."""
        async with asyncio.TaskGroup() as callers:
            for _ in range(min(self.at_a_time, self.calls)):
                callers.create_task(self._one_after_the_other())

    async def _one_after_the_other(self) -> None:
        while self.begun < self.calls:
            self.begun += 1
            number = number_of(self.begun)
            await asyncio.sleep(self.fate.uniform(0.0, 0.5))
            async with self.works.caller(
                number=number, talk_s=self.fate.uniform(*self.talk)
            ) as one:
                await one.wait(LONGEST)
                self.outcomes += one.outcomes


def number_of(serial: int) -> str:
    """The number of the so-manieth caller; its last digit says what the caller answers."""
    return f"+7495{1_000_000 + serial}"
