"""What the store does when the database is locked, full, down, slow, foreign, or killed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from contract.store_backends import (
    DEADLINE,
    QUICK,
    Cluster,
    Inbox,
    SqlBackend,
    attempt,
    call,
    escalation,
    flushed,
    meeting,
)
from sqlalchemy import create_engine, event
from structlog.testing import capture_logs

from ivr.domain.promise.joining import enquiries, numbers_of
from ivr.domain.records import RecordKind
from ivr.ports import AuditEntry, StoreState
from ivr.store.address import parsed
from ivr.store.errors import StoreNewer, StoreTaken, StoreUnreachable
from ivr.store.store import SqlStore
from ivr.store.tables import metadata
from ivr.store.writer import Limits

TESTS = Path(__file__).parent.parent
WHOLE_TABLE = re.compile(r"SCAN \w+")
FAR_TOO_BIG = 2**70


@pytest.fixture
async def started(database: SqlBackend, inbox: Inbox) -> Any:
    """A started store on each database, closed with nothing left behind."""
    store = database.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    yield store
    assert store.close(DEADLINE) == 0


def nested(depth: int) -> list[Any]:
    """A list in a list in a list."""
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    return deep


async def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact that no event tells, 30 s at most."""
    async with asyncio.timeout(DEADLINE):
        while not fact():  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # health is a state without an event


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else's exclusive lock on an SQLite file."""
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_a_locked_database_confirms_only_after_the_lock_is_gone(
    sqlite: SqlBackend, inbox: Inbox
) -> None:
    store = sqlite.open(Limits(first_pause=0.01, longest_pause=0.05))
    store.start(asyncio.get_running_loop(), inbox.post)
    with capture_logs() as logs:
        with locked(sqlite.url):
            store.save(escalation(), confirm=True)
            await until(lambda: store.health().state is StoreState.DOWN)
            for number in range(100):
                store.save(call(f"c{number}"), confirm=False)
            store.save(escalation(), confirm=True)
            assert inbox.saved == []
            health = store.health()
        await inbox.until_saved(RecordKind.ESCALATION, "e1", times=2)
        await flushed(store, inbox)
    assert health.queued == 102
    assert "locked" in health.last_error
    assert store.health().state is StoreState.OK
    assert sqlite.sql("SELECT count(*) FROM escalations") == [(1,)]
    assert sqlite.sql("SELECT count(*) FROM calls") == [(100,)]
    assert [entry["event"] for entry in logs] == ["store_down", "store_ok"]
    store.close()


async def test_a_stopped_postgresql_loses_nothing_and_each_id_is_kept_once(
    cluster: Cluster, postgresql: SqlBackend, inbox: Inbox
) -> None:
    store = postgresql.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    store.save(escalation("before"), confirm=True)
    await inbox.until_saved(RecordKind.ESCALATION, "before")
    try:
        cluster.stop()
        store.save(escalation("during"), confirm=True)
        store.save(escalation("during", note="again"), confirm=True)
        await until(lambda: store.health().state is StoreState.DOWN)
        with pytest.raises(StoreUnreachable, match="cannot be read"):
            store.escalation("before")
        assert inbox.saved == [(RecordKind.ESCALATION, "before")]
    finally:
        cluster.start()
    await inbox.until_saved(RecordKind.ESCALATION, "during", times=2)
    assert [row[0] for row in postgresql.sql("SELECT id FROM escalations ORDER BY id")] == [
        "before",
        "during",
    ]
    assert store.escalation("before") == escalation("before")
    assert store.health().state is StoreState.OK
    store.close()


async def test_a_session_that_postgresql_ends_is_opened_anew(
    postgresql: SqlBackend, inbox: Inbox
) -> None:
    store = postgresql.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    postgresql.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    store.save(escalation(), confirm=True)
    await inbox.until_saved(RecordKind.ESCALATION, "e1")
    with pytest.raises(StoreTaken):
        postgresql.open()
    store.close()


