"""Answers that stand for all answers of a question, where given borders may tell numbers apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import assert_never

from ivr.domain.tree.given import Given
from ivr.domain.tree.tree import (
    UNKNOWN,
    Answer,
    Number,
    OneOf,
    Question,
    Range,
    Several,
    ShortText,
    Span,
    Text,
)
from ivr.domain.tree.ways import ANY, SKIPPED


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer: its key for people, its words, and what is given; None is the skip."""

    key: str
    say: Text
    given: Given | None


def samples(question: Question, borders: Iterable[Span] = ()) -> Iterator[Sample]:
    """Enough answers to meet each way on, and each side of each border of a number."""
    match question.form:
        case OneOf(answers):
            yield from (Sample(one.id, one.say, one.id) for one in answers)
        case Number(ranges, decimals):
            spans, step = list(borders), Decimal(1).scaleb(-decimals)
            for one in ranges:
                yield from _pieces(one, spans, step)
        case Several(answers):
            yield from _picks(answers)
        case ShortText():
            yield Sample(ANY, _WORDS, "x")
        case _:
            assert_never(question.form)
    if question.unknown is not None:
        yield Sample(UNKNOWN, SKIPPED, None)


_WORDS = Text("любой ответ", "any answer")


def _picks(answers: tuple[Answer, ...]) -> Iterator[Sample]:
    """Each alone, and all at once."""
    for one in answers:
        yield Sample(one.id, one.say, [one.id])
    if len(answers) > 1:
        say = Text(", ".join(a.say.ru for a in answers), ", ".join(a.say.en for a in answers))
        yield Sample(ANY, say, [one.id for one in answers])


def _pieces(whole: Range, borders: list[Span], step: Decimal) -> Iterator[Sample]:
    """The range, cut wherever a border runs through it; each piece by its lowest number."""
    starts = {whole.low}
    for one in borders:
        if one.low is not None:
            starts.add((one.low / step).to_integral_value(ROUND_CEILING) * step)
        if one.high is not None:
            starts.add((one.high / step).to_integral_value(ROUND_FLOOR) * step + step)
    inside = sorted(start for start in starts if whole.span.holds(start))
    for low, after in zip(inside, [*inside[1:], None], strict=True):
        high = whole.high if after is None else after - step
        if (low, high) == (whole.low, whole.high):
            yield Sample(whole.id, whole.say, f"{low:f}")
        else:
            yield Sample(_label(low, high), _say(low, high), f"{low:f}")


def _label(low: Decimal, high: Decimal | None) -> str:
    if high is None:
        return f"from-{low:f}"
    return f"{low:f}" if low == high else f"{low:f}-to-{high:f}"


def _say(low: Decimal, high: Decimal | None) -> Text:
    if high is None:
        return Text(f"{low:f} и больше", f"{low:f} or more")
    both = f"{low:f}" if low == high else f"{low:f}–{high:f}"
    return Text(both, both)
