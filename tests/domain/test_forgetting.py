"""The core forgets a number: what is owed to it ends with a reason, and its lists go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sales_steps import comes, dialled, opened, promised, result

from ivr.domain.client.owners import client_of
from ivr.domain.events import DialResult, NumberForgotten, Restored, Woke
from ivr.domain.reception.forgetting import Held, held
from ivr.domain.records import EscalationRecord, EscalationState, MeetingRecord, MeetingState

if TYPE_CHECKING:
    from domain.conftest import Play

NUMBER = "+74230000001"
REASON = "the client asked for it"
NOON = "2026-11-27 12:00"


@pytest.fixture
def house(company: type[Play]) -> Play:
    return opened(company, "anna", "olga", "zoya")


def forget(house: Play) -> None:
    house.happen(NumberForgotten(house.now, NUMBER, "root", REASON))


def test_a_call_keeps_its_number_until_nobody_notes_it_any_more(house: Play) -> None:
    floor = house.reception.floor
    house.connect("1", "anna", NUMBER)
    assert held(floor, NUMBER).calls == ("1",)
    house.leave("1")
    house.hang_up("1", "anna")
    assert held(floor, NUMBER).calls == ("1",), "anna is in wrap-up"
    house.wait(31)
    house.happen(Woke(house.now, "wrap:anna"))
    assert held(floor, NUMBER).calls == ()
    assert held(floor, NUMBER).tasks == ("u-1",), "the talk broke off before the tree had decided"
    forget(house)
    assert held(floor, NUMBER) == Held((), (), (), ())


def test_a_client_who_is_being_dialled_is_on(house: Play) -> None:
    promised(house, number=NUMBER)
    now = held(house.reception.floor, NUMBER)
    assert now.calls == (house.dialled().attempt,)


def test_a_promise_is_closed_with_who_said_so_and_why(house: Play) -> None:
    promise = promised(house, number=NUMBER)
    dialled(house, DialResult.NO_ANSWER)
    floor = house.reception.floor
    assert held(floor, NUMBER).owed == (promise.id,)
    assert floor.owners.of(client_of("", NUMBER)) is not None
    forget(house)
    record = house.given_records(EscalationRecord)[-1]
    assert (record.state, record.result) == (EscalationState.CLOSED, "closed")
    assert (record.closed_by, record.close_reason) == ("root", REASON)
    assert (record.number, record.name) == ("", "")
    assert held(floor, NUMBER) == Held((), (), (), ())
    assert floor.owners.of(client_of("", NUMBER)) is None
    assert [number for _, number in floor.toll.dials] == [""]
    assert not floor.escalations
    orders = len(house.orders)
    comes(house, 86_400)
    assert NUMBER not in str(house.orders[orders:]), "nobody is dialled any more"


def test_a_meeting_is_cancelled_in_the_salesperson_s_calendar(house: Play) -> None:
    promised(house, number=NUMBER)
    dialled(house, DialResult.ANSWERED, 30.0)
    result(house, "olga", "meeting", starts=NOON, place="Ленина, 1", with_whom="Иванов")
    before = house.given_records(MeetingRecord)[-1]
    assert held(house.reception.floor, NUMBER).meetings == (before.id,)
    forget(house)
    after = house.given_records(MeetingRecord)[-1]
    assert (after.id, after.sequence) == (before.id, before.sequence + 1)
    assert (after.state, after.reason) == (MeetingState.CANCELLED, REASON)
    assert (after.number, after.name, after.place, after.with_whom) == ("", "", "", "")
    assert house.reception.floor.meetings == {}


def test_a_meeting_of_somebody_who_has_left_the_company_stops_no_clock(house: Play) -> None:
    """It broke the core each time the meeting was looked at, and the reminders with it."""
    promised(house, number=NUMBER)
    dialled(house, DialResult.ANSWERED, 30.0)
    result(house, "olga", "meeting", starts=NOON, place="Ленина, 1", with_whom="Иванов")
    met = replace(house.given_records(MeetingRecord)[-1], salesperson="gone")
    nothing = Restored(house.now, (), (), (), (), ())
    house.happen(replace(nothing, meetings=(met,)))
    house.wait(met.starts_at + 60 * met.minutes - house.now)
    house.happen(Woke(house.now, "meetings"))
    assert house.reception.floor.meetings == {}
