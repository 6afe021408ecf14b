"""The ledger of calls and of people's time: rows from how the floor stands, whatever was told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.commands import FreeLine, NoteOnCall, Save
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallBackPressed,
    CallerHeld,
    CallerUnheld,
    CallTransferred,
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    Event,
    LegBridged,
    LegEnded,
    LegSeen,
    LegUnbridged,
    LinkLost,
    MemberGone,
    MemberSeen,
    MemberStatus,
    NotEnquiryPressed,
    RingEnd,
    RingStopped,
)
from ivr.domain.intake.agent import AgentState
from ivr.domain.intake.ledger import duration, seconds, talked_with
from ivr.domain.intake.shifts import CALLING
from ivr.domain.intake.shifts import seconds as spent
from ivr.domain.records import AgentStateRecord, StretchKind, StretchRecord
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play


def rows(play: Play, call: str = "1") -> list[StretchRecord]:
    """The ledger of a call as the disk has it."""
    kept = {s.record.id: s.record for s in play.given(Save) if isinstance(s.record, StretchRecord)}
    found = [row for row in kept.values() if row.call == call]
    return sorted(found, key=lambda row: (row.began_at, row.ended_at))


def told(play: Play, call: str = "1") -> list[tuple[str, str, float, float, str]]:
    return [
        (row.kind.value, row.person or row.department, row.began_at, row.ended_at, row.detail)
        for row in rows(play, call)
    ]


def spans(play: Play, person: str) -> list[AgentStateRecord]:
    kept = {
        s.record.id: s.record for s in play.given(Save) if isinstance(s.record, AgentStateRecord)
    }
    return sorted((s for s in kept.values() if s.person == person), key=lambda s: s.since)


def test_a_call_leaves_who_rang_who_talked_and_how_long_it_waited(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    play.wait(1)
    play.ring("1", "boris")
    play.wait(3)
    play.happen(RingStopped(play.now, "1", "boris", "client", RingEnd.SILENT))
    play.ring("1", "anna")
    play.wait(2)
    play.answer("1", "anna")
    play.wait(109)
    play.hang_up("1", "anna")
    play.leave("1")
    assert told(play) == [
        ("queued", "client", 1000.0, 1006.0, "answered"),
        ("rang", "boris", 1001.0, 1004.0, "silent"),
        ("rang", "anna", 1004.0, 1006.0, "answered"),
        ("talked", "anna", 1006.0, 1115.0, ""),
    ]
    assert talked_with(rows(play)) == {"anna": 109.0}
    assert seconds(rows(play), StretchKind.RANG, person="boris") == 3.0
    assert not play.reception.floor.ledgers


def test_repeated_and_late_news_come_to_the_same_rows(play: Play) -> None:
    for _ in range(2):
        play.offer("1")
        play.queue("1")
        play.ring("1", "anna")
    play.wait(4)
    for _ in range(2):
        play.answer("1", "anna")
    play.happen(AgentRang(play.now, "1", "boris", "client", "PJSIP/boris-late"))
    play.wait(30)
    for _ in range(2):
        play.hang_up("1", "anna")
        play.leave("1")
    play.happen(LegBridged(play.now, "1", "PJSIP/anna-1", "bridge-anna-1", "anna"))
    assert told(play) == [
        ("queued", "client", 1000.0, 1004.0, "answered"),
        ("rang", "anna", 1000.0, 1004.0, "answered"),
        ("talked", "anna", 1004.0, 1034.0, ""),
    ]
    assert play.screen("anna").stage is Stage.WRAP_UP


def test_a_caller_who_gave_up_waited_and_rang_in_vain(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    play.ring("1", "anna")
    play.wait(30)
    play.leave("1")
    assert told(play) == [
        ("queued", "client", 1000.0, 1030.0, "caller_gone"),
        ("rang", "anna", 1000.0, 1030.0, "caller_gone"),
    ]


def test_a_refused_caller_has_no_ledger(play: Play) -> None:
    for call in ("1", "2", "3"):
        play.offer(call)
    play.leave("3")
    assert rows(play, "3") == []
    assert "3" not in play.reception.floor.ledgers


def test_hold_is_a_stretch_of_the_talk_and_keeps_the_line(play: Play) -> None:
    play.connect("1", "anna")
    leg = "PJSIP/anna-1"
    play.wait(10)
    play.happen(CallerHeld(play.now, "1", "anna", leg))
    play.happen(CallerHeld(play.now, "1", "anna", leg))
    assert play.reception.floor.groups["client"].used == 1
    play.wait(20)
    play.happen(CallerUnheld(play.now, "1", "anna", leg))
    play.wait(5)
    play.happen(CallerHeld(play.now, "1", "anna", leg))
    play.wait(7)
    play.hang_up("1", "anna")
    play.leave("1")
    assert seconds(rows(play), StretchKind.HELD) == 27.0
    assert seconds(rows(play), StretchKind.TALKED) == 42.0


def pass_on(play: Play, to: str, how: str = "blind") -> None:
    """Anna passes caller 1 on by her phone, and the other picks up after five seconds."""
    extension = {"boris": "102", "olga": "301"}[to]
    play.happen(CallTransferred(play.now, "1", "anna", how, extension))
    play.happen(LegEnded(play.now, "1", "PJSIP/anna-1", 16))
    play.wait(5)
    play.happen(LegBridged(play.now, "1", f"PJSIP/{extension}-9", "b9", to))
    play.happen(LegBridged(play.now, "1", "PJSIP/trunk-1", "b9"))


def test_a_colleague_who_gets_the_caller_by_a_phone_transfer_goes_on_with_the_interview(
    play: Play,
) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.wait(60)
    pass_on(play, "boris")
    assert play.screen("anna").stage is Stage.WRAP_UP
    screen = play.screen("boris")
    assert screen.stage is Stage.ASKING
    assert screen.question is not None
    assert screen.question.id == "staff"
    play.wait(30)
    play.happen(LegEnded(play.now, "1", "PJSIP/102-9", 16))
    play.leave("1")
    assert [r[:2] + r[4:] for r in told(play) if r[0] in ("talked", "transferred")] == [
        ("talked", "anna", ""),
        ("transferred", "anna", "blind:102"),
        ("talked", "boris", ""),
    ]
    assert talked_with(rows(play)) == {"anna": 60.0, "boris": 30.0}


@pytest.mark.parametrize("how", ["blind", "attended"])
def test_sales_by_a_phone_transfer_frees_the_line(play: Play, how: str) -> None:
    play.connect("1", "anna")
    play.wait(20)
    pass_on(play, "olga", how)
    assert play.reception.floor.groups["client"].used == 0
    assert play.given(FreeLine) == [FreeLine("1", "PJSIP/trunk-1")]
    assert play.screen("olga").stage is Stage.TALKING
    play.wait(100)
    play.happen(LegEnded(play.now, "1", "PJSIP/301-9", 16))
    play.leave("1")
    assert seconds(rows(play), StretchKind.TALKED, department="client") == 20.0
    assert seconds(rows(play), StretchKind.TALKED, department="sales") == 100.0


def test_a_consultation_is_no_talk_with_the_caller(play: Play) -> None:
    play.connect("1", "anna")
    play.happen(LegBridged(play.now, "1", "PJSIP/302-5", "another bridge", "pavel"))
    assert play.screen("pavel").stage is Stage.READY
    assert play.reception.floor.groups["client"].used == 1


def test_time_is_written_down_span_by_span(play: Play) -> None:
    began = play.now
    play.wait(60)
    play.connect("1", "anna")
    play.wait(120)
    play.hang_up("1", "anna")
    play.leave("1")
    play.wait(10)
    play.happen(MemberSeen(play.now, "anna", "client", True, "Обед", MemberStatus.IDLE))
    assert [(s.state, s.reason, s.call) for s in spans(play, "anna")] == [
        ("ready", "", ""),
        ("ringing", "", "1"),
        ("talking", "", "1"),
        ("wrap_up", "", "1"),
    ]
    assert spent(spans(play, "anna"), AgentState.TALKING, began, play.now) == {"": 120.0}
    assert spans(play, "anna")[-1].until is None


def test_a_second_break_with_another_reason_is_a_span_of_its_own(play: Play) -> None:
    for minutes, reason in ((30, "Обед"), (10, "Обучение")):
        play.happen(MemberSeen(play.now, "anna", "client", True, reason, MemberStatus.IDLE))
        play.wait(minutes * 60)
    play.happen(MemberSeen(play.now, "anna", "client", False, "", MemberStatus.IDLE))
    play.wait(60)
    assert spent(spans(play, "anna"), AgentState.PAUSED, 0.0, play.now) == {
        "Обед": 1800.0,
        "Обучение": 600.0,
    }


def test_who_signs_out_has_no_open_span_and_a_lost_link_ends_none(play: Play) -> None:
    play.wait(60)
    play.happen(MemberGone(play.now, "anna", "client"))
    assert [(s.state, s.until) for s in spans(play, "anna")] == [("ready", 1060.0)]
    play.happen(LinkLost(play.now, "eof"))
    assert spans(play, "boris")[-1].until is None


def test_what_was_decided_is_told_to_asterisks_own_records(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "person")
    play.confirm("1", "anna")
    assert play.given(NoteOnCall) == [
        NoteOnCall(
            "1", "PJSIP/trunk-1", "client", "anna", ("agent=anna", "outcome=home", "owner=client")
        )
    ]
    play.connect("2", "boris", "+74950000082")
    play.happen(NotEnquiryPressed(play.now, "boris", play.request(), "2", "supplier"))
    assert play.given(NoteOnCall)[-1].words == ("agent=boris", "not_enquiry=supplier")


def test_a_returned_call_has_a_ledger_and_its_dialling_is_time_of_its_own(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    play.leave("1")
    task = next(iter(play.reception.floor.missed.values()))
    play.happen(CallBackPressed(play.now, "anna", play.request(), task.id))
    attempt = play.dialled().attempt
    play.wait(8)
    play.happen(ClaimAsked(play.now, attempt, "Local/x;1"))
    play.wait(4)
    play.happen(ClientAnswered(play.now, attempt, "PJSIP/trunk-cb"))
    play.wait(50)
    play.happen(ClientLegEnded(play.now, attempt, DialResult.ANSWERED, 50.0))
    assert told(play, f"{attempt}.1") == [("talked", "anna", 1012.0, 1062.0, "")]
    assert spent(spans(play, "anna"), CALLING, 0.0, play.now) == {"": 12.0}


@pytest.mark.parametrize(
    ("seconds_", "shown"), [(109, "1:49"), (3725, "1:02:05"), (0, "0:00"), (59.9, "0:59")]
)
def test_durations_read_as_people_read_them(seconds_: float, shown: str) -> None:
    assert duration(seconds_) == shown


NIGHT = "PJSIP/night"
"""A phone that is nobody's of our people."""


