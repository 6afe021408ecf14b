"""A long history beside a short one: what a page of past calls and a step of an interview cost.

The same pages are read and the same rows are written in both, by the store's own readers and
writer on SQLite, turn and turn about. HISTORY_CALLS sets how many calls the long one has;
`HISTORY_CALLS=10000000 ONLY=store_10m_history make bench` needs 8 GB below /tmp and some
twenty minutes on two slow cores, so the default is what is written within three.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.report import BenchFault, compared
from bench.store import call
from ivr.domain.records import InterviewRecord
from ivr.ports import Bookmark, CallsWanted
from ivr.store.address import parsed
from ivr.store.groups import write_group
from ivr.store.migrate import migrate
from ivr.store.pending import Queued
from ivr.store.reader.calls import SqlPastCalls
from ivr.store.reader.pool import Readers
from ivr.store.session import Session
from ivr.store.store import SqlStore

DEFAULT = 3_000_000
SHORT = 1_000
"""Calls of the short history: enough for a full page of every kind."""

ROUNDS = 9
TURNS = 10
"""Pages of each kind, and steps, a round."""

A_PAGE = 50
FIRST = 1_700_000_000
"""When the first call came; one comes every ten seconds."""

ROWS = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :calls)
INSERT INTO {table} ({columns}) SELECT {values} FROM n
"""

TABLES = {
    "calls": {
        "id": "printf('%d.%d', :first + i * 10, i)",
        "did": "'+74950000000'",
        "department": "'client'",
        "number": "printf('+7495%07d', i % 10)",
        "raw_number": "printf('8495%07d', i % 10)",
        "name": "'Иванов'",
        "account": "CASE WHEN i % 3 = 0 THEN printf('c-%d', i % 2) ELSE '' END",
        "company": "CASE WHEN i % 3 = 0 THEN 'ООО «Ромашка»' ELSE '' END",
        "offered_at": ":first + i * 10.0",
        "answered_at": ":first + i * 10.0 + 4",
        "ended_at": ":first + i * 10.0 + 94",
        "agent": "printf('agent-%d', i % 10)",
        "talked": "90.0",
        '"end"': "'served'",
        "refusal": "''",
        "disposition": "'kept'",
        "not_enquiry": "''",
        "note": "''",
    },
    "interviews": {
        "id": "printf('%d.%d', :first + i * 10, i)",
        '"call"': "printf('%d.%d', :first + i * 10, i)",
        "tree": "'internet'",
        "version": "3",
        "agent": "printf('agent-%d', i % 10)",
        "began_at": ":first + i * 10.0 + 5",
        "decided_at": ":first + i * 10.0 + 60",
        "outcome": "'office'",
        "owner": "'client'",
        "how": "''",
        "aim": "''",
        "why": "'tree'",
        "reason": "''",
        "offer": "''",
        "walk": """'{"tree": "internet", "version": 3, "steps": [], "withdrawn": []}'""",
        "settled_at": ":first + i * 10.0 + 100",
    },
    "stretches": {
        "id": "printf('t%d', i)",
        '"call"': "printf('%d.%d', :first + i * 10, i)",
        "kind": "'talked'",
        "department": "'client'",
        "person": "printf('agent-%d', i % 10)",
        "detail": "''",
        "began_at": ":first + i * 10.0 + 4",
        "ended_at": ":first + i * 10.0 + 94",
    },
}

WANTED = (
    CallsWanted(),
    CallsWanted(number="+74950000007"),
    CallsWanted(accounts=("c-0", "c-1")),
    CallsWanted(person="agent-7"),
    CallsWanted(since=FIRST, until=FIRST + 9000.0),
)
"""One page of each kind that the list of past calls has; the last is the oldest of all."""


def measure() -> list[dict[str, Any]]:
    """Interleaved rounds of both histories; a page that is not full ends the bench."""
    calls = int(os.environ.get("HISTORY_CALLS", DEFAULT))
    if calls < SHORT:
        raise BenchFault(f"HISTORY_CALLS is {calls}; it must be {SHORT} or more")
    with tempfile.TemporaryDirectory(prefix="ivr-bench-history.") as folder:
        files = [Path(folder, name) for name in ("long.db", "short.db")]
        for file, count in zip(files, (calls, SHORT), strict=True):
            began = time.monotonic()
            write(file, count)
            _tell(f"{count:,} calls written in {time.monotonic() - began:.0f} s")
        with history(files[0]) as long, history(files[1]) as short:
            rounds = [(long.round(), short.round()) for _ in range(ROUNDS)]
    ours, peer = zip(*rounds, strict=True)
    unit = f"ms at {calls:,} calls"
    return [compared("store_10m_history", unit, ours, peer, 1.2, "less")]


def write(file: Path, calls: int) -> None:
    """That many calls with their walks and talks; indices are made last, as that is quicker."""
    SqlStore.open(f"sqlite:///{file}", time.time).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -200000")
        indices = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indices:
            database.execute(f"DROP INDEX {name}")
        for table, columns in TABLES.items():
            sql = ROWS.format(
                table=table, columns=", ".join(columns), values=", ".join(columns.values())
            )
            database.execute(sql, {"calls": calls, "first": FIRST})
        for _, sql in indices:
            database.execute(sql)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class History:
    """One history, read by pages and written by steps."""

    def __init__(self, session: Session, pages: SqlPastCalls) -> None:
        self._session = session
        self._pages = pages
        self._steps = 0
        _, walk, *_ = call(0)
        assert isinstance(walk, InterviewRecord)
        self._walk = walk

    def round(self) -> float:
        """Milliseconds for a page of each kind and as many steps, the mean of TURNS."""
        began = time.perf_counter()
        for _ in range(TURNS):
            for wanted in WANTED:
                self._page(wanted)
                self._step()
        return (time.perf_counter() - began) * 1000 / TURNS / len(WANTED)

    def _page(self, wanted: CallsWanted) -> None:
        """The second page, since each but the first begins in the middle of an index."""
        first = self._pages.page(wanted, None, 1)
        if first.last is None:
            raise BenchFault(f"no second page of {wanted}")
        page = self._pages.page(wanted, Bookmark(first.last.at, first.last.id), A_PAGE)
        if len(page.calls) < A_PAGE:
            raise BenchFault(f"a page of {wanted} has {len(page.calls)} calls")

    def _step(self) -> None:
        """A key pressed: the walk's row, on the disk."""
        self._steps += 1
        row = replace(self._walk, id=f"step-{self._steps}", call=f"step-{self._steps}")
        with self._session.transaction() as connection:
            write_group(connection, [Queued(row, True, 0.0)])


@contextmanager
def history(file: Path) -> Iterator[History]:
    """The file with the writer's own session and a reader."""
    url = parsed(f"sqlite:///{file}")
    session, readers = Session(url), Readers(url)
    session.open(lambda connection: migrate(connection, str(file)))
    try:
        yield History(session, SqlPastCalls(readers))
    finally:
        readers.close()
        session.close()


def _tell(line: str) -> None:
    print(f"store_history: {line}", file=sys.stderr, flush=True)
