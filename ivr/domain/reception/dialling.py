"""Dialling a client, once an attempt: phone first, then the claim, then the client.

The one way in which this company dials anybody. What an attempt is made for, a promise of sales
or a missed call, decides only what follows from its end.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import DialCallback, GrantClaim, RefuseClaim, Save
from ivr.domain.events import (
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    SalesLegFailed,
)
from ivr.domain.promise.callback import PHONE_SILENT, Attempt
from ivr.domain.reception import attempts, calling, returning
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState, RecordKind


def attempt_saved(floor: Floor, attempt_id: str) -> None:
    """The attempt is on the disk: ring the person's own phone."""
    attempt = floor.attempts.get(attempt_id)
    if attempt is None or not attempt.open or attempt.dialling:
        return
    attempt.dialling = True
    floor.order(DialCallback(attempt.id, attempt.record.person, floor.rules.callbacks.ring_seconds))


def claim_asked(floor: Floor, event: ClaimAsked) -> None:
    """Our phone has picked up: may the client be dialled? Once an attempt, and only if owed."""
    attempt = floor.attempts.get(event.attempt)
    why = _why_not(floor, attempt) or _toll(floor, event.at, attempt)
    if attempt is None or why or not attempt.claim(event.at):
        floor.order(RefuseClaim(event.attempt, why or "taken or over"))
        return
    floor.toll.dialled(event.at, attempt.record.number)
    attempt.channel = event.person_channel
    if attempt.record.made_for is RecordKind.MISSED_CALL:
        returning.claimed(floor, attempt)
    else:
        _count(floor, attempt)
    floor.order(Save(attempt.record), GrantClaim(attempt.id, attempt.record.number))
    floor.touch(attempt.record.person)


def _toll(floor: Floor, at: float, attempt: Attempt | None) -> str:
    return floor.toll.why_not(floor.rules.toll, at, attempt.record.number) if attempt else ""


def _why_not(floor: Floor, attempt: Attempt | None) -> str:
    if attempt is None:
        return "unknown attempt"
    if not attempts.dialable(floor, attempt.record.number):
        return "the number is not among those that may be dialled"
    if attempts.is_live(floor, attempt.record.number, attempt.id):
        return "the caller talks with us just now"
    if attempt.record.made_for is RecordKind.MISSED_CALL:
        return returning.why_not_dial(floor, attempt)
    promise = floor.escalations.get(attempt.record.promise)
    if promise is None or promise.state is not EscalationState.DIALLING:
        return "nothing is owed any more"
    return ""


def _count(floor: Floor, attempt: Attempt) -> None:
    promise = floor.escalations.get(attempt.record.promise)
    if promise is not None:
        promise.dialled()
        floor.order(Save(promise.record))


def client_answered(floor: Floor, event: ClientAnswered) -> None:
    """The client picked up."""
    attempt = floor.attempts.get(event.attempt)
    if attempt is None or not attempt.open:
        return
    if attempt.record.made_for is RecordKind.MISSED_CALL:
        returning.client_answered(floor, event.at, attempt, event.channel)
    else:
        calling.client_answered(floor, event.at, attempt)


def client_leg_ended(floor: Floor, event: ClientLegEnded) -> None:
    """The dial to the client is over: talked long enough, or once more later."""
    if event.result is DialResult.ANSWERED:
        began = max(0.0, event.at - event.talked)
        client_answered(floor, ClientAnswered(began, event.attempt))
    _finish(floor, event.at, event.attempt, event.result.value, event.talked)


def phone_silent(floor: Floor, event: SalesLegFailed) -> None:
    """Our own phone was not picked up: the client was not dialled."""
    _finish(floor, event.at, event.attempt, PHONE_SILENT, 0.0)


def abandon(floor: Floor, at: float, attempt: Attempt) -> None:
    """Nobody knows any more how this attempt ended: it counts as a dial, and is never dialled."""
    _finish(floor, at, attempt.id, DialResult.UNKNOWN.value, 0.0)


def not_saved(floor: Floor, at: float, attempt_id: str) -> None:
    """The attempt will never be on the disk, so nobody is dialled for it."""
    _finish(floor, at, attempt_id, DialResult.REFUSED.value, 0.0)


_OF_A_DIAL = frozenset(DialResult) - {DialResult.REFUSED}
"""Results that only a dial has, or that nobody can tell from one."""


def _count_late(floor: Floor, at: float, attempt: Attempt) -> None:
    """The claim was granted in a former life, and was not on the disk when that ended."""
    attempt.record = replace(attempt.record, claimed_at=at)
    floor.toll.dialled(at, attempt.record.number)
    if attempt.record.made_for is RecordKind.MISSED_CALL:
        returning.claimed(floor, attempt)
    else:
        _count(floor, attempt)


def _finish(floor: Floor, at: float, attempt_id: str, result: str, talked: float) -> None:
    attempt = floor.attempts.get(attempt_id)
    if attempt is not None and attempt.told:
        result, talked = attempt.told, 0.0
    if attempt is None or not attempt.open:
        return
    if attempt.record.claimed_at is None and result in _OF_A_DIAL:
        _count_late(floor, at, attempt)
    attempt.end(at, result, talked)
    del floor.attempts[attempt_id]
    floor.order(Save(attempt.record))
    agent = floor.agents.get(attempt.record.person)
    if agent is not None and agent.attempt == attempt_id:
        agent.attempt = ""
        agent.idle_since = at
        floor.touch(agent.person)
    if attempt.record.made_for is RecordKind.MISSED_CALL:
        returning.ended(floor, at, attempt)
    else:
        calling.ended(floor, at, attempt)
    calling.look(floor, at)
