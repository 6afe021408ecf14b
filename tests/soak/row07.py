"""Row 7: the database is locked, full, down or slow; calls flow, and what is said to be is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from contract.store_backends import Cluster
from soak import full
from soak.counting import Counts, Row
from soak.desks import Desks
from soak.evidence import until
from soak.traffic import Traffic
from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome

LINES = 6
AT_A_TIME = 8
SLOW = 2.0
"""Seconds that each commit of a slow database may have to wait."""

TALK = (3.0, 8.0)
KINDS = ("locked", "full", "slow", "stopped")

Fault = Callable[[Works, float], Awaitable[None]]
"""What is wrong with the database for so many seconds."""


async def play(seed: int, calls: int, seconds: float = 30.0, kinds: Collection[str] = KINDS) -> Row:
    """So many callers to each kind of database, of which half a dozen are on at any time.

    The fault lasts so many seconds, is away for a few, and comes again until all have called.
    """
    outcomes: list[CallOutcome] = []
    counts = Counts()
    async with _clusters() as cluster:
        for kind in kinds:
            fault = _faults(cluster)[kind]
            url = cluster.database().url if kind == "stopped" else ""
            fate = Random(f"{seed} row 7 {kind}")
            came, bad = await _with(fate, fault, calls, seconds, url)
            outcomes += came
            counts += bad
    return Row("7", len(outcomes), f"a database {', '.join(kinds)}", counts)


def _faults(cluster: Cluster) -> dict[str, Fault]:
    async def stopped(_works: Works, seconds: float) -> None:
        await asyncio.to_thread(cluster.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(cluster.start)

    return {"locked": _locked, "full": _full, "slow": _slow, "stopped": stopped}


async def _with(
    fate: Random, fault: Fault, calls: int, seconds: float, url: str
) -> tuple[list[CallOutcome], Counts]:
    async with Works(LINES, sales=LINES, store_url=url) as works:
        if fault is _full:
            await works.service.stop()
            room = full.Room(works.folder / "room")
            await works.service.start((full.__file__, str(room.file)))
        async with Desks(works, fate, think=0.5) as desks:
            traffic = Traffic(works, fate, calls, AT_A_TIME, TALK)
            flowing = asyncio.create_task(traffic.flow())
            while not (await asyncio.wait([flowing], timeout=fate.uniform(0.5, 3.0)))[0]:
                await fault(works, seconds)
            await flowing
            await works.drained()
            over = works.over(LINES, traffic.outcomes)
            counts = await works.counts(traffic.outcomes, over, works.stuck(), desks.promised)
            counts += Counts(diff=await _not_once(works, len(traffic.outcomes)))
    return traffic.outcomes, counts


async def _not_once(works: Works, calls: int) -> int:
    """Calls that the database does not hold exactly once, or at the deadline."""

    async def kept() -> int:
        return len(await asyncio.to_thread(works.look.calls_since, works.began))

    try:
        await until(kept, lambda count: count == calls, "calls are missing in the database")
    except TimeoutError:
        return abs(await kept() - calls)
    return 0


async def _locked(works: Works, seconds: float) -> None:
    """Somebody else writes, and does not come to an end."""
    other = _connected(works)
    try:
        other.execute("BEGIN EXCLUSIVE")
        await asyncio.sleep(seconds)
        other.execute("ROLLBACK")
    finally:
        other.close()


async def _slow(works: Works, seconds: float) -> None:
    """Somebody else writes for SLOW seconds, again and again, with moments between."""
    other = _connected(works)
    try:
        for _ in range(max(1, round(seconds / SLOW))):
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(SLOW)
            other.execute("ROLLBACK")
            await asyncio.sleep(0.3)
    finally:
        other.close()


async def _full(works: Works, seconds: float) -> None:
    room = full.Room(works.folder / "room")
    room.ends()
    await asyncio.sleep(seconds)
    room.returns()


def _connected(works: Works) -> sqlite3.Connection:
    path = Path(works.database.removeprefix("sqlite:///"))
    return sqlite3.connect(path, timeout=30.0, isolation_level=None)


@asynccontextmanager
async def _clusters() -> AsyncIterator[Cluster]:
    cluster = await asyncio.to_thread(Cluster)
    try:
        yield cluster
    finally:
        await asyncio.to_thread(cluster.remove)
