"""Callers whom the dialplan sends on: no line is held, and missed are those with whom nobody talks.

Whoever hangs up before anybody has talked is told of twice, by a note and by the hang-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from company import CALLER, DID, rules
from domain.test_overflow import call_row, left, opened, tasks, two_departments, with_number

from ivr.domain.commands import AdmitCall, Overflow, PauseMember, Refusal, RefuseCall, Treatment
from ivr.domain.events import (
    CallerElsewhere,
    CallerQueued,
    CallerTurnedAway,
    LegBridged,
    LegSeen,
    PausePressed,
    Restored,
)
from ivr.domain.records import CallEnd

if TYPE_CHECKING:
    from domain.conftest import Play

SECOND = "+74950000082"


def sent_on(company: type[Play], target: str = "reception-desk") -> Play:
    """Caller 1 finds no line and is sent to a queue that is none of ours."""
    overflow = {Refusal.NO_LINE: Overflow(Treatment.QUEUE, target)}
    play = opened(company, with_number(rules(0), overflow=overflow))
    play.offer("1")
    play.wait(20.0)
    return play


def ends(play: Play, note: CallerTurnedAway, note_first: bool) -> None:
    """Caller 1 hangs up, and the dialplan's note of it comes before or after."""
    if note_first:
        play.happen(note)
    play.leave("1")
    if not note_first:
        play.happen(note)


def test_a_caller_who_was_answered_elsewhere_is_not_missed(company: type[Play]) -> None:
    play = sent_on(company)
    assert call_row(play, "1").ended_at is None
    play.leave("1")
    row = call_row(play, "1")
    assert (row.end, row.refusal, row.ended_at) == (CallEnd.ELSEWHERE, "no_line", play.now)
    assert tasks(play) == []
    assert "1" not in play.reception.floor.calls


@pytest.mark.parametrize("note_first", [True, False])
def test_a_caller_with_whom_nobody_talked_there_is_missed_whatever_is_told_first(
    company: type[Play], note_first: bool
) -> None:
    play = sent_on(company)
    came = call_row(play, "1").offered_at
    note = left(play, "1", cause="unanswered", came_at=came)
    ends(play, note, note_first)
    row = call_row(play, "1")
    assert (row.end, row.offered_at) == (CallEnd.REFUSED, came)
    assert [(t.number, t.count) for t in tasks(play)] == [(CALLER, 1)]
    play.happen(note)
    assert [(t.number, t.count) for t in tasks(play)] == [(CALLER, 1)]


def leg(context: str, *, elsewhere: bool) -> LegSeen:
    return LegSeen(
        call="1",
        channel="PJSIP/trunk-1",
        caller=True,
        person=None,
        bridge="",
        number=CALLER,
        name="",
        context=context,
        queue="reception-desk",
        age=30.0,
        on_line=False,
        elsewhere=elsewhere,
    )


def test_who_is_elsewhere_holds_no_line_after_a_start_of_the_service(company: type[Play]) -> None:
    before = sent_on(company)
    play = opened(company, rules(1))
    play.happen(Restored(play.now, (call_row(before, "1"),), (), (), (), ()))
    play.resync(legs=(leg("ivr-elsewhere", elsewhere=True),))
    assert play.reception.floor.groups["client"].used == 0
    play.leave("1")
    assert call_row(play, "1").end is CallEnd.ELSEWHERE
    assert tasks(play) == []


def test_a_reading_finds_who_was_sent_on_while_nobody_told(company: type[Play]) -> None:
    play = opened(company, rules(1))
    play.offer("1")
    play.queue("1")
    play.wait(60.0)
    play.resync(legs=(leg("ivr-elsewhere", elsewhere=True),))
    assert play.reception.floor.groups["client"].used == 0
    play.leave("1")
    assert call_row(play, "1").end is CallEnd.ELSEWHERE


def test_who_was_elsewhere_when_asterisk_died_is_called(company: type[Play]) -> None:
    play = sent_on(company)
    play.resync(legs=(leg("ivr-elsewhere", elsewhere=True),), started_at=10.0)
    play.wait(60.0)
    play.resync(started_at=play.now - 1)
    assert call_row(play, "1").end is CallEnd.CUT_OFF
    assert [t.number for t in tasks(play)] == [CALLER]


