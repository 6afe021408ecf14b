"""After an erasure a number is nowhere: in no table, in no form, in no byte of an SQLite file."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from contract.store_backends import (
    AnyStore,
    Inbox,
    SqlBackend,
    account,
    account_number,
    agent_state,
    attempt,
    call,
    escalation,
    flushed,
    interview,
    meeting,
    missed,
    owner,
    stretch,
)
from sqlalchemy import JSON, Text, create_engine, insert, select
from sqlalchemy.dialects.postgresql import JSONB

from ivr.domain.client.traces import BETWEEN, WORDS, Traces
from ivr.domain.records import CallEnd, EscalationState, MissedState, Plain, Record
from ivr.ports import ERASED, AuditEntry, Footprint, Notice, NoticeState
from ivr.store import tables
from ivr.store.address import parsed
from ivr.store.engines import checkpointed
from ivr.store.errors import StoreUnreachable
from ivr.store.rows import SHAPES
from ivr.store.store import SqlStore

NUMBER, OTHER = "+79161234567", "+79037654321"
NATIONAL = "9161234567"
FORMS = ("+79161234567", "8 (916) 123-45-67", "8-916-123-45-67", "9161234567", "+7 916 123 45 67")
AT = 100_000.0
TRACES = Traces(NUMBER)


def joined(call: str, number: str) -> dict[str, Any]:
    said = {"at": 1.0, "call": call, "agent": "anna", "name": f"Пётр {number}", "number": number}
    more = {"how": "callback", "aim": "talk", "why": "tree", "offer": [], "answers": []}
    return {**said, **more, "note": f"от {number}"}


def everything() -> list[Record]:
    """Rows of the number, and rows of others that name it."""
    closed = {"state": MissedState.CLOSED, "closed_at": 900.0, "closed_how": "called"}
    ended = {"state": EscalationState.CLOSED, "closed_at": 2000.0, "result": "won"}
    skipped = {
        "question": "q",
        "key": "unknown",
        "value": None,
        "words": FORMS[4],
        "at": 1732950000.5,
    }
    walk = {"tree": "t", "steps": [skipped], "withdrawn": [], "remarks": []}
    return [
        call("his", number=NUMBER, raw_number=FORMS[2], name=FORMS[1], ended_at=1100.0),
        call("odd", number="", raw_number=FORMS[1], ended_at=1100.0),
        call("other", number=OTHER, note=f"коллега: {FORMS[1]}", ended_at=1100.0),
        interview("his", settled_at=1.0, reason="уговорил Петра"),
        interview("other", settled_at=1.0, reason=f"просил {FORMS[3]}", walk=walk),
        escalation("his", call="his", number=NUMBER, note="Пётр", **ended),
        escalation("other", call="other", number=OTHER, next_step=f"набрать {FORMS[4]}", **ended),
        escalation("both", call="x", number=OTHER, joined=[joined("his", NUMBER)], **ended),
        attempt("his", promise="his", number=NUMBER, ended_at=1200.0),
        missed("his", number=NUMBER, **closed),
        missed("other", number=OTHER, note=FORMS[2], **closed),
        meeting("his", promise="his", number=NUMBER, with_whom="Пётр", starts_at=3000.0),
        meeting("other", number=OTHER, place=f"звонить {FORMS[0]}", starts_at=3000.0),
        stretch("t1", detail=f"attended:{NUMBER}"),
        agent_state("s1", reason=f"звоню {FORMS[1]}", until=1300.0),
        account(phones=(NUMBER, OTHER), note=f"директор {FORMS[1]}"),
        account_number("romashka x", number=NUMBER),
        owner("o1", client=f"number:{NUMBER}"),
        owner("o2", reason=f"просил {FORMS[0]}", until=1600.0),
    ]


async def fill(store: AnyStore, inbox: Inbox, *more: Record) -> None:
    for record in (*everything(), *more):
        store.save(record, confirm=False)
    details: dict[str, dict[str, Plain]] = {
        "a1": {"before": {"phones": [NUMBER, OTHER]}},
        "a2": {"x": "y"},
    }
    for name, detail in details.items():
        store.audit.record(AuditEntry(name, 1.0, "anna", "account_changed", "account:r", detail))
    await flushed(store, inbox)


async def test_it_is_told_beforehand_what_is_kept(store: AnyStore, inbox: Inbox) -> None:
    open_: list[Record] = [
        call("on", number=NUMBER, ended_at=None),
        escalation("open", number=NUMBER),
        missed("open", number=NUMBER, recordings=("a.wav", "b.wav")),
    ]
    await fill(store, inbox, *open_)
    kept = store.erasure.kept(TRACES, AT)
    assert replace(kept, live=()) == Footprint(
        calls=2,
        interviews=1,
        promises_open=1,
        promises_ended=2,
        missed_calls_open=1,
        missed_calls_ended=1,
        attempts=1,
        meetings=1,
        voice_messages=3,
        owners=1,
        audit_entries=1,
        mentions=kept.mentions,
    )
    assert kept.mentions == 11
    assert sorted(kept.live) == ["on", "open", "open"]


async def test_afterwards_nothing_is_kept_and_the_figures_are_as_they_were(
    store: AnyStore, inbox: Inbox
) -> None:
    await fill(store, inbox)
    hours = store.traffic.hours("client", 0.0, AT)
    store.erasure.erase(TRACES, AT)
    assert store.erasure.kept(TRACES, AT) == Footprint()
    assert store.traffic.hours("client", 0.0, AT) == hours
    his = store.call("his")
    assert his is not None
    assert (his.number, his.raw_number, his.name, his.note) == ("", "", "", "")
    assert (his.talked, his.end, his.forgotten_at) == (12.5, CallEnd.OPEN, AT)
    walk, promise = store.interview("his"), store.escalation("his")
    assert walk is not None
    assert walk.reason == ""
    assert promise is not None
    assert (promise.note, promise.result, promise.forgotten_at) == ("", "won", AT)
    assert store.owners_of(f"number:{NUMBER}") == ()


async def test_of_others_only_the_number_goes(store: AnyStore, inbox: Inbox) -> None:
    await fill(store, inbox)
    store.erasure.erase(TRACES, AT)
    other, task = store.call("other"), store.missed_call("other")
    assert other is not None
    assert (other.number, other.note, other.name) == (OTHER, "коллега: •••", call().name)
    assert other.forgotten_at is None
    assert task is not None
    assert (task.number, task.note, task.name) == (OTHER, "", "Иванов")
    both = store.escalation("both")
    assert both is not None
    assert (both.number, both.name, both.forgotten_at) == (OTHER, "Иванов", None)
    (one,) = both.joined
    assert (one["number"], one["name"], one["note"], one["call"]) == ("", "", "", "his")
    met = store.meeting("other")
    assert met is not None
    assert met.place == "звонить •••"
    entries = {one.id: one.detail for one in store.audit.entries(AT, 9)}
    assert entries == {"a1": {"before": {"phones": [OTHER]}}, "a2": {"x": "y"}}


async def test_what_is_still_worked_on_is_told_and_left(store: AnyStore, inbox: Inbox) -> None:
    open_: list[Record] = [
        call("on", number=NUMBER, ended_at=None),
        call("later", number=NUMBER, offered_at=AT + 1, ended_at=AT + 2),
        escalation("open", number=OTHER, note=f"и {FORMS[1]}"),
        missed("open", number=OTHER, note=FORMS[0]),
        meeting("coming", number=OTHER, starts_at=AT + 9, note=FORMS[0]),
    ]
    await fill(store, inbox, *open_)
    store.erasure.erase(TRACES, AT)
    kept = store.erasure.kept(TRACES, AT)
    assert sorted(kept.live) == ["coming", "later", "on", "open", "open"]
    assert store.call("on") == open_[0]
    assert store.call("later") == open_[1]
    assert store.escalation("open") == open_[2]
    assert store.missed_call("open") == open_[3]
    assert store.meeting("coming") == open_[4]
    store.save(replace(open_[0], ended_at=AT + 5), confirm=False)
    store.save(replace(open_[2], state=EscalationState.CLOSED), confirm=False)
    await flushed(store, inbox)
    store.erasure.erase(TRACES, AT + 10)
    assert sorted(store.erasure.kept(TRACES, AT + 10).live) == ["open"]


async def test_voice_messages_are_named_until_their_files_are_gone(
    store: AnyStore, inbox: Inbox
) -> None:
    await fill(store, inbox)
    (task,) = store.erasure.voices(NUMBER)
    assert task.recordings == ("vm-1764055.wav",)
    store.retention.drop_recordings([task.id])
    assert list(store.erasure.voices(NUMBER)) == []


async def test_an_erasure_is_known_as_unfinished_until_its_own_entry_names_nobody(
    store: AnyStore, inbox: Inbox
) -> None:
    begun = AuditEntry("x2", 2.0, "root", ERASED, NUMBER, {"calls": 1, "reason": ""})
    for entry in (
        replace(begun, id="x1", at=1.0, object=OTHER),
        begun,
        replace(begun, id="x3", at=3.0, object=""),
        replace(begun, id="x4", at=4.0, action="account_changed"),
    ):
        store.audit.record(entry)
    await flushed(store, inbox)
    assert [one.id for one in store.erasure.unfinished()] == ["x1", "x2"]
    store.erasure.erase(TRACES, AT)
    assert [one.id for one in store.erasure.unfinished()] == ["x1"]


# The databases themselves


def dump(url: str) -> Iterator[tuple[str, str, str]]:
    """Every text of every table: the table, the column, and what stands there."""
    engine = create_engine(parsed(url))
    with engine.connect() as connection:
        for table in tables.metadata.tables.values():
            for row in connection.execute(select(table)):
                for name, value in row._mapping.items():
                    if isinstance(value, str | list | dict):
                        yield table.name, str(name), json.dumps(value, ensure_ascii=False)
    engine.dispose()


def bare(text: str) -> str:
    return re.sub(f"[{re.escape(BETWEEN)}]", "", text)


def places(url: str) -> list[tuple[str, str, str]]:
    """Where the number stands, in any form."""
    return [found for found in dump(url) if NATIONAL in bare(found[2])]


def notices() -> list[Notice]:
    said = {"type": "call.ended", "data": {"number": NUMBER, "note": "Пётр"}}
    named = {"type": "call.ended", "data": {"number": OTHER, "note": f"коллега {FORMS[1]}"}}
    return [
        Notice("m1", "webhook/crm", "call.ended", "call/his", json.dumps(said), 1.0),
        Notice("m2", "webhook/crm", "outcome.decided", "call/his", '{"data": {}}', 1.0),
        Notice("m3", "webhook/crm", "escalation.changed", "promise/his", json.dumps(said), 1.0),
        Notice("m4", "webhook/crm", "call.ended", "call/other", json.dumps(named), 1.0),
        Notice("m5", "mail", "meeting.set", "meeting/his", "base64 of 8 916", 1.0),
        Notice("m6", "mail", "meeting.set", "meeting/else", "base64", 1.0),
    ]


async def filled(database: SqlBackend, inbox: Inbox) -> SqlStore:
    store = SqlStore.open(database.url, lambda: AT)
    store.start(asyncio.get_running_loop(), inbox.post)
    await fill(store, inbox)
    store.outbox.put(notices())
    aside = {"refused_at": 1.0, "kind": "call", "record": "c1", "error": "x"}
    rows = [{**aside, "content": json.dumps({"number": n})} for n in (NUMBER, OTHER)]
    store._writer.run(lambda connection: connection.execute(insert(tables.refused_rows), rows))
    return store


async def test_no_text_of_any_table_holds_the_number(database: SqlBackend, inbox: Inbox) -> None:
    store = await filled(database, inbox)
    before = {(table, name) for table, name, _ in places(database.url)}
    assert len(before) > 20
    store.erasure.erase(TRACES, AT)
    assert places(database.url) == []
    store.close()


async def test_messages_of_the_number_go_and_those_of_others_lose_it(
    database: SqlBackend, inbox: Inbox
) -> None:
    store = await filled(database, inbox)
    assert store.erasure.kept(TRACES, AT).messages == 3
    store.erasure.erase(TRACES, AT)
    left = {one.notice.id: one.notice.body for one in store.outbox.entries(None, None, 99)}
    assert sorted(left) == ["m4", "m6"]
    assert json.loads(left["m4"])["data"] == {"number": OTHER, "note": "коллега •••"}
    assert {one.state for one in store.outbox.entries(None, None, 99)} == {NoticeState.WAITING}
    assert database.sql("SELECT count(*) FROM refused_rows") == [(1,)]
    store.close()


async def test_an_erasure_that_is_killed_at_any_step_is_finished_by_the_next(
    database: SqlBackend, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction in turn is the last one that is made."""
    store = await filled(database, inbox)
    for at, action in enumerate((ERASED, "account_changed", "account_changed")):
        store.audit.record(AuditEntry(f"x{at}", at, "root", action, NUMBER, {}))
    await flushed(store, inbox)
    run = store._writer.run
    monkeypatch.setattr("ivr.store.erasure.AT_ONCE", 1)
    step = 0
    while True:
        step += 1
        left = step

        def dying(work: Any) -> Any:
            nonlocal left
            if left == 0:
                raise StoreUnreachable("killed")
            left -= 1
            return run(work)

        monkeypatch.setattr(store._writer, "run", dying)
        try:
            store.erasure.erase(TRACES, AT)
            break
        except StoreUnreachable:
            assert step < 100
            assert [one.id for one in store.erasure.unfinished()] == ["x0"]
    assert step > 3
    monkeypatch.undo()
    assert places(database.url) == []
    assert store.erasure.kept(TRACES, AT) == Footprint()
    store.close()


