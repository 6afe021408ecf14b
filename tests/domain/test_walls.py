"""The wall of a department tells of the floor as it is, and of the day as the database has it."""

from __future__ import annotations

import pytest
from company import CALLER, DID, rules
from domain.conftest import Play

from ivr.domain.events import LinkLost, Woke
from ivr.domain.reception import Reception, walls
from ivr.domain.records import Agreed
from ivr.domain.screen import Stage
from ivr.domain.wall import DayCounts, WallScreen, empty_day

DAY = DayCounts(
    answered=1,
    answered_waited=10.0,
    missed=1,
    missed_waited=30.0,
    recovered=1,
    kept=31,
    closed=32,
)


def wall(play: Play, day: DayCounts | None = None) -> WallScreen:
    return walls.wall_of(play.reception.floor, "client", day or empty_day(), play.now)


def test_an_empty_day_has_no_mean(play: Play) -> None:
    shown = wall(play)
    assert (shown.mean_wait, shown.mean_wait_all) == (None, None)
    assert (shown.answered, shown.promises) == (0, 0)


def test_means_are_of_those_answered_and_of_all(play: Play) -> None:
    shown = wall(play, DAY)
    assert (shown.mean_wait, shown.mean_wait_all) == (10.0, 20.0)


def test_who_waits_longest_is_first_and_has_a_line(play: Play) -> None:
    play.offer("c1")
    play.queue("c1")
    play.wait(5)
    play.offer("c2", "+74950000083")
    shown = wall(play)
    assert [one.call for one in shown.waiting] == ["c1", "c2"]
    assert shown.waiting[0].since == play.now - 5
    assert (shown.waiting[0].line, shown.waiting[0].number) == (1, "+7 495 000-00-81")
    assert (shown.used, shown.lines, shown.headcount) == (2, 2, 2)


def test_a_withheld_caller_waits_without_a_number(play: Play) -> None:
    play.offer("c1", "", "")
    (waiting,) = wall(play).waiting
    assert (waiting.number, waiting.name) == ("", "")


def test_each_person_has_a_row_with_what_the_page_shows(play: Play) -> None:
    play.connect("c1", "anna", "+74950000047")
    play.wait(30)
    anna, boris = wall(play).crew
    assert (anna.name, anna.stage, anna.since) == ("Anna", Stage.OUTCOME, play.now - 30)
    assert (anna.caller, anna.key_account, anna.owner) == ("ООО «Вектор»", True, "sales")
    assert (boris.stage, boris.caller, boris.desk) == (Stage.READY, "", True)


def test_a_question_is_told_by_its_number(play: Play) -> None:
    play.connect("c1", "anna")
    play.say("c1", "anna", "who", "organisation")
    row = wall(play).crew[0]
    assert (row.stage, row.step) == (Stage.ASKING, 2)


def test_only_the_own_department_is_on_the_wall(play: Play) -> None:
    assert [one.person for one in wall(play).crew] == ["anna", "boris"]
    assert wall(play).numbers == (DID,)
    assert walls.departments(play.reception.floor) == ("client",)


def test_lines_that_differ_from_the_headcount_are_told(company: type[Play]) -> None:
    play = company(Reception(rules(lines=5)))
    assert (wall(play).lines, wall(play).headcount) == (5, 2)


def test_lines_of_who_is_signed_in_follow_the_headcount(company: type[Play]) -> None:
    play = company(Reception(rules(lines=None)))
    play.resync()
    play.seat("anna")
    assert (wall(play).lines, wall(play).headcount) == (1, 1)


def test_a_lost_link_is_told_with_its_time(play: Play) -> None:
    assert wall(play).link_lost_at is None
    play.happen(LinkLost(play.now, "mute"))
    assert wall(play).link_lost_at == play.now


def test_a_promise_is_overdue_once_its_time_has_passed(play: Play) -> None:
    play.connect("c1", "anna")
    play.say("c1", "anna", "who", "organisation")
    play.say("c1", "anna", "staff", "20")
    play.say("c1", "anna", "seats", "20")
    play.confirm("c1", "anna")
    floor = play.reception.floor
    (promise,) = floor.escalations.values()
    promise.agree(play.now, play.now + 600, Agreed.SALES)
    play.happen(Woke(play.now, "callbacks"))
    assert wall(play, DAY).overdue == 0
    play.wait(600 + 60)
    play.happen(Woke(play.now, "callbacks"))
    shown = wall(play, DAY)
    assert (shown.overdue, shown.kept, shown.promises) == (1, 31, 33)
    promise.call_back(play.now + 3600)  # tried in vain: what the client was told has passed
    assert wall(play, DAY).overdue == 1
    promise.hand_to_human()
    assert wall(play, DAY).overdue == 1
    promise.agree(play.now, play.now + 3600, Agreed.SALES)
    assert wall(play, DAY).overdue == 0
    promise.hand_to_human()
    play.wait(3660)
    play.happen(Woke(play.now, "callbacks"))
    assert wall(play, DAY).overdue == 1
    promise.bridged(play.now, "olga", "c1")
    assert wall(play, DAY).overdue == 0


@pytest.mark.parametrize("number", [CALLER, ""])
def test_a_caller_who_is_answered_waits_no_more(play: Play, number: str) -> None:
    play.connect("c1", "anna", number)
    assert wall(play).waiting == ()
