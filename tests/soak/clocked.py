"""`python clocked.py CLOCK CONFIG`: the service by a clock that the file CLOCK moves while it runs.

The file holds one double, the seconds by which the clock is ahead; `Clock` writes it. Only the
wall clock is moved, as an administrator or NTP moves it: the monotonic one goes on.
"""

from __future__ import annotations

import mmap
import struct
import sys
import time
from pathlib import Path

_SHAPE = struct.Struct("<d")


class Clock:
    """The moved clock, seen from the test that moves it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._ahead = 0.0
        self.ahead(0.0)

    def now(self) -> float:
        """What the service takes for the time: seconds since the epoch."""
        return time.time() + self._ahead

    def set(self, at: float) -> None:
        """Let it be `at` now."""
        self.ahead(at - time.time())

    def ahead(self, seconds: float) -> None:
        """Let it be so far ahead of the machine's own clock; the file is written in place."""
        self._ahead = seconds
        with self.file.open("r+b" if self.file.exists() else "w+b") as file:
            file.write(_SHAPE.pack(seconds))


def _serve(file: str, config: str) -> None:
    with open(file, "rb") as moved:
        ahead = mmap.mmap(moved.fileno(), _SHAPE.size, access=mmap.ACCESS_READ)
    true_time = time.time
    time.time = lambda: true_time() + _SHAPE.unpack(ahead[:])[0]
    # Only now: what is imported before may keep the clock that it found.
    from ivr.cli import main

    main(["serve", config])


if __name__ == "__main__":
    _serve(*sys.argv[1:])
