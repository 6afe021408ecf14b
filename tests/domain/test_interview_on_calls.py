"""Interviews on calls: corrections, words kept, answers sent twice, and what a crash leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from company import rules

from ivr.domain.commands import RefuseKey, Save, WakeAt
from ivr.domain.events import (
    AnswerCorrected,
    DispositionGiven,
    LegSeen,
    OutcomeOverridden,
    ReadyPressed,
    Resynced,
    SkipPressed,
    TreeOpened,
    Woke,
)
from ivr.domain.intake.agent import AgentState
from ivr.domain.reception import Reception, Rules
from ivr.domain.records import (
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MissedCallRecord,
)
from ivr.domain.screen import Stage
from ivr.domain.tree.tree import Number, Question, Tree
from ivr.store.memory import MemoryStore

if TYPE_CHECKING:
    from domain.conftest import Play


@pytest.fixture
def asked(play: Play) -> Play:
    """Anna has asked an organisation about its staff and its workplaces: sales gets it."""
    play.connect("1", "anna")
    for question, given in (("who", "organisation"), ("staff", "20"), ("seats", "60")):
        play.wait(5)
        play.say("1", "anna", question, given)
    return play


OWED = (EscalationState.CALLBACK, EscalationState.DIALLING)
"""The states of a promise that sales has still to keep by a call."""


def correct(play: Play, question: str, given: str, person: str = "anna") -> None:
    play.happen(AnswerCorrected(play.now, person, play.request(), "1", question, given))


def leave(play: Play) -> None:
    """The caller hangs up: wrap-up begins."""
    play.wait(10)
    play.leave("1")
    play.hang_up("1", "anna")


def wrapped_up(play: Play) -> None:
    play.wait(30)
    play.happen(Woke(play.now, "wrap:anna"))


def interview(play: Play) -> InterviewRecord:
    return [s.record for s in play.given(Save) if isinstance(s.record, InterviewRecord)][-1]


def promises(play: Play) -> list[EscalationRecord]:
    found = {s.record.id: s.record for s in play.given(Save)}
    return [one for one in found.values() if isinstance(one, EscalationRecord)]


def keys(play: Play) -> dict[str, str]:
    """The live answers by question."""
    steps = interview(play).walk["steps"]
    assert isinstance(steps, list)
    return {str(step["question"]): str(step["key"]) for step in steps if isinstance(step, dict)}


# --- times ------------------------------------------------------------------------------------


def test_each_answer_is_kept_with_its_time_and_how_long_it_took(asked: Play) -> None:
    steps = interview(asked).walk["steps"]
    assert isinstance(steps, list)
    assert [(s["at"], s["took"]) for s in steps if isinstance(s, dict)] == [
        (1005.0, 5.0),
        (1010.0, 5.0),
        (1015.0, 5.0),
    ]


# --- corrections ------------------------------------------------------------------------------


def test_a_correction_withdraws_what_hung_on_the_answer(asked: Play) -> None:
    correct(asked, "who", "person")
    outcome = asked.screen("anna").outcome
    assert outcome is not None
    assert outcome.id == "home"
    assert keys(asked) == {"who": "person"}
    withdrawn = interview(asked).walk["withdrawn"]
    assert isinstance(withdrawn, list)
    assert [w["question"] for w in withdrawn if isinstance(w, dict)] == ["who", "staff", "seats"]
    assert not promises(asked)


def test_a_correction_that_asks_more_puts_the_question_on_the_screen(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "person")
    correct(play, "who", "organisation")
    card = play.screen("anna").question
    assert card is not None
    assert (card.id, play.screen("anna").stage) == ("staff", Stage.ASKING)


def test_a_correction_of_what_was_not_asked_or_means_nothing_is_refused(asked: Play) -> None:
    correct(asked, "region", "city")
    assert asked.given(RefuseKey)[-1].problem == "stale_question"
    correct(asked, "seats", "many")
    assert asked.given(RefuseKey)[-1].problem == "answer_not_understood"
    correct(asked, "seats", "5", person="boris")
    assert asked.given(RefuseKey)[-1].problem == "not_your_call"
    assert keys(asked) == {"who": "organisation", "staff": "r1", "seats": "r3"}


def test_a_correction_in_wrap_up_reaches_the_promise(asked: Play) -> None:
    asked.confirm("1", "anna")
    leave(asked)
    assert asked.screen("anna").stage is Stage.WRAP_UP
    correct(asked, "staff", "500")
    [promise] = promises(asked)
    assert (promise.scale, promise.aim) == ("large", "meeting")
    assert [one["answer"] for one in promise.answers] == ["organisation", "r2"]
    assert interview(asked).outcome == "corporate"


def test_a_correction_never_takes_a_client_back_from_sales(asked: Play) -> None:
    asked.confirm("1", "anna")
    leave(asked)
    correct(asked, "seats", "5")
    [promise] = promises(asked)
    assert promise.state in OWED
    assert promise.answers[-1]["answer"] == "r1"
    assert interview(asked).owner == "sales"


def test_a_correction_in_wrap_up_that_makes_it_a_matter_of_sales_is_promised(play: Play) -> None:
    play.connect("1", "anna")
    for question, given in (("who", "organisation"), ("staff", "20"), ("seats", "6")):
        play.say("1", "anna", question, given)
    play.confirm("1", "anna")
    leave(play)
    assert not promises(play)
    correct(play, "seats", "60")
    assert play.screen("anna").outcome is not None
    wrapped_up(play)
    [promise] = promises(play)
    assert promise.state in OWED
    assert interview(play).settled_at == play.now


def test_a_correction_leaves_a_persons_own_decision_alone(asked: Play) -> None:
    override = OutcomeOverridden(asked.now, "anna", "r", "1", "client", "", "просит сам")
    asked.happen(override)
    correct(asked, "seats", "70")
    assert (interview(asked).why, interview(asked).owner) == ("override", "client")
    assert not promises(asked)


def test_a_correction_to_large_ends_at_sales_whatever_a_person_had_decided(asked: Play) -> None:
    asked.happen(OutcomeOverridden(asked.now, "anna", "r", "1", "client", "", "просит сам"))
    correct(asked, "staff", "500")
    leave(asked)
    wrapped_up(asked)
    [promise] = promises(asked)
    assert (promise.scale, promise.aim) == ("large", "meeting")


def test_a_correction_after_wrap_up_comes_too_late(asked: Play) -> None:
    leave(asked)
    wrapped_up(asked)
    correct(asked, "seats", "5")
    assert asked.given(RefuseKey)[-1].problem == "not_your_call"


# --- once -------------------------------------------------------------------------------------


def test_an_answer_that_comes_twice_counts_once(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "20")
    play.say("1", "anna", "staff", "20")
    assert keys(play) == {"who": "organisation", "staff": "r1"}
    assert interview(play).walk["withdrawn"] == []
    correct(play, "staff", "30")
    correct(play, "staff", "30")
    withdrawn = interview(play).walk["withdrawn"]
    assert isinstance(withdrawn, list)
    assert len(withdrawn) == 1


# --- the client's words -----------------------------------------------------------------------


def with_skips(tree: Tree) -> Tree:
    """The tree with a skip of the question about seats."""
    seats = tree.questions["seats"]
    skipped = Question(seats.id, seats.ask, seats.form, seats.hint, "branch")
    return Tree(
        tree.id, tree.title, tree.first, {**tree.questions, "seats": skipped}, tree.outcomes
    )


def test_a_skip_keeps_the_clients_words(company: type[Play]) -> None:
    whole = rules()
    tree = with_skips(whole.trees["internet"].tree)
    changed = replace(whole, trees={"internet": replace(whole.trees["internet"], tree=tree)})
    play = started(company, changed)
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "20")
    play.happen(SkipPressed(play.now, "anna", "r", "1", "seats", "пока не решили"))
    steps = interview(play).walk["steps"]
    assert isinstance(steps, list)
    assert isinstance(steps[-1], dict)
    assert (steps[-1]["key"], steps[-1]["words"]) == ("unknown", "пока не решили")
    assert interview(play).outcome == "branch"


def test_words_are_kept_where_the_question_cannot_be_skipped(play: Play) -> None:
    play.connect("1", "anna")
    for request in ("a", "b"):
        play.happen(SkipPressed(play.now, "anna", request, "1", "who", "я из посольства"))
        assert play.given(RefuseKey)[-1].problem == "skip_not_allowed"
    assert interview(play).walk["remarks"] == [
        {"question": "who", "words": "я из посольства", "at": 1000.0}
    ]
    play.happen(
        OutcomeOverridden(play.now, "anna", "r", "1", "sales", "callback", "посольство", "volume")
    )
    assert interview(play).reason == "посольство"
    assert interview(play).decided_by == "anna"


# --- a crash ----------------------------------------------------------------------------------


def started(company: type[Play], whole: Rules) -> Play:
    play = company(Reception(whole))
    play.resync()
    play.seat("anna", "boris", "olga", "pavel")
    return play


def killed(play: Play, company: type[Play], legs: tuple[LegSeen, ...] = ()) -> Play:
    """The service dies and starts anew, two seconds later, from what is on the disk."""
    store = MemoryStore(lambda: play.now)
    for saved in play.given(Save):
        store.save(saved.record, saved.confirm)
    store.commit()
    reborn = company(Reception(rules()), now=play.now + 2)
    reborn.happen(store.restore(reborn.now))
    reborn.seat("anna", "boris", "olga", "pavel")
    reborn.happen(Resynced(reborn.now, legs, (), ()))
    reborn.seat("anna", "boris", "olga", "pavel")
    reborn.orders += [Save(one) for one in store.interviews.values()]
    return reborn


TALK = (
    LegSeen("1", "PJSIP/trunk-1", True, None, "b1", "+74950000081", "", "x", "client", 30.0),
    LegSeen("1", "PJSIP/anna-1", False, "anna", "b1", "", "", "x", "", 25.0),
)


@pytest.mark.parametrize("said", ["", "kept", "callback"])
def test_a_large_customer_whose_walk_broke_off_is_promised_to_sales(
    company: type[Play], said: str
) -> None:
    """An answer said *large*, more would have been asked, and the caller hung up."""
    play = company(Reception(asking_large_more()))
    play.resync()
    play.seat("anna", "boris")
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "500")
    assert play.screen("anna").stage is Stage.ASKING
    leave(play)
    if said:
        play.happen(DispositionGiven(play.now, "anna", play.request(), "1", said))
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    (promise,) = promises(play)
    assert (promise.aim, promise.scale, promise.state in OWED) == ("meeting", "large", True)
    assert not [s for s in play.given(Save) if isinstance(s.record, MissedCallRecord)]


def test_a_large_customer_who_wanted_nothing_is_not_promised(company: type[Play]) -> None:
    play = company(Reception(asking_large_more()))
    play.resync()
    play.seat("anna", "boris")
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "500")
    leave(play)
    play.happen(DispositionGiven(play.now, "anna", play.request(), "1", "refused"))
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    assert promises(play) == []


def asking_large_more() -> Rules:
    """The company's tree, in which a large customer is asked about seats, too."""
    whole = rules()
    published = whole.trees["internet"]
    staff = published.tree.questions["staff"]
    assert isinstance(staff.form, Number)
    ranges = tuple(replace(one, then="seats") for one in staff.form.ranges)
    questions = {
        **published.tree.questions,
        "staff": replace(staff, form=replace(staff.form, ranges=ranges)),
    }
    tree = replace(published.tree, questions=questions)
    return replace(
        whole,
        trees={"internet": replace(published, tree=tree)},
        history={("internet", published.version): tree},
    )


