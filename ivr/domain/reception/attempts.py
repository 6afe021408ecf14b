"""Attempts to dial a client: committed before anything rings, whatever they are made for."""

from __future__ import annotations

from ivr.domain.client.phone import Allowed, normalise
from ivr.domain.client.phone import dialable as allowed_by
from ivr.domain.commands import Save
from ivr.domain.intake.agent import Agent
from ivr.domain.intake.call import Phase
from ivr.domain.promise.callback import Attempt
from ivr.domain.promise.escalation import Escalation
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
    number: str,
    serial: int,
    agent: Agent,
    by_hand: bool = False,
) -> None:
    """Commit what is owed and the attempt at it; this person's phone rings once both are kept."""
    escalation = isinstance(promise, EscalationRecord)
    record = AttemptRecord(
        id=f"cb-{promise.id}-{serial}-{int(at * 1000)}",
        promise=promise.id,
        made_for=RecordKind.ESCALATION if escalation else RecordKind.MISSED_CALL,
        number=number,
        person=agent.person,
        made_at=at,
        claimed_at=None,
        ended_at=None,
        result="",
        talked=0.0,
        by_hand=by_hand,
    )
    agent.attempt = record.id
    floor.attempts[record.id] = Attempt(record)
    floor.order(Save(promise), Save(record, confirm=True))
    floor.touch(agent.person)


def dialable(floor: Floor, number: str) -> bool:
    """Whether the toll guard lets this number be dialled; all others are left for a human."""
    caller = normalise(number, floor.rules.region)
    return isinstance(allowed_by(caller, floor.rules.dial), Allowed)


def to_dial(floor: Floor, escalation: Escalation) -> str:
    """The newest of the client's numbers that may be dialled, "" where none may."""
    return next((number for number in escalation.numbers if dialable(floor, number)), "")


def is_live(floor: Floor, number: str, but: str = "") -> bool:
    """Whether this number talks with us or is being dialled now, by another attempt than `but`."""
    if not number:
        return False
    calls = (c for c in floor.calls.values() if c.phase is not Phase.ENDED)
    if any(call.record.number == number for call in calls):
        return True
    dialled = (a.record for a in floor.attempts.values() if a.open and a.id != but)
    return any(one.number == number and one.claimed_at is not None for one in dialled)


def is_on(floor: Floor, promise: str) -> bool:
    """Whether an attempt at this promise is under way."""
    return any(attempt.record.promise == promise for attempt in floor.attempts.values())


def of_call(floor: Floor, call: str) -> Attempt | None:
    """The attempt whose legs share this linkedid, if one is under way."""
    return next((a for a in floor.attempts.values() if a.call == call), None)
