"""The callbacks of sales, which dial themselves: who calls whom, when, and what comes of it."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import ForgetWake, Save, WakeAt
from ivr.domain.events import DialResult
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.callback import PHONE_SILENT, Attempt, due, next_due, wait_after
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.toll import DAY
from ivr.domain.reception import attempts
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState

WAKE = "callbacks"
"""The key of the clock under which the next callback becomes due."""


def look(floor: Floor, at: float) -> None:
    """Start an attempt for each due promise that has a free salesperson; wake for the next.

    A client who is still on the line is not called: the end of that call looks again.
    """
    opens = _opens(floor, at)
    if floor.link_lost_at is None and opens is None:
        for escalation in due(floor.escalations.values(), at):
            agent = _who(floor, escalation, at)
            if agent is not None and _may_dial(floor, escalation, at):
                escalation.dial()
                serial = escalation.record.attempts
                attempts.begin(floor, at, escalation.record, serial, agent)
    later = [t for t in (next_due_after(floor, at), opens) if t is not None]
    floor.order(WakeAt(min(later), WAKE) if later else ForgetWake(WAKE))


def _opens(floor: Floor, at: float) -> float | None:
    """When clients may be called again; None while they may be called."""
    hours = floor.rules.call_hours
    if hours is None or hours.open_at(at):
        return None
    return hours.next_opening(at) or at + DAY


def _may_dial(floor: Floor, escalation: Escalation, at: float) -> bool:
    """Not while the client is on the line, nor beyond what the toll guard lets through."""
    record = escalation.record
    why_not = floor.toll.why_not(floor.rules.toll, at, record.number)
    return not floor.is_on(record.call) and not why_not


def next_due_after(floor: Floor, at: float) -> float | None:
    """When to look again by the clock; what is due already waits for somebody to become free."""
    waiting = (e for e in floor.escalations.values() if e.record.due_at and e.record.due_at > at)
    return next_due(waiting)


def client_answered(floor: Floor, at: float, attempt: Attempt) -> None:
    """Client and salesperson talk."""
    escalation = floor.escalations.get(attempt.record.promise)
    if escalation is not None and escalation.state is EscalationState.DIALLING:
        escalation.bridged(at, attempt.record.person)
        floor.order(Save(escalation.record))


def ended(floor: Floor, at: float, attempt: Attempt) -> None:
    """The attempt is over: kept, or once more later."""
    escalation = floor.escalations.get(attempt.record.promise)
    if escalation is not None:
        _next_step(floor, at, escalation, attempt.record.result, attempt.record.talked)


def _next_step(floor: Floor, at: float, escalation: Escalation, result: str, talked: float) -> None:
    rules = floor.rules.callbacks
    kept = escalation.talk_ended(talked)
    if escalation.state is EscalationState.TALKED and kept:
        pass
    elif result == PHONE_SILENT:
        # The limit counts dials to the client, and none was made.
        escalation.record = replace(escalation.record, attempts=escalation.record.attempts - 1)
        escalation.call_back(at + wait_after(result, rules))
    elif escalation.record.attempts >= rules.attempts:
        escalation.hand_to_human()
    elif escalation.state in (EscalationState.DIALLING, EscalationState.TALKED):
        escalation.call_back(at + wait_after(result, rules))
    floor.order(Save(escalation.record))
    floor.forget_if_kept(escalation)


def _who(floor: Floor, escalation: Escalation, at: float) -> Agent | None:
    """The owner while the owner keeps the callback, then whoever of the team is idle longest."""
    free = floor.free_of(escalation.record.department)
    owner = escalation.record.owner
    if not owner:
        return free[0] if free else None
    mine = next((a for a in free if a.person == owner), None)
    due_at = escalation.record.due_at
    released = due_at is not None and at - due_at >= floor.rules.callbacks.owner_keeps
    if mine is not None or not released:
        return mine
    return free[0] if free else None


def resume(floor: Floor, at: float, escalation: Escalation) -> None:
    """After a break: a promise that was being dialled by an attempt that nobody knows."""
    if not attempts.is_on(floor, escalation.id):
        _next_step(floor, at, escalation, DialResult.UNKNOWN.value, 0.0)
