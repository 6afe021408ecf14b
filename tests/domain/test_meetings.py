"""Meetings: the aim of a large customer, a result with place and time, moved without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sales_steps import (
    comes,
    desk,
    dialled,
    dials,
    on_disk,
    opened,
    problem,
    promised,
    reborn,
    result,
)

from ivr.domain.events import DialResult, MeetingCancelled, MeetingMoved
from ivr.domain.records import MeetingRecord, MeetingState

if TYPE_CHECKING:
    from domain.conftest import Play

NOON = "2026-11-27 12:00"
AT_NOON = 1_795_770_000.0


@pytest.fixture
def house(company: type[Play]) -> Play:
    return opened(company, "anna", "olga", "zoya")


def met(house: Play, **more: str) -> MeetingRecord:
    """A promise that ended in a meeting of Olga's."""
    promised(house, number="+74230000001")
    dialled(house, DialResult.ANSWERED, 30.0)
    assert dials(house)[-1].person == "olga"
    details = {"starts": NOON, "place": "Ленина, 1", "with_whom": "Иванов", **more}
    result(house, "olga", "meeting", **details)
    return house.given_records(MeetingRecord)[-1]


def test_a_large_customer_is_met_by_default(house: Play) -> None:
    house.connect("1", "anna")
    house.say("1", "anna", "who", "organisation")
    house.say("1", "anna", "staff", "500")
    house.confirm("1", "anna")
    promise = house.reception.floor.promise_of("1")
    assert promise is not None
    assert promise.record.aim == "meeting"


def test_the_result_keeps_place_time_and_who_by_the_client_s_clock(house: Play) -> None:
    meeting = met(house, minutes="45")
    assert (meeting.place, meeting.with_whom, meeting.salesperson) == (
        "Ленина, 1",
        "Иванов",
        "olga",
    )
    assert (meeting.starts_at, meeting.minutes) == (AT_NOON - 7 * 3600, 45)
    assert meeting.zone == "Asia/Vladivostok"
    promise = on_disk(house, meeting.promise)
    assert (promise.result, promise.meeting) == ("meeting", meeting.id)


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({}, "time_required"),
        ({"starts": "2026-11-20 12:00"}, "due_past"),
        ({"starts": "2037-11-20 12:00"}, "due_too_far"),
        ({"starts": NOON, "minutes": "час"}, "minutes_unreadable"),
        ({"starts": NOON, "minutes": "0"}, "minutes_unreadable"),
    ],
)
def test_a_meeting_without_a_time_that_can_be_is_refused(
    house: Play, details: dict[str, str], why: str
) -> None:
    promise = promised(house)
    dialled(house, DialResult.ANSWERED, 30.0)
    result(house, "olga", "meeting", **details)
    assert problem(house) == why
    assert promise.open
    assert not house.given_records(MeetingRecord)


def test_a_moved_meeting_is_the_same_one(house: Play) -> None:
    meeting = met(house)
    house.happen(MeetingMoved(house.now, "olga", "r", meeting.id, starts="2026-11-30 10:00"))
    moved = house.given_records(MeetingRecord)[-1]
    assert (moved.id, moved.sequence, moved.place) == (meeting.id, 1, meeting.place)
    house.happen(MeetingMoved(house.now, "olga", "r", meeting.id, place="Мира, 2"))
    again = house.given_records(MeetingRecord)[-1]
    assert (again.sequence, again.starts_at, again.place) == (2, moved.starts_at, "Мира, 2")
    house.happen(MeetingMoved(house.now, "olga", "r", meeting.id, place="Мира, 2"))
    assert house.given_records(MeetingRecord)[-1].sequence == 2, "nothing was changed"


def test_a_place_and_a_person_that_are_not_known_any_more_are_cleared(house: Play) -> None:
    meeting = met(house)
    assert meeting.place
    house.happen(MeetingMoved(house.now, "olga", "r", meeting.id, place=" "))
    moved = house.given_records(MeetingRecord)[-1]
    assert (moved.sequence, moved.place, moved.with_whom) == (1, "", meeting.with_whom)
    house.happen(MeetingMoved(house.now, "olga", "r", meeting.id, with_whom=""))
    assert house.given_records(MeetingRecord)[-1].with_whom == ""


def test_a_meeting_is_cancelled_with_a_reason(house: Play) -> None:
    meeting = met(house)
    house.happen(MeetingCancelled(house.now, "olga", "r", meeting.id, ""))
    assert problem(house) == "reason_required"
    house.happen(MeetingCancelled(house.now, "olga", "r", meeting.id, "клиент болен"))
    gone = house.given_records(MeetingRecord)[-1]
    assert (gone.state, gone.reason, gone.sequence) == (MeetingState.CANCELLED, "клиент болен", 1)
    house.happen(MeetingMoved(house.now, "olga", "r", meeting.id, place="Мира, 2"))
    assert problem(house) == "no_such_meeting"


def test_another_s_meeting_is_not_moved_but_by_a_supervisor(house: Play) -> None:
    meeting = met(house)
    house.seat("pavel")
    house.happen(MeetingMoved(house.now, "pavel", "r", meeting.id, place="Мира, 2"))
    assert problem(house) == "not_yours"
    house.happen(MeetingMoved(house.now, "zoya", "r", meeting.id, place="Мира, 2"))
    assert house.given_records(MeetingRecord)[-1].place == "Мира, 2"


def test_the_salesperson_is_reminded_an_hour_before_and_until_it_is_over(house: Play) -> None:
    meeting = met(house)
    assert desk(house, "olga").reminders == ()
    comes(house, meeting.starts_at - 3601 - house.now)
    assert desk(house, "olga").reminders == ()
    comes(house, 1)
    [reminder] = desk(house, "olga").reminders
    assert (reminder.meeting.id, reminder.client) == (meeting.id, "Марина")
    assert desk(house, "zoya").reminders == ()
    comes(house, 3600 + 3600)
    assert desk(house, "olga").reminders == ()


def test_a_reminder_outlives_a_restart(house: Play) -> None:
    meeting = met(house)
    again = reborn(house, "olga", "zoya")
    comes(again, meeting.starts_at - 1800 - again.now)
    assert [one.meeting.id for one in desk(again, "olga").reminders] == [meeting.id]
