"""What holds a line: a caller on hold does, a callback and a client of sales do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from company import rules

from ivr.domain.commands import AdmitCall, DialCallback, Refusal, RefuseCall, TransferToSales
from ivr.domain.events import CallBackPressed, ClaimAsked, ClientAnswered
from ivr.domain.reception import Reception
from ivr.domain.reception.relearning import relearn

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
