"""What is left of a record once nobody shall be told by it: when, by whom, and what came of it.

Everything that reports add up stays as it was: times, trees and answers of a list, decisions,
results, offers. A company stays named where it is an account, since a company is no person. What
somebody typed in words goes, since nobody can tell what stands in it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar, assert_never

from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MeetingRecord,
    MissedCallRecord,
    Plain,
)

UNSAID = "…"
"""In place of words that an answer cannot be without."""

WORDS = "any"
"""The key of an answer that was given in words of the client's own, or of several from a list."""

Personal = (
    CallRecord
    | InterviewRecord
    | MissedCallRecord
    | EscalationRecord
    | AttemptRecord
    | MeetingRecord
)
PersonalT = TypeVar("PersonalT", bound=Personal)


def anonymous(record: PersonalT, at: float) -> PersonalT:
    """The record without whom it is about; `at` is since when, in seconds since the epoch.

    The files of a missed call stay named: whoever removes them forgets their names then.
    """
    return replace(record, **_changes(record, at))


def _changes(record: Personal, at: float) -> dict[str, Any]:
    match record:
        case CallRecord():
            nobody = dict.fromkeys(("number", "raw_number", "name", "note"), "")
            return {**nobody, **_company(record), "forgotten_at": at}
        case InterviewRecord():
            return {"reason": "", "walk": _walk(record.walk)}
        case MissedCallRecord():
            nobody = dict.fromkeys(("number", "name", "note"), "")
            return {**nobody, "answers": _answers(record.answers), "forgotten_at": at}
        case EscalationRecord():
            names = ("number", "name", "note", "result_note", "next_step", "close_reason")
            said = {
                "answers": [*_answers(record.answers)],
                "joined": [nameless(one) for one in record.joined],
            }
            return {**dict.fromkeys(names, ""), **said, **_company(record), "forgotten_at": at}
        case AttemptRecord():
            return {"number": ""}
        case MeetingRecord():
            names = ("number", "name", "place", "with_whom", "note", "reason")
            return {**dict.fromkeys(names, ""), **_company(record)}
        case _:
            assert_never(record)


def _company(record: CallRecord | EscalationRecord | MeetingRecord) -> dict[str, str]:
    """A name that was typed and is no account's may be a person's."""
    return {} if record.account else {"company": ""}


def nameless(enquiry: dict[str, Plain]) -> dict[str, Plain]:
    """An enquiry that joined a promise, without who made it."""
    answers: Any = enquiry["answers"]
    nobody = dict.fromkeys(("number", "name", "note"), "")
    company = {"company": ""} if "company" in enquiry and not enquiry.get("account") else {}
    return {**enquiry, **nobody, **company, "answers": [*_answers(answers)]}


def _walk(walk: dict[str, Plain]) -> dict[str, Plain]:
    """The walk with its steps and times, as a tree can be walked by them, and without words."""
    if "steps" not in walk:
        return walk
    steps = {name: _steps(walk.get(name) or []) for name in ("steps", "withdrawn")}
    return {**walk, **steps, "remarks": []}


def _steps(steps: Any) -> list[Plain]:
    return [{**step, **_worded(step.get("key"), step.get("value")), "words": ""} for step in steps]


def _worded(key: object, value: object) -> dict[str, Plain]:
    return {"value": UNSAID} if key == WORDS and isinstance(value, str) else {}


def _answers(answers: Any) -> tuple[dict[str, Plain], ...]:
    """Answers as cards show them, without those in a client's own words."""
    kept = []
    for one in answers:
        told = {name: value for name, value in one.items() if name != "words"}
        if _worded(one.get("answer"), one.get("value")):
            told |= {"value": UNSAID, "text": {"ru": UNSAID, "en": UNSAID}}
        kept.append(told)
    return tuple(kept)
