"""Where a number stands in what is kept, however it was written, and records without it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar, assert_never

import phonenumbers
from phonenumbers import PhoneMetadata

from ivr.domain.client.anonymous import anonymous, nameless
from ivr.domain.records import (
    AccountNumberRecord,
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MeetingRecord,
    MeetingState,
    MissedCallRecord,
    OwnerRecord,
    Record,
    StretchRecord,
)

MARK = "•••"
"""What stands in a text where a number was."""

BETWEEN = " \u00a0-()./\u2013"
"""What people write between the digits of a number; up to three of them in a row."""

WORDS: Mapping[type[Record], tuple[str, ...]] = {
    CallRecord: ("number", "raw_number", "name", "company", "note"),
    InterviewRecord: ("reason", "walk"),
    MissedCallRecord: ("number", "name", "note", "answers"),
    EscalationRecord: (
        "number",
        "name",
        "company",
        "note",
        "result_note",
        "next_step",
        "close_reason",
        "answers",
        "joined",
    ),
    AttemptRecord: ("number",),
    MeetingRecord: ("number", "name", "company", "place", "with_whom", "note", "reason"),
    StretchRecord: ("detail",),
    AgentStateRecord: ("reason",),
    AccountRecord: ("phones", "name", "note"),
    AccountNumberRecord: ("number",),
    OwnerRecord: ("client", "reason"),
}
"""The fields in which a number may stand; ids and tax numbers are none, though they look alike."""

UNSETTLED_SECONDS = 4 * 3600.0
"""How long after its begin a walk that nobody has settled is still worth finishing."""

_NO_NUMBERS = ("call", "account", "tax")
"""Keys of lists and logs under which digits stand that are no phone number."""

RecordT = TypeVar("RecordT", bound=Record)


def live(record: Record, at: float) -> bool:
    """Whether the service may still go on with the record and would save it again as it was.

    `at` is when the erasure began: a call that came later is none of its business.
    """
    match record:
        case CallRecord():
            return record.ended_at is None or record.offered_at >= at
        case EscalationRecord():
            return record.state is not EscalationState.CLOSED
        case MissedCallRecord():
            return record.closed_at is None
        case AttemptRecord():
            return record.ended_at is None
        case MeetingRecord():
            return record.state is MeetingState.SET and record.starts_at >= at
        case InterviewRecord():
            return record.settled_at is None and record.began_at >= at - UNSETTLED_SECONDS
        case AgentStateRecord():
            return record.until is None
        case StretchRecord() | AccountRecord() | AccountNumberRecord() | OwnerRecord():
            return False
        case _:
            assert_never(record)


class Traces:
    """One number in all its forms: `number` is E.164."""

    def __init__(self, number: str) -> None:
        parsed = phonenumbers.parse(number, None)
        code = parsed.country_code or 0
        self.number = number
        self.national = number.removeprefix("+").removeprefix(str(code))
        region = phonenumbers.region_code_for_country_code(code)
        known = PhoneMetadata.metadata_for_region(region, None)
        ahead = [rf"(?:\+|00)?{code}", *([known.national_prefix] if known else [])]
        between = f"[{re.escape(BETWEEN)}]{{0,3}}"
        self._form = re.compile(
            rf"(?<!\d)\+?(?:(?:{'|'.join(one for one in ahead if one)}){between})?\(?"
            + between.join(self.national)
            + r"(?!\d)"
        )

    def stands_in(self, value: Any) -> bool:
        """Whether a value of plain data holds the number anywhere."""
        return bool(self.without(value) != value)

    def without(self, value: Any) -> Any:
        """Plain data without the number: what is nothing else is emptied, in a list left out."""
        match value:
            case str():
                wiped = self._form.sub(MARK, value)
                return "" if wiped.strip() == MARK else wiped
            case list() | tuple():
                kept = [self.without(one) for one in value]
                pairs = zip(value, kept, strict=True)
                return type(value)(now for before, now in pairs if now != "" or before == "")
            case dict():
                return {
                    name: one if name in _NO_NUMBERS else self.without(one)
                    for name, one in value.items()
                }
            case _:
                return value

    def erased(self, record: Record, at: float) -> Record | None:
        """The record once the number's owner is forgotten; None where nothing is left of it.

        A row of this number tells nobody any more; in a row of somebody else only the number goes.
        """
        match record:
            case OwnerRecord(client=client) if client == f"number:{self.number}":
                return None
            case AccountNumberRecord(number=number) if number == self.number:
                return None
            case EscalationRecord():
                return self._promise(record, at)
            case CallRecord() | MissedCallRecord() | AttemptRecord() | MeetingRecord() if (
                record.number == self.number
            ):
                return anonymous(record, at)
            case _:
                return self._mentioned(record)

    def _promise(self, record: EscalationRecord, at: float) -> EscalationRecord:
        """Of several who asked, only those of this number are forgotten."""
        others = [nameless(one) if one["number"] == self.number else one for one in record.joined]
        if record.number == self.number:
            alone = all(one["number"] == self.number for one in record.joined)
            record = replace(anonymous(record, at), forgotten_at=at if alone else None)
        return self._mentioned(replace(record, joined=others))

    def _mentioned(self, record: RecordT) -> RecordT:
        kind: Any = type(record)
        changes = {name: self.without(getattr(record, name)) for name in WORDS[kind]}
        return replace(record, **changes)
