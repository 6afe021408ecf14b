"""What holds a line: a caller on hold does, a callback and a client of sales do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from company import rules

from ivr.domain.commands import AdmitCall, DialCallback, Refusal, RefuseCall, TransferToSales
from ivr.domain.events import (
    CallBackPressed,
    ClaimAsked,
    ClientAnswered,
    MemberGone,
    MemberSeen,
    MemberStatus,
)
from ivr.domain.reception import Reception
from ivr.domain.reception.relearning import relearn
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play

FIRST, SECOND = "+74950000101", "+74950000102"


def large(play: Play, call: str, person: str) -> None:
    """The caller turns out to be a large customer, and is passed."""
    play.say(call, person, "who", "organisation")
    play.say(call, person, "staff", "500")
    play.confirm(call, person)


def test_a_caller_on_hold_holds_a_line_until_bridged_with_sales_and_callbacks_hold_none(
    play: Play,
) -> None:
    play.offer("0", "+74950000100")
    play.leave("0")
    play.connect("1", "anna", FIRST)
    play.connect("2", "boris", SECOND)
    play.offer("3", "+74950000103")
    large(play, "1", "anna")
    assert [order.call for order in play.given(TransferToSales)] == ["1"]
    play.hang_up("1", "anna")
    play.offer("3a", "+74950000103")
    assert [(r.call, r.cause) for r in play.given(RefuseCall)] == [
        ("3", Refusal.NO_LINE),
        ("3a", Refusal.NO_LINE),
    ]
    play.ring("1", "olga")
    play.answer("1", "olga")
    play.offer("4", "+74950000104")
    assert [a.call for a in play.given(AdmitCall)][-1] == "4"
    assert play.reception.floor.groups["client"].used == 2


def test_a_returned_call_holds_no_line(company: type[Play]) -> None:
    play = company(Reception(rules(1)))
    play.resync()
    play.seat("anna", "boris")
    play.offer("0", FIRST)
    play.leave("0")
    (task,) = play.reception.floor.missed.values()
    play.happen(CallBackPressed(play.now, "anna", play.request(), task.id))
    attempt = play.given(DialCallback)[-1].attempt
    play.happen(ClaimAsked(play.now, attempt, "PJSIP/anna-1"))
    play.happen(ClientAnswered(play.now, attempt))
    play.offer("5", SECOND)
    assert play.given(AdmitCall)[-1].call == "5"
    assert play.reception.floor.groups["client"].used == 1


def test_a_person_who_comes_to_the_roster_is_a_line_at_once_and_one_who_leaves_drops_nobody(
    company: type[Play],
) -> None:
    play = company(Reception(rules(1)))
    play.resync()
    play.seat("anna", "boris")
    play.offer("1", FIRST)
    play.offer("2", SECOND)
    relearn(play.reception.floor, play.now, rules(2))
    play.offer("3", SECOND)
    relearn(play.reception.floor, play.now, rules(1))
    play.offer("4", "+74950000104")
    assert [order.call for order in play.given(AdmitCall)] == ["1", "3"]
    play.leave("1")
    play.offer("5", "+74950000105")
    play.leave("3")
    play.offer("6", "+74950000106")
    assert [order.call for order in play.given(AdmitCall)] == ["1", "3", "6"]


def signed_in(company: type[Play], *people: str) -> Play:
    """A department whose lines are those signed in."""
    play = company(Reception(rules(None)))
    play.resync()
    play.seat(*people)
    return play


def refused(play: Play) -> list[str]:
    return [order.call for order in play.given(RefuseCall)]


def test_lines_of_those_signed_in_count_ringing_talk_and_wrap_up_and_no_break(
    company: type[Play],
) -> None:
    play = signed_in(company, "anna", "boris")
    group = play.reception.floor.groups["client"]
    play.connect("1", "anna", FIRST)
    play.offer("2", SECOND)
    play.queue("2", SECOND)
    play.ring("2", "boris")
    assert (group.used, group.lines) == (2, 2)
    play.offer("3", "+74950000103")
    assert refused(play) == ["3"]
    play.leave("1")
    play.hang_up("1", "anna")
    assert play.screen("anna").stage is Stage.WRAP_UP
    play.offer("4", "+74950000104")
    assert group.used == 2
    play.leave("4")
    play.seat("anna", paused=True)
    assert group.lines == 1, "a break in wrap-up is a break"
    play.offer("5", "+74950000105")
    assert refused(play) == ["3", "5"]


@pytest.mark.parametrize("how", ["signs out", "takes a break"])
def test_who_goes_in_the_middle_of_a_call_is_a_line_until_it_is_over(
    company: type[Play], how: str
) -> None:
    play = signed_in(company, "anna", "boris")
    group = play.reception.floor.groups["client"]
    play.connect("1", "anna", FIRST)
    if how == "signs out":
        play.happen(MemberGone(play.now, "anna", "client"))
    else:
        play.seat("anna", paused=True)
    play.offer("2", SECOND)
    assert refused(play) == [], "boris is free"
    play.offer("3", "+74950000103")
    assert refused(play) == ["3"]
    play.leave("1")
    play.hang_up("1", "anna")
    assert (group.used, group.lines) == (1, 1)
    play.offer("4", "+74950000104")
    assert refused(play) == ["3", "4"]


def test_everybody_who_leaves_drops_nobody_and_a_fixed_number_minds_nobody(
    company: type[Play],
) -> None:
    play = signed_in(company, "anna", "boris")
    play.connect("1", "anna", FIRST)
    play.offer("2", SECOND)
    for person in ("anna", "boris"):
        play.happen(MemberGone(play.now, person, "client"))
    assert play.reception.floor.groups["client"].used == 2
    assert play.reception.floor.is_on("2")
    fixed = company(Reception(rules(1)))
    fixed.resync()
    fixed.seat("anna", "boris", paused=True)
    fixed.offer("1", FIRST)
    fixed.offer("2", SECOND)
    assert refused(fixed) == ["2"]


NIGHT = "PJSIP/night"
"""A member of the department's queue whom people.yaml does not name."""


def of_the_admin(play: Play, *, paused: bool = False) -> MemberSeen:
    return MemberSeen(play.now, NIGHT, "client", paused, "", MemberStatus.IDLE)


def test_a_queue_with_a_member_of_the_admins_own_is_not_empty(company: type[Play]) -> None:
    play = company(Reception(rules()))
    play.resync()
    play.offer("0", FIRST)
    play.happen(of_the_admin(play))
    play.offer("1", FIRST)
    play.happen(MemberGone(play.now, NIGHT, "client"))
    play.offer("2", SECOND)
    play.resync(members=(of_the_admin(play),))
    play.offer("3", SECOND)
    play.resync()
    play.offer("4", "+74950000104")
    causes = [(r.call, r.cause) for r in play.given(RefuseCall)]
    assert causes == [(call, Refusal.NOBODY) for call in ("0", "2", "4")]
    assert [order.call for order in play.given(AdmitCall)] == ["1", "3"]


def test_a_member_of_the_admins_own_is_signed_in_unless_paused(company: type[Play]) -> None:
    play = signed_in(company, "anna")
    group = play.reception.floor.groups["client"]
    play.happen(of_the_admin(play))
    assert group.lines == 2
    play.happen(of_the_admin(play, paused=True))
    assert group.lines == 1
    play.resync(members=(of_the_admin(play),))
    assert group.lines == 1, "anna has gone"
    play.happen(MemberGone(play.now, NIGHT, "client"))
    assert group.lines == 0
