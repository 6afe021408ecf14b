"""Missed calls are returned: offered while nobody waits, dialled by one key, tried, closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from company import CALLER, DID, rules

from ivr.domain.commands import (
    AdmitCall,
    Command,
    DialCallback,
    GrantClaim,
    ProlongWrapUp,
    RefuseClaim,
    RefuseKey,
    Save,
    Show,
    TransferToSales,
)
from ivr.domain.events import (
    AgentAnswered,
    CallBackPressed,
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DeskClosed,
    DeskOpened,
    DialResult,
    LegBridged,
    LegEnded,
    LegSeen,
    LinkLost,
    MemberSeen,
    MemberStatus,
    ReadyPressed,
    Restored,
    SalesLegFailed,
    Woke,
)
from ivr.domain.reception import Reception
from ivr.domain.records import AttemptRecord, CallEnd, CallRecord, MissedCallRecord, MissedState
from ivr.domain.screen import Stage, TaskCard

if TYPE_CHECKING:
    from domain.conftest import Play


def miss(play: Play, call: str, number: str = CALLER) -> MissedCallRecord:
    """A caller who hangs up before anybody answers."""
    play.offer(call, number)
    play.queue(call, number)
    play.leave(call)
    return task(play, number)


def task(play: Play, number: str = CALLER) -> MissedCallRecord:
    """The last state of the number's task."""
    saved = [s.record for s in play.given(Save) if isinstance(s.record, MissedCallRecord)]
    return [record for record in saved if record.number == number][-1]


def card(play: Play, person: str) -> TaskCard:
    shown = play.screen(person).task
    assert shown is not None, f"{person} sees no task"
    return shown


def press(play: Play, person: str, task_id: str) -> list[Command]:
    return play.happen(CallBackPressed(play.now, person, play.request(), task_id))


def claim(play: Play) -> list[Command]:
    attempt = play.dialled().attempt
    return play.happen(ClaimAsked(play.now, attempt, f"Local/{attempt};1"))


def pick_up(play: Play) -> str:
    """The client picks up; the id of the call that this has become."""
    attempt = play.dialled().attempt
    play.happen(ClientAnswered(play.now, attempt, "PJSIP/trunk-cb"))
    return f"{attempt}.1"


def over(play: Play, result: DialResult, talked: float = 0.0) -> None:
    play.happen(ClientLegEnded(play.now, play.dialled().attempt, result, talked))


def call_record(play: Play, call: str) -> CallRecord:
    saved = [s.record for s in play.given(Save) if isinstance(s.record, CallRecord)]
    return [record for record in saved if record.id == call][-1]


def test_the_oldest_task_is_offered_to_whoever_is_ready(play: Play) -> None:
    miss(play, "1", "+74950000081")
    play.wait(5)
    miss(play, "2", "+74950000082")
    for person in ("anna", "boris"):
        shown = card(play, person)
        assert (shown.number, shown.state, shown.more) == ("+7 495 000-00-81", "offered", 1)
        assert shown.missed_at == 1000.0
    assert play.screen("olga").task is None, "a missed call is not for sales"


def test_no_task_is_offered_while_a_caller_waits(play: Play) -> None:
    miss(play, "1")
    play.offer("2", "+74950000082")
    assert play.screen("anna").task is None
    play.queue("2", "+74950000082")
    assert play.screen("anna").task is None
    play.leave("2")
    assert card(play, "anna").count == 1


def test_one_key_rings_the_agent_then_the_client_and_opens_the_tree_on_the_answer(
    play: Play,
) -> None:
    missed = miss(play, "1")
    press(play, "anna", missed.id)
    assert play.dialled() == DialCallback(play.dialled().attempt, "anna", 20)
    assert card(play, "anna").state == "phone"
    assert play.screen("boris").task is None, "nobody else is offered what is being dialled"
    assert claim(play)[-2:][0] == GrantClaim(play.dialled().attempt, CALLER)
    assert card(play, "anna").state == "client"
    play.wait(3)
    call = pick_up(play)
    screen = play.screen("anna")
    assert screen.stage is Stage.ASKING
    assert screen.question is not None
    assert screen.question.id == "who"
    assert screen.caller is not None
    assert (screen.caller.call, screen.caller.name) == (call, "Марина")
    assert (task(play).closed_how, task(play).attempts) == ("called", 1)


