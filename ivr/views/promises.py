"""The promises to sales and the attempts to call back, as others are shown them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ivr.domain.records import AttemptRecord, EscalationRecord, MissedCallRecord, RecordKind
from ivr.views import View, moment, moment_or_none


class EnquiryView(View, frozen=True, kw_only=True):
    """One enquiry of a client whose promise a newer one has joined since."""

    call: str
    asked_at: datetime
    agent: str
    name: str
    number: str
    offer: tuple[str, ...]
    answers: tuple[dict[str, Any], ...]
    note: str


class EscalationView(View, frozen=True, kw_only=True):
    """One promise that sales gets this client; `answers` carry their words in both languages.

    It tells of the newest enquiry; those before it are `joined`, the newest first. `agreed_by` is
    who named the time: agent, client (by keys), sales, or empty. A promise of `result` joined is
    closed since it was the same company's as the one that `joined_to` names, which has all of it.
    """

    id: str
    call: str
    department: str
    number: str
    name: str
    account: str
    company: str
    scale: str
    how: str
    aim: str
    why: str
    offer: tuple[str, ...]
    answers: tuple[dict[str, Any], ...]
    note: str
    agent: str
    owner: str
    state: str
    made_at: datetime
    due_at: datetime | None
    bridged_at: datetime | None
    talked_seconds: float
    attempts: int
    result: str
    result_note: str
    next_step: str
    close_reason: str
    closed_by: str
    closed_at: datetime | None
    promised_at: datetime | None
    zone: str
    meeting: str
    agreed_by: str
    joined: tuple[EnquiryView, ...]
    joined_to: str


class AttemptView(View, frozen=True, kw_only=True):
    """One attempt to call a client back. `made_for` is escalation or missed_call."""

    id: str
    promise: str
    made_for: str
    number: str
    person: str
    made_at: datetime
    dialled_at: datetime | None
    ended_at: datetime | None
    result: str
    talked_seconds: float


class CallbackView(View, frozen=True, kw_only=True):
    """One call that is owed, or was: a promise of sales, or a caller whom nobody answered."""

    id: str
    made_for: str
    department: str
    number: str
    name: str
    company: str
    owner: str
    state: str
    made_at: datetime
    due_at: datetime | None
    attempts: int
    result: str
    closed_at: datetime | None


def escalation_view(record: EscalationRecord) -> EscalationView:
    """The promise of this row."""
    return EscalationView(
        id=record.id,
        call=record.call,
        department=record.department,
        number=record.number,
        name=record.name,
        account=record.account,
        company=record.company,
        scale=record.scale,
        how=record.how,
        aim=record.aim,
        why=record.why,
        offer=record.offer,
        answers=tuple(record.answers),
        note=record.note,
        agent=record.agent,
        owner=record.owner,
        state=record.state.value,
        made_at=moment(record.made_at),
        due_at=moment_or_none(record.due_at),
        bridged_at=moment_or_none(record.bridged_at),
        talked_seconds=round(record.talked, 3),
        attempts=record.attempts,
        result=record.result,
        result_note=record.result_note,
        next_step=record.next_step,
        close_reason=record.close_reason,
        closed_by=record.closed_by,
        closed_at=moment_or_none(record.closed_at),
        promised_at=moment_or_none(record.promised_at),
        zone=record.zone,
        meeting=record.meeting,
        agreed_by=record.agreed_by,
        joined=tuple(_enquiry(one) for one in record.joined),
        joined_to=record.joined_to,
    )


def _enquiry(said: dict[str, Any]) -> EnquiryView:
    return EnquiryView(
        call=said["call"],
        asked_at=moment(said["at"]),
        agent=said["agent"],
        name=said["name"],
        number=said["number"],
        offer=tuple(said["offer"]),
        answers=tuple(said["answers"]),
        note=said["note"],
    )


def attempt_view(record: AttemptRecord) -> AttemptView:
    """The attempt of this row."""
    return AttemptView(
        id=record.id,
        promise=record.promise,
        made_for=record.made_for.value,
        number=record.number,
        person=record.person,
        made_at=moment(record.made_at),
        dialled_at=moment_or_none(record.claimed_at),
        ended_at=moment_or_none(record.ended_at),
        result=record.result,
        talked_seconds=round(record.talked, 3),
    )


def callback_of_escalation(record: EscalationRecord) -> CallbackView:
    """What sales owes, seen as a call."""
    return CallbackView(
        id=record.id,
        made_for=RecordKind.ESCALATION.value,
        department=record.department,
        number=record.number,
        name=record.name,
        company=record.company,
        owner=record.owner,
        state=record.state.value,
        made_at=moment(record.made_at),
        due_at=moment_or_none(record.due_at),
        attempts=record.attempts,
        result=record.result,
        closed_at=moment_or_none(record.closed_at),
    )


def callback_of_missed(record: MissedCallRecord) -> CallbackView:
    """What the client department owes to who talked with nobody."""
    return CallbackView(
        id=record.id,
        made_for=RecordKind.MISSED_CALL.value,
        department=record.department,
        number=record.number,
        name=record.name,
        company="",
        owner="",
        state=record.state.value,
        made_at=moment(record.first_missed_at),
        due_at=moment(record.due_at) if record.due_at else None,
        attempts=record.attempts,
        result=record.closed_how,
        closed_at=moment_or_none(record.closed_at),
    )


def callback_view(record: EscalationRecord | MissedCallRecord) -> CallbackView:
    """The owed call of this row, whichever department owes it."""
    if isinstance(record, EscalationRecord):
        return callback_of_escalation(record)
    return callback_of_missed(record)
