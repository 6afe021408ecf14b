"""What an answer means: from a key, a number as people type it, or a few words, to a step."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from ivr.domain.errors import KeyRefused
from ivr.domain.tree.tree import (
    UNKNOWN,
    Answer,
    Number,
    OneOf,
    Question,
    Range,
    Scale,
    Several,
    ShortText,
    Span,
    Text,
)
from ivr.domain.tree.ways import ANY, SKIPPED

Given = str | int | float | Decimal | Sequence[str]
"""An answer or range id, a number as typed, several ids (joined by commas), or a short text."""

Value = str | Decimal | tuple[str, ...] | None


class Flaw(StrEnum):
    """Why an answer is asked for again."""

    NO_SUCH_ANSWER = "no_such_answer"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    TOO_FINE = "too_fine"
    OUT_OF_RANGE = "out_of_range"
    EXACT_NEEDED = "exact_needed"
    EMPTY = "empty"
    TOO_LONG = "too_long"


_TEXTS = {
    Flaw.NO_SUCH_ANSWER: Text("Такого ответа у этого вопроса нет", "No such answer here"),
    Flaw.NOT_A_NUMBER: Text("Нужно число, например 12", "A number is needed, such as 12"),
    Flaw.NOT_WHOLE: Text("Нужно целое число", "A whole number is needed"),
    Flaw.TOO_FINE: Text("Слишком много знаков после запятой", "Too many decimals"),
    Flaw.OUT_OF_RANGE: Text("Число вне пределов вопроса", "The number is outside the ranges"),
    Flaw.EXACT_NEEDED: Text(
        "Здесь нужно точное число: от него зависит решение",
        "The exact number is needed here: the decision hangs on it",
    ),
    Flaw.EMPTY: Text("Ответ пуст", "The answer is empty"),
    Flaw.TOO_LONG: Text("Ответ слишком длинный", "The answer is too long"),
}


class AnswerRefused(KeyRefused):
    """The answer means nothing at this question: it is asked again, and nothing has changed."""

    def __init__(self, question: str, given: object, flaw: Flaw) -> None:
        self.question = question
        self.flaw = flaw
        self.text = _TEXTS[flaw]
        shown = repr(given)[:60]
        detail = f"question {question}: {self.text.en} (given: {shown}); ask again"
        super().__init__("answer_not_understood", detail)


@dataclass(frozen=True, slots=True)
class Step:
    """One question as it was answered or skipped, with all that a reader of the card needs.

    `key` is the id of the answer or range ("any" for several and for text, "unknown" for a
    skip), `value` what was given beyond it, `words` what the client said when nothing fitted.
    `at` is when it was answered (seconds since the epoch) and `took` how many seconds after the
    question had come on the screen; None where no clock was there.
    """

    question: str
    asked: Text
    key: str
    say: Text
    then: str
    value: Value = None
    span: Span | None = None
    scale: Scale | None = None
    words: str = ""
    at: float | None = field(default=None, compare=False)
    took: float | None = field(default=None, compare=False)

    @property
    def skipped(self) -> bool:
        return self.key == UNKNOWN


def skipped(question: Question, then: str, words: str = "") -> Step:
    """The step that a skip makes, with the client's own words if the agent kept them."""
    return Step(question.id, question.ask, UNKNOWN, SKIPPED, then, words=own_words(words))


def own_words(typed: str) -> str:
    """What a client said, as the agent kept it: one line of at most 500 characters."""
    return _tidy(typed)[:500]


def understood(question: Question, given: Given) -> Step:
    """The step that `given` makes at `question`. Raises AnswerRefused."""
    match question.form:
        case OneOf(answers):
            answer = _answer(question, answers, given)
            return _step(question, answer.id, answer.say, answer.then, scale=answer.scale)
        case Number() as form:
            return _number(question, form, given)
        case Several() as form:
            return _several(question, form, given)
        case ShortText() as form:
            return _words(question, form, given)
        case _:
            assert_never(question.form)


def _step(
    question: Question,
    key: str,
    say: Text,
    then: str,
    *,
    value: Value = None,
    span: Span | None = None,
    scale: Scale | None = None,
) -> Step:
    return Step(question.id, question.ask, key, say, then, value, span, scale)


