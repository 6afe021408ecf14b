"""When a client is called: by the client's own clock, within the hours, and never in the past."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from company import CALLER
from sales_steps import (
    NINE_TO_EIGHT,
    asks,
    comes,
    desk,
    dials,
    goes,
    on_disk,
    opened,
    problem,
    promised,
    reborn,
)

from ivr.domain.events import (
    ClientLegEnded,
    DeskOpened,
    DialResult,
    DueAsked,
    DueChanged,
    LegSeen,
    MemberSeen,
    MemberStatus,
    Woke,
)
from ivr.domain.intake.asked import DueRefused, asked, shown
from ivr.domain.records import Agreed, EscalationState
from ivr.domain.screen import OutcomeCard

if TYPE_CHECKING:
    from domain.conftest import Play

CASES = Path(__file__).parent.parent / "cases" / "times.csv"
LONG_BEFORE = datetime(2026, 9, 1, tzinfo=UTC).timestamp()


def times() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", times(), ids=lambda row: row["what"])
def test_a_time_on_the_client_s_wall_is_one_moment(row: dict[str, str]) -> None:
    zone = ZoneInfo(row["zone"])
    due = asked(row["local"], LONG_BEFORE, zone, None)
    assert f"{datetime.fromtimestamp(due.at, UTC):%Y-%m-%dT%H:%M:%SZ}" == row["utc_right"]


def test_a_minute_that_the_clock_skips_is_the_next_one_and_is_shown_as_such() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    due = asked("2027-03-28 02:30", LONG_BEFORE, berlin, None)
    assert due.moved
    assert shown(due.at, berlin) == "2027-03-28 03:00"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-25 09:59", "due_past"),
        ("2020-01-01 10:00", "due_past"),
        ("2036-11-25 10:00", "due_too_far"),
        ("2026-02-30 10:00", "due_unreadable"),
        ("2026-11-26 24:30", "due_unreadable"),
        ("завтра", "due_unreadable"),
        ("2026-11-26 10:00; DROP", "due_unreadable"),
        ("٢٠٢٦-11-26 10:00", "due_unreadable"),
    ],
)
def test_a_time_that_cannot_be_is_refused(text: str, why: str) -> None:
    now = datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("Europe/Moscow")).timestamp()
    with pytest.raises(DueRefused) as refused:
        asked(text, now, ZoneInfo("Europe/Moscow"), NINE_TO_EIGHT)
    assert refused.value.problem == why


@pytest.fixture
def house(company: type[Play]) -> Play:
    return opened(company)


def ask_for(house: Play, due: str, call: str = "1") -> None:
    house.happen(DueAsked(house.now, "anna", house.request(), call, due))


def there(outcome: OutcomeCard) -> str:
    """When sales would call back, on the client's wall."""
    assert outcome.callback_due is not None
    return shown(outcome.callback_due, ZoneInfo(outcome.callback_zone))


def is_called_at(play: Play, due: float) -> None:
    """Everybody hangs up; the client is called then, and not a second before."""
    play.leave("1")
    play.hang_up("1", "anna")
    comes(play, due - play.now - 1)
    assert not dials(play)
    comes(play, 1)
    assert len(dials(play)) == 1


def test_the_agent_asks_and_the_page_shows_when_that_is_there(house: Play) -> None:
    asks(house, number="+74230000001")
    ask_for(house, "2026-11-26 12:00")
    outcome = house.screen("anna").outcome
    assert outcome is not None
    assert outcome.callback_zone == "Asia/Vladivostok"
    assert there(outcome) == "2026-11-26 12:00"
    assert (outcome.callback_asked, outcome.callback_moved) == (True, False)
    house.confirm("1", "anna")
    promise = house.reception.floor.promise_of("1")
    assert promise is not None
    due = datetime(2026, 11, 26, 5, tzinfo=ZoneInfo("Europe/Moscow")).timestamp()
    assert (promise.record.due_at, promise.record.promised_at) == (due, due)
    is_called_at(house, due)


@pytest.mark.parametrize(
    ("number", "company_zone", "zone"),
    [
        ("+74012000001", "Europe/Moscow", "Europe/Kaliningrad"),
        ("+78452000001", "Europe/Moscow", "Europe/Saratov"),
        ("+79160000021", "Europe/Moscow", "Europe/Moscow"),
        ("+79160000021", "Europe/Kaliningrad", "Europe/Kaliningrad"),
        ("+79160000021", "Europe/Volgograd", "Europe/Volgograd"),
        ("+78000000021", "Asia/Barnaul", "Asia/Barnaul"),
        ("+73432000001", "Europe/Volgograd", "Asia/Yekaterinburg"),
        ("+77010000001", "Europe/Volgograd", "Asia/Almaty"),
    ],
)
def test_a_client_is_called_by_the_clock_of_the_number_else_of_the_company(
    company: type[Play], number: str, company_zone: str, zone: str
) -> None:
    """The library knows no clock of Kaliningrad's or Volgograd's own."""
    house = opened(company, zone=company_zone)
    asks(house, number=number)
    ask_for(house, "2026-11-26 12:00")
    outcome = house.screen("anna").outcome
    assert outcome is not None
    assert outcome.callback_zone == zone


def test_a_time_outside_the_hours_is_moved_and_said_so(house: Play) -> None:
    asks(house)
    ask_for(house, "2026-11-26 21:00")
    outcome = house.screen("anna").outcome
    assert outcome is not None
    assert there(outcome) == "2026-11-27 09:00"
    assert (outcome.callback_asked, outcome.callback_moved) == (True, True)


