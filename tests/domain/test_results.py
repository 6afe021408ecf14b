"""What came of a promise: kept by a talk and a result, else closed by a refusal or a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sales_steps import (
    claim,
    comes,
    desk,
    dialled,
    dials,
    live,
    on_disk,
    opened,
    problem,
    promised,
    reborn,
    result,
)

from ivr.domain.commands import HangUpChannel
from ivr.domain.events import ClientAnswered, ClientLegEnded, DialResult, PromiseClosed
from ivr.domain.records import EscalationState
from ivr.domain.sales_card import PromiseStage

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.conftest import Play


@pytest.fixture
def house(company: type[Play]) -> Play:
    return opened(company)


@pytest.mark.parametrize("what", ["won", "lost", "nothing"])
def test_a_talk_of_ten_seconds_and_a_result_keep_the_promise(house: Play, what: str) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 10.0)
    person = dials(house)[-1].person
    assert live(house, person).stage is PromiseStage.RESULT
    result(house, person, what, note="договор в пятницу", next_step="счёт")
    kept = on_disk(house, promise.id)
    assert (kept.state, kept.result, kept.closed_by) == (EscalationState.CLOSED, what, person)
    assert (kept.result_note, kept.next_step, kept.talked) == ("договор в пятницу", "счёт", 10.0)
    assert desk(house, person).live is None
    assert not house.reception.floor.escalations


def test_a_talk_too_short_bears_no_result_and_is_made_again(house: Play) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 9.0)
    assert promise.state is EscalationState.CALLBACK
    result(house, "zoya", "won", promise.id)
    assert problem(house) == "not_talked_yet"
    assert promise.open


def test_a_result_may_be_given_while_the_talk_goes_on(house: Play) -> None:
    promise = promised(house)
    dial = claim(house)
    house.happen(ClientAnswered(house.now, dial.attempt))
    house.wait(5)
    result(house, dial.person, "won")
    assert problem(house) == "not_talked_yet"
    house.wait(5)
    result(house, dial.person, "won")
    house.wait(60)
    house.happen(ClientLegEnded(house.now, dial.attempt, DialResult.ANSWERED, 70.0))
    assert on_disk(house, promise.id).result == "won"
    assert on_disk(house, promise.id).talked == 70.0
    comes(house, 90_000)
    assert len(dials(house)) == 1


def test_a_talk_without_a_result_is_asked_for_also_after_a_restart(house: Play) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 40.0)
    person = dials(house)[-1].person
    comes(house, 90_000)
    assert len(dials(house)) == 1, "a client who was talked with is not called again"
    again = reborn(house, "olga", "pavel", "zoya")
    assert live(again, person).id == promise.id
    assert live(again, person).stage is PromiseStage.RESULT
    assert live(again, person).attempts[0].result == "answered"
    assert desk(again, person).counts.result == 1
    result(again, person, "lost")
    assert on_disk(again, promise.id).result == "lost"


def test_a_refusal_needs_a_human_who_was_told_and_no_ten_seconds(house: Play) -> None:
    promise = promised(house)
    result(house, "zoya", "refused", promise.id)
    assert problem(house) == "not_talked_yet"
    dialled(house, DialResult.ANSWERED, 3.0)
    result(house, dials(house)[-1].person, "refused", promise.id)
    assert on_disk(house, promise.id).result == "refused"


def test_only_a_supervisor_closes_without_a_result_and_says_why(house: Play) -> None:
    promise = promised(house)
    tries = (("olga", "дубль", "supervisor_only"), ("zoya", " ", "reason_required"))
    for person, reason, why in tries:
        house.happen(PromiseClosed(house.now, person, house.request(), promise.id, reason))
        assert problem(house) == why
    house.happen(PromiseClosed(house.now, "zoya", house.request(), promise.id, "дубль"))
    closed = on_disk(house, promise.id)
    assert (closed.result, closed.close_reason, closed.closed_by) == ("closed", "дубль", "zoya")


def test_what_a_supervisor_has_closed_is_not_dialled_although_the_phone_rings(house: Play) -> None:
    promise = promised(house)
    house.happen(PromiseClosed(house.now, "zoya", house.request(), promise.id, "дубль"))
    orders = house.happen(ClientLegEnded(house.now, house.dialled().attempt, DialResult.REFUSED, 0))
    assert orders
    comes(house, 90_000)
    assert len(dials(house)) == 1


def test_one_key_tells_a_machine_apart_while_it_talks(house: Play) -> None:
    promise = promised(house)
    dial = claim(house)
    house.happen(ClientAnswered(house.now, dial.attempt))
    house.wait(15)
    orders = result(house, dial.person, "voicemail")
    assert HangUpChannel(f"PJSIP/{dial.person}-cb") in orders
    house.happen(ClientLegEnded(house.now, dial.attempt, DialResult.ANSWERED, 15.0))
    assert [one.result for one in promise.tried] == ["voicemail"]
    assert (promise.state, promise.record.counted) == (EscalationState.CALLBACK, 0.0)
    assert promise.record.due_at == house.now + 900.0
    assert promise.record.attempts == 1


def test_one_key_tells_a_machine_apart_after_the_talk_as_well(house: Play) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 15.0)
    assert promise.kept
    result(house, dials(house)[-1].person, "voicemail")
    assert [one.result for one in promise.tried] == ["voicemail"]
    assert promise.state is EscalationState.CALLBACK
    result(house, "zoya", "won", promise.id)
    assert problem(house) == "not_talked_yet"


def test_another_time_that_the_client_agreed_to_counts_anew(house: Play) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 20.0)
    person = dials(house)[-1].person
    result(house, person, "again", due="2026-11-26 15:30", next_step="спросить про офис")
    record = promise.record
    assert promise.state is EscalationState.CALLBACK
    assert (record.attempts, record.counted, record.owner) == (0, 0.0, person)
    assert record.due_at == record.promised_at == 1_795_696_200.0
    row = desk(house, person).mine[0]
    assert (row.stage, row.overdue) == (PromiseStage.LATER, False)
    comes(house, 1_795_696_200.0 - house.now)
    assert len(dials(house)) == 2
    dialled(house, DialResult.NO_ANSWER)
    assert promise.state is EscalationState.CALLBACK, "the talk of before keeps no new time"


def given_up(house: Play) -> None:
    """Three dials that nobody answers, after which a human has it."""
    for _ in range(3):
        house.reception.floor.toll.dials.clear()
        dialled(house, DialResult.NO_ANSWER)
        comes(house, 1000)


def by_machine(house: Play) -> None:
    """Three machines answer, and each time the salesperson tells so by the one key."""
    for n in range(3):
        house.reception.floor.toll.dials.clear()
        dial = claim(house)
        house.happen(ClientAnswered(house.now, dial.attempt))
        house.wait(15)
        if n % 2:
            result(house, dial.person, "voicemail")
        house.happen(ClientLegEnded(house.now, dial.attempt, DialResult.ANSWERED, 15.0))
        if not n % 2:
            result(house, dial.person, "voicemail")
        comes(house, 1000)


def by_a_new_enquiry(house: Play) -> None:
    """A client who was talked with asks anew, and is not reached."""
    dialled(house, DialResult.ANSWERED, 30.0)
    promised(house, "2")
    given_up(house)


@pytest.mark.parametrize("way", [by_machine, by_a_new_enquiry])
def test_whoever_was_not_reached_has_won_lost_and_refused_nothing(
    house: Play, way: Callable[[Play], None]
) -> None:
    promise = promised(house)
    way(house)
    assert (promise.state, promise.record.attempts) == (EscalationState.HUMAN, 3)
    for what in ("won", "nothing", "refused"):
        result(house, "zoya", what, promise.id)
        assert problem(house) == "not_talked_yet", what
    result(house, "zoya", "again", promise.id, due="2026-11-27 10:00")
    assert problem(house) == "not_talked_yet", "nobody agreed to another time"
    assert promise.state is EscalationState.HUMAN
    house.happen(PromiseClosed(house.now, "zoya", house.request(), promise.id, "не дозвонились"))
    assert on_disk(house, promise.id).result == "closed"


def test_three_seconds_and_another_time_keep_nothing_when_nobody_is_reached_then(
    house: Play,
) -> None:
    promise = promised(house)
    dial = claim(house)
    house.happen(ClientAnswered(house.now, dial.attempt))
    house.wait(3)
    result(house, dial.person, "again", due="2026-11-25 15:30")
    house.happen(ClientLegEnded(house.now, dial.attempt, DialResult.ANSWERED, 3.0))
    comes(house, 6 * 3600)
    given_up(house)
    assert promise.state is EscalationState.HUMAN
    for what in ("won", "lost", "nothing"):
        result(house, "zoya", what, promise.id)
        assert problem(house) == "not_talked_yet", what


def test_who_agrees_to_another_time_in_a_talk_may_refuse_after_it(house: Play) -> None:
    promise = promised(house)
    dial = claim(house)
    house.happen(ClientAnswered(house.now, dial.attempt))
    house.wait(5)
    result(house, dial.person, "again", due="2026-11-26 15:30")
    house.happen(ClientLegEnded(house.now, dial.attempt, DialResult.ANSWERED, 8.0))
    result(house, dial.person, "won", promise.id)
    assert problem(house) == "not_talked_yet"
    result(house, dial.person, "refused", promise.id)
    assert on_disk(house, promise.id).result == "refused"


def test_a_result_without_a_promise_in_hand_is_refused(house: Play) -> None:
    result(house, "olga", "won", via="phone")
    assert problem(house) == "nothing_in_hand"


def test_a_code_on_the_phone_ends_the_promise_in_hand(house: Play) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 20.0)
    result(house, dials(house)[-1].person, "nothing", via="phone")
    assert on_disk(house, promise.id).result == "nothing"


def test_a_colleague_cannot_end_what_another_keeps(house: Play) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 20.0)
    person = dials(house)[-1].person
    other = "pavel" if person == "olga" else "olga"
    result(house, other, "won", promise.id)
    assert problem(house) == "not_yours"