def _answer(question: Question, answers: tuple[Answer, ...], given: object) -> Answer:
    for answer in answers:
        if answer.id == given:
            return answer
    raise AnswerRefused(question.id, given, Flaw.NO_SUCH_ANSWER)


def _number(question: Question, form: Number, given: Given) -> Step:
    for span in form.ranges:
        if span.id == given:
            return _in_range(question, span, None, span.say)
    value = typed_number(question.id, given, form.decimals)
    for span in form.ranges:
        if span.span.holds(value):
            return _in_range(question, span, value, _with_unit(value, form.unit))
    raise AnswerRefused(question.id, given, Flaw.OUT_OF_RANGE)


def _in_range(question: Question, span: Range, value: Decimal | None, say: Text) -> Step:
    width = span.span if value is None else Span(value, value)
    return _step(question, span.id, say, span.then, value=value, span=width, scale=span.scale)


def _with_unit(value: Decimal, unit: Text | None) -> Text:
    number = f"{value:f}"
    if unit is None:
        return Text(number.replace(".", ","), number)
    return Text(f"{number.replace('.', ',')} {unit.ru}", f"{number} {unit.en}")


def _several(question: Question, form: Several, given: Given) -> Step:
    if isinstance(given, str):  # as one key press carries them
        given = [one for one in given.split(",") if one]
    if not isinstance(given, Sequence):
        raise AnswerRefused(question.id, given, Flaw.NO_SUCH_ANSWER)
    if not given:
        raise AnswerRefused(question.id, given, Flaw.EMPTY)
    wanted = {_answer(question, form.answers, one).id for one in given}
    picked = [answer for answer in form.answers if answer.id in wanted]
    say = Text(
        ", ".join(answer.say.ru for answer in picked), ", ".join(answer.say.en for answer in picked)
    )
    value = tuple(answer.id for answer in picked)
    scale = largest(answer.scale for answer in picked)
    return _step(question, ANY, say, form.then, value=value, scale=scale)


def largest(scales: Iterable[Scale | None]) -> Scale | None:
    """The largest scale that was said: a customer found large once stays large."""
    said = [scale for scale in scales if scale is not None]
    return max(said, key=lambda scale: scale.rank) if said else None


def _words(question: Question, form: ShortText, given: Given) -> Step:
    if not isinstance(given, str):
        raise AnswerRefused(question.id, given, Flaw.EMPTY)
    words = _tidy(given)
    if not words:
        raise AnswerRefused(question.id, given, Flaw.EMPTY)
    if len(words) > form.longest:
        raise AnswerRefused(question.id, given, Flaw.TOO_LONG)
    return _step(question, ANY, Text(words, words), form.then, value=words)


def _tidy(typed: str) -> str:
    """One line of text: control characters and half surrogates become spaces."""
    clean = (" " if unicodedata.category(ch) in {"Cc", "Cs"} else ch for ch in typed)
    return " ".join("".join(clean).split())


_TYPED = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d+))?")
_MOST_DIGITS = 15


def typed_number(question: str, given: object, decimals: int) -> Decimal:
    """A number of at most `decimals` decimals, as people type it. Raises AnswerRefused.

    Digits of any script, thousands parted by any kind of space, comma or point for decimals.
    Python's own int() and Decimal() take too much ("1_0", "1e3") and too little ("1 000").
    """
    typed = given if isinstance(given, str) else str(given)
    match = _TYPED.fullmatch(_ascii(typed))
    if isinstance(given, bool) or match is None or len(typed) > 2 * _MOST_DIGITS:
        raise AnswerRefused(question, given, Flaw.NOT_A_NUMBER)
    fraction = match[2] or ""
    if len(fraction) > decimals:
        raise AnswerRefused(question, given, Flaw.TOO_FINE if decimals else Flaw.NOT_WHOLE)
    whole = match[1].replace(" ", "")
    if len(whole) > _MOST_DIGITS:
        raise AnswerRefused(question, given, Flaw.OUT_OF_RANGE)
    return Decimal(f"{whole}.{fraction}" if fraction else whole)


def _ascii(typed: str) -> str:
    shown = []
    for ch in typed.strip():
        digit = unicodedata.decimal(ch, None)
        kind = unicodedata.category(ch)
        if kind != "Cf":
            shown.append(str(digit) if digit is not None else " " if kind == "Zs" else ch)
    return "".join(shown)
