"""Answers given in one version of a tree, taken to another: how far the walk gets there. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from ivr.domain.tree.conditions import overlap, spans_on, within
from ivr.domain.tree.given import AnswerRefused, Given, Step
from ivr.domain.tree.interview import Interview, SkipNeedsChoice
from ivr.domain.tree.naming import Naming
from ivr.domain.tree.tree import Number, OneOf, Question, Several, ShortText, Span, Tree


class Untold(StrEnum):
    """Why nobody can tell how the walk goes on."""

    NEVER_ASKED = "never_asked"  # the question was not asked then
    NOT_KNOWN = "not_known"  # it was skipped then, and it leads nowhere by a skip now
    NO_SUCH_ANSWER = "no_such_answer"  # the answer that was given is not offered any more
    TOO_ROUGH = "too_rough"  # a range was given, and now its numbers lead to different places


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where the walk stops in the other version, and why; `at` is a question of that version."""

    at: str
    why: Untold


class _CannotSay(Exception):
    """The step gives no answer to the question; kept inside this module."""

    def __init__(self, why: Untold) -> None:
        self.why = why
        super().__init__(why.value)


def carried(
    steps: Iterable[Step], walk: Interview, naming: Naming
) -> tuple[Interview, Stuck | None]:
    """Go on with `walk` by all of the other version's steps that answer what it asks.

    The walk comes to an outcome, or is stuck at a question that none of the steps answers.
    """
    said = {naming.questions.get(step.question): step for step in steps}
    while (question := walk.question) is not None:
        if question.id not in said:
            return walk, Stuck(question.id, Untold.NEVER_ASKED)
        try:
            walk = _answered(walk, question, said[question.id], naming)
        except _CannotSay as reason:
            return walk, Stuck(question.id, reason.why)
    return walk, None


def _answered(walk: Interview, question: Question, step: Step, naming: Naming) -> Interview:
    try:
        if step.skipped:
            return walk.skip(question.id, step.words, step.at)
        return walk.answer(question.id, _given(walk.tree, question, step, naming), step.at)
    except SkipNeedsChoice:
        raise _CannotSay(Untold.NOT_KNOWN) from None
    except AnswerRefused:
        raise _CannotSay(Untold.NO_SUCH_ANSWER) from None


def _given(tree: Tree, question: Question, step: Step, naming: Naming) -> Given:
    """What was given, in the words of the new version's question."""
    match question.form:
        case OneOf():
            picked = _picked(step, naming)
            if len(picked) != 1:
                raise _CannotSay(Untold.NO_SUCH_ANSWER)
            return picked[0]
        case Several():
            return _picked(step, naming)
        case Number():
            return _number(tree, question, question.form, step)
        case ShortText():
            return step.value if isinstance(step.value, str) else ""
        case _:
            assert_never(question.form)


def _picked(step: Step, naming: Naming) -> list[str]:
    """The answers that were picked, under their new names."""
    olds = step.value if isinstance(step.value, tuple) else (step.key,)
    return [_now(step.question, one, naming) for one in olds]


def _now(question: str, answer: str, naming: Naming) -> str:
    """The answer's id now; an id that has become that of another answer is no longer its own."""
    known = naming.answers.get((question, answer))
    if known is not None:
        return known
    if any(one[0] == question and new == answer for one, new in naming.answers.items()):
        raise _CannotSay(Untold.NO_SUCH_ANSWER)
    return answer


def _number(tree: Tree, question: Question, form: Number, step: Step) -> Given:
    """The number, or one that stands for the range that was given, if any of it would do."""
    if step.span is None:
        raise _CannotSay(Untold.NO_SUCH_ANSWER)
    if not _one_place(tree, question, form, step.span):
        raise _CannotSay(Untold.TOO_ROUGH)
    low = step.span.low if step.span.low is not None else step.span.high
    if low is None:
        raise _CannotSay(Untold.NO_SUCH_ANSWER)
    return f"{low:f}"


def _one_place(tree: Tree, question: Question, form: Number, span: Span) -> bool:
    """Whether every number of the span leads to the same place, rules heard as well."""
    parted = any(overlap(span, one) and not within(span, one) for one in spans_on(tree, question))
    return not parted and any(within(span, one.span) for one in form.ranges)