def test_after_a_crash_the_same_question_is_on_the_screen(play: Play, company: type[Play]) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    reborn = killed(play, company, TALK)
    card = reborn.screen("anna").question
    assert card is not None
    assert (card.id, card.version, reborn.screen("anna").stage) == ("staff", 1, Stage.ASKING)
    reborn.wait(4)
    reborn.say("1", "anna", "staff", "20")
    steps = interview(reborn).walk["steps"]
    assert isinstance(steps, list)
    assert [s["took"] for s in steps if isinstance(s, dict)] == [0.0, 6.0]


def test_after_a_crash_the_tree_opened_for_a_client_of_sales_is_still_open(
    play: Play, company: type[Play]
) -> None:
    play.connect("1", "anna", "+74950000047")
    play.happen(TreeOpened(play.now, "anna", "r", "1"))
    reborn = killed(play, company, TALK)
    assert reborn.screen("anna").stage is Stage.ASKING


def test_after_a_crash_the_interview_goes_on_in_wrap_up(play: Play, company: type[Play]) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    leave(play)
    reborn = killed(play, company)
    screen = reborn.screen("anna")
    assert (screen.stage, screen.caller_gone) == (Stage.WRAP_UP, True)
    assert screen.question is not None
    assert screen.question.id == "staff"
    assert WakeAt(play.now + 30, "wrap:anna") in reborn.given(WakeAt)
    reborn.say("1", "anna", "staff", "500")
    reborn.wait(30)
    reborn.happen(Woke(reborn.now, "wrap:anna"))
    assert [one.scale for one in promises(reborn)] == ["large"]
    assert reborn.reception.floor.agents["anna"].state is AgentState.READY
    assert not reborn.reception.floor.calls