def test_a_returned_call_is_a_call_of_the_department_and_takes_no_line(play: Play) -> None:
    missed = miss(play, "1")
    press(play, "anna", missed.id)
    claim(play)
    call = pick_up(play)
    assert play.reception.floor.groups["client"].used == 0
    play.say(call, "anna", "who", "person")
    play.confirm(call, "anna")
    play.wait(40)
    over(play, DialResult.ANSWERED, 40.0)
    record = call_record(play, call)
    assert (record.agent, record.did, record.task) == ("anna", DID, missed.id)
    assert record.talked == pytest.approx(40.0)
    assert record.ended_at == play.now
    assert play.screen("anna").stage is Stage.WRAP_UP
    assert play.given(ProlongWrapUp) == [ProlongWrapUp("anna", "client", 30)]
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    assert play.screen("anna").stage is Stage.READY
    assert call not in play.reception.floor.calls


def test_the_client_hangs_up_before_the_dialplan_tells_the_end(play: Play) -> None:
    press(play, "anna", miss(play, "1").id)
    claim(play)
    call = pick_up(play)
    play.wait(12)
    play.happen(LegEnded(play.now, call, f"Local/{play.dialled().attempt};1", 16))
    over(play, DialResult.ANSWERED, 12.0)
    over(play, DialResult.ANSWERED, 12.0)
    assert call_record(play, call).talked == pytest.approx(12.0)
    assert play.screen("anna").stage is Stage.WRAP_UP


def test_no_answer_is_tried_again_after_a_while_and_at_the_limit_left_for_a_human(
    play: Play,
) -> None:
    missed = miss(play, "1")
    for attempt, result in enumerate((DialResult.NO_ANSWER, DialResult.BUSY), start=1):
        press(play, "anna", missed.id)
        claim(play)
        over(play, result)
        assert play.screen("anna").task is None, "offered again before its time"
        assert task(play).attempts == attempt
        play.wait(task(play).due_at - play.now)
        play.happen(Woke(play.now, "tasks"))
        assert card(play, "anna").attempts == attempt
    press(play, "anna", missed.id)
    claim(play)
    over(play, DialResult.NO_ANSWER)
    assert (task(play).state, task(play).attempts) == (MissedState.HUMAN, 3)
    assert play.screen("anna").task is None
    assert len(play.given(GrantClaim)) == 3


def test_an_agent_who_does_not_pick_up_costs_no_attempt(play: Play) -> None:
    missed = miss(play, "1")
    press(play, "anna", missed.id)
    play.happen(SalesLegFailed(play.now, play.dialled().attempt))
    assert card(play, "boris").id == missed.id
    assert task(play).attempts == 0


def test_the_task_is_dropped_when_the_caller_rings_again_and_is_served(play: Play) -> None:
    miss(play, "1")
    play.connect("2", "anna")
    assert task(play).closed_how == "served"
    assert play.screen("boris").task is None
    assert not play.given(DialCallback)


def test_who_talked_with_a_member_of_the_queue_who_is_none_of_our_people_is_not_missed(
    play: Play,
) -> None:
    """An admin's own queue may have members of the admin's own: 105 is in no people.yaml."""
    owed = miss(play, "1")
    play.offer("2")
    play.queue("2")
    play.ring("2", "anna")
    theirs = AgentAnswered(play.now, "2", "PJSIP/105", "client", "PJSIP/105-2", "PJSIP/trunk-2")
    play.happen(theirs)
    assert play.screen("anna").stage is Stage.READY, "nobody else's phone rings for this call"
    play.happen(LegBridged(play.now, "2", "PJSIP/105-2", "b"))
    play.happen(LegBridged(play.now, "2", "PJSIP/trunk-2", "b"))
    assert task(play).id == owed.id
    assert task(play).closed_how == "served"
    play.wait(60)
    play.happen(theirs)
    play.leave("2")
    talked = call_record(play, "2")
    assert (talked.end, talked.agent, talked.talked) == (CallEnd.SERVED, "", 60.0)
    assert not play.reception.floor.missed
    assert not play.reception.floor.groups["client"].held


