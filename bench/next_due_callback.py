"""Picking the next callback that is due: a million open promises beside a thousand.

Asked of the database as a page or another program asks it, on SQLite and on PostgreSQL, and of the
core's own order, which picks the promise, takes it out as being dialled and puts it back with a
new time. A pick costs what it costs at a thousand rows if the ratio stays below 1.5.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count as count_up
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, text

from bench.private_postgres import PrivatePostgres
from bench.report import BenchFault, compared
from bench.store import call
from ivr.domain.promise.board import Board
from ivr.domain.records import EscalationRecord, EscalationState
from ivr.store.address import parsed
from ivr.store.reader import records
from ivr.store.reader.pool import Readers
from ivr.store.store import SqlStore

FEW, MANY = 1_000, 1_000_000
ROUNDS = 9
PICKS = 200
NOW = 1_800_000_000.0
GOAL = 1.5
A_TICK = 1e-5
"""Seconds between two picks of the core: what becomes due by time is paid once a promise."""

Pick = Callable[[int], float]
"""Seconds that so many picks take."""


def measure() -> list[dict[str, Any]]:
    """Interleaved rounds over few and many rows, on both databases and in memory."""
    rows = []
    with databases() as (few, many):
        rows.append(_row("next_due_callback", _of(few), _of(many)))
    with PrivatePostgres() as one, PrivatePostgres() as another:
        few, many = one.new_database(), another.new_database()
        _filled(few, FEW)
        _filled(many, MANY)
        rows.append(_row("next_due_callback_postgresql", _of(few), _of(many)))
    rows.append(_row("next_due_callback_core", _board(FEW), _board(MANY)))
    return rows


@contextmanager
def databases() -> Iterator[tuple[str, str]]:
    """Two SQLite files, one with few promises and one with many."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-due.") as folder:
        urls = (f"sqlite:///{Path(folder, 'few.db')}", f"sqlite:///{Path(folder, 'many.db')}")
        for url, count in zip(urls, (FEW, MANY), strict=True):
            _filled(url, count)
        yield urls


def _row(name: str, few: Pick, many: Pick) -> dict[str, Any]:
    small, large = [], []
    for _ in range(ROUNDS):
        small.append(few(PICKS) / PICKS * 1e6)
        large.append(many(PICKS) / PICKS * 1e6)
    return compared(name, "us/pick", large, small, GOAL, "less")


def _filled(url: str, count: int) -> None:
    """Open promises of two departments, of which every tenth is due."""
    SqlStore.open(url, time.time).close()
    engine = create_engine(parsed(url))
    columns, values = _one_row()
    numbers = (
        "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < :count)"
        if engine.dialect.name == "sqlite"
        else "WITH g(n) AS (SELECT generate_series(1, :count))"
    )
    with engine.begin() as connection:
        insert = f"INSERT INTO escalations ({columns}) {numbers} SELECT {values} FROM g"  # noqa: S608 - all ours
        connection.execute(text(insert), {"count": count})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _one_row() -> tuple[str, str]:
    """The columns of a promise, and each as an expression of the row's number `n`."""
    fixed = _promise()
    made = {
        "id": "'e-' || n",
        "call": "'c-' || n",
        "number": "'+7495' || (1000000 + n % 9000000)",
        "department": "CASE WHEN n % 2 = 0 THEN 'sales' ELSE 'other' END",
        "state": "'callback'",
        "due_at": f"{NOW} - 1000 + (CAST(n AS BIGINT) * 7919 % 1000003) * 0.01",
        "offer": "'[]'",
        "answers": "'[]'",
        "joined": "'[]'",
    }
    pairs = {name: made.get(name) or _literal(getattr(fixed, name)) for name in fixed.__slots__}
    return ", ".join(f'"{name}"' for name in pairs), ", ".join(pairs.values())


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int | float) else f"'{value}'"


def _promise() -> EscalationRecord:
    promise = next(row for row in call(1) if isinstance(row, EscalationRecord))
    return replace(promise, state=EscalationState.CALLBACK, department="sales")


def _of(url: str) -> Pick:
    """Ask the database again and again, as time goes on."""
    readers = Readers(parsed(url))

    def pick(times: int) -> float:
        began = time.perf_counter()
        for turn in range(times):
            if records.next_due(readers, "sales", NOW + turn) is None:
                raise BenchFault(f"nothing is due in {url}")
        return time.perf_counter() - began

    pick(20)
    return pick


def _board(count: int) -> Pick:
    """The core's order: pick, dial, and due again behind the others."""
    chance = Random(count)  # noqa: S311 - an order that can be repeated, no secret
    board = Board(lambda _: "", lambda _: 0.0)
    board.advance(NOW)
    base = _promise()
    for number in range(count):
        due = NOW - 1000 + chance.random() * 10_000
        board.put(replace(base, id=f"e-{number}", due_at=due, promised_at=due))
    by_id, clock = board.records, count_up(1)

    def pick(times: int) -> float:
        began = time.perf_counter()
        for turn in islice(clock, times):
            at = NOW + turn * A_TICK
            board.advance(at)
            _, _, _, promise = board.pool("sales", "")[0]
            record = by_id[promise]
            board.put(replace(record, state=EscalationState.DIALLING))
            board.put(replace(record, due_at=at, promised_at=at))
        return time.perf_counter() - began

    pick(20)
    return pick
