"""A tree as a page draws it: texts in all languages, each answer with its place in the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from ivr.authoring.plain_rules import Fields, plain_rule
from ivr.config.trees import range_text
from ivr.config.yaml_writing import Place
from ivr.domain.tree.tree import Number, OneOf, Outcome, Question, Range, Several, ShortText, Tree
from ivr.domain.words import Words


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer or range; `own_say` tells a range's own words from those made of its borders."""

    id: str
    say: Words
    own_say: bool
    scale: str
    then: str
    low: str
    high: str
    place: Place


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question. `then` is for kinds whose answers all lead to one place."""

    id: str
    kind: str  # choice, number, several, text
    ask: Words
    hint: Words
    unit: Words
    measures: str
    longest: int
    answers: tuple[AnswerView, ...]
    then: str
    unknown: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One outcome."""

    id: str
    offers: tuple[str, ...]
    owner: str
    how: str
    aim: str
    why: Words
    say: Words


@dataclass(frozen=True, slots=True)
class TreeView:
    """A whole tree; `rules` are as the file says them."""

    id: str
    title: Words
    first: str
    questions: dict[str, QuestionView]
    outcomes: dict[str, OutcomeView]
    rules: tuple[Fields, ...]


def tree_view(tree: Tree) -> TreeView:
    """The tree for a page."""
    return TreeView(
        tree.id,
        tree.title.words(),
        tree.first,
        {name: _question(one) for name, one in tree.questions.items()},
        {name: _outcome(one) for name, one in tree.outcomes.items()},
        tuple(plain_rule(rule) for rule in tree.rules),
    )


def _question(question: Question) -> QuestionView:
    form = question.form
    number = form if isinstance(form, Number) else None
    return QuestionView(
        question.id,
        form.kind,
        question.ask.words(),
        question.hint.words() if question.hint else {},
        number.unit.words() if number and number.unit else {},
        number.measure.value if number else "",
        form.longest if isinstance(form, ShortText) else 0,
        tuple(_answers(question)),
        form.then if isinstance(form, Several | ShortText) else "",
        question.unknown or "",
    )


def _answers(question: Question) -> Iterable[AnswerView]:
    here: Place = ("questions", question.id)
    match question.form:
        case OneOf(answers):
            key = "answers"
        case Several(answers):
            key = "several"
        case Number(ranges):
            return (_range(one, (*here, "number", n)) for n, one in enumerate(ranges))
        case ShortText():
            return ()
        case _:
            assert_never(question.form)
    return (
        AnswerView(
            one.id,
            one.say.words(),
            True,
            one.scale.value if one.scale else "",
            one.then,
            "",
            "",
            (*here, key, one.id),
        )
        for one in answers
    )


def _range(one: Range, place: Place) -> AnswerView:
    return AnswerView(
        one.id,
        one.say.words(),
        one.say != range_text(one.low, one.high),
        one.scale.value if one.scale else "",
        one.then,
        _figure(one.low),
        "" if one.high is None else _figure(one.high),
        place,
    )


def _figure(number: Decimal) -> str:
    return f"{number:f}"


def _outcome(one: Outcome) -> OutcomeView:
    return OutcomeView(
        one.id,
        one.offers,
        one.owner.value,
        one.how.value if one.how else "",
        one.aim.value if one.aim else "",
        one.why.words() if one.why else {},
        one.say.words() if one.say else {},
    )
