"""What is old goes, what is open stays, and every sum stays what it was: in each kind of store."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from contract.store_backends import (
    AnyStore,
    Inbox,
    SqlBackend,
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
from sqlalchemy import insert
from structlog.testing import capture_logs

from ivr.config.check import load
from ivr.config.settings import Retention as Kept
from ivr.domain.records import EscalationState, MeetingState, MissedState
from ivr.domain.tree.earnings import earnings
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.tree import Tree
from ivr.ports import AuditEntry, Bookmark, Notice, Walked
from ivr.reports.past import courses, walks
from ivr.reports.shelf import Shelf
from ivr.retention import A_DAY, Ageing
from ivr.store import tables
from ivr.store.store import SqlStore
from ivr.voice_files import VoiceFiles

EXAMPLE = Path(__file__).parents[2] / "config"
NUMBER = "+74951234567"
NOW = 100 * A_DAY
OLD, YOUNG = NOW - 40 * A_DAY, NOW - 5 * A_DAY
BEFORE = NOW - 30 * A_DAY
PERSONAL = (NUMBER, "84951234567", "Иванов", "просит", "секрет")


def texts(value: Any) -> str:
    """All that somebody could read in a record."""
    if is_dataclass(value):
        return " ".join(texts(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict):
        return " ".join(texts(one) for one in value.values())
    if isinstance(value, list | tuple):
        return " ".join(texts(one) for one in value)
    return str(value)


def tells(value: Any) -> list[str]:
    return [word for word in PERSONAL if word in texts(value)]


def ended_call(id: str, at: float = OLD, **changes: Any) -> Any:
    return call(id, **{"offered_at": at, "answered_at": at + 3, "ended_at": at + 60, **changes})


def ended_promise(id: str, at: float = OLD, **changes: Any) -> Any:
    made = {
        "call": f"call of {id}",
        "state": EscalationState.CLOSED,
        "made_at": at - 60,
        "closed_at": at,
        "result": "won",
        "note": "секрет",
        "result_note": "секрет",
        "close_reason": "секрет",
    }
    return escalation(id, **{**made, **changes})


def joined(call: str) -> dict[str, Any]:
    said: dict[str, Any] = {"at": 1.0, "call": call, "agent": "anna", "name": "Иванов"}
    said |= {"account": "", "company": "ИП Иванов"}
    answers = [{"question": "q", "answer": "any", "text": {"ru": "секрет", "en": "секрет"}}]
    answers[0]["value"] = "секрет"
    more = {"how": "callback", "aim": "talk", "why": "tree", "offer": [], "note": "секрет"}
    return {**said, **more, "number": NUMBER, "answers": answers}


def all_of(walk: Callable[..., Walked], most: int = 100) -> int:
    """The whole walk, a stretch after the other; how many rows it changed."""
    count, after = 0, None
    while True:
        walked = walk(BEFORE, NOW, after, most)
        count, after = count + walked.count, walked.next
        if after is None:
            return count


async def test_an_old_call_tells_nobody_who_called_and_keeps_its_figures(
    store: AnyStore, inbox: Inbox
) -> None:
    old = ended_call("old", account="", company="ИП Иванов")
    walk = {
        "tree": "t",
        "steps": [
            {"question": "q", "key": "any", "value": "секрет", "words": "", "at": 1.0},
            {"question": "r", "key": "unknown", "value": None, "words": "секрет", "at": 1.0},
            {"question": "s", "key": "any", "value": ["a", "b"], "words": "", "at": 1.0},
        ],
        "withdrawn": [],
        "remarks": [{"question": "q", "words": "секрет", "at": 1.0}],
    }
    asked = interview("old", reason="секрет", walk=walk, began_at=OLD)
    young = ended_call("young", at=YOUNG)
    for record in (old, young, asked, stretch("s1", call="old"), stretch("s2", call="young")):
        store.save(record, confirm=False)
    await flushed(store, inbox)
    assert tells(old) == ["+74951234567", "84951234567", "Иванов", "просит"]
    assert all_of(store.retention.forget_calls) == 1
    kept = store.call("old")
    assert kept == replace(
        old, number="", raw_number="", name="", company="", note="", forgotten_at=NOW
    )
    told = store.interview("old")
    assert told is not None
    assert not tells(told)
    steps: Any = told.walk["steps"]
    assert [step["value"] for step in steps] == ["…", None, ["a", "b"]]
    assert store.stretches_of("old") == ()
    assert store.call("young") == young
    assert len(store.stretches_of("young")) == 1
    assert all_of(store.retention.forget_calls) == 0, "done once, it is done"


async def test_a_company_is_no_person(store: AnyStore, inbox: Inbox) -> None:
    store.save(ended_call("old"), confirm=False)
    await flushed(store, inbox)
    all_of(store.retention.forget_calls)
    kept = store.call("old")
    assert kept is not None
    assert (kept.account, kept.company) == ("romashka", "Ромашка")


async def test_what_is_open_and_what_it_names_is_never_touched(
    store: AnyStore, inbox: Inbox
) -> None:
    records = [
        ended_call("on", ended_at=None),
        ended_call("promised"),
        ended_call("joined"),
        ended_call("missed"),
        ended_call("returned", task="open task"),
        ended_call("of a young promise"),
        escalation("open", call="promised", made_at=OLD, joined=[joined("joined")]),
        ended_promise("young", at=YOUNG, call="of a young promise"),
        missed("open task", calls=("missed",), first_missed_at=OLD, last_missed_at=OLD),
        attempt("a1", promise="open", made_at=OLD, ended_at=OLD),
        attempt("a2", promise="open task", made_at=OLD, ended_at=OLD),
    ]
    for record in records:
        store.save(record, confirm=False)
    await flushed(store, inbox)
    done = [
        all_of(store.retention.forget_promises),
        all_of(store.retention.forget_missed),
        all_of(store.retention.forget_calls),
    ]
    assert done == [0, 0, 0]
    assert [store.call(one.id) for one in records[:6]] == records[:6]
    assert store.escalation("open") == records[6]
    assert store.open_missed("client") == (records[8],)
    assert store.attempts_of("open") == (records[9],)
    assert store.retention.voices(BEFORE, None, 9).tasks == ()


async def test_an_ended_promise_goes_with_its_attempts_and_its_meeting(
    store: AnyStore, inbox: Inbox
) -> None:
    records = [
        ended_promise("gone", joined=[joined("c9")], company="ИП Иванов"),
        attempt("a1", promise="gone", ended_at=OLD, result="answered", talked=61.0),
        meeting("m1", promise="gone", account="", starts_at=OLD, note="секрет"),
        ended_promise("still to meet"),
        meeting("m2", promise="still to meet", starts_at=NOW + A_DAY),
    ]
    for record in records:
        store.save(record, confirm=False)
    await flushed(store, inbox)
    assert all_of(store.retention.forget_promises) == 1
    gone = store.escalation("gone")
    assert gone is not None
    assert (gone.result, gone.made_at, gone.forgotten_at) == ("won", OLD - 60, NOW)
    assert not tells((gone, *store.attempts_of("gone"), store.meeting("m1")))
    assert [one["call"] for one in gone.joined] == ["c9"]
    assert store.attempts_of("gone")[0].talked == 61.0
    assert store.escalation("still to meet") == records[3]
    assert store.meeting("m2") == records[4]


async def test_what_came_between_the_look_and_the_writer_is_left_whole(
    database: SqlBackend, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = database.open()
    assert isinstance(store, SqlStore)
    store.start(asyncio.get_running_loop(), inbox.post)
    met = meeting("m1", promise="p1", starts_at=OLD)
    tried = attempt("a1", promise="p1", made_at=OLD, ended_at=OLD)
    for record in (ended_promise("p1"), met, tried):
        store.save(record, confirm=False)
    await flushed(store, inbox)
    moved, run = replace(met, starts_at=NOW + A_DAY), store._writer.run

    def later(work: Any) -> Any:
        store.save(moved, confirm=False)
        return run(work)

    monkeypatch.setattr(store._writer, "run", later)
    assert all_of(store.retention.forget_promises) == 0
    assert store.meeting("m1") == moved
    assert store.attempts_of("p1") == (tried,)
    monkeypatch.undo()
    assert store.close() == 0


async def test_a_meeting_that_was_cancelled_holds_nothing_up(store: AnyStore, inbox: Inbox) -> None:
    store.save(ended_promise("gone"), confirm=False)
    coming = meeting(promise="gone", starts_at=NOW + A_DAY, state=MeetingState.CANCELLED)
    store.save(coming, confirm=False)
    await flushed(store, inbox)
    assert all_of(store.retention.forget_promises) == 1


async def test_a_task_is_forgotten_once_its_voice_messages_are_gone(
    store: AnyStore, inbox: Inbox
) -> None:
    ended = {"state": MissedState.CLOSED, "closed_how": "called"}
    old = missed("old", last_missed_at=OLD, closed_at=OLD, **ended)
    late = missed("late", last_missed_at=OLD, closed_at=YOUNG, **ended)
    for record in (old, late, attempt("a1", promise="old", ended_at=OLD)):
        store.save(record, confirm=False)
    await flushed(store, inbox)
    assert all_of(store.retention.forget_missed) == 0
    assert store.retention.voices(BEFORE, None, 9).tasks == (old,)
    store.retention.drop_recordings(["old"])
    assert store.retention.voices(BEFORE, None, 9).tasks == ()
    assert all_of(store.retention.forget_missed) == 1
    gone = store.missed_call("old")
    assert gone is not None
    assert (gone.forgotten_at, gone.recordings, gone.count) == (NOW, (), 2)
    assert not tells((gone, *store.attempts_of("old")))
    assert store.missed_call("late") == late


async def test_owners_of_before_go_and_present_ones_stay(store: AnyStore, inbox: Inbox) -> None:
    private = f"number:{NUMBER}"
    spans = [
        owner("o1", client=private, until=OLD),
        owner("o2", client=private, until=YOUNG),
        owner("o3", client=private),
        owner("o4", until=OLD),
    ]
    for record in spans:
        store.save(record, confirm=False)
    await flushed(store, inbox)
    assert store.retention.drop_owners(BEFORE, 9) == 1
    assert [one.id for one in store.owners_of(private)] == ["o2", "o3"]
    assert [one.id for one in store.owners_of("account:romashka")] == ["o4"]


async def test_old_audit_entries_go(store: AnyStore, inbox: Inbox) -> None:
    for name, at in (("a", OLD), ("b", OLD), ("c", YOUNG)):
        store.audit.record(AuditEntry(name, at, "anna", "publish", "tree:t", {}))
    await flushed(store, inbox)
    assert [store.retention.drop_audit(BEFORE, 1) for _ in range(3)] == [1, 1, 0]
    assert [one.id for one in store.audit.entries(NOW, 9)] == ["c"]


async def test_stretches_of_a_walk_miss_nothing(store: AnyStore, inbox: Inbox) -> None:
    """Many calls in the same moment, days without any, and rows between that may not go."""
    times = [OLD] * 7 + [OLD + 3 * A_DAY] * 3 + [BEFORE - 1, BEFORE]
    for n, at in enumerate(times):
        store.save(ended_call(f"c{n:02}", at=at), confirm=False)
    store.save(escalation("open", call="c03"), confirm=False)
    await flushed(store, inbox)
    assert all_of(store.retention.forget_calls, most=2) == 10
    left = [f"c{n:02}" for n in range(12) if tells(store.call(f"c{n:02}"))]
    assert left == ["c03", "c11"]


async def test_a_walk_that_is_broken_off_anywhere_is_finished_by_the_next(
    store: AnyStore, inbox: Inbox
) -> None:
    for n in range(9):
        store.save(ended_call(f"c{n}", at=OLD + n), confirm=False)
    await flushed(store, inbox)
    after: Bookmark | None = None
    for stretch_ in range(3):
        walked = store.retention.forget_calls(BEFORE, NOW, after, 2)
        assert walked.count == 2, stretch_
        after = walked.next
    assert all_of(store.retention.forget_calls) == 3, "begun anew, as after a kill"
    assert not any(tells(store.call(f"c{n}")) for n in range(9))


async def test_reports_of_a_forgotten_time_add_up_as_before(store: AnyStore, inbox: Inbox) -> None:
    tree = load(EXAMPLE, need_secrets=False).drafts["internet"]
    store.trees.publish("internet", tree.text, 1.0, "anna")
    for n in range(12):
        for record in _enquiry(n, tree.tree):
            store.save(record, confirm=False)
    await flushed(store, inbox)
    before = _figures(store)
    assert before[0].total.total.count == 12
    assert all_of(store.retention.forget_promises) == 6
    assert all_of(store.retention.forget_calls) == 12
    assert _figures(store) == before


def _enquiry(n: int, tree: Tree) -> list[Any]:
    id, at = f"c{n}", OLD + 3600.0 * n
    walk = Interview.begin(tree, 1, at)
    walk = walk.answer("who", "person" if n % 2 else "organisation", at + 5)
    while walk.question is not None:
        walk = walk.answer(walk.question.id, "12", at + 9)
    sales = n % 2 == 0
    asked = interview(
        id,
        version=1,
        began_at=at,
        decided_at=at + 10,
        settled_at=at + 60,
        outcome=walk.outcome.id if walk.outcome else "",
        owner="sales" if sales else "client",
        walk=walk.to_record(),
    )
    promise = ended_promise(f"p{n}", call=id, result="won" if n % 4 else "lost", at=at + 99)
    return [ended_call(id, at=at), asked, *([promise] if sales else [])]


def _figures(store: AnyStore) -> tuple[Any, ...]:
    found = walks(store.history, Shelf(store.trees), "internet", OLD - 1, NOW)
    assert found.unreadable == ()
    return (
        earnings(courses(found.walked)),
        store.traffic.hours("client", OLD, NOW),
        store.day_counts("client", "sales", OLD),
    )


async def test_messages_that_nobody_took_and_rows_set_aside_go(database: SqlBackend) -> None:
    store = SqlStore.open(database.url, lambda: NOW)
    made = [Notice(f"m{at}", "webhook/gone", "call.ended", "call/1", "{}", at) for at in (1, NOW)]
    store.outbox.put(made)
    row = {"kind": "call", "record": "c1", "error": "x", "content": "{}"}
    aside = [{**row, "refused_at": at} for at in (OLD, YOUNG)]
    store._writer.run(lambda connection: connection.execute(insert(tables.refused_rows), aside))
    assert store.retention.drop_untaken(BEFORE, 9) == 1
    assert [one.notice.id for one in store.outbox.entries(None, None, 9)] == [f"m{NOW}"]
    assert store.retention.drop_refused(BEFORE, 9) == 1
    assert database.sql("SELECT count(*) FROM refused_rows") == [(1,)]
    store.close()


# The daily work


def daily(store: AnyStore, folder: Path, **kept: int) -> Ageing:
    audit = store.audit
    return Ageing(store.retention, VoiceFiles(folder), audit, lambda: Kept(**kept), lambda: NOW)


async def fill(store: AnyStore, inbox: Inbox) -> None:
    closed = {"state": MissedState.CLOSED, "closed_how": "called", "closed_at": OLD}
    for record in (
        ended_call("old"),
        ended_promise("p1", call="old"),
        missed("t1", last_missed_at=OLD, **closed),
        missed("open", recordings=("vm-2.wav",), last_missed_at=OLD),
    ):
        store.save(record, confirm=False)
    await flushed(store, inbox)


async def test_nothing_goes_unless_the_configuration_says_so(
    store: AnyStore, inbox: Inbox, tmp_path: Path
) -> None:
    await fill(store, inbox)
    assert await daily(store, tmp_path).once() == {}
    assert store.call("old") == ended_call("old")


async def test_a_day_s_work_takes_files_and_rows_and_says_so(
    store: AnyStore, inbox: Inbox, tmp_path: Path
) -> None:
    await fill(store, inbox)
    folder = tmp_path / "voices"
    folder.mkdir()
    for name in ("vm-1764055.wav", "vm-2.wav", "other.txt"):
        (folder / name).write_bytes(b"voice")
    done = await daily(store, folder, calls_days=30).once()
    assert done == {"voice_messages": 1, "promises": 1, "missed_calls": 1, "calls": 1}
    assert sorted(os.listdir(folder)) == ["other.txt", "vm-2.wav"]
    await flushed(store, inbox)
    (entry,) = store.audit.entries(NOW + 1, 9)
    assert (entry.action, entry.detail) == ("forgotten_by_age", done)
    assert await daily(store, folder, calls_days=30).once() == {}


async def test_voice_messages_may_go_sooner_than_their_calls(
    store: AnyStore, inbox: Inbox, tmp_path: Path
) -> None:
    await fill(store, inbox)
    (tmp_path / "vm-1764055.wav").write_bytes(b"voice")
    done = await daily(store, tmp_path, calls_days=60, voice_messages_days=7).once()
    assert done == {"voice_messages": 1}
    task = store.missed_call("t1")
    assert task is not None
    assert (task.recordings, task.number) == ((), NUMBER)


async def test_a_voice_message_that_no_task_names_goes_by_its_age(
    store: AnyStore, inbox: Inbox, tmp_path: Path
) -> None:
    folder = tmp_path / "voices"
    folder.mkdir()
    store.save(missed("open", recordings=("vm-1.wav", "vm-2.wav")), confirm=False)
    closed = {"state": MissedState.CLOSED, "closed_at": YOUNG}
    store.save(missed("closed", recordings=("vm-3.wav",), **closed), confirm=False)
    await flushed(store, inbox)
    written = {"vm-1.wav": OLD, "vm-2.wav": OLD, "vm-3.wav": OLD, "vm-4.wav": OLD, "vm-5.wav": OLD}
    written |= {"vm-6.wav": BEFORE, "a-person.wav": OLD, "vm-7.mp3": OLD}
    for name, at in written.items():
        (folder / name).write_bytes(b"voice")
        os.utime(folder / name, (at, at))
    (folder / "vm-8.wav").symlink_to(folder / "vm-1.wav")
    with (folder / "vm-5.wav").open("ab") as recorded:
        recorded.write(b"still speaking")
        recorded.flush()
        os.utime(folder / "vm-5.wav", (NOW, NOW))  # as the kernel does, by this test's clock
        assert await daily(store, folder, audit_days=30).once() == {}
        done = await daily(store, folder, voice_messages_days=30).once()
    assert done == {"voice_messages_of_no_task": 1}
    assert {*os.listdir(folder)} == {*written, "vm-8.wav"} - {"vm-4.wav"}
    assert await daily(store, folder, voice_messages_days=30).once() == {}


async def test_a_folder_that_cannot_be_looked_at_holds_nothing_else_up(
    store: AnyStore, inbox: Inbox, tmp_path: Path
) -> None:
    await fill(store, inbox)
    file = tmp_path / "a file"
    file.touch()
    with capture_logs() as logs:
        done = await daily(store, file, calls_days=30).once()
    assert done["calls"] == 1
    assert "voice_messages_not_looked_at" in [one["event"] for one in logs]


async def test_a_voice_that_cannot_be_removed_keeps_its_task_whole(
    store: AnyStore, inbox: Inbox, tmp_path: Path
) -> None:
    await fill(store, inbox)
    folder = tmp_path / "not mounted"
    done = await daily(store, folder, calls_days=30).once()
    assert done == {"promises": 1, "calls": 1}
    task = store.missed_call("t1")
    assert task is not None
    assert (task.recordings, task.number) == (("vm-1764055.wav",), NUMBER)
    folder.mkdir()
    assert (await daily(store, folder, calls_days=30).once())["missed_calls"] == 1


@pytest.mark.parametrize("name", ["../secret.wav", "/etc/passwd", "vm-1.mp3", ".wav"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(b"kept")
    folder = tmp_path / "voices"
    folder.mkdir()
    VoiceFiles(folder).remove([name])
    assert secret.exists()
