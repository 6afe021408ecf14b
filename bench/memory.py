"""What the service holds in memory with a thousand agents, and after very many events.

The service runs as a process of its own. Asterisk's side is played: a thousand members are in its
queue, each with a desk open, and then calls and the events of other people's calls come as fast as
they are taken. What it holds after them must be what it held before.
`MEMORY_EVENTS=1000000 ONLY=memory make bench` takes minutes, so the default is a fifth of it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from bench.played_asterisk import PlayedAsterisk
from bench.report import BenchFault, within
from bench.served import Served
from ivr.asterisk.private.processes import until

AGENTS = 1000
LIMIT = 80.0
"""MB resident, with a thousand agents signed in."""

EVENTS = int(os.environ.get("MEMORY_EVENTS", "200000"))
CALLS = EVENTS // 100
"""Whole calls among the events: what is left of each of them would show."""

FLAT = 1.1
"""How much more it may hold after them, a fragmented heap included."""

WARM = 0.1
"""Of all events, those before the first look: pools and caches fill."""


def measure() -> list[dict[str, Any]]:
    """`memory_1000_agents`: MB resident; `memory_after_events`: MB, beside those before them."""
    signed_in, before, after = asyncio.run(_measure())
    print(
        f"memory: {signed_in:.1f} MB with {AGENTS} agents, {before:.1f} MB, and {after:.1f} MB"
        f" after {EVENTS:,} events",
        file=sys.stderr,
    )
    return [
        within("memory_1000_agents", "MB", [signed_in], LIMIT),
        within("memory_after_events", "MB", [after], before * FLAT),
    ]


async def _measure() -> tuple[float, float, float]:
    people = [f"agent{n:04}" for n in range(1, AGENTS + 1)]
    async with PlayedAsterisk(people) as asterisk, Served(people, asterisk.port) as service:
        await until(lambda: asterisk.read_whole, seconds=60, otherwise="the queue was never read")
        await service.open_desks()
        signed_in = resident(service.pid)
        await asterisk.play(int(EVENTS * WARM), int(CALLS * WARM))
        before = resident(service.pid)
        await asterisk.play(EVENTS, CALLS)
        return signed_in, before, resident(service.pid)


def resident(pid: int) -> float:
    """MB of memory that this process has in RAM; raises BenchFault when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except FileNotFoundError:
        raise BenchFault("the service has ended in the middle of the bench") from None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