def meets(play: Play, channel: str, bridge: str) -> None:
    """A channel enters a bridge, and Asterisk names its phone."""
    phone = channel.rpartition("-")[0]
    play.happen(LegBridged(play.now, "1", channel, bridge, phone=phone))


@pytest.mark.parametrize("first", ["answer", "leg", "bridge"])
def test_a_member_of_the_admins_own_who_answers_is_told_by_the_phones_name(
    play: Play, first: str
) -> None:
    play.happen(MemberSeen(play.now, NIGHT, "client", False, "", MemberStatus.IDLE))
    play.offer("1")
    play.queue("1")
    play.wait(5)
    leg, caller = f"{NIGHT}-1", "PJSIP/trunk-1"
    answer = AgentAnswered(play.now, "1", NIGHT, "client", leg, caller)
    bridged = [
        LegBridged(play.now, "1", channel, "b", phone=channel.rpartition("-")[0])
        for channel in (caller, leg)
    ]
    orders: dict[str, list[Event]] = {
        "answer": [answer, *bridged],
        "leg": [answer, *reversed(bridged)],
        "bridge": [*bridged, answer, *bridged],
    }
    for event in orders[first]:
        play.happen(event)
    play.wait(60)
    play.happen(LegUnbridged(play.now, "1", leg, "b"))
    play.happen(LegEnded(play.now, "1", leg, 16))
    play.leave("1")
    assert told(play) == [
        ("queued", "client", 1000.0, 1005.0, "answered"),
        ("talked", NIGHT, 1005.0, 1065.0, ""),
    ]
    assert [row.department for row in rows(play)] == ["client", "client"]