def test_a_caller_who_rings_while_we_dial_is_not_dialled(play: Play) -> None:
    missed = miss(play, "1")
    press(play, "anna", missed.id)
    play.offer("2")
    assert [type(o) for o in claim(play) if isinstance(o, GrantClaim | RefuseClaim)] == [
        RefuseClaim
    ]
    over(play, DialResult.REFUSED)
    assert task(play).attempts == 0
    play.queue("2")
    play.ring("2", "boris")
    play.answer("2", "boris")
    assert task(play).closed_how == "served"
    assert not play.given(GrantClaim)


def test_two_agents_press_at_once_and_one_dials(play: Play) -> None:
    missed = miss(play, "1")
    press(play, "anna", missed.id)
    press(play, "boris", missed.id)
    assert len(play.given(DialCallback)) == 1
    assert play.given(RefuseKey)[-1].problem == "not_possible_now"
    press(play, "boris", "m-unknown")
    assert play.given(RefuseKey)[-1].problem == "no_such_task"
    press(play, "olga", missed.id)
    assert play.given(RefuseKey)[-1].problem == "no_such_task"


def test_a_number_that_must_not_be_dialled_is_left_for_a_human(play: Play) -> None:
    premium = "+78091234567"
    missed = miss(play, "1", premium)
    assert task(play, premium).state is MissedState.HUMAN
    miss(play, "2")
    assert card(play, "anna").number == "+7 495 000-00-81", "the next one is offered instead"
    press(play, "anna", missed.id)
    assert play.given(RefuseKey)[-1].problem == "number_not_dialled"
    assert not play.given(DialCallback)


def test_while_the_link_is_lost_nothing_is_offered(play: Play) -> None:
    missed = miss(play, "1")
    play.happen(LinkLost(play.now, "eof"))
    assert play.screen("anna").task is None
    press(play, "anna", missed.id)
    assert play.given(RefuseKey)[-1].problem == "not_possible_now"
    members = tuple(
        MemberSeen(play.now, p, "client", False, "", MemberStatus.IDLE) for p in ("anna", "boris")
    )
    play.resync(members=members)
    assert card(play, "anna").id == missed.id


def restored(
    play: Play,
    company: type[Play],
    attempts: tuple[AttemptRecord, ...] = (),
    calls: tuple[CallRecord, ...] = (),
) -> Play:
    """The same company after a crash: what the disk holds, nothing else."""
    reborn = company(Reception(rules()), now=play.now)
    tasks = (task(play),) if task(play).closed_at is None else ()
    reborn.happen(Restored(reborn.now, calls, (), (), attempts, tasks))
    return reborn


def member(play: Play, person: str = "anna") -> MemberSeen:
    return MemberSeen(play.now, person, "client", False, "", MemberStatus.IDLE)


def test_tasks_are_taken_up_after_a_restart(play: Play, company: type[Play]) -> None:
    missed = miss(play, "1")
    reborn = restored(play, company)
    reborn.resync(members=(member(reborn),))
    reborn.seat("anna")
    assert card(reborn, "anna").id == missed.id


def test_an_attempt_that_a_crash_cut_is_never_dialled_again_by_itself(
    play: Play, company: type[Play]
) -> None:
    missed = miss(play, "1")
    press(play, "anna", missed.id)
    claim(play)
    attempt = [s.record for s in play.given(Save) if isinstance(s.record, AttemptRecord)][-1]
    reborn = restored(play, company, (attempt,))
    reborn.resync(members=(member(reborn),))
    reborn.seat("anna")
    assert not reborn.given(DialCallback)
    assert (task(reborn).state, task(reborn).attempts) == (MissedState.WAITING, 1)
    assert task(reborn).due_at > reborn.now


