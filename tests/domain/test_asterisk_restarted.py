"""Asterisk went down under its calls: each known caller is called, by sales or the department."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from company import CALLER, rules

from ivr.domain.commands import Save
from ivr.domain.events import LegBridged, LegSeen, LinkLost, MemberSeen, MemberStatus, Restored
from ivr.domain.reception import Reception
from ivr.domain.records import CallEnd, CallRecord, EscalationState, MissedCallRecord

if TYPE_CHECKING:
    from domain.conftest import Play

FIRST, SECOND = 500.0, 1100.0
"""Two lives of Asterisk."""


@pytest.fixture
def running(play: Play) -> Play:
    """The company on an Asterisk whose life is known."""
    play.resync(started_at=FIRST, members=members(play))
    return play


def members(play: Play) -> tuple[MemberSeen, ...]:
    queues = {"anna": "client", "boris": "client", "olga": "sales", "pavel": "sales"}
    return tuple(
        MemberSeen(play.now, p, q, False, "", MemberStatus.IDLE) for p, q in queues.items()
    )


def restart(play: Play) -> None:
    play.wait(100)
    play.happen(LinkLost(play.now, "eof"))
    play.wait(5)
    play.resync(started_at=SECOND, members=members(play))


def tasks(play: Play) -> list[MissedCallRecord]:
    return list(play.reception.floor.missed.values())


def last(play: Play, call: str) -> CallRecord:
    saved = [s.record for s in play.given(Save) if isinstance(s.record, CallRecord)]
    return [r for r in saved if r.id == call][-1]


def test_who_waited_and_who_talked_has_a_task_and_the_withheld_has_none(running: Play) -> None:
    running.connect("1", "anna", "+74950000081")
    running.offer("2", "+74950000082")
    running.queue("2", "+74950000082")
    restart(running)
    assert {t.number for t in tasks(running)} == {"+74950000081", "+74950000082"}
    assert last(running, "1").end is CallEnd.CUT_OFF
    assert last(running, "1").ended_at == running.now
    assert last(running, "2").end is CallEnd.MISSED
    assert running.reception.floor.groups["client"].used == 0
    running.connect("3", "anna", "")
    running.wait(1)
    running.happen(LinkLost(running.now, "eof"))
    running.resync(started_at=SECOND + 500, members=members(running))
    assert len(tasks(running)) == 2


def test_a_talk_that_ended_while_the_link_was_cut_is_no_task(running: Play) -> None:
    running.connect("1", "anna")
    running.wait(100)
    running.happen(LinkLost(running.now, "eof"))
    running.resync(started_at=FIRST, members=members(running))
    assert tasks(running) == []
    assert last(running, "1").end is CallEnd.SERVED


def test_a_call_that_lives_on_is_not_cut_off(running: Play) -> None:
    running.connect("1", "anna")
    leg = LegSeen("1", "PJSIP/trunk-1", True, None, "b", CALLER, "", "x", "client", 5.0)
    theirs = replace(leg, channel="PJSIP/anna-1", caller=False, person="anna")
    running.resync(started_at=SECOND, members=members(running), legs=(leg, theirs))
    assert tasks(running) == []


def test_a_caller_cut_off_at_sales_is_called_by_sales_alone(running: Play) -> None:
    running.connect("1", "anna")
    running.say("1", "anna", "who", "organisation")
    running.say("1", "anna", "staff", "500")
    running.confirm("1", "anna")
    running.ring("1", "olga")
    running.answer("1", "olga")
    running.happen(LegBridged(running.now, "1", "PJSIP/trunk-1", "b"))
    restart(running)
    promise = running.reception.floor.promise_of("1")
    assert promise is not None
    assert promise.state in (EscalationState.CALLBACK, EscalationState.DIALLING)
    assert tasks(running) == []


def test_calls_of_before_a_start_of_both_are_cut_off_too(
    running: Play, company: type[Play]
) -> None:
    running.connect("1", "anna")
    record = last(running, "1")
    reborn = company(Reception(rules()), now=SECOND + 10)
    reborn.happen(Restored(reborn.now, (record,), (), (), (), ()))
    reborn.resync(started_at=SECOND, members=members(reborn))
    assert [t.number for t in tasks(reborn)] == [CALLER]


def test_calls_that_an_orderly_shutdown_hung_up_are_cut_off(running: Play) -> None:
    running.connect("0", "boris", "+74950000080")
    running.leave("0")
    running.wait(60)
    running.connect("1", "anna")
    running.wait(100)
    running.hang_up("1", "anna")
    running.leave("1")
    running.wait(1)
    running.happen(LinkLost(running.now, "eof"))
    running.wait(2)
    running.resync(started_at=SECOND, members=members(running))
    assert [t.number for t in tasks(running)] == [CALLER]
    assert last(running, "1").end is CallEnd.CUT_OFF


def test_a_talk_that_ended_just_before_the_link_broke_is_no_task(running: Play) -> None:
    running.connect("1", "anna")
    running.leave("1")
    running.happen(LinkLost(running.now, "eof"))
    running.resync(started_at=FIRST, members=members(running))
    assert tasks(running) == []