async def test_an_instance_that_lost_its_lease_writes_nothing(
    postgresql: SqlBackend, inbox: Inbox
) -> None:
    """Its session is ended and another takes the lease before it comes back."""
    store = postgresql.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    with postgresql_lease(postgresql) as take_lease:
        take_lease()
        store.save(escalation(), confirm=True)
        await until(lambda: "already runs on this" in store.health().last_error)
        assert store.health().state is StoreState.DOWN
        assert postgresql.sql("SELECT count(*) FROM escalations") == [(0,)]
    await inbox.until_saved(RecordKind.ESCALATION, "e1")
    store.close()


@contextmanager
def postgresql_lease(postgresql: SqlBackend) -> Iterator[Callable[[], None]]:
    """Another instance's hand on the lease: waits for it in line, so that nobody is between."""
    with psycopg.connect(postgresql.url, autocommit=True) as other:

        def take() -> None:
            waiter = threading.Thread(
                target=other.execute,
                args=("SELECT pg_advisory_lock(%s)", (int.from_bytes(b"linetree"),)),
            )
            waiter.start()
            holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
            postgresql.sql(f"SELECT pg_terminate_backend(pid) FROM ({holder}) AS holders")
            waiter.join(DEADLINE)

        yield take


async def test_a_full_disk_is_waited_for_and_nothing_is_lost(
    sqlite: SqlBackend, inbox: Inbox
) -> None:
    """SQLite's own page limit answers with the same SQLITE_FULL as a disk without room."""
    store = sqlite.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    pages = sqlite.sql("PRAGMA page_count")[0][0]
    with page_limit(store, pages + 10):
        for number in range(100):
            store.save(escalation(f"e{number}", note="x" * 2000), confirm=True)
        await until(lambda: store.health().state is StoreState.DOWN)
        assert "full" in store.health().last_error
        assert len(inbox.saved) < 100
    for number in range(100):
        await inbox.until_saved(RecordKind.ESCALATION, f"e{number}")
    assert sqlite.sql("SELECT count(*) FROM escalations") == [(100,)]
    assert store.health().refused == 0
    store.close()


@contextmanager
def page_limit(store: Any, pages: int) -> Iterator[None]:
    """Let the writer's database grow to so many pages only."""
    engine = store._session._engine
    limit = [pages]

    def begun(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit[0]}")

    event.listen(engine, "begin", begun)
    yield
    limit[0] = 2**30


async def test_one_bad_row_is_set_aside_and_spoils_no_other(
    started: SqlStore, database: SqlBackend, inbox: Inbox
) -> None:
    bad = escalation("bad", attempts=FAR_TOO_BIG, note="+79161234567 \x00 \ud800 плохо")
    with capture_logs() as logs:
        with one_group(started):
            started.save(escalation("first"), confirm=True)
            started.save(bad, confirm=True)
            started.save(escalation("last"), confirm=True)
        await inbox.until_saved(RecordKind.ESCALATION, "last")
        await flushed(started, inbox)
    assert (RecordKind.ESCALATION, "first") in inbox.saved
    assert (RecordKind.ESCALATION, "bad") not in inbox.saved
    assert started.escalation("bad") is None
    health = started.health()
    assert (health.state, health.refused) == (StoreState.OK, 1)
    ((kind, record, content),) = database.sql("SELECT kind, record, content FROM refused_rows")
    assert (kind, record) == ("escalation", "bad")
    assert content.isascii()
    assert "+79161234567 \\u0000 \\ud800" in content
    (told,) = [entry for entry in logs if entry["event"] == "store_row_refused"]
    assert told["record"] == "bad"
    assert "note" in told["fields"]
    assert "9161234567" not in str(told)


async def test_a_bad_row_after_a_good_one_of_its_id_leaves_the_good_one(
    started: SqlStore, inbox: Inbox
) -> None:
    with one_group(started):
        started.save(escalation(note="good"), confirm=True)
        started.save(escalation(note="bad", attempts=FAR_TOO_BIG), confirm=False)
    await inbox.until_saved(RecordKind.ESCALATION, "e1")
    kept = started.escalation("e1")
    assert kept is not None
    assert kept.note == "good"