def test_a_client_who_answered_while_we_were_away_gets_the_tree(
    play: Play, company: type[Play]
) -> None:
    press(play, "anna", miss(play, "1").id)
    claim(play)
    attempt = [s.record for s in play.given(Save) if isinstance(s.record, AttemptRecord)][-1]
    reborn = restored(play, company, (attempt,))
    call = f"{attempt.id}.1"
    client = LegSeen(call, "PJSIP/trunk-cb", True, None, "b2", CALLER, "", "x", "", 9.0)
    phone = replace(client, channel="PJSIP/101-cb", caller=False, person="anna", bridge="b1")
    reborn.seat("anna")
    reborn.resync(members=(member(reborn),), legs=(client, phone))
    assert reborn.screen("anna").stage is Stage.ASKING
    assert task(reborn).closed_how == "called"
    reborn.resync(members=(member(reborn),), legs=(client, phone))
    assert reborn.screen("anna").stage is Stage.ASKING
    reborn.happen(ClientLegEnded(reborn.now, attempt.id, DialResult.ANSWERED, 20.0))
    assert reborn.screen("anna").stage is Stage.WRAP_UP


def test_a_talk_on_a_returned_call_survives_a_crash(play: Play, company: type[Play]) -> None:
    press(play, "anna", miss(play, "1").id)
    claim(play)
    call = pick_up(play)
    attempt = [s.record for s in play.given(Save) if isinstance(s.record, AttemptRecord)][-1]
    reborn = restored(play, company, (attempt,), (call_record(play, call),))
    client = LegSeen(call, "PJSIP/trunk-cb", True, None, "b2", CALLER, "", "x", "", 9.0)
    phone = replace(client, channel="PJSIP/101-cb", caller=False, person="anna", bridge="b1")
    reborn.seat("anna")
    reborn.resync(members=(member(reborn),), legs=(client, phone))
    assert reborn.screen("anna").stage is Stage.ASKING
    assert reborn.reception.floor.groups["client"].used == 0, "a returned call holds no line"
    reborn.wait(5)
    reborn.resync(members=(member(reborn),))
    assert reborn.screen("anna").stage is Stage.WRAP_UP


def test_a_returned_call_is_passed_to_sales_on_its_own_channel(play: Play) -> None:
    press(play, "anna", miss(play, "1").id)
    claim(play)
    call = pick_up(play)
    play.say(call, "anna", "who", "organisation")
    play.say(call, "anna", "staff", "500")
    play.confirm(call, "anna")
    order = play.given(TransferToSales)[-1]
    assert (order.call, order.channel) == (call, "PJSIP/trunk-cb")
    over(play, DialResult.ANSWERED, 30.0)
    assert play.screen("anna").stage is Stage.WRAP_UP
    play.ring(call, "olga")
    assert play.screen("olga").stage is Stage.RINGING
    assert call_record(play, call).ended_at is None
    play.happen(LegEnded(play.now, call, "PJSIP/trunk-cb", 16))
    assert call_record(play, call).ended_at is not None


def test_returned_calls_leave_every_line_to_callers(play: Play) -> None:
    press(play, "anna", miss(play, "1").id)
    claim(play)
    pick_up(play)
    for number, call in enumerate(("3", "4")):
        play.offer(call, f"+7495000009{number}")
    assert [o.call for o in play.given(AdmitCall)][-2:] == ["3", "4"]


def test_only_a_page_on_which_something_changed_is_drawn_anew(play: Play) -> None:
    play.connect("1", "anna", "+74950000041")
    play.orders.clear()
    miss(play, "2", "+74950000042")
    assert {order.person for order in play.given(Show)} == {"boris"}
    shown = card(play, "boris")
    play.orders.clear()
    play.happen(ReadyPressed(play.now, "boris", play.request()))
    play.happen(MemberSeen(play.now, "boris", "client", False, "", MemberStatus.IDLE))
    assert play.given(Show) == []
    play.happen(DeskClosed(play.now, "boris"))
    play.happen(DeskOpened(play.now, "boris"))
    assert card(play, "boris") == shown, "a page that comes gets all of it"
