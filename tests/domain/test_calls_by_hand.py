"""A call that a salesperson makes by hand is an attempt of the same promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sales_steps import (
    MORNING,
    call_now,
    comes,
    desk,
    dialled,
    dials,
    live,
    on_disk,
    opened,
    problem,
    promised,
    result,
)

from ivr.domain.commands import GrantClaim, RefuseClaim
from ivr.domain.events import (
    CallOffered,
    ClaimAsked,
    DialResult,
    DueAsked,
    DueChanged,
    OwnerChanged,
    PromiseTaken,
)
from ivr.domain.promise.escalation import Escalation
from ivr.domain.records import Agreed, EscalationState
from ivr.domain.sales_card import PromiseStage

if TYPE_CHECKING:
    from domain.conftest import Play

from company import CALLER, DID


def move(house: Play, promise: str, due: str) -> None:
    house.happen(DueChanged(house.now, "zoya", house.request(), promise, due))


@pytest.fixture
def house(company: type[Play]) -> Play:
    return opened(company)


def due_at_ten_past(house: Play) -> Escalation:
    """A callback that is due ten minutes from now."""
    house.connect("1", "anna")
    house.say("1", "anna", "who", "organisation")
    house.say("1", "anna", "staff", "20")
    house.say("1", "anna", "seats", "20")
    house.happen(DueAsked(house.now, "anna", house.request(), "1", "2026-11-25 10:10"))
    house.confirm("1", "anna")
    house.leave("1")
    house.hang_up("1", "anna")
    promise = house.reception.floor.promise_of("1")
    assert promise is not None
    assert promise.record.due_at == house.now + 600
    return promise


def test_talked_and_won_before_its_time_is_never_dialled_by_the_machine(house: Play) -> None:
    promise = due_at_ten_past(house)
    house.wait(480)
    call_now(house, "olga", promise.id)
    assert live(house, "olga").stage is PromiseStage.PHONE
    dialled(house, DialResult.ANSWERED, 300.0)
    result(house, "olga", "won")
    comes(house, 90_000)
    assert len(dials(house)) == 1
    assert on_disk(house, promise.id).result == "won"


def test_nobody_answered_before_its_time_is_attempt_one_and_due_after_the_backoff(
    house: Play,
) -> None:
    promise = due_at_ten_past(house)
    house.wait(480)
    call_now(house, "olga", promise.id)
    house.wait(60)
    dialled(house, DialResult.NO_ANSWER)
    assert (promise.record.attempts, promise.record.due_at) == (1, house.now + 900)
    assert [(one.result, one.by_hand) for one in promise.tried] == [("no_answer", True)]
    comes(house, 60)
    assert len(dials(house)) == 1, "not at its old time"
    comes(house, 840)
    assert len(dials(house)) == 2


def test_a_call_by_hand_long_before_leaves_the_agreed_time(house: Play) -> None:
    promise = due_at_ten_past(house)
    promise.agree(house.now, house.now + 86_400, Agreed.SALES)
    call_now(house, "olga", promise.id)
    dialled(house, DialResult.NO_ANSWER)
    assert promise.record.due_at == pytest.approx(house.now + 86_400, abs=60)


def test_after_the_machine_has_given_up_a_person_may_call_until_five_dials(house: Play) -> None:
    promise = promised(house)
    for _ in range(3):
        dialled(house, DialResult.BUSY)
        comes(house, 1000)
    assert promise.state is EscalationState.HUMAN
    for _ in range(2):
        house.reception.floor.toll.dials.clear()
        call_now(house, "zoya", promise.id)
        dialled(house, DialResult.BUSY)
        assert promise.state is EscalationState.HUMAN
    house.reception.floor.toll.dials.clear()
    call_now(house, "zoya", promise.id)
    assert problem(house) == "too_many_dials"
    assert len(dials(house)) == 5


def test_a_call_that_sales_moves_is_none_of_the_tries_more(house: Play) -> None:
    """Only the client agrees to be tried anew: a key of ours opens no way round the five."""
    promise = promised(house)
    for _ in range(3):
        dialled(house, DialResult.BUSY)
        comes(house, 1000)
    for tried, hour in ((4, 15), (5, 16)):
        move(house, promise.id, f"2026-11-25 {hour}:00")
        assert promise.state is EscalationState.CALLBACK
        house.reception.floor.toll.dials.clear()
        comes(house, MORNING + (hour - 10) * 3600 - house.now)
        dialled(house, DialResult.BUSY)
        assert (promise.state, promise.record.attempts) == (EscalationState.HUMAN, tried)
    move(house, promise.id, "2026-11-25 17:00")
    assert problem(house) == "too_many_dials"
    assert len(dials(house)) == 5


def test_a_clock_that_was_ahead_and_is_put_right_stops_no_callback(house: Play) -> None:
    promise = due_at_ten_past(house)
    promise.agree(house.now, house.now + 3600, Agreed.SALES)
    house.now += 300 * 86_400
    toll = house.reception.floor.toll
    for n in range(20):
        toll.dialled(house.now, f"+7495000{n:04d}")
    toll.dialled(house.now, promise.record.number)
    house.now -= 300 * 86_400
    rules = house.reception.floor.rules.toll
    assert toll.full_until(rules, house.now) == house.now + 60, "they count as dials of now"
    comes(house, 3600)
    dialled(house, DialResult.BUSY)
    assert len(dials(house)) == 1
    toll.dialled(house.now, promise.record.number)
    full = toll.number_full_until(rules, house.now, promise.record.number)
    assert full == house.now - 3600 + 86_400, "three dials of one number in a day, as ever"


def test_the_same_client_is_not_called_twice_at_a_time(house: Play) -> None:
    promise = promised(house)
    call_now(house, "zoya", promise.id)
    assert problem(house) == "client_on_the_line"
    assert len(dials(house)) == 1


def test_a_client_who_rings_us_meanwhile_is_not_dialled(house: Play) -> None:
    promised(house)
    dial = house.dialled()
    house.happen(CallOffered(house.now, "now", "PJSIP/now", DID, CALLER, ""))
    orders = house.happen(ClaimAsked(house.now, dial.attempt, "PJSIP/301"))
    assert [type(o) for o in orders if isinstance(o, GrantClaim | RefuseClaim)] == [RefuseClaim]


def test_one_of_the_team_s_becomes_mine_by_one_key(house: Play) -> None:
    promise = due_at_ten_past(house)
    assert [row.id for row in desk(house, "olga").team] == [promise.id]
    house.happen(PromiseTaken(house.now, "olga", house.request(), promise.id))
    assert [row.id for row in desk(house, "olga").mine] == [promise.id]
    assert [row.id for row in desk(house, "pavel").team] == [promise.id]
    house.happen(PromiseTaken(house.now, "pavel", house.request(), promise.id))
    assert problem(house) == "not_yours"
    call_now(house, "pavel", promise.id)
    assert problem(house) == "not_yours"


def test_a_supervisor_gives_a_promise_to_another_with_a_reason(house: Play) -> None:
    promise = due_at_ten_past(house)

    def give(person: str, owner: str, reason: str) -> None:
        house.happen(OwnerChanged(house.now, person, house.request(), promise.id, owner, reason))

    give("olga", "pavel", "отпуск")
    assert problem(house) == "supervisor_only"
    give("zoya", "pavel", "")
    assert problem(house) == "reason_required"
    give("zoya", "anna", "отпуск")
    assert problem(house) == "no_such_person"
    give("zoya", "pavel", "отпуск")
    assert on_disk(house, promise.id).owner == "pavel"


def test_a_phone_that_is_busy_calls_nobody(house: Play) -> None:
    promise = due_at_ten_past(house)
    house.offer("2", "+74950000082")
    house.queue("2", "+74950000082")
    house.ring("2", "olga")
    call_now(house, "olga", promise.id)
    assert problem(house) == "not_possible_now"
