"""Our store beside the raw SQLite driver: whole calls a second, each on the disk when counted.

A call is four rows: the call, its walk with four answers, its promise and one attempt. Both sides
write the same rows to the same tables in WAL mode with synchronous=FULL. The raw driver commits
each call by itself and is given its values ready made, ours turns records into rows as it does in
service: once with one call a commit, once through the queue, the writer thread and Saved events.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.report import compared
from ivr.domain.events import Event
from ivr.domain.records import (
    AttemptRecord,
    CallEnd,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    Record,
    RecordKind,
)
from ivr.store.address import parsed
from ivr.store.groups import write_group
from ivr.store.migrate import migrate
from ivr.store.pending import Queued
from ivr.store.rows import SHAPES
from ivr.store.session import Session
from ivr.store.store import SqlStore

ROUNDS = 9
CALLS = 400
ROWS_A_CALL = 4


def measure() -> list[dict[str, Any]]:
    """Interleaved rounds of the three; a round that loses a row ends the bench."""
    raw, single, grouped = [], [], []
    for _ in range(ROUNDS):
        raw.append(_round(raw_driver))
        single.append(_round(one_call_a_commit))
        grouped.append(_round(group_commit))
    return [
        compared("store", "calls/s", single, raw, 0.25, "more"),
        compared("store_group_commit", "calls/s", grouped, raw, 0.9, "more"),
    ]


def _round(write: Callable[[str, list[list[Record]]], float]) -> float:
    """Calls a second on a fresh database; afterwards every row must be there."""
    calls = [call(number) for number in range(CALLS)]
    with tempfile.TemporaryDirectory(prefix="ivr-bench-store.") as folder:
        file = Path(folder, "linetree.db")
        SqlStore.open(f"sqlite:///{file}", time.time).close()
        seconds = write(str(file), calls)
        with closing(sqlite3.connect(file)) as database:
            (kept,) = database.execute(
                "SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM interviews)"
                " + (SELECT count(*) FROM escalations) + (SELECT count(*) FROM attempts)"
            ).fetchone()
    if kept != CALLS * ROWS_A_CALL:
        raise RuntimeError(f"{write.__name__} kept {kept} rows of {CALLS * ROWS_A_CALL}")
    return CALLS / seconds


def raw_driver(file: str, calls: list[list[Record]]) -> float:
    """Seconds for the standard library's driver, one call a commit."""
    ready = [[_statement(record) for record in rows] for rows in calls]
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        began = time.perf_counter()
        for rows in ready:
            database.execute("BEGIN IMMEDIATE")
            for sql, values in rows:
                database.execute(sql, values)
            database.execute("COMMIT")
        return time.perf_counter() - began


def one_call_a_commit(file: str, calls: list[list[Record]]) -> float:
    """Seconds for the writer's own session and rows, one call a commit, without its thread."""
    session = Session(parsed(f"sqlite:///{file}"))
    session.open(lambda connection: migrate(connection, file))
    try:
        began = time.perf_counter()
        for rows in calls:
            with session.transaction() as connection:
                write_group(connection, [Queued(row, True, 0.0) for row in rows])
        return time.perf_counter() - began
    finally:
        session.close()


def group_commit(file: str, calls: list[list[Record]]) -> float:
    """Seconds from the first save to the last Saved event on the loop."""
    return asyncio.run(_group_commit(file, calls))


async def _group_commit(file: str, calls: list[list[Record]]) -> float:
    store = SqlStore.open(f"sqlite:///{file}", time.time)
    done, left = asyncio.Event(), [CALLS]

    def post(_event: Event) -> None:
        left[0] -= 1
        if left[0] == 0:
            done.set()

    store.start(asyncio.get_running_loop(), post)
    began = time.perf_counter()
    for rows in calls:
        for row in rows:
            store.save(row, confirm=isinstance(row, EscalationRecord))
        await asyncio.sleep(0)
    await done.wait()
    seconds = time.perf_counter() - began
    store.close()
    return seconds


def call(number: int) -> list[Record]:
    """What one call leaves behind."""
    at = 1_760_000_000.0 + number
    return [
        CallRecord(
            id=f"{at}.{number}",
            did="+74950000000",
            department="client",
            number=f"+7495{number:07}",
            raw_number=f"8495{number:07}",
            name="Иванов Иван",
            account="",
            company="ООО «Ромашка»",
            offered_at=at,
            answered_at=at + 3,
            ended_at=at + 90,
            agent="anna",
            talked=87.0,
            end=CallEnd.SERVED,
            refusal="",
            disposition="passed",
            not_enquiry="",
            note="Просит перезвонить после обеда",
        ),
        _interview(f"{at}.{number}", at),
        _escalation(f"{at}.{number}", number, at),
        AttemptRecord(
            id=f"a{number}",
            promise=f"e{number}",
            made_for=RecordKind.ESCALATION,
            number=f"+7495{number:07}",
            person="boris",
            made_at=at + 600,
            claimed_at=at + 610,
            ended_at=at + 700,
            result="answered",
            talked=80.0,
        ),
    ]


def _interview(call: str, at: float) -> InterviewRecord:
    steps: list[Any] = [
        {"question": f"question-{step}", "answer": f"answer-{step}", "at": at + step}
        for step in range(4)
    ]
    return InterviewRecord(
        id=call,
        call=call,
        tree="internet",
        version=3,
        agent="anna",
        began_at=at + 4,
        decided_at=at + 40,
        outcome="corporate",
        owner="sales",
        how="callback",
        aim="meeting",
        why="scale",
        reason="",
        offer="dedicated-line",
        walk={"tree": "internet", "version": 3, "steps": steps, "withdrawn": []},
    )


def _escalation(call: str, number: int, at: float) -> EscalationRecord:
    answers: list[Any] = [
        {"question": f"question-{step}", "answer": f"answer-{step}", "text": {"ru": "Организации"}}
        for step in range(4)
    ]
    return EscalationRecord(
        id=f"e{number}",
        call=call,
        department="sales",
        number=f"+7495{number:07}",
        name="Иванов Иван",
        account="",
        company="ООО «Ромашка»",
        scale="large",
        how="callback",
        aim="meeting",
        why="scale",
        offer=("dedicated-line", "sla"),
        answers=answers,
        note="",
        agent="anna",
        owner="boris",
        state=EscalationState.CALLBACK,
        made_at=at + 40,
        due_at=at + 600,
        bridged_at=None,
        talked=0.0,
        attempts=1,
        result="",
        closed_at=None,
    )


def _statement(record: Record) -> tuple[str, tuple[Any, ...]]:
    shape = SHAPES[type(record)]
    names = ", ".join(f'"{name}"' for name in shape.names)
    places = ", ".join("?" * len(shape.names))
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in shape.names[1:])
    sql = (
        f"INSERT INTO {shape.table.name} ({names}) VALUES ({places})"  # noqa: S608 - our own names
        f" ON CONFLICT (id) DO UPDATE SET {changed}"
    )
    return sql, tuple(shape.values(record))
