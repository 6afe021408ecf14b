"""Steps of a walk as plain data and back: for cards, webhooks and the rows of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from ivr.domain.tree.given import Given, Step

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a client said at a question that had no answer for it and no `unknown:` branch."""

    question: str
    words: str
    at: float | None = None


def fact(step: Step) -> dict[str, Plain]:
    """One answer for a reader: what was asked and said, in both languages."""
    told: dict[str, Plain] = {
        "question": step.question,
        "asked": {**step.asked.words()},
        "answer": step.key,
        "text": {**step.say.words()},
        "value": _plain(step),
        "scale": step.scale.value if step.scale else None,
    }
    if step.words:
        told["words"] = step.words
    return told


def stored_step(step: Step) -> dict[str, Plain]:
    """One step as its row keeps it: what was given, not what followed from it."""
    return {
        "question": step.question,
        "key": step.key,
        "value": _plain(step),
        "words": step.words,
        "at": step.at,
        "took": step.took,
    }


def given_of(stored: Mapping[str, Any]) -> Given:
    """What was given, out of a stored step."""
    given: Given = stored["key"] if stored["value"] is None else stored["value"]
    return given


def stored_remark(remark: Remark) -> dict[str, Plain]:
    """One remark as its row keeps it."""
    return {"question": remark.question, "words": remark.words, "at": remark.at}


def remark_of(stored: Mapping[str, Any]) -> Remark:
    """A remark out of its row."""
    return Remark(stored["question"], stored["words"], stored["at"])


def _plain(step: Step) -> Plain:
    match step.value:
        case Decimal() as number:
            return f"{number:f}"
        case tuple() as picked:
            return [*picked]
        case value:
            return value
