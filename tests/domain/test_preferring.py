"""Repeat callers reach who they know, clients their owner: if free, and where asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from company import CALLER, rules

from ivr.domain.commands import AdmitCall, TransferToSales
from ivr.domain.events import MemberSeen, MemberStatus, ReadyPressed, Restored
from ivr.domain.reception import Reception, Rules
from ivr.domain.records import LastAgent

if TYPE_CHECKING:
    from domain.conftest import Play

DAY = 86_400.0


def preferring(deputy: str = "") -> Rules:
    """Anna and Boris are tried again within 30 days, owners at sales before the team."""
    old = rules()
    departments = {
        "client": replace(old.departments["client"], last_within=30 * DAY, last_ring=8),
        "sales": replace(old.departments["sales"], owner_ring=12),
    }
    people = dict(old.people)
    people["olga"] = replace(people["olga"], deputy=deputy)
    return replace(old, departments=departments, people=people)


@pytest.fixture
def house(company: type[Play]) -> Play:
    return seated(company, preferring())


def seated(company: type[Play], about: Rules) -> Play:
    play = company(Reception(about))
    play.resync()
    play.seat("anna", "boris", "olga", "pavel")
    return play


def first(play: Play) -> tuple[str, int]:
    order = play.given(AdmitCall)[-1]
    return order.first, order.first_seconds


def talk(play: Play, call: str, person: str) -> None:
    """A whole call with this person, wrap-up ended."""
    play.connect(call, person)
    play.wait(30)
    play.hang_up(call, person)
    play.leave(call)
    play.happen(ReadyPressed(play.now, person, play.request()))


def pause(play: Play, person: str) -> None:
    queue = play.reception.floor.department_of(person).queue
    play.happen(MemberSeen(play.now, person, queue, True, "Обед", MemberStatus.IDLE))


def test_a_repeat_caller_is_tried_with_the_agent_of_last_time(house: Play) -> None:
    house.offer("0")
    assert first(house) == ("", 0)
    house.leave("0")
    talk(house, "1", "boris")
    house.offer("2")
    assert first(house) == ("boris", 8)
    house.offer("3", "+74950000082")
    assert first(house) == ("", 0), "another number is another caller"


def test_only_a_free_agent_is_tried_first(house: Play) -> None:
    talk(house, "1", "boris")
    pause(house, "boris")
    house.offer("2")
    assert first(house) == ("", 0)


def test_the_newest_talk_counts_and_an_old_one_is_forgotten(house: Play) -> None:
    talk(house, "1", "boris")
    talk(house, "2", "anna")
    house.wait(29 * DAY)
    house.offer("3")
    assert first(house) == ("anna", 8)
    house.leave("3")
    house.wait(2 * DAY)
    house.offer("4")
    assert first(house) == ("", 0)


def test_nobody_is_tried_first_where_it_is_not_asked_for(play: Play) -> None:
    talk(play, "1", "boris")
    play.offer("2")
    assert first(play) == ("", 0)
    assert not play.reception.floor.last_agents, "nothing is remembered for nobody"


def test_withheld_callers_are_different_people(house: Play) -> None:
    house.connect("1", "boris", "")
    house.leave("1")
    house.hang_up("1", "boris")
    house.offer("2", "")
    assert first(house) == ("", 0)


def test_who_talked_with_whom_is_taken_up_at_the_start(company: type[Play]) -> None:
    play = company(Reception(preferring()))
    known = (LastAgent(CALLER, "anna", play.now - DAY),)
    play.happen(Restored(play.now, (), (), (), (), (), last_agents=known))
    play.resync()
    play.seat("anna", "boris")
    play.offer("1")
    assert first(play) == ("anna", 8)


def pass_on(play: Play) -> TransferToSales:
    """A client of the owner Olga is passed to sales."""
    play.connect("1", "anna", "+74950000047")
    play.confirm("1", "anna")
    return play.given(TransferToSales)[-1]


def test_the_clients_owner_is_tried_before_the_team(house: Play) -> None:
    order = pass_on(house)
    assert (order.first, order.first_seconds) == ("olga", 12)


def test_an_absent_owner_has_a_deputy(company: type[Play]) -> None:
    play = seated(company, preferring(deputy="pavel"))
    pause(play, "olga")
    assert pass_on(play).first == "pavel"


def test_without_a_deputy_the_team_is_rung_at_once(house: Play) -> None:
    pause(house, "olga")
    order = pass_on(house)
    assert (order.first, order.first_seconds) == ("", 0)
