"""The question tree as data: questions, answers, outcomes, and the rules above them.

A tree is a graph without cycles: each question leads to questions or outcomes, and each path of
at most four questions ends in exactly one outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal

from ivr.domain.client.company import Owner as Owner
from ivr.domain.client.company import Scale as Scale

MOST_QUESTIONS = 4
"""The standard asks two to four questions on a path; more is an error."""

UNKNOWN = "unknown"
"""The branch of a question that was skipped, in trees, scenarios and reports."""

Language = Literal["ru", "en"]


class How(StrEnum):
    """How a client gets to sales."""

    TRANSFER = "transfer"
    CALLBACK = "callback"


class Aim(StrEnum):
    """What sales is to reach: a talk, or a meeting whose place and time sales sets."""

    TALK = "talk"
    MEETING = "meeting"


class WhyKind(StrEnum):
    """Who spoke first about jurisdiction, in the order in which they are heard; or a human did."""

    ACCOUNT = "account"
    SCALE = "scale"
    VOLUME = "volume"
    TREE = "tree"
    OVERRIDE = "override"


class Measure(StrEnum):
    """What the number asked for measures."""

    SCALE = "scale"
    VOLUME = "volume"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads, in both languages of the desk."""

    ru: str
    en: str

    def in_(self, language: str) -> str:
        """The text for the language tag `language`; Russian for any other than English."""
        return self.en if language == "en" else self.ru

    def words(self) -> dict[str, str]:
        """The text by language tag, as pages and rows carry it."""
        return {"ru": self.ru, "en": self.en}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to pick. Those of a several-choice question have no `then` of their own."""

    id: str
    say: Text
    scale: Scale | None = None
    then: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`, both included; None is no border."""

    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Range:
    """One range of a number question; `high` None is the last, open one."""

    id: str
    low: Decimal
    high: Decimal | None
    then: str
    say: Text
    scale: Scale | None = None

    @property
    def span(self) -> Span:
        return Span(self.low, self.high)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One answer of a list, by one key."""

    kind: ClassVar = "choice"
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number typed, or its range by one key; `decimals` is how fine the ranges are."""

    kind: ClassVar = "number"
    ranges: tuple[Range, ...]
    decimals: int = 0
    measure: Measure = Measure.NOTHING
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """Any of the answers, at least one; all of them lead on to the same place."""

    kind: ClassVar = "several"
    answers: tuple[Answer, ...]
    then: str


@dataclass(frozen=True, slots=True)
class ShortText:
    """A short text, `longest` characters at most."""

    kind: ClassVar = "text"
    then: str
    longest: int = 200


Form = OneOf | Number | Several | ShortText
"""How a question is answered; its `kind` is the name by which pages know it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the agent asks; `unknown` is where a skip leads, None when it needs a human's choice."""

    id: str
    ask: Text
    form: Form
    hint: Text | None = None
    unknown: str | None = None

    @property
    def measures_volume(self) -> bool:
        return isinstance(self.form, Number) and self.form.measure is Measure.VOLUME


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a path ends: what to offer, who owns the client; `how` and `aim` are for sales."""

    id: str
    offers: tuple[str, ...]
    owner: Owner
    how: How | None = None
    aim: Aim | None = None
    why: Text | None = None
    say: Text | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule on the answer to `question` (None: on the volume, wherever asked)."""

    question: str | None
    answers: frozenset[str] = frozenset()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule above the tree: when all its conditions hold, it speaks before the outcome does."""

    owner: Owner
    account: bool = False
    scale: Scale | None = None
    conditions: tuple[Condition, ...] = ()
    how: How | None = None
    aim: Aim | None = None
    why: Text | None = None
    offers: tuple[str, ...] | None = None

    @property
    def kind(self) -> WhyKind:
        """As what the rule speaks: the first of account, scale, volume, tree that it looks at."""
        if self.account:
            return WhyKind.ACCOUNT
        if self.scale is not None:
            return WhyKind.SCALE
        if any(condition.span is not None for condition in self.conditions):
            return WhyKind.VOLUME
        return WhyKind.TREE


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One tree. It equals only itself, so that what is known about it is found at once."""

    id: str
    title: Text
    first: str
    questions: Mapping[str, Question]
    outcomes: Mapping[str, Outcome]
    rules: tuple[Rule, ...] = ()