def test_a_caller_who_left_while_we_were_dead_leaves_a_wrap_up(
    asked: Play, company: type[Play]
) -> None:
    reborn = killed(asked, company)
    assert reborn.screen("anna").stage is Stage.WRAP_UP
    reborn.happen(ReadyPressed(reborn.now, "anna", "r"))
    [promise] = promises(reborn)
    assert promise.state in OWED
    assert interview(reborn).settled_at == reborn.now


def test_what_the_tree_gave_to_sales_is_promised_though_we_died_in_wrap_up(
    asked: Play, company: type[Play]
) -> None:
    leave(asked)
    asked.wait(60)
    reborn = killed(asked, company)
    [promise] = promises(reborn)
    assert promise.state in OWED
    assert not reborn.reception.floor.calls


def test_a_persons_own_decision_is_not_decided_anew_by_a_crash(
    asked: Play, company: type[Play]
) -> None:
    asked.happen(OutcomeOverridden(asked.now, "anna", "r", "1", "client", "", "просит сам"))
    reborn = killed(asked, company, TALK)
    assert reborn.screen("anna").stage is Stage.TALKING
    leave(reborn)
    reborn.wait(30)
    reborn.happen(Woke(reborn.now, "wrap:anna"))
    assert not promises(reborn)
    assert (interview(reborn).why, interview(reborn).owner) == ("override", "client")


def test_a_settled_call_is_not_settled_again(asked: Play, company: type[Play]) -> None:
    asked.confirm("1", "anna")
    leave(asked)
    wrapped_up(asked)
    reborn = killed(asked, company)
    assert reborn.screen("anna").stage is Stage.READY
    assert [one.made_at for one in promises(reborn)] == [1015.0]


def test_the_page_shows_what_may_be_corrected_and_what_a_correction_took_away(asked: Play) -> None:
    known = {fact.question: fact for fact in asked.screen("anna").known}
    assert [answer.id for answer in known["who"].answers] == ["person", "organisation"]
    assert (known["who"].kind, known["who"].given) == ("choice", "organisation")
    assert known["staff"].kind == "number"
    correct(asked, "who", "person")
    screen = asked.screen("anna")
    assert [fact.question for fact in screen.known] == ["who"]
    assert [fact.question for fact in screen.withdrawn] == ["staff", "seats"]
    correct(asked, "who", "organisation")
    assert [fact.question for fact in asked.screen("anna").withdrawn] == ["seats"], (
        "what is asked again is no longer withdrawn"
    )
