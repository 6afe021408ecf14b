"""Questions and answers as the page shows them, with the key that gives each answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from ivr.domain.screen import AnswerKey, Fact, QuestionCard, Words
from ivr.domain.tree.given import Step
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
        kind=question.form.kind,
        ask=words(question.ask),
        hint=words(question.hint),
        unit=_unit(question.form),
        answers=tuple(_keys(question.form)),
        step=interview.number,
        least=interview.number - 1 + least,
        most=interview.number - 1 + most,
        tree=words(interview.tree.title),
        version=interview.version,
        can_go_back=bool(interview.steps),
    )


def known_facts(interview: Interview) -> tuple[Fact, ...]:
    """Everything the client has said, in path order, with what else could have been answered."""
    return tuple(_correctable(interview, step) for step in interview.steps)


def withdrawn_facts(interview: Interview) -> tuple[Fact, ...]:
    """What was taken off the path and is not asked on it any more, as it was said last."""
    on_path = {step.question for step in interview.steps} | {interview.at}
    last = {step.question: step for step in interview.withdrawn if step.question not in on_path}
    return tuple(Fact(step.question, words(step.asked), words(step.say)) for step in last.values())


def told_facts(answers: Iterable[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """Answers of an earlier talk, as `Interview.facts` keeps them."""
    return tuple(Fact(one["question"], one["asked"], one["text"]) for one in answers)


def _correctable(interview: Interview, step: Step) -> Fact:
    form = interview.tree.questions[step.question].form
    picked = step.value if isinstance(form, Several) else None
    return Fact(
        question=step.question,
        label=words(step.asked),
        value=words(step.say),
        kind=form.kind,
        ask=words(step.asked),
        unit=_unit(form),
        answers=tuple(_keys(form)),
        given=",".join(picked) if isinstance(picked, tuple) else step.key,
    )


def words(text: Text | None) -> Words:
    """A text in every language, {} for none."""
    return text.words() if text else {}


def _unit(form: Form) -> Words:
    return words(form.unit) if isinstance(form, Number) else {}


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
