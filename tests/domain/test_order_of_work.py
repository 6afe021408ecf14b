"""Who is called next, and by whom: the order at sales, an owner's hours, nobody too many."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sales_steps import (
    asks,
    comes,
    desk,
    dialled,
    dials,
    goes,
    live,
    opened,
    promised,
    sales_rules,
)

from ivr.domain.events import DialResult, MemberGone, PausePressed
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.toll import TollRules
from ivr.domain.records import EscalationRecord, EscalationState
from ivr.domain.sales_card import PromiseStage

if TYPE_CHECKING:
    from domain.conftest import Play

SELLERS = ("olga", "pavel", "zoya")


@pytest.fixture
def house(company: type[Play]) -> Play:
    """Nobody of sales is there yet: what is promised waits."""
    return opened(company, "anna", "boris")


def due(play: Play, id: str, at: float, *, scale: str = "small", owner: str = "") -> Escalation:
    """A callback that is due at this time."""
    record = EscalationRecord(
        id=id,
        call=f"call-{id}",
        department="sales",
        number=f"+7495{abs(hash(id)) % 10_000_000:07d}",
        name=id,
        account="",
        company="",
        scale=scale,
        how="callback",
        aim="talk",
        why="tree",
        offer=(),
        answers=[],
        note="",
        agent="anna",
        owner=owner,
        state=EscalationState.CALLBACK,
        made_at=at,
        due_at=at,
        bridged_at=None,
        talked=0.0,
        attempts=0,
        result="",
        closed_at=None,
        promised_at=at,
        zone="Europe/Moscow",
    )
    play.reception.floor.escalations[id] = Escalation(record, committed=True)
    return play.reception.floor.escalations[id]


def called(play: Play) -> list[str]:
    """The promises that were dialled for, in order."""
    return [one.attempt.removeprefix("cb-").rsplit("-", 2)[0] for one in dials(play)]


def test_overdue_comes_before_due_and_key_accounts_first_within_each(house: Play) -> None:
    now = house.now
    due(house, "due", now - 10)
    due(house, "due-key", now - 5, scale="large")
    due(house, "overdue", now - 3000)
    due(house, "overdue-key", now - 600, scale="large")
    due(house, "later", now + 600)
    order = ["overdue-key", "overdue", "due-key", "due"]
    house.seat("olga")
    assert [row.id for row in desk(house, "olga").team][-4:] == [*order[1:], "later"]
    for place in range(4):
        assert called(house)[place] == order[place]
        house.reception.floor.toll.dials.clear()
        dialled(house, DialResult.NO_ANSWER)
    comes(house, 400)
    assert called(house) == order


def test_nobody_is_rung_for_more_callbacks_than_there_are_people(house: Play) -> None:
    for n in range(9):
        due(house, f"p{n}", house.now - 60)
    house.seat(*SELLERS)
    assert len(dials(house)) == 3
    assert {one.person for one in dials(house)} == set(SELLERS)


def test_a_live_client_is_left_a_salesperson(house: Play) -> None:
    house.seat("olga")
    asks(house, "live", seats="60")
    house.confirm("live", "anna")
    for n in range(3):
        due(house, f"p{n}", house.now - 60)
    comes(house, 1)
    assert not dials(house), "the only salesperson is for who is on the line"
    house.seat("pavel")
    assert len(dials(house)) == 1


def test_who_has_a_salesperson_already_is_left_no_second_one(house: Play) -> None:
    """A client at whose salesperson the phone rang kept the next one from a callback, too."""
    house.seat("olga")
    asks(house, "live", seats="60")
    house.confirm("live", "anna")
    assert desk(house, "olga").callers_wait == 1
    house.ring("live", "olga")
    assert desk(house, "olga").callers_wait == 0
    due(house, "p", house.now - 60)
    house.seat("pavel")
    assert [one.person for one in dials(house)] == ["pavel"]


def test_an_owner_keeps_a_callback_for_two_hours_of_work_then_the_team_has_it(
    company: type[Play],
) -> None:
    house = opened(company, "anna", "pavel", "zoya")
    five = house.now + 7 * 3600  # 17:00, an hour before the end of the day
    due(house, "hers", five, owner="olga")
    house.seat("olga")
    house.happen(PausePressed(house.now, "olga", "r", "lunch"))
    house.seat("olga", paused=True)
    comes(house, 7 * 3600)
    comes(house, 3600)
    assert not dials(house), "the owner is on a break, and keeps it"
    comes(house, 15 * 3600 + 3599)
    assert not dials(house), "the night is no working time"
    comes(house, 1)
    assert called(house) == ["hers"]


def test_the_owner_is_first_also_when_the_team_may(house: Play) -> None:
    due(house, "hers", house.now - 90_000, owner="olga")
    house.seat("pavel", "olga")
    assert dials(house)[0].person in ("pavel", "olga")
    other = opened(type(house), "anna")
    for person in SELLERS:
        other.seat(person)
    due(other, "hers", other.now - 90_000, owner="olga")
    comes(other, 1)
    assert dials(other)[0].person == "olga"


def test_an_absent_owner_has_a_deputy(house: Play) -> None:
    due(house, "hers", house.now - 60, owner="olga")
    house.seat("zoya")
    assert not dials(house)
    house.seat("pavel")
    assert [(one.person) for one in dials(house)] == ["pavel"]


def test_whoever_has_left_the_company_keeps_nothing(house: Play) -> None:
    due(house, "orphan", house.now - 60, owner="nobody-any-more")
    house.seat("zoya")
    assert called(house) == ["orphan"]


def test_a_client_is_called_within_the_hours_of_the_client_s_own_zone(house: Play) -> None:
    """Ten in Moscow is seventeen in Vladivostok; nobody is called there after twenty."""
    promise = promised(house, number="+74230000001")
    assert promise.record.zone == "Asia/Vladivostok"
    house.seat("olga")
    assert len(dials(house)) == 1
    dialled(house, DialResult.NO_ANSWER)
    house.now += 3 * 3600
    comes(house, 0)
    assert len(dials(house)) == 1
    assert desk(house, "olga").mine or desk(house, "olga").team
    comes(house, 12 * 3600)
    assert len(dials(house)) == 1, "eight in the morning there"
    comes(house, 3600)
    assert len(dials(house)) == 2


def test_caps_of_the_toll_guard_are_waited_for_and_outlive_a_restart(company: type[Play]) -> None:
    from sales_steps import reborn

    house = opened(company, "anna", toll=TollRules(per_number_per_day=1))
    promise = promised(house)
    house.seat("olga")
    dialled(house, DialResult.BUSY)
    first = house.now
    again = reborn(house, "olga")
    comes(again, 3600)
    assert not dials(again)
    assert promise.id in again.reception.floor.escalations
    comes(again, first + 86_400 - again.now + 1)
    assert len(dials(again)) == 1


def test_the_card_says_why_a_client_cannot_be_called_now(company: type[Play]) -> None:
    house = opened(company, "anna", "zoya")
    promise = promised(house, number="anonymous")
    assert promise.state is EscalationState.HUMAN
    from ivr.domain.events import PromiseOpened

    house.happen(PromiseOpened(house.now, "zoya", "r", promise.id))
    card = live(house, "zoya")
    assert (card.stage, card.why_not_call) == (PromiseStage.HUMAN, "number_not_dialled")


def test_new_rules_move_what_they_concern(house: Play) -> None:
    promise = due(house, "hers", house.now - 3600, owner="olga")
    house.seat("zoya")
    assert not dials(house)
    base = sales_rules()
    shorter = replace(base, callbacks=replace(base.callbacks, owner_keeps=60.0))
    house.reception.relearn(house.now, shorter)
    [attempt] = house.reception.floor.attempts.values()
    assert attempt.record.promise == promise.id


def test_somebody_who_signs_out_is_rung_no_more(house: Play) -> None:
    house.seat("olga")
    house.happen(MemberGone(house.now, "olga", "sales"))
    due(house, "p", house.now - 60)
    comes(house, 1)
    assert not dials(house)
    goes(house, "olga")
