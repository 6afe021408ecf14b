"""Attempts to dial a client: committed before anything rings, whatever they are made for."""

from __future__ import annotations

from ivr.domain.commands import Save
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.callback import Attempt
from ivr.domain.reception.floor import Floor
from ivr.domain.records import (
    AttemptRecord,
    EscalationRecord,
    MissedCallRecord,
    RecordKind,
)


def begin(
    floor: Floor,
    at: float,
    promise: EscalationRecord | MissedCallRecord,
    serial: int,
    agent: Agent,
) -> None:
    """Commit what is owed and the attempt at it; this person's phone rings once both are kept."""
    escalation = isinstance(promise, EscalationRecord)
    record = AttemptRecord(
        id=f"cb-{promise.id}-{serial}-{int(at * 1000)}",
        promise=promise.id,
        made_for=RecordKind.ESCALATION if escalation else RecordKind.MISSED_CALL,
        number=promise.number,
        person=agent.person,
        made_at=at,
        claimed_at=None,
        ended_at=None,
        result="",
        talked=0.0,
    )
    agent.attempt = record.id
    floor.attempts[record.id] = Attempt(record)
    floor.order(Save(promise), Save(record, confirm=True))
    floor.touch(agent.person)


def is_on(floor: Floor, promise: str) -> bool:
    """Whether an attempt at this promise is under way."""
    return any(attempt.record.promise == promise for attempt in floor.attempts.values())


def of_call(floor: Floor, call: str) -> Attempt | None:
    """The attempt whose legs share this linkedid, if one is under way."""
    return next((a for a in floor.attempts.values() if a.call == call), None)
