"""Dialling a client, once an attempt: phone first, then the claim, then the client.

The one way in which this company dials anybody. What an attempt is made for, a promise of sales
or a missed call, decides only what follows from its end.
"""

from __future__ import annotations

from ivr.domain.commands import DialCallback, GrantClaim, RefuseClaim, Save
from ivr.domain.events import (
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    SalesLegFailed,
)
from ivr.domain.promise.callback import PHONE_SILENT, Attempt
from ivr.domain.reception import calling, returning
from ivr.domain.reception.floor import Floor
from ivr.domain.records import RecordKind


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
    floor.order(Save(attempt.record), GrantClaim(attempt.id, attempt.record.number))
    floor.touch(attempt.record.person)


def _toll(floor: Floor, at: float, attempt: Attempt | None) -> str:
    return floor.toll.why_not(floor.rules.toll, at, attempt.record.number) if attempt else ""


def _why_not(floor: Floor, attempt: Attempt | None) -> str:
    if attempt is None:
        return "unknown attempt"
    if attempt.record.made_for is RecordKind.MISSED_CALL:
        return returning.why_not_dial(floor, attempt)
    return "" if attempt.record.promise in floor.escalations else "unknown promise"


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


def _finish(floor: Floor, at: float, attempt_id: str, result: str, talked: float) -> None:
    attempt = floor.attempts.get(attempt_id)
    if attempt is None or not attempt.end(at, result, talked):
        return
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