def test_a_named_time_makes_a_callback_of_what_would_be_passed_now(house: Play) -> None:
    asks(house, seats="60")
    ask_for(house, "2026-11-26 12:00")
    house.confirm("1", "anna")
    promise = house.reception.floor.promise_of("1")
    assert promise is not None
    assert (promise.state, promise.record.how) == (EscalationState.CALLBACK, "callback")


@pytest.mark.parametrize("due", ["2026-11-25 09:00", "2040-01-01 10:00", "в пять"])
def test_a_time_that_cannot_be_is_refused_and_the_old_one_kept(house: Play, due: str) -> None:
    asks(house)
    ask_for(house, "2026-11-26 12:00")
    ask_for(house, due)
    assert problem(house).startswith("due_")
    outcome = house.screen("anna").outcome
    assert outcome is not None
    assert there(outcome) == "2026-11-26 12:00"


def test_the_time_may_be_changed_after_the_promise_while_the_talk_goes_on(house: Play) -> None:
    asks(house)
    house.confirm("1", "anna")
    ask_for(house, "2026-11-27 11:00")
    promise = house.reception.floor.promise_of("1")
    assert promise is not None
    assert promise.record.due_at == promise.record.promised_at == 1_795_766_400.0


def test_a_time_that_was_asked_before_the_key_outlives_a_restart(house: Play) -> None:
    asks(house)
    ask_for(house, "2026-11-26 12:00")
    client = LegSeen("1", "PJSIP/trunk-1", True, None, "b", CALLER, "", "", "", 60.0)
    agent = LegSeen("1", "PJSIP/anna-1", False, "anna", "b", "", "", "", "", 60.0)
    again = reborn(house, legs=(client, agent), members=signed_in(house, "anna", "olga"))
    again.happen(DeskOpened(again.now, "anna"))
    outcome = again.screen("anna").outcome
    assert outcome is not None
    assert there(outcome) == "2026-11-26 12:00"
    again.confirm("1", "anna")
    promise = again.reception.floor.promise_of("1")
    assert promise is not None
    noon = datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("Europe/Moscow")).timestamp()
    assert (promise.record.due_at, promise.record.promised_at) == (noon, noon)
    is_called_at(again, noon)


def signed_in(house: Play, *people: str) -> tuple[MemberSeen, ...]:
    """Whom Asterisk has in their queues."""
    queues = [(one, house.reception.floor.department_of(one).queue) for one in people]
    return tuple(MemberSeen(house.now, *one, False, "", MemberStatus.IDLE) for one in queues)


def test_a_salesperson_moves_a_call_and_it_stays_overdue(house: Play) -> None:
    goes(house, "olga", "pavel", "zoya")
    promise = promised(house)
    comes(house, 3600)
    house.seat("zoya", paused=True)
    assert desk(house, "zoya").team[0].overdue
    told = promise.record.promised_at
    house.happen(DueChanged(house.now, "zoya", house.request(), promise.id, "2026-11-26 10:00"))
    assert promise.record.promised_at == told
    row = desk(house, "zoya").team[0]
    assert (row.overdue, row.due_at) == (True, 1_795_676_400.0)
    comes(house, 60)
    assert not dials(house)


def test_a_promise_to_call_tonight_is_kept_in_the_morning(house: Play) -> None:
    house.now += 11 * 3600  # 21:00
    promise = promised(house)
    assert promise.record.due_at == 1_795_672_800.0  # 09:00
    assert not dials(house)
    comes(house, promise.record.due_at - house.now)
    assert len(dials(house)) == 1


def test_the_hour_that_comes_twice_is_dialled_once_also_over_a_restart(
    company: type[Play],
) -> None:
    """02:30 of 2026-10-25 in Berlin: at 00:30Z, and not at 01:30Z, although killed at 00:45Z."""
    half_past = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()
    house = opened(company, "anna", "olga", zone="Europe/Berlin", call_hours=None)
    house.now = half_past - 7200
    asks(house, number="+74950000081")
    promise_zone = "Europe/Moscow"
    house.confirm("1", "anna")
    promise = house.reception.floor.promise_of("1")
    assert promise is not None
    assert promise.record.zone == promise_zone
    due = asked("2026-10-25 02:30", house.now, ZoneInfo("Europe/Berlin"), None)
    assert due.at == half_past
    promise.agree(house.now, due.at, Agreed.SALES)
    house.leave("1")
    house.hang_up("1", "anna")
    house.now = half_past
    house.happen(Woke(house.now, "callbacks"))
    assert len(dials(house)) == 1
    attempt = house.dialled().attempt
    house.happen(ClientLegEnded(house.now, attempt, DialResult.NO_ANSWER, 0.0))
    house.now = half_past + 900
    again = reborn(house, "olga")
    assert again.reception.floor.escalations[promise.id].record.attempts == 1
    assert on_disk(house, promise.id).due_at == half_past + 900


def test_a_clock_that_was_ahead_and_is_put_right_dials_nobody_early(house: Play) -> None:
    goes(house, "olga", "pavel", "zoya")
    promise = promised(house)
    promise.agree(house.now, house.now + 86_400, Agreed.SALES)
    house.now += 10 * 86_400
    house.happen(Woke(house.now, "callbacks"))
    house.now -= 10 * 86_400
    house.happen(Woke(house.now, "callbacks"))
    house.seat("olga")
    assert not dials(house)
    comes(house, 86_400)
    assert len(dials(house)) == 1
