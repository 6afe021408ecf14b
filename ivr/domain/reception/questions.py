"""Questions and answers as the page shows them, with the key that gives each answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from ivr.domain.screen import AnswerKey, Fact, QuestionCard, Words
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.tree import Form, Number, OneOf, Several, ShortText, Text


def question_card(interview: Interview) -> QuestionCard | None:
    """The question on the screen; None when the walk has ended."""
    question = interview.question
    if question is None:
        return None
    least, most = interview.steps_left()
    return QuestionCard(
        id=question.id,
        kind=_kind(question.form),
        ask=words(question.ask),
        hint=words(question.hint),
        unit=words(question.form.unit) if isinstance(question.form, Number) else {},
        answers=tuple(_keys(question.form)),
        step=interview.number,
        least=interview.number - 1 + least,
        most=interview.number - 1 + most,
        tree=words(interview.tree.title),
        version=interview.version,
        can_go_back=bool(interview.answers),
    )


def known_facts(interview: Interview) -> tuple[Fact, ...]:
    """Everything the client has said, in path order."""
    return tuple(
        Fact(step.question, words(step.asked), words(step.say)) for step in interview.answers
    )


def words(text: Text | None) -> Words:
    """A text in every language, {} for none."""
    return {"ru": text.ru, "en": text.en} if text else {}


def _kind(form: Form) -> str:
    match form:
        case OneOf():
            return "choice"
        case Number():
            return "number"
        case Several():
            return "several"
        case ShortText():
            return "text"
        case _:
            assert_never(form)


def _keys(form: Form) -> Iterable[AnswerKey]:
    match form:
        case OneOf(answers) | Several(answers):
            return (AnswerKey(n, a.id, words(a.say)) for n, a in enumerate(answers, start=1))
        case Number(ranges):
            return (AnswerKey(n, r.id, words(r.say)) for n, r in enumerate(ranges, start=1))
        case ShortText():
            return ()
        case _:
            assert_never(form)