async def test_no_byte_of_the_file_or_its_log_holds_the_number(
    sqlite: SqlBackend, inbox: Inbox, tmp_path: Path
) -> None:
    store = await filled(sqlite, inbox)
    for turn in range(300):  # rows that grow, move and leave gaps
        store.save(call(f"n{turn}", number=OTHER, note="x" * turn), confirm=False)
        his = call(f"his{turn}", number=NUMBER, raw_number=FORMS[0], note="", ended_at=None)
        store.save(his, confirm=False)
        store.save(replace(his, note="y" * (turn % 97) * 9, ended_at=1100.0), confirm=False)
        if turn % 7 == 0:
            await flushed(store, inbox)
    await flushed(store, inbox)
    assert found_in(tmp_path)
    store.erasure.erase(TRACES, AT)
    store.erasure.scrub()
    assert found_in(tmp_path) == []
    store.close()


async def test_a_file_from_before_is_written_anew(
    sqlite: SqlBackend, inbox: Inbox, tmp_path: Path
) -> None:
    """Gaps of a time when nothing was overwritten, as an older release leaves them."""
    store = await filled(sqlite, inbox)
    store.close()
    with closing(sqlite3.connect(tmp_path / "linetree.db")) as old:
        old.execute("PRAGMA secure_delete = OFF")
        old.execute("CREATE TABLE gap (x TEXT)")
        old.executemany("INSERT INTO gap VALUES (?)", [(NUMBER * 50,)] * 200)
        old.commit()
        old.execute("DROP TABLE gap")
        old.commit()
    again = SqlStore.open(sqlite.url, lambda: AT)
    again.erasure.erase(TRACES, AT)
    again.erasure.scrub()
    assert found_in(tmp_path)
    again.erasure.compact()
    assert found_in(tmp_path) == []
    assert again.call("other") is not None
    again.close()


