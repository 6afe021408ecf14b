"""The way of one call through the core: arrival, ring, interview, outcome, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.commands import (
    AdmitCall,
    EndWrapUp,
    HangUpChannel,
    LeaveToDialplan,
    LookUp,
    PauseMember,
    Refusal,
    RefuseCall,
    RefuseKey,
    Save,
)
from ivr.domain.events import (
    AgentRang,
    BackPressed,
    CallerQueued,
    ClientKnown,
    DispositionGiven,
    HangUpPressed,
    LegSeen,
    LinkLost,
    MemberGone,
    MemberSeen,
    MemberStatus,
    NotEnquiryPressed,
    OutcomeOverridden,
    ReadyPressed,
    RingEnd,
    RingStopped,
    Woke,
)
from ivr.domain.records import CallEnd, CallRecord, ClientPast, InterviewRecord, MissedCallRecord
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play


def live_caller(call: str, bridge: str = "") -> LegSeen:
    return LegSeen(call, f"PJSIP/t-{call}", True, None, bridge, "anonymous", "", "x", "client", 5.0)


def saved_call(play: Play, call: str) -> CallRecord:
    return [
        s.record
        for s in play.given(Save)
        if isinstance(s.record, CallRecord) and s.record.id == call
    ][-1]


def saved_interview(play: Play, call: str) -> InterviewRecord:
    return [
        s.record
        for s in play.given(Save)
        if isinstance(s.record, InterviewRecord) and s.record.id == call
    ][-1]


def open_tasks(play: Play) -> list[MissedCallRecord]:
    return list(play.reception.floor.missed.values())


def test_a_caller_gets_a_line_up_to_the_headcount_and_busy_beyond(play: Play) -> None:
    play.offer("1")
    play.offer("2")
    play.offer("3")
    assert [o.call for o in play.given(AdmitCall)] == ["1", "2"]
    assert play.given(RefuseCall) == [RefuseCall("3", Refusal.NO_LINE)]
    play.leave("1")
    play.offer("4")
    assert [o.call for o in play.given(AdmitCall)] == ["1", "2", "4"]


def test_the_same_offer_twice_gets_the_same_verdict_on_one_line(play: Play) -> None:
    play.offer("1")
    play.offer("1")
    play.offer("2")
    assert [o.call for o in play.given(AdmitCall)] == ["1", "1", "2"]


def test_nobody_signed_in_is_a_cause_of_its_own(play: Play) -> None:
    for person in ("anna", "boris"):
        play.happen(MemberGone(play.now, person, "client"))
    play.offer("1")
    assert play.given(RefuseCall) == [RefuseCall("1", Refusal.NOBODY)]


def test_while_the_link_is_lost_the_dialplan_counts_the_lines(play: Play) -> None:
    play.happen(LinkLost(play.now, "eof"))
    play.offer("1")
    assert play.given(LeaveToDialplan) == [LeaveToDialplan("1")]
    waiting = CallerQueued(play.now, "1", "PJSIP/t-1", "client", "anonymous", "")
    play.resync(legs=(live_caller("1"), live_caller("2")), waiting=(waiting,))
    assert play.reception.floor.groups["client"].used == 2


def test_a_talk_that_began_while_we_were_away_opens_the_tree(play: Play) -> None:
    play.happen(LinkLost(play.now, "eof"))
    leg = replace(live_caller("1", "b1"), caller=False, person="anna", channel="PJSIP/101-1")
    legs = (live_caller("1", "b1"), leg)
    member = MemberSeen(play.now, "anna", "client", False, "", MemberStatus.TALKING)
    play.resync(legs=legs, members=(member,))
    assert play.screen("anna").stage is Stage.ASKING
    assert play.screen("boris").stage is Stage.SIGNED_OUT


def test_only_the_answering_agent_sees_the_question(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    play.ring("1", "boris")
    play.ring("1", "anna")
    assert play.screen("anna").stage is Stage.RINGING
    assert play.screen("boris").stage is Stage.RINGING
    play.answer("1", "anna")
    assert play.screen("anna").stage is Stage.ASKING
    card = play.screen("anna").question
    assert card is not None
    assert (card.id, card.step, card.least, card.most) == ("who", 1, 1, 3)
    assert play.screen("boris").stage is Stage.READY
    assert play.screen("boris").question is None


def test_a_late_ring_after_the_answer_opens_nothing(play: Play) -> None:
    play.connect("1", "anna")
    play.happen(AgentRang(play.now, "1", "boris", "client", "PJSIP/boris-late"))
    assert play.screen("boris").stage is Stage.READY


def test_a_silent_phone_is_paused_with_a_notice_while_others_are_free(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    play.ring("1", "anna")
    play.happen(RingStopped(play.now, "1", "anna", "client", RingEnd.SILENT))
    assert play.given(PauseMember) == [PauseMember("anna", "client", True, "missed_ring")]
    assert play.screen("anna").notice == "paused_after_missed_ring"
    play.ring("1", "boris")
    assert play.screen("boris").stage is Stage.RINGING


def test_a_rejected_ring_goes_on_and_a_second_of_the_same_call_pauses(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    for times in (0, 1):
        assert len(play.given(PauseMember)) == 0, f"paused after {times} rejections"
        play.ring("1", "anna")
        play.happen(RingStopped(play.now, "1", "anna", "client", RingEnd.REJECTED))
        assert play.screen("anna").stage is Stage.READY
    assert play.given(PauseMember) == [PauseMember("anna", "client", True, "missed_ring")]


def test_an_agent_alone_gets_a_second_ring_before_the_pause(play: Play) -> None:
    play.happen(MemberGone(play.now, "boris", "client"))
    play.offer("1")
    play.queue("1")
    play.ring("1", "anna")
    play.happen(RingStopped(play.now, "1", "anna", "client", RingEnd.SILENT))
    assert not play.given(PauseMember)
    play.ring("1", "anna")
    play.happen(RingStopped(play.now, "1", "anna", "client", RingEnd.SILENT))
    assert play.given(PauseMember) == [PauseMember("anna", "client", True, "missed_ring")]


def test_a_private_person_stays_and_the_whole_call_is_kept(play: Play) -> None:
    play.connect("1", "anna")
    play.wait(20)
    play.say("1", "anna", "who", "person")
    outcome = play.screen("anna").outcome
    assert outcome is not None
    assert (outcome.owner, [o.id for o in outcome.offers]) == ("client", ["home-100"])
    assert play.screen("anna").stage is Stage.OUTCOME
    play.confirm("1", "anna")
    assert play.screen("anna").stage is Stage.TALKING
    play.wait(10)
    play.hang_up("1", "anna")
    play.leave("1")
    assert play.screen("anna").stage is Stage.WRAP_UP
    play.wait(30)
    play.happen(Woke(play.now, "wrap:anna"))
    assert play.screen("anna").stage is Stage.READY
    call, interview = saved_call(play, "1"), saved_interview(play, "1")
    assert (call.end, call.agent, call.talked) == (CallEnd.SERVED, "anna", 30.0)
    assert (interview.outcome, interview.owner, interview.why) == ("home", "client", "tree")
    assert not open_tasks(play)


def test_an_answer_to_a_question_not_on_screen_is_refused_and_changes_nothing(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "seats", "60")
    assert play.given(RefuseKey)[-1].problem == "stale_question"
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "who", "organisation")
    assert play.given(RefuseKey)[-1].problem == "stale_question"
    card = play.screen("anna").question
    assert card is not None
    assert card.id == "staff"


def test_another_agents_call_is_refused(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "boris", "who", "person")
    assert play.given(RefuseKey)[-1].problem == "not_your_call"
    assert play.screen("anna").stage is Stage.ASKING


def test_back_returns_along_the_path(play: Play) -> None:
    play.connect("1", "anna")
    play.happen(BackPressed(play.now, "anna", "r", "1"))
    assert play.given(RefuseKey)[-1].problem == "nothing_to_go_back_to"
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "20")
    play.say("1", "anna", "seats", "60")
    assert play.screen("anna").stage is Stage.OUTCOME
    play.happen(BackPressed(play.now, "anna", "r", "1"))
    card = play.screen("anna").question
    assert card is not None
    assert card.id == "seats"
    assert [f.question for f in play.screen("anna").known] == ["who", "staff"]


def test_a_call_that_is_no_enquiry_asks_nothing_and_promises_nothing(play: Play) -> None:
    play.connect("1", "anna")
    play.happen(NotEnquiryPressed(play.now, "anna", "r", "1", "supplier"))
    assert play.screen("anna").stage is Stage.TALKING
    play.happen(HangUpPressed(play.now, "anna", "r", "1"))
    assert play.given(HangUpChannel) == [HangUpChannel("PJSIP/anna-1")]
    play.hang_up("1", "anna")
    play.leave("1")
    assert saved_call(play, "1").not_enquiry == "supplier"
    assert not play.reception.floor.escalations


def test_a_caller_who_gives_up_is_one_task_for_the_number(play: Play) -> None:
    play.now = 600.0
    play.offer("1", "+74950000063")
    play.queue("1", "+74950000063")
    play.ring("1", "anna")
    play.wait(7)
    play.leave("1")
    assert play.screen("anna").stage is Stage.READY
    play.now = 720.0
    play.offer("2", "84950000063")
    play.queue("2", "84950000063")
    play.wait(11)
    play.leave("2")
    [task] = open_tasks(play)
    assert (task.number, task.first_missed_at, task.count) == ("+74950000063", 600.0, 2)
    play.connect("3", "anna", "+74950000063")
    assert not open_tasks(play)
    closed = [s.record for s in play.given(Save) if isinstance(s.record, MissedCallRecord)][-1]
    assert closed.closed_how == "served"


def test_a_withheld_caller_who_gives_up_is_no_task_but_a_row(play: Play) -> None:
    play.offer("1", "anonymous")
    play.leave("1")
    assert not open_tasks(play)
    assert saved_call(play, "1").end is CallEnd.MISSED


def test_hanging_up_twice_ends_one_call(play: Play) -> None:
    play.offer("1")
    play.leave("1")
    before = play.reception.floor.groups["client"].used
    play.leave("1")
    assert (before, play.reception.floor.groups["client"].used) == (0, 0)
    assert open_tasks(play)[0].count == 1


def test_a_shared_number_is_offered_and_never_assumed(play: Play) -> None:
    play.connect("1", "anna", "+74950000015")
    caller = play.screen("anna").caller
    assert caller is not None
    assert caller.candidates == (("a", "А"), ("b", "Б"))
    assert (caller.company, caller.key_account) == ("", False)
    assert saved_call(play, "1").account == ""


def test_a_large_customer_cannot_be_kept_by_an_override(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "500")
    play.happen(OutcomeOverridden(play.now, "anna", "r", "1", "client", "", "просит сам"))
    assert play.given(RefuseKey)[-1].problem == "override_refused"
    play.happen(OutcomeOverridden(play.now, "anna", "r", "1", "sales", "callback", " "))
    assert play.given(RefuseKey)[-1].problem == "reason_required"


def test_ready_ends_wrap_up_early(play: Play) -> None:
    play.connect("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    assert play.screen("anna").stage is Stage.WRAP_UP
    play.happen(ReadyPressed(play.now, "anna", "r"))
    assert play.given(EndWrapUp) == [EndWrapUp("anna", "client", 30)]
    assert play.screen("anna").stage is Stage.READY


def test_the_interview_stays_when_the_caller_has_gone(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.leave("1")
    play.hang_up("1", "anna")
    screen = play.screen("anna")
    assert (screen.stage, screen.caller_gone) == (Stage.WRAP_UP, True)
    assert screen.question is not None
    play.say("1", "anna", "staff", "20")
    assert [f.question for f in play.screen("anna").known] == ["who", "staff"]


def test_memory_forgets_a_call_once_nobody_works_on_it(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "person")
    play.confirm("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    play.happen(ReadyPressed(play.now, "anna", "r"))
    floor = play.reception.floor
    assert (floor.calls, floor.enquiries, floor.escalations) == ({}, {}, {})


def test_the_card_tells_what_the_number_asked_for_last_time(play: Play) -> None:
    play.offer("1")
    assert play.given(LookUp) == [LookUp("1", "+74950000081")]
    play.queue("1")
    play.ring("1", "anna")
    past = ClientPast(3, 900.0, "boris", "internet", 1, "home", "client")
    play.happen(ClientKnown(play.now, "1", past))
    caller = play.screen("anna").caller
    assert caller is not None
    assert (caller.known, caller.last_at, caller.last_agent) == (True, 900.0, "Boris")
    assert (caller.last_outcome["en"], caller.last_owner) == ("home-100", "client")


def test_the_past_of_a_call_that_is_over_changes_nothing(play: Play) -> None:
    past = ClientPast(0, None, "", "", 0, "", "")
    assert play.happen(ClientKnown(play.now, "gone", past)) == []


def test_the_system_notes_how_the_call_ended_unless_the_agent_says_otherwise(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "person")
    play.confirm("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    wrap_up = play.screen("anna").wrap_up
    assert wrap_up is not None
    assert wrap_up.disposition == "kept"
    play.happen(DispositionGiven(play.now, "anna", "r", "1", "refused"))
    wrap_up = play.screen("anna").wrap_up
    assert wrap_up is not None
    assert wrap_up.disposition == "refused"
    play.happen(ReadyPressed(play.now, "anna", "r"))
    assert saved_call(play, "1").disposition == "refused"


def test_what_the_system_noted_is_kept_when_wrap_up_runs_out(play: Play) -> None:
    play.connect("1", "anna")
    play.happen(NotEnquiryPressed(play.now, "anna", "r", "1", "wrong_number"))
    play.leave("1")
    play.hang_up("1", "anna")
    play.wait(30)
    play.happen(Woke(play.now, "wrap:anna"))
    assert saved_call(play, "1").disposition == "wrong_number"
