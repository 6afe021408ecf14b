"""The stores under test, each real: memory, an SQLite file, a private PostgreSQL cluster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bench.private_postgres import PrivatePostgres
from ivr.domain.events import ClientKnown, DealingsKnown, Event, Saved
from ivr.domain.records import (
    AccountNumberRecord,
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallEnd,
    CallRecord,
    ClientPast,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MeetingRecord,
    MeetingState,
    MissedCallRecord,
    MissedState,
    OwnerRecord,
    RecordKind,
    StretchKind,
    StretchRecord,
)
from ivr.store.address import parsed
from ivr.store.memory import MemoryStore
from ivr.store.store import SqlStore
from ivr.store.writer import Limits

DEADLINE = 30.0
AnyStore = SqlStore | MemoryStore
QUICK = Limits(first_pause=0.01, longest_pause=0.1, patience=DEADLINE)


def call(id: str = "c1", **changes: Any) -> CallRecord:
    """An open call of a client whose every field says something."""
    record = CallRecord(
        id=id,
        did="+74950000000",
        department="client",
        number="+74951234567",
        raw_number="84951234567",
        name="Иванов, ООО «Ромашка»",
        account="romashka",
        company="Ромашка",
        offered_at=1000.25,
        answered_at=1003.5,
        ended_at=None,
        agent="anna",
        talked=12.5,
        end=CallEnd.OPEN,
        refusal="",
        disposition="",
        not_enquiry="",
        note="просит счёт",
    )
    return replace(record, **changes)


def interview(id: str = "c1", **changes: Any) -> InterviewRecord:
    """A walk that has asked one question and has no outcome yet."""
    record = InterviewRecord(
        id=id,
        call=id,
        tree="internet",
        version=3,
        agent="anna",
        began_at=1004.0,
        decided_at=None,
        outcome="",
        owner="",
        how="",
        aim="",
        why="",
        reason="",
        offer="",
        walk={"tree": "internet", "steps": [{"q": "who", "n": 5, "x": None, "f": 0.5, "b": True}]},
    )
    return replace(record, **changes)


def escalation(id: str = "e1", **changes: Any) -> EscalationRecord:
    """A fresh promise with offers and answers."""
    record = EscalationRecord(
        id=id,
        call="c1",
        department="sales",
        number="+74951234567",
        name="Иванов",
        account="",
        company="Ромашка",
        scale="large",
        how="transfer",
        aim="meeting",
        why="scale",
        offer=("dedicated-line", "sla"),
        answers=[{"question": "who", "answer": "organisation", "text": {"ru": "Организации"}}],
        note="",
        agent="anna",
        owner="",
        state=EscalationState.PROMISED,
        made_at=1010.0,
        due_at=1100.0,
        bridged_at=None,
        talked=0.0,
        attempts=0,
        result="",
        closed_at=None,
    )
    return replace(record, **changes)


def attempt(id: str = "a1", **changes: Any) -> AttemptRecord:
    """An attempt that is not over."""
    record = AttemptRecord(
        id=id,
        promise="e1",
        made_for=RecordKind.ESCALATION,
        number="+74951234567",
        person="boris",
        made_at=1100.0,
        claimed_at=None,
        ended_at=None,
        result="",
        talked=0.0,
    )
    return replace(record, **changes)


def missed(id: str = "m1", **changes: Any) -> MissedCallRecord:
    """A caller who waits to be called back."""
    record = MissedCallRecord(
        id=id,
        department="client",
        did="+74950000000",
        number="+74951234567",
        name="Иванов",
        first_missed_at=900.0,
        last_missed_at=950.0,
        count=2,
        calls=("c0", "c1"),
        state=MissedState.WAITING,
        due_at=950.0,
        attempts=1,
        closed_at=None,
        closed_how="",
        recordings=("vm-1764055.wav",),
    )
    return replace(record, **changes)


def agent_state(id: str = "s1", **changes: Any) -> AgentStateRecord:
    """A break that goes on."""
    record = AgentStateRecord(
        id=id,
        person="anna",
        department="client",
        state="paused",
        reason="Обед",
        call="",
        since=1200.0,
        until=None,
    )
    return replace(record, **changes)


def stretch(id: str = "t1", **changes: Any) -> StretchRecord:
    """A phone that rang in vain."""
    record = StretchRecord(
        id=id,
        call="c1",
        kind=StretchKind.RANG,
        department="client",
        person="anna",
        detail="silent",
        began_at=1001.0,
        ended_at=1003.0,
    )
    return replace(record, **changes)


def account(id: str = "romashka", **changes: Any) -> AccountRecord:
    """A company that was typed at a desk."""
    record = AccountRecord(
        id=id,
        name="ООО «Ромашка»",
        phones=("+74951234567", "+74951234568"),
        scale="large",
        key=True,
        owner="olga",
        tax="7700000000",
        note="",
        made_at=1300.0,
        made_by="anna",
        gone_at=None,
    )
    return replace(record, **changes)


def account_number(id: str = "romashka +74951234569", **changes: Any) -> AccountNumberRecord:
    """A number that an agent attached to a company."""
    record = AccountNumberRecord(
        id=id,
        account="romashka",
        number="+74951234569",
        call="c1",
        person="anna",
        learned_at=1301.0,
    )
    return replace(record, **changes)


def meeting(id: str = "mt1", **changes: Any) -> MeetingRecord:
    """A meeting that was moved once."""
    record = MeetingRecord(
        id=id,
        promise="e1",
        account="romashka",
        company="ООО «Ромашка»",
        name="Иванов",
        number="+74951234567",
        salesperson="olga",
        starts_at=2600.0,
        minutes=45,
        zone="Europe/Samara",
        place="Самара, ул. Ленина, 1; вход со двора",
        with_whom="Иванов, главный инженер",
        note="",
        sequence=1,
        state=MeetingState.SET,
        reason="",
        made_at=1400.0,
        changed_at=1410.0,
    )
    return replace(record, **changes)


def owner(id: str = "o1", **changes: Any) -> OwnerRecord:
    """Who owns a company now."""
    record = OwnerRecord(
        id=id,
        client="account:romashka",
        department="sales",
        person="olga",
        since=1500.0,
        until=None,
        by="zueva",
        reason="переезд",
        promise="e1",
    )
    return replace(record, **changes)


@dataclass
class Inbox:
    """Takes what is posted and lets a test wait for it, 30 s at most."""

    events: list[Event] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def post(self, event: Event) -> None:
        self.events.append(event)
        self._came.set()

    @property
    def saved(self) -> list[tuple[RecordKind, str]]:
        return [(event.kind, event.id) for event in self.events if isinstance(event, Saved)]

    async def until_saved(self, kind: RecordKind, id: str, times: int = 1) -> None:
        async with asyncio.timeout(DEADLINE):
            while self.saved.count((kind, id)) < times:
                self._came.clear()
                await self._came.wait()

    async def until_known(self, call: str) -> ClientPast:
        """What was told of the number of this call."""
        async with asyncio.timeout(DEADLINE):
            while True:
                for event in self.events:
                    if isinstance(event, ClientKnown) and event.call == call:
                        return event.past
                self._came.clear()
                await self._came.wait()

    async def until_dealings(self, promise: str) -> DealingsKnown:
        """What was told of the earlier dealings with this promise's client."""
        async with asyncio.timeout(DEADLINE):
            while True:
                for event in self.events:
                    if isinstance(event, DealingsKnown) and event.promise == promise:
                        return event
                self._came.clear()
                await self._came.wait()