async def test_whoever_still_reads_the_old_state_is_told(
    sqlite: SqlBackend, inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.store.engines.READER_WAIT", 0.1)
    store = await filled(sqlite, inbox)
    with closing(sqlite3.connect(tmp_path / "linetree.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM calls").fetchone()
        store.erasure.erase(TRACES, AT)
        with pytest.raises(StoreUnreachable, match="somebody reads it"):
            store.erasure.scrub()
    checkpointed(parsed(sqlite.url))
    store.close()


def found_in(folder: Path) -> list[str]:
    files = [one for one in folder.iterdir() if one.is_file()]
    forms = [NATIONAL, *FORMS]
    return [f.name for f in files for form in forms if form.encode() in f.read_bytes()]


NO_WORDS = {
    "calls": {"id", "did", "department", "account", "agent", "end", "refusal", "disposition",
              "not_enquiry", "task"},
    "interviews": {"id", "call", "tree", "agent", "outcome", "owner", "how", "aim", "why", "offer",
                   "decided_by"},
    "missed_calls": {"id", "department", "calls", "closed_how", "did", "state", "recordings",
                     "kind", "closed_by"},
    "escalations": {"id", "call", "department", "account", "scale", "how", "aim", "why", "offer",
                    "agent", "owner", "state", "result", "zone", "closed_by", "meeting",
                    "agreed_by", "joined_to"},
    "attempts": {"id", "promise", "made_for", "person", "result"},
    "meetings": {"id", "promise", "account", "salesperson", "zone", "state"},
    "stretches": {"id", "call", "kind", "department", "person"},
    "agent_states": {"id", "person", "department", "state", "call"},
    "accounts": {"id", "scale", "owner", "tax", "made_by"},
    "account_numbers": {"id", "account", "call", "person"},
    "owners": {"id", "department", "person", "by", "promise"},
}  # fmt: skip
"""Columns that hold ids and words of ours; `owners.id` and `account_numbers.id` go with the row."""


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: str(kind.__name__))
def test_each_column_that_may_hold_a_text_is_looked_through(kind: type[Any]) -> None:
    table = SHAPES[kind].table
    texts = {c.name for c in table.columns if isinstance(c.type, Text | JSON | JSONB)}
    assert {*WORDS[kind]} | NO_WORDS[table.name] == texts
    assert not {*WORDS[kind]} & NO_WORDS[table.name]
    assert {*WORDS[kind]} <= {one.name for one in fields(kind)}
