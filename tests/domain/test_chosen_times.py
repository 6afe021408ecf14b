"""A client whom sales did not take live chooses the time of the call by keys: told once, kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from company import CALLER
from sales_steps import (
    MOSCOW,
    asks,
    comes,
    desk,
    dialled,
    dials,
    goes,
    on_disk,
    opened,
    reborn,
)

from ivr.domain.commands import ForgetNote, PromiseCallback
from ivr.domain.events import DialResult, DueAsked, DueChosen, TransferUnanswered, Woke
from ivr.domain.records import EscalationState

if TYPE_CHECKING:
    from domain.conftest import Play

    from ivr.domain.promise.escalation import Escalation

VLADIVOSTOK = "+74230000001"


@pytest.fixture
def house(company: type[Play]) -> Play:
    return opened(company)


def untaken(house: Play, number: str = CALLER) -> Escalation:
    """A client was passed live; nobody took the call, and the client hears of a call back."""
    asks(house, number=number, seats="60")
    house.confirm("1", "anna")
    house.hang_up("1", "anna")
    house.wait(20)
    house.happen(TransferUnanswered(house.now, "1", "PJSIP/trunk-1"))
    assert house.given(PromiseCallback)
    promise = house.reception.floor.promise_of("1")
    assert promise is not None
    return promise


def chooses(house: Play, wish: str, note: str = "1-1") -> None:
    house.happen(DueChosen(house.now, "1", note, house.now, wish))


def over(house: Play) -> None:
    """The client and Anna have gone."""
    house.leave("1")
    house.wait(31)
    house.happen(Woke(house.now, "wrap:anna"))


def at(text: str, zone: ZoneInfo = MOSCOW) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def test_the_promise_is_due_when_the_client_wants_and_the_desk_shows_it(house: Play) -> None:
    promise = untaken(house)
    chooses(house, "1430")
    due = at("2026-11-25 14:30")
    kept = on_disk(house, promise.id)
    assert (kept.due_at, kept.promised_at, kept.state) == (due, due, EscalationState.CALLBACK)
    assert house.given(ForgetNote) == [ForgetNote("1-1")]
    over(house)
    assert [(row.due_at, row.agreed_by) for row in desk(house, "olga").team] == [(due, "client")]
    comes(house, due - house.now - 1)
    assert not dials(house)
    comes(house, 1)
    assert len(dials(house)) == 1


def test_who_has_named_the_time_is_told_apart_on_both_desks(house: Play) -> None:
    promise = untaken(house)
    chooses(house, "1430")
    over(house)
    goes(house, "olga", "pavel", "zoya")
    for by in ("client", "agent"):
        house.connect(by, "anna")
        caller = house.screen("anna").caller
        assert caller is not None
        assert (caller.promise_agreed, caller.promise_due) == (by, promise.record.due_at)
        assert [row.agreed_by for row in desk(house, "olga").team] == [by]
        house.confirm(by, "anna")
        house.happen(DueAsked(house.now, "anna", "r", by, "2026-11-25 16:00"))
        house.leave(by)
        house.hang_up(by, "anna")
        if by == "client":
            house.wait(31)
            house.happen(Woke(house.now, "wrap:anna"))
    first = promise.record.due_at
    assert first is not None
    promise.call_back(first + 600)
    assert (promise.due_agreed_by, promise.record.agreed_by) == ("", "agent")


def test_a_wish_is_heard_while_somebody_else_of_the_company_is_dialled(house: Play) -> None:
    promise = untaken(house)
    over(house)
    comes(house, 900)
    assert promise.state is EscalationState.DIALLING
    chooses(house, "1430")
    assert (promise.state, promise.record.agreed_by) == (EscalationState.DIALLING, "client")
    dialled(house, DialResult.NO_ANSWER)
    assert promise.record.due_at == at("2026-11-25 14:30")
    assert house.given(ForgetNote) == [ForgetNote("1-1")]


@pytest.mark.parametrize(
    ("wish", "due"),
    [
        ("1830", "2026-11-25 18:30"),  # already half past five there, and still to come
        ("0930", "2026-11-26 09:30"),  # past by the client's own clock: tomorrow
        ("2330", "2026-11-26 09:00"),  # nobody is called at night
    ],
)
def test_the_time_is_of_the_client_s_own_clock_within_the_hours(
    house: Play, wish: str, due: str
) -> None:
    promise = untaken(house, VLADIVOSTOK)
    chooses(house, wish)
    assert promise.record.due_at == at(due, ZoneInfo("Asia/Vladivostok"))


def test_a_note_told_again_after_a_crash_moves_nothing_back(house: Play) -> None:
    promise = untaken(house)
    chooses(house, "1430")
    over(house)
    again = reborn(house, "olga")
    pressed = again.now - 60
    again.happen(DueChosen(again.now, "1", "1-1", pressed, "1430"))
    assert again.given(ForgetNote) == [ForgetNote("1-1")]
    kept = again.reception.floor.escalations[promise.id].record
    assert kept == on_disk(house, promise.id)


def test_a_time_that_was_chosen_while_we_were_dead_counts_when_it_is_read(house: Play) -> None:
    promise = untaken(house)
    pressed = house.now
    over(house)
    goes(house, "olga", "pavel")
    again = reborn(house)
    again.happen(DueChosen(again.now, "1", "1-1", pressed, "1430"))
    assert again.reception.floor.escalations[promise.id].record.due_at == at("2026-11-25 14:30")


def test_a_time_for_a_client_with_whom_sales_has_talked_meanwhile_changes_nothing(
    house: Play,
) -> None:
    promise = untaken(house)
    over(house)
    comes(house, 900)
    dialled(house, DialResult.ANSWERED, 30.0)
    before = promise.record
    chooses(house, "1430")
    assert (promise.record, house.given(ForgetNote)) == (before, [ForgetNote("1-1")])


def test_a_time_on_a_call_without_a_promise_is_counted_and_forgotten(house: Play) -> None:
    house.connect("1", "anna")
    chooses(house, "1430")
    assert house.given(ForgetNote) == [ForgetNote("1-1")]
