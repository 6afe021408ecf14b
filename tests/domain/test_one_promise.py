"""One open promise a company: later enquiries join it, and nothing of any of them is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sales_steps import (
    asks,
    claim,
    comes,
    dialled,
    dials,
    goes,
    live,
    on_disk,
    opened,
    promised,
    reborn,
    result,
)

from ivr.domain.commands import GrantClaim, LookUpDealings, TransferToSales
from ivr.domain.events import (
    CompanyPicked,
    DialResult,
    NoteWritten,
    OwnerChanged,
    PromiseOpened,
    Woke,
)
from ivr.domain.records import Agreed, EscalationState, OwnerRecord
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play

    from ivr.domain.promise.escalation import Escalation

SELLERS = ("olga", "pavel", "zoya")


@pytest.fixture
def house(company: type[Play]) -> Play:
    """Nobody of sales is there yet: what is promised waits."""
    return opened(company, "anna", "boris")


def test_another_person_of_the_company_joins_with_number_and_answers(house: Play) -> None:
    first = promised(house, "1", "+74950000021", company="a")
    second = promised(house, "2", "+74950000022", company="a")
    assert first is second
    assert len(house.reception.floor.escalations) == 1
    house.seat("zoya", paused=True)
    house.happen(PromiseOpened(house.now, "zoya", "r", first.id))
    card = live(house, "zoya")
    assert card.numbers == ("+7 495 000-00-22", "+7 495 000-00-21")
    assert [one.number for one in card.joined] == ["+7 495 000-00-21"]
    assert [fact.question for fact in card.joined[0].known] == ["who", "staff", "seats"]
    assert [fact.question for fact in card.known] == ["who", "staff", "seats"]
    assert on_disk(house, first.id).joined[0]["call"] == "1"


def test_a_colleague_who_may_not_be_dialled_takes_nobody_s_call_away(house: Play) -> None:
    """The newest number is of Minsk, which machines may not dial: the one before it is dialled."""
    first = promised(house, "1", "+74950000021", company="a")
    assert promised(house, "2", "+375291234567", company="a") is first
    assert first.numbers == ("+375291234567", "+74950000021")
    house.seat("olga")
    claim(house)
    assert [one.number for one in house.given(GrantClaim)] == ["+74950000021"]


def test_a_name_that_was_typed_is_one_company_however_it_is_written(house: Play) -> None:
    first = promised(house, "1", "+74950000021", company="ООО «Ромашка»")
    second = promised(house, "2", "+74950000022", company='ооо "ромашка"')
    assert first is second


def test_two_people_who_share_a_number_and_no_company_are_one_client(house: Play) -> None:
    first = promised(house, "1", "+74950000021")
    asks(house, "2", "+74950000021")
    house.confirm("2", "anna")
    assert house.reception.floor.promise_of("2") is first


def test_a_shared_number_is_never_taken_for_a_company(house: Play) -> None:
    first = promised(house, "1", "+74950000015", company="a")
    second = promised(house, "2", "+74950000015", company="b")
    assert first is not second


def test_withheld_callers_are_different_people(house: Play) -> None:
    assert promised(house, "1", "anonymous") is not promised(house, "2", "anonymous")


def test_the_earlier_time_stays_unless_another_is_agreed(house: Play) -> None:
    first = promised(house, "1", "+74950000021", company="a")
    told, calls = first.record.due_at, first.calls
    promised(house, "2", "+74950000022", company="a")
    assert first.record.due_at == told
    assert first.calls == ("2", *calls)


def test_what_joins_a_promise_that_was_talked_on_is_owed_anew(house: Play) -> None:
    first = promised(house, "1", "+74950000021", company="a")
    house.seat("olga")
    dialled(house, DialResult.ANSWERED, 30.0)
    assert first.kept
    goes(house, "olga")
    promised(house, "2", "+74950000022", company="a")
    assert first.state is EscalationState.CALLBACK
    assert not first.kept
    house.seat("olga")
    assert len(dials(house)) == 2


def test_a_client_who_rings_before_the_callback_is_passed_live_in_the_same_promise(
    house: Play,
) -> None:
    first = promised(house, "1", "+74950000021", company="a")
    first.agree(house.now, house.now + 86_400, Agreed.SALES)
    house.seat("pavel")
    asks(house, "2", "+74950000021", company="a")
    house.confirm("2", "anna")
    passed = [o for o in house.given(TransferToSales) if o.call == "2"]
    assert [one.escalation for one in passed] == [first.id]
    assert first.state is EscalationState.TRANSFERRING


def mistaken(house: Play) -> None:
    """Somebody of company b is taken for company a, which sales owes a call already."""
    promised(house, "1", "+74950000021", company="a")
    asks(house, "2", "+74950000022", company="a", seats="60")
    house.confirm("2", "anna")


def put_right(house: Play) -> tuple[Escalation, Escalation]:
    """The agent picks the right company; what is owed to a, and to b."""
    house.happen(CompanyPicked(house.now, "anna", "right", "2", "b", ""))
    of_a, of_b = (house.reception.floor.promise_of(call) for call in ("1", "2"))
    assert of_a is not None
    assert of_b is not None
    return of_a, of_b


def test_a_company_that_was_picked_by_mistake_takes_nobody_s_promise_along(house: Play) -> None:
    mistaken(house)
    of_a, of_b = put_right(house)
    assert (of_a.record.account, of_a.record.number, of_a.calls) == ("a", "+74950000021", ("1",))
    assert (of_b.record.account, of_b.record.number, of_b.calls) == ("b", "+74950000022", ("2",))
    assert [fact["answer"] for fact in of_a.record.answers] != [
        fact["answer"] for fact in of_b.record.answers
    ]
    assert of_a.record.offer == ("office-500",)
    assert of_a.state is of_b.state is EscalationState.CALLBACK
    again = reborn(house, "anna")
    assert {one.record.account for one in again.reception.floor.escalations.values()} == {"a", "b"}
    house.leave("2")
    house.hang_up("2", "anna")
    house.seat("olga", "pavel")
    assert {one.person for one in dials(house)} == {"olga", "pavel"}


def test_a_mistake_that_is_put_right_while_sales_has_the_client_owes_the_others_anew(
    house: Play,
) -> None:
    promised(house, "1", "+74950000021", company="a")
    first = house.reception.floor.promise_of("1")
    assert first is not None
    first.agree(house.now, house.now + 86_400, Agreed.SALES)
    house.seat("pavel")
    asks(house, "2", "+74950000022", company="a", seats="60")
    house.confirm("2", "anna")
    assert first.state is EscalationState.TRANSFERRING
    of_a, of_b = put_right(house)
    assert of_b is first
    assert (of_b.record.account, of_b.calls) == ("b", ("2",))
    assert of_b.state is EscalationState.TRANSFERRING
    assert (of_a.record.account, of_a.record.number, of_a.calls) == ("a", "+74950000021", ("1",))
    assert of_a.state is EscalationState.CALLBACK
    assert of_a.record.due_at is not None


def test_a_mistake_that_is_put_right_after_the_result_was_told_owes_the_others_anew(
    house: Play,
) -> None:
    first = promised(house, "1", "+74950000021", company="a")
    first.agree(house.now, house.now + 86_400, Agreed.SALES)
    house.seat("pavel")
    asks(house, "2", "+74950000022", company="a", seats="60")
    house.confirm("2", "anna")
    house.hang_up("2", "anna")
    house.ring("2", "pavel")
    house.answer("2", "pavel")
    house.wait(20)
    house.leave("2")
    result(house, "pavel", "won")
    assert not first.open
    house.happen(CompanyPicked(house.now, "anna", "right", "2", "b", ""))
    assert (first.record.account, first.calls, first.record.result) == ("b", ("2",), "won")
    of_a = house.reception.floor.promise_of("1")
    assert of_a is not None
    assert (of_a.record.account, of_a.record.number, of_a.calls) == ("a", "+74950000021", ("1",))
    assert (of_a.state, of_a.record.result) == (EscalationState.CALLBACK, "")
    assert of_a.record.closed_at is None


def test_the_card_tells_of_the_company_that_it_turned_out_to_be(house: Play) -> None:
    asks(house, "2", "+74950000022", company="a")
    house.confirm("2", "anna")
    house.happen(CompanyPicked(house.now, "anna", "right", "2", "b", ""))
    assert [one.account for one in house.given(LookUpDealings)] == ["a", "b"]
    owned = [one.client for one in house.given_records(OwnerRecord)]
    assert owned == ["account:a", "account:b"]


def test_what_the_agent_of_an_earlier_enquiry_notes_stays_with_it(house: Play) -> None:
    asks(house, "1", "+74950000021", company="a")
    house.confirm("1", "anna")
    house.leave("1")
    house.hang_up("1", "anna")
    house.connect("2", "boris", "+74950000022")
    house.happen(CompanyPicked(house.now, "boris", "r", "2", "a", ""))
    house.confirm("2", "boris")
    house.happen(NoteWritten(house.now, "anna", "r", "1", "первая"))
    house.happen(NoteWritten(house.now, "boris", "r", "2", "вторая"))
    promise = house.reception.floor.promise_of("1")
    assert promise is house.reception.floor.promise_of("2")
    assert promise is not None
    assert (promise.record.note, promise.record.joined[0]["note"]) == ("вторая", "первая")


def test_the_joined_promise_is_whole_after_a_restart(house: Play) -> None:
    first = promised(house, "1", "+74950000021", company="a")
    promised(house, "2", "+74950000022", company="a")
    again = reborn(house, "anna")
    kept = again.reception.floor.escalations[first.id]
    assert kept.calls == ("2", "1")
    assert again.reception.floor.promise_of("1") is kept
    assert promised(again, "3", "+74950000023", company="a") is kept


def test_whoever_sales_was_promised_is_passed_by_one_key_and_asked_only_anew(house: Play) -> None:
    promised(house, "1", "+74950000021")
    house.seat("olga")
    dialled(house, DialResult.ANSWERED, 30.0)
    result(house, "olga", "won")
    house.connect("2", "anna", "+74950000021")
    screen = house.screen("anna")
    assert screen.stage is Stage.OUTCOME
    assert screen.outcome is not None
    assert screen.outcome.opens_tree
    assert screen.caller is not None
    assert (screen.caller.owner, screen.outcome.salesperson) == ("Olga", "Olga")


def test_a_later_stays_does_not_take_the_client_back_only_a_supervisor_does(house: Play) -> None:
    promised(house, "1", "+74950000021")
    house.seat("olga")
    dialled(house, DialResult.ANSWERED, 30.0)
    result(house, "olga", "won")
    from ivr.domain.events import TreeOpened

    house.connect("2", "anna", "+74950000021")
    house.happen(TreeOpened(house.now, "anna", "r", "2"))
    house.say("2", "anna", "who", "person")
    house.confirm("2", "anna")
    house.leave("2")
    house.hang_up("2", "anna")
    house.wait(31)
    house.happen(Woke(house.now, "wrap:anna"))
    client = "number:+74950000021"
    owner = house.reception.floor.owners.of(client)
    assert owner is not None
    assert (owner.department, owner.person) == ("sales", "olga")

    goes(house, "olga")
    third = promised(house, "3", "+74950000021")
    house.seat("zoya", paused=True)
    house.happen(OwnerChanged(house.now, "zoya", "r", third.id, "client", "нам не нужен"))
    assert on_disk(house, third.id).close_reason == "нам не нужен"
    spans = sorted(house.given_records(OwnerRecord), key=lambda one: one.since)
    history = {one.id: one for one in spans}.values()
    assert [(one.department, one.person, one.until is None) for one in history] == [
        ("sales", "", False),
        ("sales", "olga", False),
        ("client", "", True),
    ]
    house.connect("4", "anna", "+74950000021")
    assert house.screen("anna").stage is Stage.ASKING


def test_a_company_that_was_only_a_name_is_sales_once_it_is_an_account(house: Play) -> None:
    promise = promised(house, "1", "+74950000021", company="ООО «Ромашка»")
    assert promise.record.account
    owner = house.reception.floor.owners.of(f"account:{promise.record.account}")
    assert owner is not None
    assert owner.department == "sales"
    comes(house, 1)
