"""What a tree earns, worked out in a process of its own: a long reckoning must not delay a call.

A month of a busy company is some seconds of Python. On a thread those seconds would be taken from
the loop that answers Asterisk, a few milliseconds at each turn; another process takes none.
"""

from __future__ import annotations

import asyncio
import sys
from zoneinfo import ZoneInfo

import msgspec

from ivr.domain.errors import LinetreeError
from ivr.domain.tree.earnings import earnings
from ivr.reports.past import courses, walks
from ivr.reports.shelf import Shelf
from ivr.reports.tree_csv import earned_rows, write_rows
from ivr.reports.tree_report import TreeAsked, tree_report
from ivr.store.looking import StoreLook

LONGEST = 60.0
"""Seconds after which a reckoning is given up."""

REFUSED = 2


class ReckoningFailed(LinetreeError):
    """The figures could not be worked out."""


class _Told(msgspec.Struct, frozen=True):
    """What the other process is told; the store's address may hold a password, so by a pipe."""

    store: str
    asked: TreeAsked


class Reckoning:
    """Works out one report at a time; the others wait for their turn."""

    def __init__(self, store: str, longest: float = LONGEST) -> None:
        self._store = store
        self._longest = longest
        self._turn = asyncio.Semaphore(1)

    async def tree(self, asked: TreeAsked) -> bytes:
        """The report as JSON or CSV. Raises ReckoningFailed."""
        told = msgspec.json.encode(_Told(self._store, asked))
        async with self._turn:
            return await self._in_a_process(told)

    async def _in_a_process(self, told: bytes) -> bytes:
        pipe = asyncio.subprocess.PIPE
        other = await asyncio.create_subprocess_exec(  # our own interpreter and module
            sys.executable, "-m", __name__, stdin=pipe, stdout=pipe, stderr=pipe
        )
        try:
            async with asyncio.timeout(self._longest):
                answer, complaint = await other.communicate(told)
        except TimeoutError as error:
            raise ReckoningFailed(
                f"no figures after {self._longest:.0f} s: ask for a shorter time"
            ) from error
        finally:
            if other.returncode is None:
                other.kill()
                await other.wait()
        if other.returncode:
            raise ReckoningFailed(_last_line(complaint) or f"it ended with {other.returncode}")
        return answer


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


def reckoned(store: str, asked: TreeAsked) -> bytes:
    """The report itself. Raises StoreUnreachable."""
    look = StoreLook(store)
    try:
        shelf = Shelf(look.trees)
        found = walks(look.history, shelf, asked.tree, asked.since, asked.until, asked.version)
    finally:
        look.close()
    if asked.csv_in is None:
        zone = ZoneInfo(asked.zone)
        return msgspec.json.encode(tree_report(found, asked.since, asked.until, zone))
    versions = {one.walk.version: one.walk.tree for one in found.walked}
    earned = earnings(courses(found.walked))
    return write_rows(earned_rows(asked.tree, earned, versions, asked.csv_in))


def main() -> int:
    """Read what is asked from standard input, and write the report to standard output."""
    told = msgspec.json.decode(sys.stdin.buffer.read(), type=_Told)
    try:
        sys.stdout.buffer.write(reckoned(told.store, told.asked))
    except LinetreeError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
