"""What machines leave to people: listed, tried by hand, closed with a reason, never lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from company import CALLER, DID, rules

from ivr.domain.choices import TaskClosing
from ivr.domain.commands import DialCallback, RefuseKey, Save
from ivr.domain.events import (
    CallBackPressed,
    CallerTurnedAway,
    ClaimAsked,
    ClientLegEnded,
    DeskClosed,
    DialResult,
    DispositionGiven,
    NotEnquiryPressed,
    ReadyPressed,
    Restored,
    TaskClosed,
)
from ivr.domain.reception import Reception
from ivr.domain.records import MissedCallRecord, MissedState, TaskKind
from ivr.domain.screen import Stage, TaskCard

if TYPE_CHECKING:
    from domain.conftest import Play

PREMIUM = "+78095550000"


def message(play: Play, call: str, number: str = "") -> None:
    """Somebody leaves a voice message."""
    note, file = f"{call}-1", f"vm-{call}.wav"
    away = CallerTurnedAway(
        play.now, call, note, play.now, DID, number, "closed", False, "", "", file
    )
    play.happen(away)


def miss(play: Play, call: str, number: str) -> None:
    play.offer(call, number)
    play.queue(call, number)
    play.leave(call)


def left(play: Play, person: str = "anna") -> tuple[TaskCard, ...]:
    return play.screen(person).left


def tasks(play: Play) -> list[MissedCallRecord]:
    return [s.record for s in play.given(Save) if isinstance(s.record, MissedCallRecord)]


def close(play: Play, task: str, how: TaskClosing, person: str = "anna") -> None:
    play.happen(TaskClosed(play.now, person, play.request(), task, how.value))


def by_hand(play: Play, task: str) -> None:
    play.happen(CallBackPressed(play.now, "anna", play.request(), task))


def in_vain(play: Play) -> None:
    """One dial to the client that nobody answers."""
    attempt = play.dialled().attempt
    play.happen(ClaimAsked(play.now, attempt, f"Local/{attempt};1"))
    play.happen(ClientLegEnded(play.now, attempt, DialResult.NO_ANSWER, 0.0))


def broken_off(play: Play, call: str = "1", number: str = CALLER) -> None:
    """The caller hangs up after the first answer, and wrap-up ends by Enter."""
    play.connect(call, "anna", number)
    play.say(call, "anna", "who", "organisation")
    play.wait(20)
    play.leave(call)
    play.hang_up(call, "anna")
    play.happen(ReadyPressed(play.now, "anna", play.request()))


def test_a_message_of_a_withheld_number_is_listed_until_a_person_closes_it(play: Play) -> None:
    message(play, "7")
    (task,) = left(play)
    assert (task.state, task.why, task.messages, task.number) == ("left", "withheld", 1, "")
    assert left(play, "boris") == (task,), "the whole department sees it"
    assert left(play, "olga") == (), "another department does not"
    by_hand(play, task.id)
    assert play.given(RefuseKey)[-1].problem == "number_not_dialled"
    assert left(play), "a vain key loses nothing"
    close(play, task.id, TaskClosing.NOTHING_TO_DO)
    assert left(play) == left(play, "boris") == ()
    closed = tasks(play)[-1]
    assert (closed.state, closed.closed_how, closed.closed_by) == (
        MissedState.CLOSED,
        "nothing_to_do",
        "anna",
    )
    assert closed.closed_at == play.now
    assert closed.recordings == ("vm-7.wav",), "the message stays"


def test_a_message_with_a_number_is_offered_with_its_recording(play: Play) -> None:
    message(play, "7", CALLER)
    task = play.screen("anna").task
    assert task is not None
    assert (task.state, task.messages) == ("offered", 1)
    assert left(play) == ()


def test_a_number_that_must_not_be_dialled_is_listed_with_its_reason(play: Play) -> None:
    miss(play, "1", PREMIUM)
    (task,) = left(play)
    assert (task.why, task.count) == ("number", 1)
    assert play.screen("anna").task is None
    assert not play.given(DialCallback)


def test_tries_in_vain_end_with_people_who_may_try_by_hand(play: Play) -> None:
    miss(play, "1", CALLER)
    for _ in range(3):
        task = play.screen("anna").task
        assert task is not None
        by_hand(play, task.id)
        in_vain(play)
        play.wait(900)
        play.happen(ReadyPressed(play.now, "anna", play.request()))
    (task,) = left(play)
    assert (task.why, task.attempts) == ("tries", 3)
    by_hand(play, task.id)
    shown = play.screen("anna").task
    assert shown is not None
    assert shown.state == "phone"
    assert left(play, "boris") == (), "it is being dialled"
    close(play, task.id, TaskClosing.CALLED, "boris")
    assert play.given(RefuseKey)[-1].problem == "task_being_dialled"
    in_vain(play)
    assert left(play, "boris")[0].id == task.id


def test_a_task_of_another_department_is_not_to_be_closed(play: Play) -> None:
    message(play, "7")
    task = left(play)[0].id
    close(play, task, TaskClosing.NOTHING_TO_DO, "olga")
    assert play.given(RefuseKey)[-1].problem == "no_such_task"
    assert left(play)
    close(play, "m-none", TaskClosing.NOTHING_TO_DO)
    assert play.given(RefuseKey)[-1].problem == "no_such_task"


def test_an_offered_task_may_be_closed_without_a_call(play: Play) -> None:
    miss(play, "1", CALLER)
    task = play.screen("anna").task
    assert task is not None
    close(play, task.id, TaskClosing.CALLED)
    assert play.screen("anna").task is None
    assert tasks(play)[-1].closed_how == "called"


def test_what_is_left_is_seen_in_a_break_and_off_the_line_but_not_on_a_call(play: Play) -> None:
    message(play, "7")
    play.seat("anna", paused=True)
    assert play.screen("anna").stage is Stage.PAUSED
    assert left(play)
    play.seat("anna")
    play.connect("1", "anna")
    assert left(play) == ()
    assert play.screen("anna").closings == ()


def test_a_page_lists_nine_and_counts_the_rest(play: Play) -> None:
    for n in range(12):
        play.wait(1)
        message(play, str(100 + n))
    assert len(left(play)) == 9
    assert play.screen("anna").left_more == 3
    assert [task.missed_at for task in left(play)] == sorted(t.missed_at for t in left(play))


def test_what_is_left_outlives_a_restart(play: Play, company: type[Play]) -> None:
    message(play, "7")
    miss(play, "1", PREMIUM)
    kept = {record.id: record for record in tasks(play)}
    reborn = company(Reception(rules()), now=play.now)
    reborn.happen(Restored(reborn.now, (), (), (), (), missed=tuple(kept.values())))
    reborn.resync()
    reborn.seat("anna")
    assert {task.why for task in left(reborn)} == {"withheld", "number"}


# --- talks that broke off -----------------------------------------------------------------------


def test_a_talk_that_broke_off_is_left_to_a_person_with_what_was_learned(play: Play) -> None:
    broken_off(play)
    (task,) = left(play)
    assert (task.why, task.number, task.attempts) == ("unfinished", "+7 495 000-00-81", 0)
    assert [(f.label["en"], f.value["en"]) for f in task.known] == [("who", "organisation")]
    assert play.screen("anna").task is None, "no machine offers it"
    assert tasks(play)[-1].kind is TaskKind.UNFINISHED


def test_wrap_up_is_the_time_to_finish_it(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.leave("1")
    play.hang_up("1", "anna")
    screen = play.screen("anna")
    assert (screen.stage, screen.question and screen.question.id) == (Stage.WRAP_UP, "staff")
    play.say("1", "anna", "staff", "20")
    play.say("1", "anna", "seats", "5")
    assert play.screen("anna").question is None
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    assert left(play) == ()
    assert not tasks(play)


@pytest.mark.parametrize("said", ["refused", "wrong_number", "advertising", "kept", "other"])
def test_an_agent_s_own_judgement_leaves_nothing(play: Play, said: str) -> None:
    play.connect("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    play.happen(DispositionGiven(play.now, "anna", play.request(), "1", said))
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    assert left(play) == ()


def test_a_callback_that_was_said_and_never_promised_is_left_to_a_person(play: Play) -> None:
    play.connect("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    play.happen(DispositionGiven(play.now, "anna", play.request(), "1", "callback"))
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    assert [task.why for task in left(play)] == ["unfinished"]


def test_a_call_that_is_no_enquiry_leaves_nothing(play: Play) -> None:
    play.connect("1", "anna")
    play.happen(NotEnquiryPressed(play.now, "anna", play.request(), "1", "colleague"))
    play.leave("1")
    play.hang_up("1", "anna")
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    assert left(play) == ()


def test_an_agent_with_nothing_but_a_phone_leaves_no_task_behind_each_call(play: Play) -> None:
    play.happen(DeskClosed(play.now, "anna"))
    play.connect("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    assert left(play, "boris") == ()


def test_the_client_s_next_talk_closes_it(play: Play) -> None:
    broken_off(play)
    play.wait(60)
    play.connect("2", "boris")
    assert tasks(play)[-1].closed_how == "served"
    assert left(play) == ()


def test_the_client_s_next_missed_call_makes_it_a_task_that_is_offered(play: Play) -> None:
    broken_off(play)
    play.wait(60)
    miss(play, "2", CALLER)
    task = play.screen("anna").task
    assert task is not None
    assert (task.count, [f.value["en"] for f in task.known]) == (2, ["organisation"])
    assert tasks(play)[-1].kind is TaskKind.MISSED
    assert left(play) == ()


def test_withheld_talks_that_broke_off_are_different_people(play: Play) -> None:
    broken_off(play, "1", "")
    play.wait(60)
    broken_off(play, "2", "")
    assert [task.why for task in left(play)] == ["withheld", "withheld"]


def test_a_talk_that_broke_off_counts_into_the_number_s_open_task(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    miss(play, "2", CALLER)
    play.leave("1")
    play.hang_up("1", "anna")
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    task = play.screen("anna").task
    assert task is not None
    assert [f.value["en"] for f in task.known] == ["organisation"]
    assert left(play) == ()
    open_ones = {r.id: r for r in tasks(play)}
    assert [r.state for r in open_ones.values() if r.closed_at is None] == [MissedState.WAITING]
    assert replace(task, known=()).number == "+7 495 000-00-81"
