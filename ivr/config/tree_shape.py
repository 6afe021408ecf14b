"""The shape of a tree file, as editors know it by its JSON Schema."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from ivr.config.shape import AnswerId, Id, Shape, TextShape, wrong
from ivr.domain.tree.given import AnswerRefused, typed_number
from ivr.domain.tree.tree import UNKNOWN, Aim, How, Measure, Owner, Scale, Span

MOST_ANSWERS = 1_000
"""More answers than this to one question is a mistake or an attack, whoever writes it."""

_FINEST = 6
TAKEN = frozenset({UNKNOWN, "account", "scale", "volume"})
"""Words that a rule's `when` uses itself, so that no question can have them as its id."""


def _number(value: object) -> object:
    if not isinstance(value, str):
        raise wrong("a number is needed", "write digits, such as 50")
    try:
        return typed_number("", value, _FINEST)
    except AnswerRefused:
        raise wrong(f'"{value}" is not a number', "write digits, such as 50 or 4,5") from None


Figure = Annotated[Decimal, BeforeValidator(_number)]


def _question_name(value: object) -> object:
    if value in TAKEN:
        raise wrong(f'"{value}" has a meaning of its own', "use another name")
    return value


def _name(value: object) -> object:
    if value == UNKNOWN:
        raise wrong(f'"{value}" means a skip', "use another name")
    return value


QuestionId = Annotated[Id, BeforeValidator(_question_name)]
OutcomeId = Annotated[Id, BeforeValidator(_name)]
FreeAnswerId = Annotated[AnswerId, BeforeValidator(_name)]


class AnswerShape(Shape):
    """One answer of a one-choice question."""

    say: TextShape
    scale: Scale | None = None
    then: str


class PickShape(Shape):
    """One answer of a several-choice question."""

    say: TextShape
    scale: Scale | None = None


class RangeShape(Shape):
    """One range of numbers; without `from` it begins where the one before ended."""

    id: OutcomeId | None = None
    since: Annotated[Figure | None, Field(alias="from")] = None
    to: Figure | None = None
    say: TextShape | None = None
    scale: Scale | None = None
    then: str


class FreeTextShape(Shape):
    """A short text."""

    longest: Annotated[int, Field(ge=1, le=1000)] = 200


class QuestionShape(Shape):
    """One question, of exactly one kind: answers, number, several or text."""

    ask: TextShape
    hint: TextShape | None = None
    answers: dict[FreeAnswerId, AnswerShape] | None = None
    number: tuple[RangeShape, ...] | None = None
    several: dict[FreeAnswerId, PickShape] | None = None
    text: FreeTextShape | None = None
    measures: Measure | None = None
    unit: TextShape | None = None
    then: str | None = None
    unknown: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _countable(cls, value: object) -> object:
        if isinstance(value, dict):
            for kind in ("answers", "number", "several"):
                count = len(value[kind]) if isinstance(value.get(kind), dict | list) else 0
                if count > MOST_ANSWERS:
                    raise wrong(
                        f"{count:,} answers to one question, {MOST_ANSWERS:,} are accepted",
                        "nobody can choose among so many; group them",
                    )
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> QuestionShape:
        kinds = [one for one in ("answers", "number", "several", "text") if self._has(one)]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none"
            raise wrong(
                f"a question is of one kind, here is {found}",
                "give it either `answers`, `number`, `several` or `text`",
            )
        if kinds[0] in ("several", "text") and self.then is None:
            raise wrong("the question leads nowhere", "add `then: …`")
        if kinds[0] in ("answers", "number") and self.then is not None:
            raise wrong("`then` stands beside answers that lead on by themselves", "remove it")
        if kinds[0] != "number" and (self.measures or self.unit):
            raise wrong("`measures` and `unit` belong to a number", "remove them")
        return self

    def _has(self, kind: str) -> bool:
        return getattr(self, kind) is not None


class OutcomeShape(Shape):
    """Where a path ends."""

    offer: tuple[str, ...]
    owner: Owner
    how: How | None = None
    aim: Aim | None = None
    why: TextShape | None = None
    say: TextShape | None = None


When = Span | tuple[str, ...]


def _when(value: object) -> When:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(value, dict) and value and set(value) <= {"from", "to"}:
        return Span(
            Decimal(str(_number(value["from"]))) if "from" in value else None,
            Decimal(str(_number(value["to"]))) if "to" in value else None,
        )
    raise wrong(
        "a condition is an answer, a list of answers or numbers",
        "write `who: organisation`, `who: [a, b]` or `seats: {from: 50}`",
    )


_WHEN_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {
            "type": "object",
            "properties": {"from": {"type": "number"}, "to": {"type": "number"}},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}


class RuleShape(Shape):
    """A rule above the tree."""

    when: dict[str, Annotated[When, PlainValidator(_when), WithJsonSchema(_WHEN_SCHEMA)]]
    owner: Owner
    how: How | None = None
    aim: Aim | None = None
    why: TextShape | None = None
    offer: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _known_words(self) -> RuleShape:
        if self.when.get("account", ("key",)) != ("key",):
            raise wrong("`account` can only be key", "write `account: key`")
        scale = self.when.get("scale")
        if scale is not None and scale not in {(one.value,) for one in Scale}:
            raise wrong("`scale` is private, small or large", "write one of them")
        if not isinstance(self.when.get("volume", Span()), Span):
            raise wrong("`volume` is a number", "write `volume: {from: 50}`")
        return self


class TreeShape(Shape):
    """A whole tree file."""

    tree: Id
    title: TextShape
    first: str
    questions: dict[QuestionId, QuestionShape]
    outcomes: dict[OutcomeId, OutcomeShape]
    rules: tuple[RuleShape, ...] = Field(default=(), max_length=50)
