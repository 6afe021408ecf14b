"""What each answer of a question changes for the proof: scale said, conditions of rules met. Pure.

Answers that make no difference to any rule are taken together, so that a proof stays small.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from ivr.domain.tree.conditions import concerns, within
from ivr.domain.tree.given import largest
from ivr.domain.tree.tree import (
    Condition,
    Number,
    OneOf,
    Question,
    Range,
    Scale,
    Several,
    ShortText,
    Span,
)
from ivr.domain.tree.ways import Branch, branches


@dataclass(frozen=True, slots=True)
class Turn:
    """What one answer changes: the branch taken, the scale it says, the conditions it meets."""

    branch: Branch
    scale: Scale | None
    met: frozenset[int]


def watched_by(question: Question, conditions: list[Condition]) -> frozenset[int]:
    """The conditions on which an answer to this question has the last word."""
    return frozenset(index for index, one in enumerate(conditions) if concerns(one, question))


def turns(question: Question, conditions: list[Condition]) -> Iterator[Turn]:
    """Every answer that makes a difference, the skip included."""
    watched = {index: conditions[index] for index in watched_by(question, conditions)}
    match question.form:
        case OneOf(answers):
            for answer, branch in zip(answers, branches(question, skip=False), strict=True):
                yield Turn(branch, answer.scale, _picked(watched, {answer.id}))
        case Number(ranges, decimals):
            step = Decimal(1).scaleb(-decimals)
            for span, branch in zip(ranges, branches(question, skip=False), strict=True):
                yield from _number_turns(span, branch, watched, step)
        case Several() as form:
            yield from _several_turns(form, branches(question, skip=False)[0], watched)
        case ShortText():
            yield Turn(branches(question, skip=False)[0], None, frozenset())
        case _:
            assert_never(question.form)
    if question.unknown is not None:
        yield Turn(branches(question)[-1], None, frozenset())


def _picked(watched: dict[int, Condition], answers: set[str]) -> frozenset[int]:
    return frozenset(index for index, one in watched.items() if not one.answers.isdisjoint(answers))


def _number_turns(
    span: Range, branch: Branch, watched: dict[int, Condition], step: Decimal
) -> Iterator[Turn]:
    """One turn for each set of thresholds that a number of this range can meet."""
    spans = {index: one.span for index, one in watched.items() if one.span is not None}
    seen: set[frozenset[int]] = set()
    for piece in _pieces(span.span, list(spans.values()), step):
        met = frozenset(index for index, one in spans.items() if within(piece, one))
        if met not in seen:
            seen.add(met)
            yield Turn(branch, span.scale, met)


def _pieces(whole: Span, thresholds: list[Span], step: Decimal) -> Iterator[Span]:
    """Single numbers that stand for all of `whole`, beside each border and at its ends."""
    borders = [whole.low, whole.high]
    for one in thresholds:
        borders += [one.low, one.high]
    for value in borders:
        if value is not None:
            for near in (value - step, value, value + step):
                if whole.holds(near):
                    yield Span(near, near)
    if whole.high is None:
        beyond = max(value for value in borders if value is not None) + 2 * step
        yield Span(beyond, beyond)


def _several_turns(form: Several, branch: Branch, watched: dict[int, Condition]) -> Iterator[Turn]:
    """One turn for each difference that a choice of several can make.

    Each new one is joined with each single answer, so that nothing is met twice; twenty answers
    that rules tell apart make a million, which the caller need not wait for.
    """
    single = dict.fromkeys((answer.scale, _picked(watched, {answer.id})) for answer in form.answers)
    seen = dict(single)
    ahead = deque(single)
    while ahead:
        scale, met = ahead.popleft()
        yield Turn(branch, scale, met)
        for other_scale, other_met in single:
            joined = (largest((scale, other_scale)), met | other_met)
            if joined not in seen:
                seen[joined] = None
                ahead.append(joined)