@pytest.mark.parametrize(
    "bad",
    [
        call("bad", offered_at=None),
        call("bad", name=7),
        escalation("bad", answers=[{"a": object()}]),
        escalation("bad", answers=nested(5000)),
    ],
    ids=["a time missing", "a number for a text", "no plain", "too deep"],
)
async def test_rows_that_no_database_takes_are_set_aside(
    started: SqlStore, database: SqlBackend, inbox: Inbox, bad: Any
) -> None:
    with one_group(started):
        started.save(bad, confirm=True)
        started.save(escalation("good"), confirm=True)
    await inbox.until_saved(RecordKind.ESCALATION, "good")
    await flushed(started, inbox)
    assert database.sql("SELECT record FROM refused_rows") == [("bad",)]
    assert started.health().refused == 1


@contextmanager
def one_group(store: Any) -> Iterator[None]:
    """What is saved inside becomes one group: the writer is kept busy meanwhile."""
    held, release = threading.Event(), threading.Event()

    def hold(_connection: object) -> None:
        held.set()
        release.wait(DEADLINE)

    busy = threading.Thread(target=store._writer.run, args=(hold,))
    busy.start()
    assert held.wait(DEADLINE)
    yield
    release.set()
    busy.join()


async def test_text_that_databases_refuse_is_mended(started: SqlStore, inbox: Inbox) -> None:
    nasty = "a\x00b\ud800c\udfffd"
    mended = "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}d"
    started.save(call("c1", name=nasty, note="\x00"), confirm=True)
    started.save(
        escalation(offer=(nasty,), answers=[{nasty: {"ru": nasty}}]),
        confirm=True,
    )
    started.save(attempt(nasty, ended_at=1.0), confirm=True)
    await inbox.until_saved(RecordKind.ATTEMPT, nasty)
    taken, promise = started.call("c1"), started.escalation("e1")
    assert taken is not None
    assert promise is not None
    assert (taken.name, taken.note) == (mended, "\N{REPLACEMENT CHARACTER}")
    assert promise.offer == (mended,)
    assert promise.answers == [{mended: {"ru": mended}}]
    assert [tried.id for tried in started.attempts_of("e1")] == [mended]
    assert started.health().refused == 0


async def test_a_full_queue_drops_no_promise_and_no_audit_entry(
    sqlite: SqlBackend, inbox: Inbox
) -> None:
    store = sqlite.open(Limits(queue=80, first_pause=0.01, longest_pause=0.05))
    store.start(asyncio.get_running_loop(), inbox.post)
    with capture_logs() as logs:
        with locked(sqlite.url):
            for number in range(200):
                store.save(call(f"c{number}"), confirm=False)
                store.save(escalation(f"e{number}"), confirm=True)
                store.audit.record(AuditEntry(f"n{number}", 1.0, "a", "b", "c", {}))
        for number in range(200):
            await inbox.until_saved(RecordKind.ESCALATION, f"e{number}")
        await flushed(store, inbox)
    dropped = store.health().dropped
    assert dropped > 0
    assert sqlite.sql("SELECT count(*) FROM escalations") == [(200,)]
    assert sqlite.sql("SELECT count(*) FROM audit") == [(200,)]
    assert sqlite.sql("SELECT count(*) FROM calls") == [(200 - dropped,)]
    told = [entry["event"] for entry in logs]
    assert told.count("store_queue_overflows") == 1
    assert told.count("store_queue_drained") == 1
    store.close()


async def test_a_full_queue_lets_go_of_replaced_records_first(
    sqlite: SqlBackend, inbox: Inbox
) -> None:
    store = sqlite.open(Limits(queue=80, first_pause=0.01, longest_pause=0.05))
    store.start(asyncio.get_running_loop(), inbox.post)
    with locked(sqlite.url):
        for turn in range(100):
            for number in range(20):
                store.save(call(f"c{number}", note=f"turn {turn}"), confirm=False)
    await flushed(store, inbox)
    assert sqlite.sql("SELECT DISTINCT note, count(*) FROM calls GROUP BY note") == [
        ("turn 99", 20)
    ]
    assert store.health().dropped == 0
    store.close()