def test_a_department_that_everybody_left_gives_the_line_back_to_the_next(
    company: type[Play],
) -> None:
    play = opened(company, rules(1))
    play.offer("1")
    play.queue("1")
    play.ring("1", "anna")
    play.happen(PausePressed(play.now, "anna", play.request(), "Обед"))
    play.happen(CallerElsewhere(play.now, "1", "deserted"))
    play.offer("2", SECOND)
    assert [order.call for order in play.given(AdmitCall)] == ["1", "2"]
    assert play.given(PauseMember) == [PauseMember("anna", "client", True, "Обед")]
    play.leave("1")
    assert (call_row(play, "1").end, tasks(play)) == (CallEnd.ELSEWHERE, [])


def test_another_department_of_ours_holds_the_line_of_whom_the_dialplan_lets_it_take(
    company: type[Play],
) -> None:
    play = opened(company, two_departments(), "anna", "nina")
    play.offer("1")
    play.queue("1")
    play.happen(CallerElsewhere(play.now, "1", "unanswered"))
    play.happen(CallerQueued(play.now, "1", "PJSIP/trunk-1", "night", CALLER, "", DID))
    play.offer("2", SECOND)
    play.offer("3", "+74950000083")
    assert [(o.call, o.lines) for o in play.given(AdmitCall)][1:] == [("2", "client")]
    assert [o.call for o in play.given(RefuseCall)] == ["3"]
    assert play.reception.floor.groups["night"].used == 1
    play.ring("1", "nina")
    play.answer("1", "nina")
    play.leave("1")
    row = call_row(play, "1")
    assert (row.department, row.end, row.agent) == ("night", CallEnd.SERVED, "nina")
    assert play.reception.floor.groups["night"].used == 0


def test_an_agent_whose_phone_takes_the_caller_there_has_the_call(company: type[Play]) -> None:
    play = sent_on(company)
    play.happen(LegBridged(play.now, "1", "PJSIP/101-7", "b7", "anna"))
    play.happen(LegBridged(play.now, "1", "PJSIP/trunk-1", "b7"))
    play.leave("1")
    row = call_row(play, "1")
    assert (row.agent, row.end, row.refusal) == ("anna", CallEnd.SERVED, "")


@pytest.mark.parametrize("note_first", [True, False])
def test_who_hangs_up_unanswered_is_one_task_whatever_is_told_first(
    company: type[Play], note_first: bool
) -> None:
    play = opened(company, rules(1))
    play.offer("1")
    play.queue("1")
    play.ring("1", "anna")
    play.happen(PausePressed(play.now, "anna", play.request(), "Обед"))
    came = play.now
    play.wait(9.5)
    note = left(play, "1", refused=False, cause="abandoned", came_at=float(int(came)))
    ends(play, note, note_first)
    row = call_row(play, "1")
    assert (row.end, row.name, row.offered_at) == (CallEnd.MISSED, "Марина", came)
    assert [(t.number, t.count, t.calls) for t in tasks(play)] == [(CALLER, 1, ("1",))]
    assert play.reception.floor.groups["client"].used == 0
    assert play.given(PauseMember) == [PauseMember("anna", "client", True, "Обед")]


def test_who_gave_up_while_the_service_was_dead_is_a_row_and_a_task(company: type[Play]) -> None:
    play = opened(company, rules(1))
    came = play.now - 300.0
    play.happen(left(play, "9", refused=False, cause="abandoned", came_at=came))
    row = call_row(play, "9")
    assert (row.end, row.refusal, row.offered_at) == (CallEnd.MISSED, "", came)
    assert [(t.number, t.first_missed_at) for t in tasks(play)] == [(CALLER, came)]


def test_a_served_caller_is_no_task_though_a_note_says_so(company: type[Play]) -> None:
    play = opened(company, rules(1))
    play.connect("1", "anna")
    play.happen(left(play, "1", refused=False, cause="abandoned"))
    assert tasks(play) == []
    assert call_row(play, "1").end is CallEnd.OPEN
