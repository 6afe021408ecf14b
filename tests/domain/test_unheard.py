"""Talks that went unheard, while the service was dead or its link: those clients were served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from company import CALLER, DID, rules

from ivr.domain.commands import AnswerKnown, ForgetNote, Save
from ivr.domain.events import CallerServed, Restored, Saved
from ivr.domain.reception import Reception
from ivr.domain.records import CallEnd, CallRecord, MissedCallRecord, RecordKind

if TYPE_CHECKING:
    from domain.conftest import Play


def talk(play: Play, call: str, since: float, person: str = "anna") -> CallerServed:
    return CallerServed(play.now, call, f"{call}-1", DID, CALLER, since, since + 60.0, person)


def missed(play: Play, call: str) -> None:
    play.offer(call)
    play.queue(call)
    play.leave(call)


def killed(company: type[Play], play: Play) -> Play:
    """The service anew, with all that was on the disk, five minutes later."""
    calls = {r.id: r for r in play.given_records(CallRecord)}
    tasks = {r.id: r for r in play.given_records(MissedCallRecord)}
    again = company(Reception(rules()), now=play.now + 300)
    still_open = tuple(c for c in calls.values() if c.ended_at is None)
    owed = tuple(t for t in tasks.values() if t.closed_at is None)
    again.happen(Restored(again.now, still_open, (), (), (), owed))
    return again


def row(play: Play, call: str) -> CallRecord:
    return [r for r in play.given_records(CallRecord) if r.id == call][-1]


def owed(play: Play) -> list[str]:
    return [t.number for t in play.reception.floor.missed.values()]


def test_who_was_answered_while_we_were_dead_is_served_and_the_note_goes_with_the_disk(
    company: type[Play], play: Play
) -> None:
    play.offer("1")
    play.queue("1")
    since = play.now + 10
    again = killed(company, play)
    again.disk = False
    note = talk(again, "1", since)
    again.resync(served=(note,))
    served = row(again, "1")
    assert (served.end, served.agent, served.answered_at) == (CallEnd.SERVED, "anna", since)
    assert (served.ended_at, served.talked) == (since + 60.0, 60.0)
    assert owed(again) == []
    assert again.reception.floor.groups["client"].used == 0
    assert again.given(ForgetNote) == []
    again.resync(served=(note,))
    again.happen(Saved(again.now, RecordKind.CALL, "1"))
    assert again.given(ForgetNote) == [ForgetNote(note.note)]


def test_who_gave_up_while_we_were_dead_is_missed(company: type[Play], play: Play) -> None:
    play.offer("1")
    play.queue("1")
    again = killed(company, play)
    again.resync()
    assert owed(again) == [CALLER]


def test_a_talk_of_a_call_that_we_never_saw_closes_what_was_missed_before(
    company: type[Play], play: Play
) -> None:
    missed(play, "1")
    again = killed(company, play)
    note = talk(again, "2", play.now + 10)
    again.resync(served=(note,))
    assert owed(again) == []
    assert again.given_records(MissedCallRecord)[-1].closed_how == "served"
    assert [r.id for r in again.given_records(CallRecord)] == []
    assert again.given(ForgetNote) == [ForgetNote(note.note)]


def test_who_was_missed_after_that_talk_is_still_owed_a_call(
    company: type[Play], play: Play
) -> None:
    missed(play, "1")
    again = killed(company, play)
    again.resync(served=(talk(again, "2", play.now - 10),))
    assert owed(again) == [CALLER]


def test_a_talk_that_asterisks_own_end_cut_off_is_owed_a_call(
    company: type[Play], play: Play
) -> None:
    play.offer("1")
    play.queue("1")
    since = play.now + 10
    again = killed(company, play)
    again.resync(served=(talk(again, "1", since),), started_at=since + 65.0)
    assert (row(again, "1").end, owed(again)) == (CallEnd.CUT_OFF, [CALLER])


def test_the_dialplan_is_told_of_each_answer_of_its_own_callers(play: Play) -> None:
    play.connect("1", "anna")
    assert play.given(AnswerKnown) == [AnswerKnown("1", "PJSIP/trunk-1")]


@pytest.mark.parametrize("over", [False, True])
def test_a_note_of_a_talk_that_was_heard_changes_nothing(play: Play, over: bool) -> None:
    play.connect("1", "anna")
    since = play.now
    play.wait(60)
    if over:
        play.leave("1")
    kept = len(play.given(Save))
    play.happen(talk(play, "1", since, person="boris"))
    assert len(play.given(Save)) == kept
    assert row(play, "1").agent == "anna"
    assert play.given(ForgetNote) == [ForgetNote("1-1")]