async def test_a_slow_database_is_called_slow_while_it_is(
    postgresql: SqlBackend, inbox: Inbox
) -> None:
    store = postgresql.open(Limits(slow_after=0.5))
    store.start(asyncio.get_running_loop(), inbox.post)
    postgresql.sql(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(1.0); RETURN NEW; END $$"
    )
    postgresql.sql(
        "CREATE TRIGGER dawdle BEFORE INSERT ON escalations FOR EACH ROW EXECUTE FUNCTION dawdle()"
    )
    with capture_logs() as logs:
        store.save(escalation(), confirm=True)
        await until(lambda: store.health().state is StoreState.SLOW)
        await inbox.until_saved(RecordKind.ESCALATION, "e1")
        postgresql.sql("DROP TRIGGER dawdle ON escalations")
        async with asyncio.timeout(DEADLINE):
            while store.health().state is not StoreState.OK:
                await flushed(store, inbox)
    events = [entry["event"] for entry in logs]
    assert (events[0], events[-1]) == ("store_slow", "store_ok")
    store.close()


async def test_what_was_confirmed_survives_sigkill(database: SqlBackend) -> None:
    """Killed in the middle of saving, at three different moments."""
    for confirmations in (1, 40, 400):
        confirmed = await killed_after(database, confirmations)
        store = database.open()
        kept = {promise.id for promise in store.restore(time.time()).escalations}
        assert len(confirmed) >= confirmations
        assert confirmed <= kept
        store.close()
    assert database.sql("SELECT count(*) - count(DISTINCT id) FROM escalations") == [(0,)]


async def killed_after(database: SqlBackend, confirmations: int) -> set[str]:
    """Run a process that saves without end and kill it; what it had been confirmed."""
    victim = await asyncio.create_subprocess_exec(
        sys.executable,
        str(TESTS / "contract" / "store_victim.py"),
        database.url,
        stdout=asyncio.subprocess.PIPE,
        cwd=TESTS.parent,
        env={**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
    )
    assert victim.stdout is not None
    async with asyncio.timeout(DEADLINE):
        assert await victim.stdout.readline() == b"open\n"
        lines = [await victim.stdout.readline() for _ in range(confirmations)]
        victim.send_signal(signal.SIGKILL)
        rest = await victim.stdout.read()
        await victim.wait()
    whole = (b"".join(lines) + rest).decode().rpartition("\n")[0]
    return set(whole.split())


PUBLISHES_AND_DIES = """
import os, sys, time
from pathlib import Path
from ivr.publishing import Publishing
from ivr.store.store import SqlStore
folder, url = sys.argv[1:]
store = SqlStore.open(url, time.time)
Publishing(Path(folder), store.trees, time.time).publish(["internet"], "vera")
os._exit(9)
"""


def test_a_death_right_after_publishing_leaves_the_entry_of_the_audit_log(
    database: SqlBackend,
) -> None:
    words = [sys.executable, "-c", PUBLISHES_AND_DIES, str(TESTS.parent / "config"), database.url]
    died = subprocess.run(words, env={**os.environ, "PYTHONPATH": str(TESTS.parent)}, check=False)
    assert died.returncode == 9
    assert database.sql("SELECT tree, version FROM tree_versions") == [("internet", 1)]
    entries = database.sql("SELECT actor, action, object FROM audit")
    assert entries == [("vera", "publish", "tree:internet")]


async def test_a_retry_of_the_same_ids_after_a_crash_keeps_each_once(
    database: SqlBackend, inbox: Inbox
) -> None:
    await killed_after(database, 20)
    store = database.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    for number in range(50):
        store.save(escalation(f"e{number}", note="again"), confirm=True)
    for number in range(50):
        await inbox.until_saved(RecordKind.ESCALATION, f"e{number}")
    found = database.sql("SELECT count(*) FROM escalations WHERE note = 'again'")
    assert found == [(50,)]
    store.close()


async def test_a_second_process_is_refused_until_the_first_has_gone(
    database: SqlBackend,
) -> None:
    store = database.open()
    second = opened_elsewhere(database.url)
    assert "StoreTaken" in second
    assert f"pid {os.getpid()} on" in second
    assert "since 20" in second
    store.close()
    assert opened_elsewhere(database.url) == "opened\n"


def opened_elsewhere(url: str) -> str:
    """Open the store in another process; what it says."""
    program = (
        "import sys, time\n"
        "from ivr.domain.errors import LinetreeError\n"
        "from ivr.store.store import SqlStore\n"
        "try:\n"
        "    SqlStore.open(sys.argv[1], time.time).close()\n"
        "    print('opened')\n"
        "except LinetreeError as fault:\n"
        "    print(type(fault).__name__, fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, url],
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        cwd=TESTS.parent,
    )
    return done.stdout + done.stderr


def test_a_database_of_a_later_release_is_refused(database: SqlBackend) -> None:
    database.open().close()
    database.sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreNewer, match="9999"):
        database.open()
    assert database.sql("SELECT version_num FROM alembic_version") == [("9999",)]


