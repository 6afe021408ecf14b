"""One call's walk: answers as people type them, the way back, skips, corrections, resuming."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from ivr.config.trees import tree_from_text
from ivr.domain.tree.given import AnswerRefused, Flaw, Given
from ivr.domain.tree.interview import (
    Interview,
    NothingToGoBack,
    RecordMismatch,
    SkipNeedsChoice,
    StaleAnswer,
)
from ivr.domain.tree.tree import Scale, Span, Text, Tree
from ivr.domain.tree.ways import branches

CASES = Path(__file__).parent.parent / "cases"


def tree(name: str) -> Tree:
    return tree_from_text((CASES / name).read_text("utf-8"), name).tree


def example() -> Tree:
    path = Path(__file__).parents[2] / "config" / "trees" / "internet.yaml"
    return tree_from_text(path.read_text("utf-8"), "internet.yaml").tree


@pytest.fixture
def start() -> Interview:
    return Interview.begin(tree("tree_back.yaml"), 1)


def typed() -> list[dict[str, str]]:
    with (CASES / "tree_numbers.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", typed(), ids=lambda row: repr(row["typed"]))
def test_numbers_are_taken_as_people_type_them(start: Interview, row: dict[str, str]) -> None:
    seats = start.answer("who", "organisation")
    if row["right"] == "ask again":
        with pytest.raises(AnswerRefused):
            seats.answer("seats", row["typed"])
        assert seats.at == "seats"
        return
    outcome = seats.answer("seats", row["typed"]).outcome
    assert outcome is not None
    assert outcome.id == row["right"]


def test_all_nineteen_spellings_are_tried() -> None:
    assert len(typed()) == 19


def test_thousands_with_any_space_are_one_number(start: Interview) -> None:
    for spelling in ("1 000", "1\u00a0000", "1\u202f000"):
        step = start.answer("who", "organisation").answer("seats", spelling).steps[-1]
        assert step.value == Decimal(1000)


@pytest.mark.parametrize("given", [9.5, float("nan"), True, "9" * 40, "10-49", ["9"], "1 00"])
def test_what_is_no_whole_number_is_asked_again(start: Interview, given: Given) -> None:
    with pytest.raises(AnswerRefused):
        start.answer("who", "organisation").answer("seats", given)


def test_a_range_may_be_answered_by_its_key(start: Interview) -> None:
    end = start.answer("who", "organisation").answer("seats", "10-to-49")
    assert end.at == "branch"
    assert end.steps[-1].value is None
    assert end.steps[-1].say == Text("10–49", "10–49")


def test_back_walks_the_path_and_withdraws_what_was_answered(start: Interview) -> None:
    large = start.answer("who", "organisation").answer("seats", "60")
    assert large.at == "large"
    person = large.back().back().answer("who", "person")
    assert [(one.question, one.key) for one in person.steps] == [("who", "person")]
    assert [one.question for one in person.withdrawn] == ["seats", "who"]
    assert person.scale is Scale.PRIVATE
    assert person.at == "region"
    assert person.back().at == "who"


def test_there_is_no_way_back_from_the_first_question(start: Interview) -> None:
    with pytest.raises(NothingToGoBack):
        start.back()


def test_an_interview_keeps_the_version_it_began_with() -> None:
    first, second = tree("tree_back.yaml"), tree("tree_v2.yaml")
    at_who = Interview.begin(first, 1)
    at_seats = at_who.answer("who", "organisation")
    begun_later = Interview.begin(second, 2)
    assert _answers(begun_later) == ["organisation", "person"]
    assert at_who.answer("who", "person").at == "region"
    assert begun_later.answer("who", "organisation").at == "large"
    assert at_seats.answer("seats", "60").at == "large"
    assert (at_seats.version, begun_later.version) == (1, 2)


def _answers(interview: Interview) -> list[str]:
    assert interview.question is not None
    return [branch.key for branch in branches(interview.question)]


def test_an_answer_to_a_question_not_on_screen_changes_nothing(start: Interview) -> None:
    at_seats = start.answer("who", "organisation")
    for question in ("who", "region", "nothing"):
        with pytest.raises(StaleAnswer):
            at_seats.answer(question, "person")
    with pytest.raises(StaleAnswer):
        at_seats.skip("who")
    with pytest.raises(StaleAnswer):
        at_seats.answer("seats", "60").answer("seats", "60")
    assert at_seats.at == "seats"


@pytest.mark.parametrize("given", ["organization", "", "1", 1, ["person"], None])
def test_an_answer_that_the_question_has_not_is_refused(start: Interview, given: Given) -> None:
    with pytest.raises(AnswerRefused) as refused:
        start.answer("who", given)
    assert refused.value.flaw is Flaw.NO_SUCH_ANSWER


def test_a_skip_follows_its_branch_and_keeps_the_clients_words() -> None:
    walk = Interview.begin(example(), 3).answer("who", "organisation")
    skipped = walk.skip(words="не\x00 скажу\n")
    assert skipped.at == "sites"
    assert skipped.steps[-1].skipped
    assert skipped.steps[-1].words == "не скажу"
    assert skipped.scale is None
    assert not skipped.asked_for_large


def test_a_skip_without_a_branch_names_what_can_be_picked(start: Interview) -> None:
    with pytest.raises(SkipNeedsChoice) as refused:
        start.answer("who", "organisation").skip()
    assert refused.value.outcomes == ("office", "branch", "large")


def test_a_correction_keeps_what_does_not_hang_on_it() -> None:
    walk = Interview.begin(example(), 1).answer("who", "organisation").answer("staff", "12")
    end = walk.answer("seats", "7")
    corrected = end.correct("staff", "150")
    assert [(one.question, one.value) for one in corrected.steps[1:]] == [
        ("staff", Decimal(150)),
        ("seats", Decimal(7)),
    ]
    assert [one.value for one in corrected.withdrawn] == [Decimal(12)]
    assert corrected.at == "office"


def test_a_correction_withdraws_what_hung_on_it() -> None:
    walk = Interview.begin(example(), 1).answer("who", "organisation").answer("staff", "12")
    end = walk.answer("seats", "7").correct("staff", "500")
    assert end.at == "corporate"
    assert [one.question for one in end.steps] == ["who", "staff"]
    assert [one.question for one in end.withdrawn] == ["staff", "seats"]
    assert end.scale is Scale.LARGE


def test_a_correction_to_the_same_answer_is_none(start: Interview) -> None:
    at_seats = start.answer("who", "organisation")
    assert at_seats.correct("who", "organisation") is at_seats
    with pytest.raises(StaleAnswer):
        at_seats.correct("region", "city")
    with pytest.raises(AnswerRefused):
        at_seats.correct("who", "nobody")


def test_the_label_counts_the_questions_still_to_come() -> None:
    walk = Interview.begin(example(), 1)
    assert (walk.number, walk.steps_left()) == (1, (1, 4))
    walk = walk.answer("who", "organisation")
    assert (walk.number, walk.steps_left()) == (2, (1, 3))
    assert walk.answer("staff", "5").steps_left() == (1, 1)


def test_scale_and_volume_are_two_facts() -> None:
    walk = Interview.begin(example(), 1).answer("who", "organisation").answer("staff", "80")
    assert walk.scale is Scale.SMALL
    end = walk.answer("seats", "25")
    assert (end.scale, end.steps[-1].span) == (Scale.SMALL, Span(Decimal(25), Decimal(25)))


def test_facts_are_plain_data_in_path_order(start: Interview) -> None:
    facts = start.answer("who", "organisation").answer("seats", "1 000").facts()
    assert [one["answer"] for one in facts] == ["organisation", "from-50"]
    assert facts[1]["value"] == "1000"
    assert facts[0]["text"] == {"ru": "Организация", "en": "Organisation"}


DECIMAL = """
tree: weight
title: {ru: Вес, en: Weight}
first: who
questions:
  who:
    ask: {ru: Кто?, en: Who?}
    answers:
      person: {say: {ru: Лицо, en: Person}, scale: private, then: kilos}
  kilos:
    ask: {ru: Сколько?, en: How much?}
    number:
      - {to: "4,99", then: needs}
      - {to: 20, then: needs}
      - {then: needs}
  needs:
    ask: {ru: Что нужно?, en: What is needed?}
    several:
      no: {say: {ru: Нет, en: No}}
      12:30: {say: {ru: 12:30, en: 12:30}}
    then: words
  words:
    ask: {ru: Адрес?, en: Address?}
    text: {longest: 20}
    then: home