async def flushed(store: AnyStore, inbox: Inbox) -> None:
    """Wait until all that was saved before is on the disk."""
    sign = f"sign-{len(inbox.events)}"
    store.save(attempt(sign, ended_at=1.0), confirm=True)
    await inbox.until_saved(RecordKind.ATTEMPT, sign)


class MemoryBackend:
    """One store in memory that stays when it is opened again."""

    url = None

    def __init__(self) -> None:
        self._store = MemoryStore(time.time)

    def open(self, limits: Limits = QUICK) -> AnyStore:
        return self._store


class SqlBackend:
    """A database of its own for one test, reached by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def open(self, limits: Limits = QUICK) -> AnyStore:
        return SqlStore.open(self.url, time.time, limits)

    def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Look at the database from outside."""
        engine = create_engine(parsed(self.url))
        try:
            with engine.begin() as connection:
                result = connection.execute(text(statement), values)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()


class Cluster(PrivatePostgres):
    """One PostgreSQL; each test takes a database of its own."""

    def database(self) -> SqlBackend:
        return SqlBackend(self.new_database())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for all tests; each takes a database of its own."""
    running = Cluster()
    yield running
    running.remove()


@pytest.fixture
def sqlite(tmp_path: Path) -> SqlBackend:
    """An SQLite file of the test's own."""
    return SqlBackend(f"sqlite:///{tmp_path}/linetree.db")


@pytest.fixture
def postgresql(cluster: Cluster) -> SqlBackend:
    """A PostgreSQL database of the test's own."""
    return cluster.database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> SqlBackend:
    """Each database in turn."""
    backend: SqlBackend = request.getfixturevalue(request.param)
    return backend


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> MemoryBackend | SqlBackend:
    """Each kind of store in turn."""
    if request.param == "memory":
        return MemoryBackend()
    chosen: SqlBackend = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
async def inbox() -> Inbox:
    """Where Saved events arrive."""
    return Inbox()


@pytest.fixture
async def store(backend: MemoryBackend | SqlBackend, inbox: Inbox) -> Any:
    """A started store of each kind, closed afterwards with nothing left behind."""
    opened = backend.open()
    opened.start(asyncio.get_running_loop(), inbox.post)
    yield opened
    assert opened.close(DEADLINE) == 0
