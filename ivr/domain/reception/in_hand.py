"""Which promise a salesperson has in hand, and what somebody may do with one."""

from __future__ import annotations

from ivr.domain.choices import SalesRefusal
from ivr.domain.errors import KeyRefused
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.board import Group
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception.floor import Floor


def live(floor: Floor, agent: Agent) -> Escalation | None:
    """The promise that rings, is talked on, is being dialled, or was talked on until now."""
    for call in (agent.talk, agent.ring, agent.wrap):
        escalation = floor.escalation_of(call) if call else None
        if escalation is not None:
            return escalation
    attempt = floor.attempts.get(agent.attempt)
    return floor.escalations.get(attempt.record.promise) if attempt else None


def in_hand(floor: Floor, agent: Agent) -> Escalation | None:
    """The promise that is live, else the oldest one whose result this person owes."""
    found = live(floor, agent)
    if found is not None and found.open:
        return found
    for rank in floor.escalations.board.listed(agent.department, agent.person):
        if rank[0] == Group.RESULT:
            return floor.escalations[rank[3]]
        if rank[0] > Group.RESULT:
            break
    return None


def of_key(floor: Floor, agent: Agent, promise: str) -> Escalation:
    """The open promise that a key means, "" for the one in hand. Raises KeyRefused.

    Whoever has not heard yet that a promise has joined another one means its client, there or where
    that client's enquiry has gone since.
    """
    escalation = floor.escalations.now(promise) if promise else in_hand(floor, agent)
    if escalation is None:
        raise KeyRefused(SalesRefusal.NO_SUCH_PROMISE if promise else SalesRefusal.NOTHING_IN_HAND)
    if not escalation.open:
        raise KeyRefused(SalesRefusal.ALREADY_CLOSED)
    if escalation.record.department != agent.department and not is_supervisor(floor, agent):
        raise KeyRefused(SalesRefusal.NOT_YOURS)
    return escalation


def kept_of_key(floor: Floor, agent: Agent, promise: str) -> Escalation:
    """As `of_key`, for whoever may act on it as its keeper. Raises KeyRefused."""
    escalation = of_key(floor, agent, promise)
    if not may_keep(floor, agent, escalation):
        raise KeyRefused(SalesRefusal.NOT_YOURS)
    return escalation


def supervisors_reason(floor: Floor, agent: Agent, reason: str) -> str:
    """What a supervisor gives as the reason of an act that is theirs alone. Raises KeyRefused."""
    if not is_supervisor(floor, agent):
        raise KeyRefused(SalesRefusal.SUPERVISOR_ONLY)
    if not reason.strip():
        raise KeyRefused(SalesRefusal.REASON_REQUIRED)
    return reason.strip()


def is_supervisor(floor: Floor, agent: Agent) -> bool:
    """Whether this person may close without a result and change owners."""
    person = floor.rules.people.get(agent.person)
    return person is not None and person.supervisor


def may_keep(floor: Floor, agent: Agent, escalation: Escalation) -> bool:
    """Whether this person may act on the promise as its keeper.

    The owner, whoever has it live, the deputy of an owner who is not there, and anybody of the
    team once it is nobody's or its owner has kept it for too long.
    """
    board, owner = floor.escalations.board, escalation.record.owner
    place = board.place(escalation.id)
    if not place.line[1] or owner == agent.person or is_supervisor(floor, agent):
        return True
    if live(floor, agent) is escalation or (place.pool is not None and not place.pool[1]):
        return True
    keeper, person = floor.agents.get(owner), floor.rules.people.get(owner)
    away = keeper is None or not keeper.member
    return away and person is not None and person.deputy == agent.person
