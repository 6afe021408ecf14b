"""Keys of the sales desk: each checked against what this person may do with this promise."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from ivr.domain.choices import SalesRefusal
from ivr.domain.commands import Save
from ivr.domain.errors import KeyRefused
from ivr.domain.events import (
    CallNowPressed,
    DueChanged,
    MeetingCancelled,
    MeetingMoved,
    OwnerChanged,
    PromiseClosed,
    PromiseOpened,
    PromiseTaken,
    ResultGiven,
    SalesKey,
)
from ivr.domain.intake.agent import Agent, AgentState
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import attempts, calling, dealings, meetings, owning, results, timing
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.in_hand import kept_of_key, may_keep, of_key, supervisors_reason
from ivr.domain.records import EscalationState, Result

MOST_DIALS = 5
"""Dials for one agreed time, by hand and by the machine, after which nobody may dial again."""

TO_CLIENT_DEPARTMENT = "client"
"""The owner by which a supervisor gives a client back."""


def pressed(floor: Floor, event: SalesKey) -> None:
    """Act on a key. Raises KeyRefused."""
    floor.touch(event.person)
    match event:
        case PromiseOpened():
            _open(floor, event)
        case CallNowPressed():
            _call_now(floor, event)
        case PromiseTaken():
            _take(floor, event)
        case ResultGiven():
            results.given(floor, event)
        case PromiseClosed():
            results.closed(floor, event)
        case OwnerChanged():
            _change_owner(floor, event)
        case DueChanged():
            _change_due(floor, event)
        case MeetingMoved():
            meetings.moved(floor, event)
        case MeetingCancelled():
            meetings.cancelled(floor, event)
        case _:
            assert_never(event)


def list_changed(floor: Floor, at: float) -> None:
    """Time moves the lists, and whatever has changed in them is shown to the people of sales."""
    board = floor.escalations.board
    board.advance(at)
    changed, board.changed = board.changed, set()
    if changed:
        floor.touch(*(a.person for a in floor.agents.values() if a.department in changed))


def why_not_call(floor: Floor, agent: Agent, escalation: Escalation) -> str:
    """Why this person cannot call this client now, "" if nothing speaks against it.

    The client's hours do not: a person may know better than the clock.
    """
    if escalation.state in (EscalationState.PROMISED, EscalationState.TRANSFERRING):
        return SalesRefusal.NOT_POSSIBLE_NOW
    if escalation.state is EscalationState.DIALLING or calling.on_the_line(floor, escalation):
        return SalesRefusal.CLIENT_ON_THE_LINE
    if not may_keep(floor, agent, escalation):
        return SalesRefusal.NOT_YOURS
    busy = agent.state in (AgentState.TALKING, AgentState.RINGING) or agent.attempt
    if busy or floor.link_lost_at is not None:
        return SalesRefusal.NOT_POSSIBLE_NOW
    return _why_not_number(floor, escalation)


def _why_not_number(floor: Floor, escalation: Escalation) -> str:
    number, at = attempts.to_dial(floor, escalation), floor.escalations.board.now
    if not number:
        return SalesRefusal.NUMBER_NOT_DIALLED
    if escalation.record.attempts >= MOST_DIALS:
        return SalesRefusal.TOO_MANY_DIALS
    return (
        SalesRefusal.DIALLED_TOO_OFTEN if floor.toll.why_not(floor.rules.toll, at, number) else ""
    )


def _open(floor: Floor, event: PromiseOpened) -> None:
    agent = floor.agents[event.person]
    if not event.promise:
        floor.opened.pop(event.person, None)
        return
    escalation = of_key(floor, agent, event.promise)
    floor.opened[event.person] = escalation.id
    dealings.look_up(floor, escalation)


def _call_now(floor: Floor, event: CallNowPressed) -> None:
    agent = floor.agents[event.person]
    escalation = of_key(floor, agent, event.promise)
    problem = why_not_call(floor, agent, escalation)
    if problem:
        raise KeyRefused(problem)
    escalation.record = replace(escalation.record, owner=event.person)
    calling.begin(floor, event.at, escalation, agent, by_hand=True)
    dealings.look_up(floor, escalation)


def _take(floor: Floor, event: PromiseTaken) -> None:
    """One of the team's becomes this person's, who keeps it from now on."""
    agent = floor.agents[event.person]
    escalation = kept_of_key(floor, agent, event.promise)
    if escalation.record.owner != event.person:
        escalation.record = replace(escalation.record, owner=event.person)
        floor.order(Save(escalation.record))
    calling.look(floor, event.at)


def _change_owner(floor: Floor, event: OwnerChanged) -> None:
    agent = floor.agents[event.person]
    escalation = of_key(floor, agent, event.promise)
    reason = supervisors_reason(floor, agent, event.reason)
    if event.owner == TO_CLIENT_DEPARTMENT:
        _give_back(floor, event, escalation, reason)
        return
    owner = floor.rules.people.get(event.owner)
    if event.owner and (owner is None or owner.department != escalation.record.department):
        raise KeyRefused(SalesRefusal.NO_SUCH_PERSON)
    escalation.record = replace(escalation.record, owner=event.owner)
    owning.give(floor, event.at, escalation.record, event.owner, event.person, reason)
    floor.order(Save(escalation.record))
    calling.look(floor, event.at)


def _give_back(floor: Floor, event: OwnerChanged, escalation: Escalation, reason: str) -> None:
    """The client is the client department's again, which ends what sales owed."""
    call = escalation.record.department
    theirs = next((d.id for d in floor.rules.departments.values() if d.sales == call), "")
    owning.give(floor, event.at, escalation.record, "", event.person, reason, theirs)
    results.end(floor, event.at, escalation, Result.CLOSED, event.person, close_reason=reason)


def _change_due(floor: Floor, event: DueChanged) -> None:
    """A salesperson moves the call; what the client was told stays, and so does overdue.

    The dials count on: only the client agrees to be tried anew.
    """
    agent = floor.agents[event.person]
    escalation = kept_of_key(floor, agent, event.promise)
    if escalation.state not in (EscalationState.CALLBACK, EscalationState.HUMAN):
        raise KeyRefused(SalesRefusal.NOT_POSSIBLE_NOW)
    if not attempts.to_dial(floor, escalation):
        raise KeyRefused(SalesRefusal.NUMBER_NOT_DIALLED)
    if escalation.record.attempts >= MOST_DIALS:
        raise KeyRefused(SalesRefusal.TOO_MANY_DIALS)
    due = timing.asked_due(floor, event.at, event.due, escalation.record.zone)
    escalation.call_back(due.at)
    floor.order(Save(escalation.record))
    calling.look(floor, event.at)
