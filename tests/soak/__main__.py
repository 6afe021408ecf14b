"""`make soak`: plays the rows of the fault matrix, one line each; exit status 0 if all are zero.

ROWS=1,5,burst plays some of them, SEED=n one run again, CALLS=n each with so many calls.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow

from soak import (
    row01,
    row02,
    row03,
    row04,
    row05,
    row06,
    row07,
    row10,
    row11,
    row12,
    row13,
    row15,
    row16,
    row17,
    row18,
)
from soak.bursts import bursts
from soak.counting import Row
from soak.works import KEPT

Play = Callable[[int, int], Awaitable[Row]]
"""Plays a row: the seed, and how many calls at least."""


@dataclass(frozen=True, slots=True)
class Full:
    """A row in full: so many calls, kills or clients, unless CALLS= says otherwise."""

    calls: int
    play: Play


def _burst(lines: int, calls: int, service: bool) -> Full:
    return Full(calls, lambda seed, calls: bursts(seed, lines, calls, service=service))


ROWS: Mapping[str, tuple[Full, ...]] = {
    "1": (Full(1000, row01.play),),
    "2": (Full(1000, row02.play),),
    "3": (Full(500, row03.play),),
    "4": (Full(500, row04.play),),
    "5": (Full(1000, row05.play),),
    "6": (Full(1000, row06.play),),
    "7": (Full(100, row07.play),),
    "10": (Full(200, row10.play),),
    "11": (Full(30, row11.play),),
    "12": (Full(500, row12.play),),
    "13": (Full(20, row13.play),),
    "15": (Full(1000, row15.play),),
    "16": (Full(300, row16.play),),
    "17": (Full(200, row17.play),),
    "18": (Full(20, row18.play),),
    "burst": (
        *(_burst(lines, 300, service) for lines in (1, 5, 20, 50) for service in (True, False)),
        # Three callers and more for two lines, some hundred times: counted before taken is seen.
        _burst(2, 600, False),
    ),
}
"""What each name of ROWS= plays."""


async def main(names: list[str], seed: int, calls: int | None = None) -> bool:
    """Play these rows; whether all were good."""
    good = True
    for name in names:
        for number, full in enumerate(ROWS[name]):
            left = Path("build", "soak", f"row-{name}-{number}-seed-{seed}")
            row = await _played(full, seed, calls, left)
            print(row, flush=True)
            if not row.good:
                print(f"what row {name} left behind: {left}", file=sys.stderr, flush=True)
            good = good and row.good
    return good


async def _played(full: Full, seed: int, calls: int | None, left: Path) -> Row:
    """What a row leaves is kept only if it was not good."""
    shutil.rmtree(left, ignore_errors=True)
    KEPT.set(left)
    row = await full.play(seed, calls or full.calls)
    if row.good:
        shutil.rmtree(left, ignore_errors=True)
    return row


def _wanted() -> list[str]:
    names = [name.strip() for name in os.environ.get("ROWS", ",".join(ROWS)).split(",")]
    if unknown := [name for name in names if name not in ROWS]:
        sys.exit(f"ROWS: no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return names


if __name__ == "__main__":
    seed = int(os.environ.get("SEED", randbelow(10**6)))
    print(f"SEED={seed}", flush=True)
    calls = int(os.environ["CALLS"]) if "CALLS" in os.environ else None
    sys.exit(0 if asyncio.run(main(_wanted(), seed, calls)) else 1)
