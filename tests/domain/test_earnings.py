"""What a tree earns, over several versions and from rows as they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import FIRST, SECOND, Office, example, finish
from tree_makers import SLOW, sound_trees, walk

from ivr.config.trees import tree_from_text
from ivr.domain.events import BackPressed, OutcomeOverridden, SkipPressed
from ivr.domain.records import EscalationState
from ivr.domain.tree.earnings import Course, Earned, Result, earnings
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import decide
from ivr.domain.tree.replay import replay
from ivr.domain.tree.tree import Owner, Tree
from ivr.reports.change_words import replay_lines
from ivr.reports.figures import duration, share
from ivr.reports.past import courses, pasts, result_of, walks
from ivr.reports.shelf import Shelf
from ivr.reports.tree_csv import COLUMNS, earned_rows, read_rows, write_rows
from ivr.reports.tree_words import earnings_lines, why_lines
from ivr.reports.why import why

if TYPE_CHECKING:
    from domain.conftest import Play


def counts(earned: Earned, question: str) -> dict[str, int]:
    """How often each answer of a question was given."""
    [found] = [one for one in earned.questions if one.question == question]
    return {one.answer: one.tally.count for one in found.answers}


def test_a_version_published_while_somebody_is_asked_counts_apart(company: type[Play]) -> None:
    office = Office(company, FIRST)
    play = office.play
    play.connect("1", "anna")
    play.connect("3", "vera", "+74950000083")
    play.say("3", "vera", "who", "organisation")
    office.publish(SECOND)
    first_key = play.screen("anna").question
    assert first_key is not None
    play.say("1", "anna", "who", first_key.answers[0].id)
    play.connect("2", "boris", "+74950000082")
    second_key = play.screen("boris").question
    assert second_key is not None
    play.say("2", "boris", "who", second_key.answers[0].id)
    play.say("3", "vera", "seats", "60")
    found = office.keep()
    by_call = {one.kept.interview.call: one for one in found.walked}
    assert [(c, by_call[c].walk.version, by_call[c].walk.at) for c in "123"] == [
        ("1", 1, "region"),
        ("2", 2, "large"),
        ("3", 1, "large"),
    ]
    earned = earnings(courses(found.walked))
    assert counts(earned.total, "who") == {"organisation": 2, "person": 1}
    assert [(one.version, counts(one, "who")) for one in earned.versions] == [
        (2, {"organisation": 1, "person": 0}),
        (1, {"person": 1, "organisation": 1}),
    ]


def test_what_was_taken_back_is_in_no_figure(company: type[Play]) -> None:
    office = Office(company, FIRST)
    play = office.play
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "seats", "60")
    for _ in range(2):
        play.happen(BackPressed(play.now, "anna", play.request(), "1"))
    play.say("1", "anna", "who", "person")
    found = office.keep()
    [one] = found.walked
    assert [step.question for step in one.walk.steps] == ["who"]
    assert [step.question for step in one.walk.withdrawn] == ["seats", "who"]
    assert [fact["question"] for fact in one.walk.facts()] == ["who"]
    assert not office.play.reception.floor.escalations
    earned = earnings(courses(found.walked))
    assert counts(earned.total, "seats") == {"to-9": 0, "10-to-49": 0, "from-50": 0}
    rows = list(earned_rows("internet", earned, {1: one.walk.tree}))
    assert {row["count"] for row in rows if row["question"] == "seats"} == {"0"}
    play.happen(BackPressed(play.now, "anna", play.request(), "1"))
    card = play.screen("anna").question
    assert card is not None
    assert card.id == "who"


@pytest.fixture
def month(company: type[Play]) -> Office:
    """Five calls: a person, one won, one overridden, one that left, one in other words."""
    office = example(company)
    play = office.play
    play.connect("1", "anna")
    play.wait(4)
    play.say("1", "anna", "who", "person")
    play.confirm("1", "anna")
    finish(play, "1", "anna")
    play.connect("2", "boris", "+74950000082")
    for question, given_ in (("who", "organisation"), ("staff", "20"), ("seats", "60")):
        play.wait(6)
        play.say("2", "boris", question, given_)
    play.confirm("2", "boris")
    finish(play, "2", "boris")
    play.connect("3", "vera", "+74950000083")
    play.wait(2)
    play.say("3", "vera", "who", "organisation")
    play.happen(SkipPressed(play.now, "vera", "s", "3", "staff", "мы не считаем"))
    play.say("3", "vera", "sites", "one")
    play.say("3", "vera", "seats", "60")
    play.happen(OutcomeOverridden(play.now, "vera", "o", "3", "client", "", "=просит сам"))
    finish(play, "3", "vera")
    return office


def test_each_answer_tells_how_often_how_long_and_what_became_of_it(month: Office) -> None:
    month.play.connect("4", "anna", "+74950000084")
    month.play.say("4", "anna", "who", "organisation")
    finish(month.play, "4", "anna")
    found = month.keep()
    earned = earnings(courses(found.walked)).total
    who, staff = earned.questions[0], earned.questions[1]
    assert (who.question, who.reached, who.answered, who.skipped) == ("who", 4, 4, 0)
    assert counts(earned, "who") == {"person": 1, "organisation": 3}
    assert (who.pace.mean, who.pace.median) == (3.0, 3.0)
    assert (staff.reached, staff.answered, staff.skipped, staff.stopped) == (3, 1, 1, 1)
    assert [(h.call, h.words, h.skipped) for h in staff.heard] == [("3", "мы не считаем", True)]
    organisation = who.answers[1].tally
    assert (organisation.stayed, organisation.passed, organisation.overridden) == (1, 1, 1)
    assert organisation.reasons == (("=просит сам", 1),)
    assert (organisation.won, organisation.lost, organisation.open) == (0, 0, 1)
    assert earned.unfinished == 1
    assert {one.outcome: one.tally.count for one in earned.outcomes} == {"home": 1, "volume": 2}


def test_what_sales_made_of_it_is_told_by_the_newest_promise(month: Office) -> None:
    month.keep()
    [promise] = [one for one in month.store.escalations.values() if one.call == "2"]
    for result, state, wanted in (
        ("won", EscalationState.CLOSED, Result.WON),
        ("lost", EscalationState.CLOSED, Result.LOST),
        ("refused", EscalationState.CLOSED, Result.REFUSED),
        ("nothing", EscalationState.CLOSED, Result.NOTHING),
        ("meeting", EscalationState.CLOSED, Result.MEETING),
        ("", EscalationState.CALLBACK, Result.OPEN),
        ("", EscalationState.CLOSED, Result.CLOSED),
    ):
        assert result_of([promise, replace(promise, result=result, state=state)]) is wanted
    assert result_of([]) is Result.NONE


def test_the_csv_is_inert_and_reads_back_as_it_was(month: Office) -> None:
    found = month.keep()
    earned = earnings(courses(found.walked))
    rows = list(earned_rows("internet", earned, {1: found.walked[0].walk.tree}))
    data = write_rows(rows)
    assert read_rows(data) == rows
    assert tuple(rows[0]) == COLUMNS
    cells = [cell for line in data.decode("utf-8-sig").splitlines() for cell in line.split(";")]
    assert not [cell for cell in cells if cell.lstrip('"')[:1] in ("=", "+", "@", "-")]
    assert any("=просит сам" in row["reasons"] for row in rows)
    words = [row for row in rows if row["kind"] == "words"]
    assert [(row["question"], row["text"], row["call"]) for row in words] == [
        ("staff", "мы не считаем", "3")
    ]


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=20)), max_size=5))
def test_any_text_survives_the_csv(rows: list[dict[str, str]]) -> None:
    whole = [{column: row.get(column, "") for column in COLUMNS} for row in rows]
    assert read_rows(write_rows(whole)) == whole


def test_the_report_in_words_has_dashes_where_nothing_was_measured(company: type[Play]) -> None:
    tree = example(company).rules().trees["internet"].tree
    empty = list(earnings_lines("internet", earnings([]), {1: tree}))
    assert empty[0] == "internet: 0 interviews, stayed 0, to sales 0"
    walked = Interview.begin(tree, 1).answer("who", "person")
    course = Course("1", walked, owner=Owner.CLIENT)
    told = "\n".join(earnings_lines("internet", earnings([course]), {1: tree}, "en"))
    assert "Private person: 1 (100 %), —" in told
    assert "Organisation: 0 (0 %), —" in told
    assert "reached 0, answered 0" in told
    assert "nan" not in told.lower()


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(109, "1:49"), (3725, "1:02:05"), (0, "0:00"), (None, "—"), (59.6, "1:00")],
)
def test_durations_as_people_read_them(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


def test_a_share_of_nothing_is_a_dash() -> None:
    assert (share(1, 2), share(0, 3), share(0, 0)) == ("50 %", "0 %", "—")


def test_real_interviews_through_a_draft_say_who_would_go_elsewhere(month: Office) -> None:
    found = month.keep()
    text = month.texts[0].replace("{to: 49, then: branch}", "{to: 99, then: office}")
    draft = tree_from_text(text, "draft").tree
    result = replay(pasts(found.walked), draft)
    assert [one.past.call for one in result.moved] == ["2", "3"]
    lines = list(replay_lines(result))
    assert lines[0] == "2 of 3 clients would go to another department, these:"
    assert lines[1].startswith("  2: who: Organisation, staff: ")
    again = replay(pasts(found.walked), month.rules().trees["internet"].tree)
    assert again.same
    assert list(replay_lines(again)) == ["0 of 3 clients would go to another department"]


def test_a_replay_names_what_was_never_asked(month: Office) -> None:
    found = month.keep()
    text = month.texts[0].replace("scale: private, then: home}", "scale: private, then: floor}")
    text = text.replace(
        "outcomes:\n",
        "  floor:\n    ask: {ru: Этаж?, en: Which floor?}\n    number:\n"
        "      - {then: home}\noutcomes:\n",
    )
    result = replay(pasts(found.walked), tree_from_text(text, "draft").tree)
    assert [one.past.call for one in result.unclear] == ["1"]
    assert "1 cannot be told: floor was never asked then" in list(replay_lines(result))


def test_why_tells_the_answers_the_version_and_who_overrode(month: Office) -> None:
    month.keep()
    shelf = Shelf(month.store.trees)
    kept = month.store.history.interview("3")
    assert kept is not None
    found = why(kept, shelf)
    assert (found.overridden, found.who, found.key_account) == (True, "vera", False)
    assert found.by_itself is not None
    assert found.by_itself.outcome == "volume"
    told = "\n".join(why_lines(found, UTC, "en"))
    assert "tree internet version 1, published by head" in told
    assert '("мы не считаем")' in told
    assert "overridden by vera: client, because: =просит сам" in told


def test_why_tells_the_rule_and_the_account_flag(company: type[Play]) -> None:
    office = example(company)
    office.play.connect("1", "anna", "+74950000047")
    office.play.confirm("1", "anna")
    office.keep()
    kept = office.store.history.interview("1")
    assert kept is not None
    assert kept.interview.key_account
    told = "\n".join(why_lines(why(kept, Shelf(office.store.trees)), UTC, "en"))
    assert "known as a key account: yes" in told
    assert "decided before the tree had ended: sales (account)" in told


def test_a_row_that_fits_no_version_is_told_and_not_counted(month: Office) -> None:
    month.keep()
    broken = replace(month.store.interviews["1"], version=7)
    month.store.interviews["1"] = broken
    found = walks(month.store.history, Shelf(month.store.trees), "internet", 0.0, 1e10)
    assert found.unreadable == ("1",)
    assert len(found.walked) == 2
    kept = month.store.history.interview("1")
    assert kept is not None
    told = "\n".join(why_lines(why(kept, Shelf(month.store.trees)), UTC))
    assert "tree internet version 7, which is not kept" in told


def test_calls_that_are_no_enquiry_are_in_no_figure(month: Office) -> None:
    month.keep()
    month.store.calls["1"] = replace(month.store.calls["1"], not_enquiry="colleague")
    found = walks(month.store.history, Shelf(month.store.trees), "internet", 0.0, 1e10)
    assert [one.kept.interview.call for one in found.walked] == ["2", "3"]


@SLOW
@given(sound_trees(), st.data())
def test_every_interview_is_counted_once_at_each_question_it_passed(
    tree: Tree, data: st.DataObject
) -> None:
    found = []
    for number in range(4):
        end = walk(data, tree)[-1]
        owner = decide(end).owner if end.outcome is not None else None
        found.append(Course(str(number), end, owner=owner, outcome=end.at if owner else ""))
    earned = earnings(found).total
    assert earned.total.count == 4
    assert earned.unfinished == sum(one.owner is None for one in found)
    for question in earned.questions:
        passed = [one for one in found if question.question in _passed(one)]
        assert question.reached == len(passed)
        assert question.reached == question.answered + question.skipped + question.stopped
    assert sum(one.tally.count for one in earned.outcomes) + earned.unfinished == 4


def _passed(course: Course) -> Iterable[str]:
    return [*(step.question for step in course.walk.steps), course.walk.at]
