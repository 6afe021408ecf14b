"""`python full.py ROOM CONFIG`: the service on an SQLite file that may grow no more while told so.

SQLite's own page limit answers with the same SQLITE_FULL as a disk without room. The file ROOM
holds one double: 1 while there is room, else 0.
"""

from __future__ import annotations

import mmap
import struct
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from ivr.cli import main

_SHAPE = struct.Struct("<d")
_ANY = 2**30
"""Pages of a database without a limit."""


class Room:
    """What decides, seen from the test."""

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            file.write_bytes(_SHAPE.pack(1.0))

    def ends(self) -> None:
        """The disk is full from now on."""
        self._say(0.0)

    def returns(self) -> None:
        """Somebody has made room."""
        self._say(1.0)

    def _say(self, room: float) -> None:
        with self.file.open("r+b") as file:
            file.write(_SHAPE.pack(room))


def _serve(room: str, config: str) -> None:
    with open(room, "rb") as file:
        left = mmap.mmap(file.fileno(), _SHAPE.size, access=mmap.ACCESS_READ)

    def begun(connection: Any) -> None:
        # A limit below what is used already becomes what is used: nothing can be added.
        pages = _ANY if _SHAPE.unpack(left[:])[0] else 1
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "begin", begun)
    main(["serve", config])


if __name__ == "__main__":
    _serve(*sys.argv[1:])