def test_a_phone_to_which_a_caller_was_passed_is_told_by_its_name(play: Play) -> None:
    play.connect("1", "anna")
    play.wait(30)
    play.happen(CallTransferred(play.now, "1", "anna", "blind", "600"))
    play.hang_up("1", "anna")
    leg, caller = "PJSIP/600-7", "PJSIP/trunk-1"
    meets(play, leg, "b2")  # who comes first into a bridge does not matter
    play.wait(1)
    meets(play, caller, "b2")
    play.wait(20)
    play.leave("1")
    play.happen(LegEnded(play.now, "1", leg, 16))
    assert told(play)[-1] == ("talked", "PJSIP/600", 1031.0, 1051.0, "")
    assert talked_with(rows(play)) == {"anna": 30.0, "PJSIP/600": 20.0}


def test_a_phone_of_nobody_that_meets_no_caller_has_talked_with_none(play: Play) -> None:
    play.connect("1", "anna")
    meets(play, "PJSIP/600-7", "another")
    play.wait(10)
    play.hang_up("1", "anna")
    play.leave("1")
    assert talked_with(rows(play)) == {"anna": 10.0}


def test_a_phone_of_nobody_is_found_again_after_a_break_and_one_that_is_gone_is_not(
    play: Play,
) -> None:
    play.offer("1")
    play.queue("1")
    caller = LegSeen("1", "PJSIP/trunk-1", True, None, "b", "", "", "x", "client", 40.0)
    theirs = LegSeen("1", f"{NIGHT}-1", False, None, "b", "", "", "", "", 20.0, phone=NIGHT)
    play.wait(40)
    play.resync(legs=(caller, theirs))
    play.wait(60)
    play.resync(legs=(replace(caller, bridge=""),))
    assert ("talked", NIGHT, 1020.0, 1100.0, "") in told(play)
