"""Several enquiries in one promise: the newest comes first, and what the others said is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from ivr.domain.records import EscalationRecord, Plain


def joined(old: EscalationRecord, newer: EscalationRecord) -> EscalationRecord:
    """The promise once a later enquiry of the same client has come."""
    return replace(
        newer,
        **{name: getattr(old, name) for name in _STAYS},
        number=newer.number or old.number,
        name=newer.name or old.name,
        account=newer.account or old.account,
        company=newer.company or old.company,
        owner=old.owner or newer.owner,
        answers=newer.answers or old.answers,
        offer=newer.offer or old.offer,
        scale=newer.scale or old.scale,
        aim="meeting" if "meeting" in (old.aim, newer.aim) else newer.aim,
        joined=[enquiry(old), *old.joined],
    )


_STAYS = (
    "id",
    "department",
    "state",
    "made_at",
    "due_at",
    "promised_at",
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


def asked_by(record: EscalationRecord, enquiries: list[dict[str, Plain]]) -> EscalationRecord:
    """The promise as these enquiries make it, the newest first."""
    newest, *older = enquiries
    said: dict[str, Any] = {name: newest[name] for name in newest if name != "at"}
    said["offer"] = tuple(cast("list[str]", newest["offer"]))
    return replace(record, **said, joined=older)


def enquiry(record: EscalationRecord) -> dict[str, Plain]:
    """What a promise keeps of an enquiry once a newer one has taken the first place."""
    return {
        "at": record.made_at,
        "call": record.call,
        "agent": record.agent,
        "name": record.name,
        "number": record.number,
        "how": record.how,
        "aim": record.aim,
        "why": record.why,
        "offer": list(record.offer),
        "answers": list(record.answers),
        "note": record.note,
    }
