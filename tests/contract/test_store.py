"""What every store promises, in memory and on both databases."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from contract.store_backends import (
    DEADLINE,
    AnyStore,
    Inbox,
    MemoryBackend,
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

from ivr.domain.client.traces import UNSETTLED_SECONDS
from ivr.domain.events import DealingsKnown, Event, Saved
from ivr.domain.records import (
    KIND_OF,
    CallEnd,
    EscalationState,
    MeetingState,
    Record,
    RecordKind,
)
from ivr.ports import AuditEntry, Credential, StoreState, TreeVersion, VersionHead
from ivr.store.errors import StoreUnreachable
from ivr.store.looking import StoreLook
from ivr.store.reader.dealings import dealings
from ivr.store.store import SqlStore

AT = 2000.0
EVERY_KIND = (
    call,
    interview,
    escalation,
    attempt,
    missed,
    agent_state,
    stretch,
    account,
    account_number,
    meeting,
    owner,
)


async def test_a_record_of_each_kind_comes_back_as_it_was_saved(
    store: AnyStore, inbox: Inbox
) -> None:
    for record in (call(), interview(), escalation(), attempt(), missed()):
        store.save(record, confirm=True)
        await inbox.until_saved(KIND_OF[type(record)], record.id)
    assert store.call("c1") == call()
    assert store.interview("c1") == interview()
    assert store.escalation("e1") == escalation()
    assert store.attempts_of("e1") == (attempt(),)
    assert store.open_missed("client") == (missed(),)


async def test_a_number_that_rings_again_is_told_with_its_last_call(
    store: AnyStore, inbox: Inbox
) -> None:
    number = "+74950000063"
    before = replace(call(), id="before", number=number, offered_at=AT, agent="anna")
    store.save(before, confirm=False)
    store.save(replace(interview(), id="before", call="before", outcome="home"), confirm=False)
    store.save(replace(before, id="now", offered_at=AT + 9), confirm=False)
    await flushed(store, inbox)
    store.look_up("now", number)
    known = await inbox.until_known("now")
    assert (known.calls, known.last_at, known.last_agent) == (1, AT, "anna")
    assert known.last_outcome == "home"
    store.look_up("first", "+74950000064")
    assert (await inbox.until_known("first")).calls == 0


async def test_enumerations_and_tuples_come_back_as_such(store: AnyStore, inbox: Inbox) -> None:
    store.save(escalation(), confirm=False)
    store.save(call(), confirm=False)
    await flushed(store, inbox)
    promise, taken = store.escalation("e1"), store.call("c1")
    assert promise is not None
    assert taken is not None
    assert type(promise.state) is EscalationState
    assert type(promise.offer) is tuple
    assert type(taken.end) is CallEnd


async def test_saved_is_posted_for_confirmed_records_only_and_on_the_loop(
    backend: MemoryBackend | SqlBackend,
) -> None:
    store, loops = backend.open(), []
    inbox = Inbox()

    def post(event: Any) -> None:
        loops.append(asyncio.get_running_loop())
        inbox.post(event)

    store.start(asyncio.get_running_loop(), post)
    store.save(call("quiet"), confirm=False)
    store.save(call("loud"), confirm=True)
    await inbox.until_saved(RecordKind.CALL, "loud")
    await flushed(store, inbox)
    assert (RecordKind.CALL, "quiet") not in inbox.saved
    assert set(loops) == {asyncio.get_running_loop()}
    store.close()


async def test_a_record_is_readable_when_its_saved_arrives(store: AnyStore, inbox: Inbox) -> None:
    for number in range(50):
        store.save(escalation(f"e{number}"), confirm=True)
        await inbox.until_saved(RecordKind.ESCALATION, f"e{number}")
        assert store.escalation(f"e{number}") is not None


async def test_saved_twice_is_kept_once_and_the_last_counts(store: AnyStore, inbox: Inbox) -> None:
    store.save(missed(), confirm=True)
    store.save(missed(count=3), confirm=True)
    await inbox.until_saved(RecordKind.MISSED_CALL, "m1", times=2)
    store.save(missed(count=4), confirm=True)
    await inbox.until_saved(RecordKind.MISSED_CALL, "m1", times=3)
    assert [task.count for task in store.open_missed("client")] == [4]


async def test_writes_of_one_id_keep_their_order(store: AnyStore, inbox: Inbox) -> None:
    for turn in range(300):
        for id in ("x", "y", "z"):
            store.save(call(id, note=f"turn {turn}"), confirm=False)
    await flushed(store, inbox)
    notes = [kept.note for id in "xyz" if (kept := store.call(id))]
    assert notes == ["turn 299"] * 3


async def test_saving_before_the_start_is_confirmed_after_it(
    backend: MemoryBackend | SqlBackend,
) -> None:
    store, inbox = backend.open(), Inbox()
    store.save(call(), confirm=True)
    store.start(asyncio.get_running_loop(), inbox.post)
    await inbox.until_saved(RecordKind.CALL, "c1")
    store.close()


async def test_restore_returns_what_is_open_and_nothing_else(store: AnyStore, inbox: Inbox) -> None:
    open_ones: list[Record] = [
        call("live"),
        interview("live", decided_at=1200.0, outcome="office"),
        attempt("ringing"),
        missed("waiting"),
        *(escalation(state.value, state=state) for state in EscalationState if state != "closed"),
    ]
    over: list[Record] = [
        call("over", ended_at=1500.0, end=CallEnd.SERVED),
        interview("over", decided_at=1200.0, outcome="office", settled_at=1210.0),
        attempt("done", ended_at=1150.0, result="busy"),
        missed("served", closed_at=1300.0, closed_how="served"),
        escalation("closed", state=EscalationState.CLOSED, closed_at=1900.0),
    ]
    for record in (*open_ones, *over):
        store.save(record, confirm=False)
    await flushed(store, inbox)
    found = store.restore(AT)
    assert found.at == AT
    kept = {*ids(found.calls), *ids(found.interviews), *ids(found.escalations)}
    kept |= {*ids(found.attempts), *ids(found.missed)}
    assert kept == ids(open_ones)


async def test_restore_brings_unsettled_walks_of_the_last_hours_and_their_calls(
    store: AnyStore, inbox: Inbox
) -> None:
    store.save(interview("young", began_at=AT - UNSETTLED_SECONDS), confirm=False)
    store.save(call("young", ended_at=1500.0, end=CallEnd.SERVED), confirm=False)
    store.save(interview("decided", began_at=AT, decided_at=AT, outcome="office"), confirm=False)
    store.save(interview("old", began_at=AT - UNSETTLED_SECONDS - 1), confirm=False)
    store.save(call("old", ended_at=1500.0, end=CallEnd.SERVED), confirm=False)
    store.save(interview("old-but-live", began_at=AT - 2 * UNSETTLED_SECONDS), confirm=False)
    store.save(call("old-but-live"), confirm=False)
    store.save(interview("settled", began_at=AT, settled_at=AT), confirm=False)
    store.save(call("settled", ended_at=1500.0, end=CallEnd.SERVED), confirm=False)
    await flushed(store, inbox)
    found = store.restore(AT)
    assert ids(found.interviews) == {"young", "decided", "old-but-live"}
    assert ids(found.calls) == {"young", "old-but-live"}


async def test_restore_orders_each_kind_by_its_begin(store: AnyStore, inbox: Inbox) -> None:
    for id, at in (("b", 20.0), ("c", 30.0), ("a", 10.0)):
        store.save(escalation(id, made_at=at), confirm=False)
    await flushed(store, inbox)
    assert [promise.id for promise in store.restore(AT).escalations] == ["a", "b", "c"]


async def test_what_was_kept_is_there_when_the_store_is_opened_again(
    backend: MemoryBackend | SqlBackend,
) -> None:
    store, inbox = backend.open(), Inbox()
    store.start(asyncio.get_running_loop(), inbox.post)
    store.save(call(), confirm=False)
    assert store.close() == 0
    again = backend.open()
    assert again.restore(AT).calls == (call(),)
    again.close()


async def test_calls_of_a_number_come_newest_first_and_at_most_so_many(
    store: AnyStore, inbox: Inbox
) -> None:
    for number in range(5):
        store.save(call(f"c{number}", offered_at=float(number)), confirm=False)
    store.save(call("other", number="+74957654321"), confirm=False)
    await flushed(store, inbox)
    assert [kept.id for kept in store.calls_of("+74951234567", 3)] == ["c4", "c3", "c2"]
    assert store.calls_of("+74951234567", 0) == ()


async def test_withheld_callers_are_different_people(store: AnyStore, inbox: Inbox) -> None:
    store.save(call("hidden", number=""), confirm=False)
    await flushed(store, inbox)
    assert store.calls_of("", 10) == ()


async def test_promises_attempts_and_missed_calls_are_found_by_what_they_belong_to(
    store: AnyStore, inbox: Inbox
) -> None:
    for id, of, at in (("2", "c1", 20.0), ("1", "c1", 10.0), ("3", "c9", 5.0)):
        store.save(escalation(id, call=of, made_at=at), confirm=False)
        store.save(attempt(id, promise=of, made_at=at), confirm=False)
        store.save(missed(id, department=of, first_missed_at=at), confirm=False)
    await flushed(store, inbox)
    assert [promise.id for promise in store.escalations_of("c1")] == ["1", "2"]
    assert [tried.id for tried in store.attempts_of("c1")] == ["1", "2"]
    assert [task.id for task in store.open_missed("c1")] == ["1", "2"]


async def test_a_promise_that_joined_another_is_found_with_it(
    store: AnyStore, inbox: Inbox
) -> None:
    over: dict[str, Any] = {"state": EscalationState.CLOSED, "closed_at": AT, "result": "joined"}
    rows: list[Record] = [
        escalation("e3", call="c3", made_at=30.0, **over, joined_to="e2"),
        escalation("e2", call="c2", made_at=20.0, **over, joined_to="e1"),
        escalation("e1", call="c9", made_at=10.0, joined=[{"call": "c1"}], asked_at=40.0),
        escalation("e0", call="c0", made_at=10.0),
        attempt("of e3", promise="e3", ended_at=35.0, result="busy"),
        interview("c3"),
    ]
    for record in rows:
        store.save(record, confirm=False)
    await flushed(store, inbox)
    assert [one.id for one in store.escalations_of("c3")] == ["e1", "e2", "e3"]
    assert store.escalations_of("c3")[0] == rows[2]
    assert [one.id for one in store.escalations_of("c9")] == ["e1"]
    past = store.history.interview("c3")
    assert past is not None
    assert [one.id for one in past.promises] == ["e1", "e2", "e3"]
    started = store.restore(AT + 60)
    assert dict(started.joined) == {"e3": "c3", "e2": "c2"}
    assert "of e3" in ids(started.tried)
    assert store.restore(AT + 100 * 86_400).joined == ()


async def test_what_does_not_exist_is_none_or_nothing(store: AnyStore) -> None:
    assert store.call("?") is None
    assert store.interview("?") is None
    assert store.escalation("?") is None
    assert (*store.escalations_of("?"), *store.attempts_of("?"), *store.open_missed("?")) == ()


async def test_what_sales_owes_is_found_by_its_time(store: AnyStore, inbox: Inbox) -> None:
    due = {"late": 10.0, "later": 20.0, "not yet": 40.0}
    for id, at in due.items():
        store.save(escalation(id, state=EscalationState.CALLBACK, due_at=at), confirm=False)
    store.save(escalation("dialling", state=EscalationState.DIALLING, due_at=5.0), confirm=False)
    store.save(
        escalation("else", state=EscalationState.CALLBACK, due_at=5.0, department="other"),
        confirm=False,
    )
    await flushed(store, inbox)
    found = store.next_due("sales", 30.0)
    assert found is not None
    assert found.id == "late"
    assert store.next_due("sales", 9.0) is None


async def test_a_start_finds_owners_meetings_and_what_was_dialled(
    store: AnyStore, inbox: Inbox
) -> None:
    rows: list[Record] = [
        owner("now"),
        owner("before", until=1500.0),
        meeting("soon", starts_at=AT + 600),
        meeting("off", starts_at=AT + 600, state=MeetingState.CANCELLED),
        meeting("long ago", starts_at=AT - 90_000),
        escalation("open", state=EscalationState.CALLBACK),
        escalation("over", state=EscalationState.CLOSED),
        attempt("of open", promise="open", ended_at=5.0, result="busy"),
        attempt("lately", promise="over", claimed_at=AT - 3600, ended_at=AT - 3500),
        attempt("of over", promise="over", claimed_at=AT - 90_000, ended_at=5.0),
        attempt("never dialled", promise="over", ended_at=5.0),
    ]
    for record in rows:
        store.save(record, confirm=False)
    await flushed(store, inbox)
    found = store.restore(AT)
    assert ids(found.owners) == {"now"}
    assert ids(found.meetings) == {"soon"}
    assert ids(found.tried) == {"of open", "lately"}


async def test_a_client_s_earlier_dealings_are_told_by_account_and_by_number(
    store: AnyStore, inbox: Inbox
) -> None:
    other = "+74957654321"
    for id, number, company in (("e1", other, "romashka"), ("e2", other, ""), ("e3", "", "")):
        store.save(escalation(id, number=number, account=company, made_at=1.0), confirm=False)
    store.save(call("c1", number=other, account=""), confirm=False)
    store.save(call("c2", number="", account="romashka"), confirm=False)
    store.save(call("c3", number="", account=""), confirm=False)
    store.save(interview("c1"), confirm=False)
    await flushed(store, inbox)
    store.look_up_dealings("e1", "romashka", [other])
    known = await inbox.until_dealings("e1")
    assert ids(known.promises) == {"e2"}
    assert ids(known.calls) == {"c1", "c2"}
    assert known.walks == (interview("c1"),)
    store.look_up_dealings("nobody", "", [])
    nobody = await inbox.until_dealings("nobody")
    assert (*nobody.promises, *nobody.calls) == ()


async def test_what_a_card_waits_for_is_looked_up_again_while_the_database_is_away(
    sqlite: SqlBackend, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.store.look_ups.AGAIN_AFTER", 0.001)
    away = [StoreUnreachable("away"), StoreUnreachable("away")]

    def looked(*given: Any) -> DealingsKnown:
        if away:
            raise away.pop()
        return dealings(*given)

    monkeypatch.setattr("ivr.store.store.dealings", looked)
    store = sqlite.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    store.save(escalation("e0", account="romashka", made_at=1.0), confirm=False)
    await flushed(store, inbox)
    store.look_up_dealings("e1", "romashka", [])
    assert ids((await inbox.until_dealings("e1")).promises) == {"e0"}
    assert store.close(DEADLINE) == 0


async def test_who_calls_is_looked_up_although_all_other_threads_are_busy(
    sqlite: SqlBackend, inbox: Inbox
) -> None:
    loop, busy = asyncio.get_running_loop(), threading.Event()
    loop.set_default_executor(ThreadPoolExecutor(1))
    held = loop.run_in_executor(None, busy.wait, DEADLINE)
    store = sqlite.open()
    store.start(loop, inbox.post)
    store.look_up("first", "+74950000064")
    assert (await inbox.until_known("first")).calls == 0
    assert not held.done()
    busy.set()
    await held
    assert store.close(DEADLINE) == 0


async def test_hostile_text_is_data(store: AnyStore, inbox: Inbox) -> None:
    hostile = "'); DROP TABLE calls; -- \\u0000 ${SHELL(id)} %s :x ? {} \u202e =cmd() 😀"
    store.save(call(hostile, name=hostile), confirm=True)
    store.save(interview("w", walk={hostile: [hostile]}), confirm=False)
    await inbox.until_saved(RecordKind.CALL, hostile)
    await flushed(store, inbox)
    kept, walk = store.call(hostile), store.interview("w")
    assert kept == call(hostile, name=hostile)
    assert walk is not None
    assert walk.walk == {hostile: [hostile]}


async def test_a_published_tree_gets_the_next_version(store: AnyStore) -> None:
    first = store.trees.publish("internet", "first: who", 10.0, "head")
    second = store.trees.publish("internet", "first: staff", 20.0, "head")
    other = store.trees.publish("phones", "first: who", 30.0, "head")
    assert (first.version, second.version, other.version) == (1, 2, 1)
    assert first.sha256 == hashlib.sha256(b"first: who").hexdigest()
    assert store.trees.current("internet") == second
    assert store.trees.version("internet", 1) == first
    assert store.trees.versions("internet") == (second, first)
    assert list(store.trees.trees()) == [second, other]


async def test_versions_are_listed_without_their_texts_newest_first(store: AnyStore) -> None:
    for n in range(1, 8):
        store.trees.publish("internet", f"first: {n}", float(n), "head")
    store.trees.publish("phones", "first: who", 30.0, "head")
    digest = hashlib.sha256(b"first: 7").hexdigest()
    assert store.trees.heads("internet", most=1) == (VersionHead(7, digest, 7.0, "head"),)
    assert [one.version for one in store.trees.heads("internet")] == [*range(7, 0, -1)]
    assert [one.version for one in store.trees.heads("internet", 6, 3)] == [5, 4, 3]
    assert [one.version for one in store.trees.heads("internet", 3, 3)] == [2, 1]
    assert store.trees.heads("internet", 1, 3) == store.trees.heads("?") == ()


async def test_publishing_the_current_text_again_changes_nothing(store: AnyStore) -> None:
    first = store.trees.publish("internet", "a", 10.0, "head")
    assert store.trees.publish("internet", "a", 20.0, "other") == first
    store.trees.publish("internet", "b", 30.0, "head")
    assert store.trees.publish("internet", "a", 40.0, "head").version == 3


def told(version: TreeVersion) -> AuditEntry:
    """What the audit log says of a new version."""
    at, by, number = version.published_at, version.published_by, version.version
    id, tree = f"{version.tree} {number}", f"tree:{version.tree}"
    return AuditEntry(id, at, by, "publish", tree, {"version": number})


async def test_a_version_is_on_the_disk_together_with_its_entry(store: AnyStore) -> None:
    first = store.trees.publish("internet", "a", 10.0, "head", told)
    assert store.audit.entries_of("tree:internet", 1e12, 9) == (told(first),)
    store.trees.publish("internet", "a", 20.0, "head", told)
    assert store.audit.entries_of("tree:internet", 1e12, 9) == (told(first),)
    second = store.trees.publish("internet", "b", 30.0, "head", told)
    assert store.audit.entries_of("tree:internet", 1e12, 9) == (told(second), told(first))


async def test_a_version_whose_entry_cannot_be_kept_is_none(store: AnyStore) -> None:
    def untold(version: TreeVersion) -> AuditEntry:
        raise ValueError(f"version {version.version} cannot be told of")

    with pytest.raises(ValueError, match="version 1 cannot be told of"):
        store.trees.publish("internet", "a", 10.0, "head", untold)
    assert store.trees.current("internet") is None
    assert store.trees.publish("internet", "a", 20.0, "head", told).version == 1


async def test_an_unknown_tree_has_no_version(store: AnyStore) -> None:
    assert store.trees.current("?") is None
    assert store.trees.version("?", 1) is None
    assert store.trees.versions("?") == ()
    store.trees.publish("internet", "a", 10.0, "head")
    assert store.trees.version("internet", 0) is None
    assert store.trees.version("internet", 2) is None


async def test_interviews_of_a_time_come_with_their_calls_and_promises(
    store: AnyStore, inbox: Inbox
) -> None:
    for number in range(4):
        walk = interview(f"c{number}", began_at=10.0 * number, version=number % 2 + 1)
        store.save(walk, confirm=False)
    store.save(interview("other", began_at=10.0, tree="phones"), confirm=False)
    store.save(call("c1"), confirm=False)
    store.save(escalation("later", call="c1", made_at=50.0), confirm=False)
    store.save(escalation("first", call="c1", made_at=40.0), confirm=False)
    store.save(escalation("elsewhere", call="c9"), confirm=False)
    await flushed(store, inbox)
    found = store.history.interviews("internet", 10.0, 30.0)
    assert [one.interview.id for one in found] == ["c1", "c2"]
    assert (found[0].call, found[1].call) == (call("c1"), None)
    assert [promise.id for promise in found[0].promises] == ["first", "later"]
    assert found[1].promises == ()
    assert found[0] == store.history.interview("c1")
    second = store.history.interviews("internet", 0.0, 90.0, version=2)
    assert [one.interview.id for one in second] == ["c1", "c3"]
    assert store.history.interviews("?", 0.0, 90.0) == ()
    assert store.history.interview("?") is None


async def test_a_look_reads_what_a_running_instance_keeps(
    database: SqlBackend, inbox: Inbox
) -> None:
    store = database.open()
    store.start(asyncio.get_running_loop(), inbox.post)
    store.trees.publish("internet", "a", 10.0, "head")
    store.save(interview(), confirm=False)
    await flushed(store, inbox)
    look = StoreLook(database.url)
    assert look.trees.current("internet") == store.trees.current("internet")
    assert look.history.interview("c1") == store.history.interview("c1")
    look.close()
    store.close()


def test_a_look_at_a_database_that_does_not_exist_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="there is no database"):
        StoreLook(f"sqlite:///{tmp_path}/nothing.db")
    assert list(tmp_path.iterdir()) == []


async def test_a_password_hash_is_kept_and_replaced(store: AnyStore) -> None:
    kept = Credential("anna", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaA", 10.0)
    assert store.credentials.credential("anna") is None
    store.credentials.keep_credential(kept)
    assert store.credentials.credential("anna") == kept
    changed = replace(kept, hash="$argon2id$other", changed_at=20.0)
    store.credentials.keep_credential(changed)
    assert store.credentials.credential("anna") == changed


async def test_the_audit_log_keeps_each_entry_once_newest_first(
    store: AnyStore, inbox: Inbox
) -> None:
    entries = [
        AuditEntry(f"n{at}", float(at), "head", "publish", "tree:internet", {"version": at})
        for at in range(4)
    ]
    for entry in (*entries, replace(entries[1], actor="somebody else")):
        store.audit.record(entry)
    await flushed(store, inbox)
    assert store.audit.entries(before=3.0, most=2) == (entries[2], entries[1])


async def test_health_is_ok_while_the_database_keeps_up(store: AnyStore, inbox: Inbox) -> None:
    await flushed(store, inbox)
    found = store.health()
    assert (found.state, found.refused, found.dropped) == (StoreState.OK, 0, 0)


@pytest.mark.parametrize("make", EVERY_KIND)
async def test_every_field_of_a_record_is_kept(store: AnyStore, inbox: Inbox, make: Any) -> None:
    """Each text field in turn gets a value of its own, so that no two columns can be mixed up."""
    texts = {f.name: f"value of {f.name}" for f in fields(make()) if f.type == "str"}
    record = make(**texts)
    store.save(record, confirm=False)
    await flushed(store, inbox)
    found: dict[Any, Callable[[], Any]] = {
        call: lambda: store.call(record.id),
        interview: lambda: store.interview(record.id),
        escalation: lambda: store.escalation(record.id),
        attempt: lambda: store.attempts_of(record.promise)[0],
        meeting: lambda: store.meeting(record.id),
        owner: lambda: store.owners_of(record.client)[0],
        missed: lambda: store.open_missed(record.department)[0],
        agent_state: lambda: store.restore(2000.0).states[0],
        stretch: lambda: store.stretches_of(record.call)[0],
        account: lambda: store.restore(2000.0).accounts[0],
        account_number: lambda: store.restore(2000.0).numbers[0],
    }
    assert found[make]() == record


def ids(records: Any) -> set[str]:
    """The ids of these records."""
    return {record.id for record in records}


async def test_a_defect_met_with_one_news_of_the_disk_swallows_no_other(tmp_path: Path) -> None:
    store = SqlStore.open(f"sqlite:///{tmp_path}/store.db", time.time)
    told: list[str] = []

    def post(event: Event) -> None:
        assert isinstance(event, Saved)
        told.append(event.id)
        if event.id == "a":
            raise KeyError("a defect of the core")

    store.start(asyncio.get_running_loop(), post)
    with pytest.raises(KeyError):
        store._deliver([Saved(1.0, RecordKind.CALL, one) for one in "abc"])
    await asyncio.to_thread(store.close)
    assert told == ["a", "b", "c"]
