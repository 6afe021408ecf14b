"""Row 12: events come twice, out of order or never; the end is that of a clean run."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from soak import oracles
from soak.ami_proxy import Fault
from soak.counting import Counts, Row
from soak.desks import Desks
from soak.traffic import Traffic
from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome

LINES = 6
AT_A_TIME = 5
SETTLED_WITHIN = 70.0
"""Seconds from the last call; all that lives is read once a minute at the latest."""

SPOILT = Fault(twice=True, shuffled=0.5, dropped=0.05)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to: each caller's fate by number, and the counts."""

    fates: dict[str, oracles.Fate]
    outcomes: list[CallOutcome]
    counts: Counts
    spoilt: int


async def play(
    seed: int, calls: int, *, fault: Fault = SPOILT, talk: tuple[float, float] = (4.0, 6.0)
) -> Row:
    """The same callers twice: on a clean link, and on one that spoils what Asterisk tells."""
    clean = await _run(seed, calls, Fault(), talk, {})
    spoilt = await _run(seed, calls, fault, talk, clean.fates)
    odd = oracles.differing(clean.fates, spoilt.fates)
    for caller in odd:
        print(f"row 12: {caller}", file=sys.stderr)
    counts = clean.counts + spoilt.counts + Counts(diff=len(odd))
    return Row("12", len(spoilt.outcomes), f"{spoilt.spoilt} events spoilt", counts)


async def _run(
    seed: int,
    calls: int,
    fault: Fault,
    talk: tuple[float, float],
    wanted: Mapping[str, oracles.Fate],
) -> Run:
    """One run; with fates that are `wanted`, until they are met or the deadline is over."""
    fate = Random(f"{seed} row 12")
    works = Works(LINES, sales=LINES, proxied=True)
    async with works, Desks(works, fate, think=0.2) as desks:
        assert works.proxy is not None
        works.proxy.fault = fault
        traffic = Traffic(works, fate, calls, AT_A_TIME, talk)
        await traffic.flow()
        await works.drained()
        over = works.over(LINES, traffic.outcomes)
        # What never arrives is put right by the next reading of everything that lives.
        counts = await works.counts(traffic.outcomes, over, works.stuck(), desks.promised)
        counts += Counts(diff=await works.silenced())
        deadline = time.monotonic() + SETTLED_WITHIN
        while wanted and oracles.differing(wanted, works.fates()):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        return Run(works.fates(), traffic.outcomes, counts, works.proxy.spoilt)
