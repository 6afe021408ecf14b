"""Callbacks that dial themselves: the salesperson first, then, after the claim, the client."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import DialCallback, ForgetWake, GrantClaim, RefuseClaim, Save, WakeAt
from ivr.domain.events import (
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    SalesLegFailed,
)
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.callback import SALES_SILENT, Attempt, due, next_due, wait_after
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception.floor import Floor
from ivr.domain.records import AttemptRecord, EscalationState, RecordKind

WAKE = "callbacks"
"""The key of the clock under which the next callback becomes due."""


def look(floor: Floor, at: float) -> None:
    """Start an attempt for each due promise that has a free salesperson; wake for the next."""
    if floor.link_lost_at is None:
        for escalation in due(floor.escalations.values(), at):
            agent = _who(floor, escalation, at)
            if agent is not None:
                _attempt(floor, at, escalation, agent)
    later = [t for t in (next_due_after(floor, at),) if t is not None]
    floor.order(WakeAt(later[0], WAKE) if later else ForgetWake(WAKE))


def next_due_after(floor: Floor, at: float) -> float | None:
    """When to look again by the clock; what is due already waits for somebody to become free."""
    waiting = (e for e in floor.escalations.values() if e.record.due_at and e.record.due_at > at)
    return next_due(waiting)


def attempt_saved(floor: Floor, attempt_id: str) -> None:
    """The attempt is on the disk: ring the salesperson."""
    attempt = floor.attempts.get(attempt_id)
    if attempt is None or not attempt.open or attempt.dialling:
        return
    attempt.dialling = True
    floor.order(DialCallback(attempt.id, attempt.record.person, floor.rules.callbacks.ring_seconds))


def claim_asked(floor: Floor, event: ClaimAsked) -> None:
    """The salesperson is on the phone: may the client be dialled? Once an attempt, and allowed."""
    attempt = floor.attempts.get(event.attempt)
    escalation = floor.escalations.get(attempt.record.promise) if attempt else None
    if attempt is None or escalation is None or not attempt.claim(event.at):
        floor.order(RefuseClaim(event.attempt, "unknown, taken or over"))
        return
    floor.order(Save(attempt.record), GrantClaim(attempt.id, attempt.record.number))


def client_answered(floor: Floor, event: ClientAnswered) -> None:
    """Client and salesperson talk."""
    attempt = floor.attempts.get(event.attempt)
    escalation = floor.escalations.get(attempt.record.promise) if attempt else None
    if attempt is None or escalation is None or not attempt.open:
        return
    if escalation.state is EscalationState.DIALLING:
        escalation.bridged(event.at, attempt.record.person)
        floor.order(Save(escalation.record))


def client_leg_ended(floor: Floor, event: ClientLegEnded) -> None:
    """The dial to the client is over: talked long enough, or once more later."""
    if event.result is DialResult.ANSWERED:
        client_answered(floor, ClientAnswered(event.at, event.attempt))
    _finish(floor, event.at, event.attempt, event.result.value, event.talked)


def sales_leg_failed(floor: Floor, event: SalesLegFailed) -> None:
    """The salesperson did not pick up: the client was not dialled."""
    _finish(floor, event.at, event.attempt, SALES_SILENT, 0.0)


def abandon(floor: Floor, at: float, attempt: Attempt) -> None:
    """Nobody knows any more how this attempt ended: it counts as a dial, and is never dialled."""
    _finish(floor, at, attempt.id, DialResult.UNKNOWN.value, 0.0)


def _finish(floor: Floor, at: float, attempt_id: str, result: str, talked: float) -> None:
    attempt = floor.attempts.get(attempt_id)
    if attempt is None or not attempt.end(at, result, talked):
        return
    del floor.attempts[attempt_id]
    floor.order(Save(attempt.record))
    agent = floor.agents.get(attempt.record.person)
    if agent is not None:
        agent.attempt = ""
        agent.idle_since = at
        floor.touch(agent.person)
    escalation = floor.escalations.get(attempt.record.promise)
    if escalation is not None:
        _next_step(floor, at, escalation, result, talked)
    look(floor, at)


def _next_step(floor: Floor, at: float, escalation: Escalation, result: str, talked: float) -> None:
    rules = floor.rules.callbacks
    kept = escalation.talk_ended(talked)
    if escalation.state is EscalationState.TALKED and kept:
        pass
    elif result == SALES_SILENT:
        # The limit counts dials to the client, and none was made.
        escalation.record = replace(escalation.record, attempts=escalation.record.attempts - 1)
        escalation.call_back(at + wait_after(result, rules))
    elif escalation.record.attempts >= rules.attempts:
        escalation.hand_to_human()
    elif escalation.state in (EscalationState.DIALLING, EscalationState.TALKED):
        escalation.call_back(at + wait_after(result, rules))
    floor.order(Save(escalation.record))


def _attempt(floor: Floor, at: float, escalation: Escalation, agent: Agent) -> None:
    escalation.dial()
    serial = escalation.record.attempts
    record = AttemptRecord(
        id=f"cb-{escalation.id}-{serial}-{int(at * 1000)}",
        promise=escalation.id,
        made_for=RecordKind.ESCALATION,
        number=escalation.record.number,
        person=agent.person,
        made_at=at,
        claimed_at=None,
        ended_at=None,
        result="",
        talked=0.0,
    )
    agent.attempt = record.id
    floor.attempts[record.id] = Attempt(record)
    floor.order(Save(escalation.record), Save(record, confirm=True))
    floor.touch(agent.person)


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
    if not any(a.record.promise == escalation.id for a in floor.attempts.values()):
        _next_step(floor, at, escalation, DialResult.UNKNOWN.value, 0.0)
