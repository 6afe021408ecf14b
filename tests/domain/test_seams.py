"""Calls that go wrong in the seams: each of these was seen to fail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.commands import DialCallback, EndWrapUp, PauseMember, ProlongWrapUp, Save
from ivr.domain.events import (
    LegSeen,
    MemberSeen,
    MemberStatus,
    PausePressed,
    TransferFailed,
    Woke,
    WrapUpCoded,
)
from ivr.domain.records import EscalationRecord
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play


def to_volume(play: Play, call: str) -> None:
    for question, given in (("who", "organisation"), ("staff", "120"), ("seats", "60")):
        play.say(call, "anna", question, given)


def promised(play: Play) -> set[str]:
    return {s.record.call for s in play.given(Save) if isinstance(s.record, EscalationRecord)}


def test_a_ring_in_the_last_second_of_wrap_up_does_not_drop_the_undecided_promise(
    play: Play,
) -> None:
    play.connect("1", "anna")
    to_volume(play, "1")
    play.hang_up("1", "anna")
    play.leave("1")
    play.wait(29.2)
    play.offer("2", "+74950000099")
    play.queue("2", "+74950000099")
    play.ring("2", "anna")
    assert promised(play) == {"1"}
    assert "1" not in play.reception.floor.calls


def test_a_colleague_who_calls_the_number_is_a_caller_not_the_answering_agent(play: Play) -> None:
    play.connect("1", "boris", "101")
    play.wait(60)
    blank = LegSeen(
        "1", "PJSIP/trunk-1", False, "anna", "b1", "101", "", "ivr-department", "client", 60.0
    )
    members = tuple(
        MemberSeen(play.now, p, "client", False, "", MemberStatus.IDLE) for p in ("anna", "boris")
    )
    legs = (blank, replace(blank, channel="PJSIP/boris-1", person="boris"))
    play.resync(legs=legs, members=members, asked_at=play.now)
    assert play.screen("anna").stage is Stage.READY
    assert play.reception.floor.calls["1"].phase.value == "talking"


def test_a_redirect_that_came_through_after_its_timeout_keeps_the_promise(play: Play) -> None:
    play.connect("1", "anna")
    to_volume(play, "1")
    play.confirm("1", "anna")
    play.happen(TransferFailed(play.now, "1", "no answer in time"))
    play.hang_up("1", "anna")
    play.ring("1", "olga")
    play.answer("1", "olga")
    play.wait(60)
    play.hang_up("1", "olga")
    play.leave("1")
    play.wait(1000)
    play.happen(Woke(play.now, "callbacks"))
    assert play.given(DialCallback) == []


def test_a_pause_asked_while_it_rings_holds_when_another_takes_the_call(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    play.ring("1", "anna")
    play.ring("1", "boris")
    play.happen(PausePressed(play.now, "anna", "r", "break"))
    play.answer("1", "boris")
    assert play.given(PauseMember) == [PauseMember("anna", "client", True, "break")]


def test_a_code_of_the_phone_ends_wrap_up_without_ordering_it_once_more(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "person")
    play.confirm("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    orders = play.happen(WrapUpCoded(play.now, "anna", more=True))
    assert [o.seconds for o in orders if isinstance(o, ProlongWrapUp)] == [60]
    orders = play.happen(WrapUpCoded(play.now, "anna", more=False))
    assert not [o for o in orders if isinstance(o, EndWrapUp)], "the dialplan did it"
    assert play.screen("anna").stage is Stage.READY
    assert not play.happen(WrapUpCoded(play.now, "anna", more=False)), "nothing to end"