def test_the_migrations_lead_to_the_tables_of_the_code(database: SqlBackend) -> None:
    database.open().close()
    engine = create_engine(parsed(database.url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(database: SqlBackend) -> None:
    database.open().close()
    database.open().close()


async def test_promises_that_left_out_a_number_find_it_at_their_call(
    database: SqlBackend, inbox: Inbox
) -> None:
    minsk, paris = "+375291234567", "+33123456789"
    enquiry = enquiries(escalation("e", call="c2", number=""))
    store = database.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    for record in (
        call("c1", number=minsk),
        call("c2", number=paris),
        call("c3", number=""),
        escalation("owed", number="", joined=enquiry),
        escalation("dialled", number="+74950000021"),
        escalation("withheld", call="c3", number=""),
        escalation("forgotten", call="c2", number="", joined=enquiry, forgotten_at=2000.0),
        meeting("m1", promise="owed", number=""),
        meeting("m2", promise="forgotten", number=""),
    ):
        store.save(record, confirm=False)
    assert store.close(DEADLINE) == 0
    database.sql("UPDATE alembic_version SET version_num = '0013'")
    store = database.open()
    found = {id: store.escalation(id) for id in ("owed", "dialled", "withheld", "forgotten")}
    met = [store.meeting(id) for id in ("m1", "m2")]
    store.close()
    assert {id: numbers_of(one) for id, one in found.items() if one} == {
        "owed": (minsk, paris),
        "dialled": ("+74950000021",),
        "withheld": (),
        "forgotten": (),
    }
    assert [one.number for one in met if one] == [minsk, ""]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "no database URL"),
        ("mysql://u:geheim@h/d", "not supported"),
        ("sqlite://", "names no file"),
        ("sqlite:////nonexistent/folder/x.db", "/nonexistent/folder"),
        ("postgresql://u:geheim@127.0.0.1:1/d", "see that the server runs"),
        ("postgresql://u@127.0.0.1:1/d?password=geheim", "see that the server runs"),
    ],
)
def test_an_address_that_leads_nowhere_is_named_without_its_password(url: str, told: str) -> None:
    with pytest.raises(StoreUnreachable, match=told) as caught:
        SqlStore.open(url, time.time)
    assert "geheim" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StoreUnreachable, match="sound SQLite database"):
        SqlStore.open(f"sqlite:///{file}", time.time)
    assert file.read_text() == "Dear Sir or Madam, " * 100


