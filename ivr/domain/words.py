"""Texts of the company's own in every language, and the small cards that are made of them."""

from __future__ import annotations

from dataclasses import dataclass

Words = dict[str, str]  # language -> text, e.g. {"ru": "Организации", "en": "Organisation"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing already known: what was asked and what the client said."""

    question: str
    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One thing to propose."""

    key: int
    id: str
    title: Words
    detail: Words
