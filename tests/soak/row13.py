"""Row 13: the clock is moved, and the hour comes twice; a callback is dialled once, in hours."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from soak import clocked, promises
from soak.clocked import Clock
from soak.counting import Counts, Row
from soak.evidence import until
from soak.works import Works

CLOCKED = Path(clocked.__file__)
ZONE = "Europe/Berlin"
SALES = 4
QUIET = 3.0
"""Seconds in which a callback that wrongly began would be seen at the trunk."""

LOOKS = 60.0
"""Seconds in which a moved clock is noticed, and then some."""


async def _the_hour_twice(clients: int) -> Counts:
    """Due at 02:30 of the night in which 02:30 comes twice; killed and started in between."""
    first = _at("2026-10-25T00:30:00+00:00")
    async with Works(1, _always, sales=SALES) as works:
        clock = await _clock(works, first - 5)
        made = await promises.keep(works, clients, clock.now, first)
        await _start(works, clock)
        await _dialled(works, clients)
        await works.service.kill()
        clock.set(first + 3600 - 5)
        await _start(works, clock)
        await asyncio.sleep(5 + QUIET)
        return await _once(works, len(made))


async def _set_back(clients: int) -> Counts:
    """Dialled, and then the clock goes back by an hour under the running service."""
    due = _at("2026-06-10T10:00:00+00:00")
    async with Works(1, _always, sales=SALES) as works:
        clock = await _clock(works, due - 1)
        await promises.keep(works, clients, clock.now, due)
        await _start(works, clock)
        await _dialled(works, clients)
        clock.set(due - 3600)
        await asyncio.sleep(QUIET)
        clock.set(due)
        await asyncio.sleep(QUIET)
        return await _once(works, clients)


async def _over_the_evening(clients: int) -> Counts:
    """Due a second after the day's last: nobody is dialled until the clock jumps to the morning."""
    evening = _at("2026-06-10T20:00:00+02:00")
    async with Works(1, _by_day, sales=SALES) as works:
        clock = await _clock(works, evening - 2)
        await promises.keep(works, clients, clock.now, evening + 1)
        await _start(works, clock)
        await asyncio.sleep(3 + QUIET)
        early = len(works.trunk.numbers)
        clock.set(_at("2026-06-11T09:00:01+02:00"))
        await _dialled(works, clients)
        return await _once(works, clients) + Counts(dup=early)


async def _clock(works: Works, at: float) -> Clock:
    await works.service.stop()
    clock = Clock(works.folder / "clock")
    clock.set(at)
    return clock


async def _start(works: Works, clock: Clock) -> None:
    await works.service.start((str(CLOCKED), str(clock.file)))


async def _dialled(works: Works, clients: int) -> None:
    async def numbers() -> int:
        return len(set(works.trunk.numbers))

    await until(numbers, lambda count: count >= clients, "not every client was dialled", LOOKS)


async def _once(works: Works, clients: int) -> Counts:
    dials = Counter(works.trunk.numbers)
    return Counts(lost=clients - len(dials), dup=sum(count - 1 for count in dials.values()))


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _always(settings: Any) -> None:
    settings["company"]["time_zone"] = ZONE
    settings["callbacks"]["hours"] = "00:00-24:00"
    # Who was reached and talked too short is called again, and that is not what is counted here.
    settings["callbacks"]["backoff"] |= dict.fromkeys(("no_answer", "busy"), 80_000)


def _by_day(settings: Any) -> None:
    _always(settings)
    settings["callbacks"]["hours"] = "09:00-20:00"


NIGHTS: Mapping[str, Callable[[int], Awaitable[Counts]]] = {
    "the hour twice": _the_hour_twice,
    "set back": _set_back,
    "over the evening": _over_the_evening,
}


async def play(_seed: int, clients: int, nights: Collection[str] = tuple(NIGHTS)) -> Row:
    """So many promises for each way in which a clock moves; nothing here hangs on the seed."""
    counts = Counts()
    for night in nights:
        counts += await NIGHTS[night](clients)
    return Row("13", clients * len(nights), f"a clock with {', '.join(nights)}", counts)
