"""Several enquiries in one promise: the newest comes first, and what the others said is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from ivr.domain.records import EscalationRecord, Plain

_SAID = (
    "call",
    "agent",
    "name",
    "number",
    "account",
    "company",
    "scale",
    "zone",
    "how",
    "aim",
    "why",
    "answers",
    "note",
)
"""What an enquiry says of itself; its offer, too."""

TIME = ("due_at", "promised_at", "agreed_by", "agreed_at")
"""When the client is to be called, and who has named that time."""

NO_TIME = {"due_at": None, "promised_at": None, "agreed_by": "", "agreed_at": None}
"""Nobody has named a time, and none was told."""


def asked_at(record: EscalationRecord) -> float:
    """When the newest enquiry came."""
    return record.made_at if record.asked_at is None else record.asked_at


def calls_of(record: EscalationRecord) -> tuple[str, ...]:
    """The calls out of which the promise came, the newest first."""
    return (record.call, *(str(one["call"]) for one in record.joined))


def numbers_of(record: EscalationRecord) -> tuple[str, ...]:
    """The numbers of all who asked, the newest first."""
    numbers = (record.number, *(str(one["number"]) for one in record.joined))
    return tuple(dict.fromkeys(number for number in numbers if number))


def joined(
    old: EscalationRecord, newer: EscalationRecord, said: list[dict[str, Plain]]
) -> EscalationRecord:
    """The promise once a later enquiry of the same client has come; `said` is all before it."""
    return replace(
        newer,
        **{name: getattr(old, name) for name in _STAYS},
        **together(newer, old),
        owner=old.owner or newer.owner,
        joined=said,
    )


_STAYS = (
    "id",
    "department",
    "state",
    "made_at",
    *TIME,
    "bridged_at",
    "talked",
    "counted",
    "attempts",
    "result",
    "closed_at",
    "result_note",
    "next_step",
    "closed_by",
    "close_reason",
    "meeting",
)
"""What a later enquiry does not change: the promise stays the one that it was."""


def together(newer: EscalationRecord, older: EscalationRecord) -> dict[str, Any]:
    """What two enquiries of one client tell together: the newer one where both speak."""
    return {
        "number": newer.number or older.number,
        "zone": newer.zone if newer.number else older.zone,
        "name": newer.name or older.name,
        "account": newer.account or older.account,
        "company": newer.company or older.company,
        "answers": newer.answers or older.answers,
        "offer": newer.offer or older.offer,
        "scale": larger(newer.scale, older.scale),
        "aim": "meeting" if "meeting" in (newer.aim, older.aim) else newer.aim,
    }


def larger(newer: str, older: str) -> str:
    """What a customer is of whom two enquiries tell: large as soon as one of them says so."""
    return "large" if "large" in (newer, older) else newer or older


def asked_by(record: EscalationRecord, kept: list[dict[str, Plain]]) -> EscalationRecord:
    """The promise as these of its enquiries make it, the newest first.

    A time that was named for an enquiry that is not among them gives way to the one before.
    """
    newest, *older = kept
    said: dict[str, Any] = {name: newest[name] for name in _SAID if name in newest}
    said["offer"] = tuple(cast("list[str]", newest["offer"]))
    if newest.get("agreed_at", record.agreed_at) != record.agreed_at:
        said |= {name: newest[name] for name in TIME}
    return replace(record, **said, asked_at=cast("float", newest["at"]), joined=older)


def enquiries(record: EscalationRecord) -> list[dict[str, Plain]]:
    """All enquiries of a promise, the newest first."""
    newest: dict[str, Plain] = {name: getattr(record, name) for name in (*_SAID, *TIME)}
    newest |= {
        "at": asked_at(record),
        "offer": list(record.offer),
        "answers": list(record.answers),
    }
    return [newest, *record.joined]
