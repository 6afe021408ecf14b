"""`make soak`: plays the rows of the fault matrix, one line each; exit status 0 if all are zero.

ROWS=6,16,burst plays some of them, SEED=n one run again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from secrets import randbelow

from soak import row06, row16
from soak.bursts import bursts
from soak.counting import Row

Play = Callable[[int], Awaitable[Row]]


def _burst(lines: int, calls: int, service: bool) -> Play:
    return lambda seed: bursts(seed, lines, calls, service=service)


ROWS: Mapping[str, tuple[Play, ...]] = {
    "6": (lambda seed: row06.play(seed, 1000),),
    "16": (lambda seed: row16.play(seed, 300),),
    "burst": (
        *(_burst(lines, 300, service) for lines in (1, 5, 20, 50) for service in (True, False)),
        # Three callers and more for two lines, some hundred times: counted before taken is seen.
        _burst(2, 600, False),
    ),
}
"""What each name of ROWS= plays, in full."""


async def main(names: list[str], seed: int) -> bool:
    """Play these rows; whether all were good."""
    good = True
    for name in names:
        for play in ROWS[name]:
            row = await play(seed)
            print(row, flush=True)
            good = good and row.good
    return good


def _wanted() -> list[str]:
    names = [name.strip() for name in os.environ.get("ROWS", ",".join(ROWS)).split(",")]
    if unknown := [name for name in names if name not in ROWS]:
        sys.exit(f"ROWS: no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return names


if __name__ == "__main__":
    seed = int(os.environ.get("SEED", randbelow(10**6)))
    print(f"SEED={seed}", flush=True)
    sys.exit(0 if asyncio.run(main(_wanted(), seed)) else 1)