outcomes:
  home: {offer: [], owner: client}
"""


def test_every_kind_of_question_is_answered_and_resumed() -> None:
    weight = tree_from_text(DECIMAL, "weight.yaml").tree
    walk = Interview.begin(weight, 7).answer("who", "person")
    walk = walk.answer("kilos", "4,99").answer("needs", "12:30,no")
    walk = walk.answer("words", " ул.\r\nМира, 5 ")
    assert [one.value for one in walk.steps[1:]] == [
        Decimal("4.99"),
        ("no", "12:30"),
        "ул. Мира, 5",
    ]
    assert walk.steps[1].say == Text("4,99", "4.99")
    assert Interview.from_record(weight, walk.to_record()) == walk


@pytest.mark.parametrize(
    ("question", "given", "flaw"),
    [
        ("kilos", "1,234", Flaw.TOO_FINE),
        ("kilos", "4.999", Flaw.TOO_FINE),
        ("needs", [], Flaw.EMPTY),
        ("needs", "no,maybe", Flaw.NO_SUCH_ANSWER),
        ("needs", ["maybe"], Flaw.NO_SUCH_ANSWER),
        ("words", " \r\n", Flaw.EMPTY),
        ("words", "а" * 21, Flaw.TOO_LONG),
    ],
)
def test_each_kind_refuses_what_it_cannot_mean(question: str, given: Given, flaw: Flaw) -> None:
    walk = Interview.begin(tree_from_text(DECIMAL, "weight.yaml").tree, 1)
    for name, answer in (("who", "person"), ("kilos", "5"), ("needs", ["no"])):
        if name == question:
            break
        walk = walk.answer(name, answer)
    with pytest.raises(AnswerRefused) as refused:
        walk.answer(question, given)
    assert refused.value.flaw is flaw


def test_a_stored_walk_of_another_tree_is_refused_by_name(start: Interview) -> None:
    record = start.answer("who", "organisation").answer("seats", "60").to_record()
    with pytest.raises(RecordMismatch):
        Interview.from_record(tree("tree_v2.yaml"), record)
    with pytest.raises(RecordMismatch):
        Interview.from_record(tree("tree_back.yaml"), {**record, "tree": "other"})
    with pytest.raises(RecordMismatch):
        Interview.from_record(tree("tree_back.yaml"), {"tree": "internet"})


def test_a_range_that_a_rule_parts_needs_the_exact_number() -> None:
    text = (CASES / "tree_rule_typo.yaml").read_text("utf-8")
    text = text.replace("organization", "organisation").replace("from: 50", "from: 30")
    walk = Interview.begin(tree_from_text(text, "t").tree, 1).answer("who", "organisation")
    with pytest.raises(AnswerRefused) as refused:
        walk.answer("seats", "10-to-49")
    assert refused.value.flaw is Flaw.EXACT_NEEDED
    assert walk.answer("seats", "to-9").at == "office"
    assert walk.answer("seats", "35").at == "branch"
