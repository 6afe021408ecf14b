"""Texts of the company's own in every language, and the small cards that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

Words = dict[str, str]  # language -> text, e.g. {"ru": "Организации", "en": "Organisation"}


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """One answer and the digit that gives it."""

    key: int
    id: str
    say: Words


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing already known: what was asked and what the client said.

    The rest is there where it may still be corrected: how it was asked, and by which answer.
    """

    question: str
    label: Words
    value: Words
    kind: str = ""  # as of a QuestionCard, "" where nothing can be changed
    ask: Words = field(default_factory=dict)
    unit: Words = field(default_factory=dict)
    answers: tuple[AnswerKey, ...] = ()
    given: str = ""  # the ids of the answers given, joined by commas; of a number its range


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One thing to propose."""

    key: int
    id: str
    title: Words
    detail: Words