def test_two_names_of_one_file_are_one_store(sqlite: SqlBackend, tmp_path: Path) -> None:
    store = sqlite.open()
    (tmp_path / "other.db").symlink_to("linetree.db")
    with pytest.raises(StoreTaken):
        SqlStore.open(f"sqlite:///{tmp_path}/other.db", time.time)
    store.close()


READS: dict[str, Callable[[Any], object]] = {
    "restore": lambda store: store.restore(1.0),
    "call": lambda store: store.call("c1"),
    "interview": lambda store: store.interview("c1"),
    "calls_of": lambda store: store.calls_of("+74951234567", 10),
    "escalations_of": lambda store: store.escalations_of("c1"),
    "attempts_of": lambda store: store.attempts_of("e1"),
    "open_missed": lambda store: store.open_missed("client"),
    "stretches_of": lambda store: store.stretches_of("c1"),
    "agent_states": lambda store: store.agent_states(0.0, 1.0),
    "current": lambda store: store.trees.current("internet"),
    "interviews": lambda store: store.history.interviews("internet", 0.0, 9e9, 3),
    "past interview": lambda store: store.history.interview("c1"),
    "credential": lambda store: store.credentials.credential("anna"),
    "entries": lambda store: store.audit.entries(1.0, 10),
}


DIRECTORY = ("SCAN accounts", "SCAN account_numbers")
"""The companies are no history: the core holds all of them."""


@pytest.mark.parametrize("read", READS)
def test_no_read_walks_through_the_whole_history(sqlite: SqlBackend, read: str) -> None:
    store: Any = sqlite.open()
    with queries(store) as asked:
        READS[read](store)
    store.close()
    assert asked
    plans = [step for sql, values in asked for step in explained(sqlite.url, sql, values)]
    whole = [step for step in plans if WHOLE_TABLE.fullmatch(step)]
    assert [step for step in whole if step not in DIRECTORY] == []


def test_the_look_for_whole_tables_would_find_one(sqlite: SqlBackend) -> None:
    sqlite.open().close()
    plan = explained(sqlite.url, "SELECT * FROM calls WHERE note = ?", ("x",))
    assert any(WHOLE_TABLE.fullmatch(step) for step in plan)


@contextmanager
def queries(store: Any) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that the readers send, with its values."""
    asked: list[tuple[str, Any]] = []

    def sent(_c: object, _cursor: object, sql: str, values: Any, *_more: object) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, values))

    event.listen(store._readers._engine, "before_cursor_execute", sent)
    yield asked


def explained(url: str, sql: str, values: Any) -> list[str]:
    """How SQLite means to find the rows."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return [step[3] for step in database.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def test_the_audit_log_cannot_be_changed(database: SqlBackend) -> None:
    store = database.open()
    store.audit.record(AuditEntry("n1", 1.0, "head", "publish", "tree", {}))
    store.close()
    with pytest.raises(Exception, match="the audit log is never changed"):
        database.sql("UPDATE audit SET actor = 'nobody'")


def test_the_database_file_is_for_its_owner_only(sqlite: SqlBackend, tmp_path: Path) -> None:
    sqlite.open().close()
    for file in tmp_path.glob("linetree.db*"):
        assert file.stat().st_mode & 0o077 == 0


def test_closing_while_the_database_is_away_tells_how_many_rows_were_left(
    sqlite: SqlBackend,
) -> None:
    store = sqlite.open(QUICK)
    with locked(sqlite.url):
        for number in range(3):
            store.save(escalation(f"e{number}"), confirm=True)
        assert store.close(patience=0.0) == 3
    with pytest.raises(StoreUnreachable, match="closed"):
        store.save(escalation(), confirm=True)


def test_a_page_is_told_when_its_write_takes_too_long(sqlite: SqlBackend) -> None:
    store = sqlite.open(Limits(patience=0.2, first_pause=0.01))
    with locked(sqlite.url), pytest.raises(StoreUnreachable, match=r"within 0\.2 seconds"):
        store.trees.publish("internet", "text", 1.0, "head")
    store.close()
    again = sqlite.open()
    assert again.trees.versions("internet") == ()
    again.close()
