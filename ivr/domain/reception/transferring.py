"""Handing a caller to sales: straight, or on hold while the agent has a word with sales first."""

from __future__ import annotations

from ivr.domain.commands import ConsultSales, Save, TransferToSales
from ivr.domain.intake.agent import Agent
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.consult import Consult
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import preferring
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState

STRAIGHT, WARM = "straight", "warm"


def kinds(floor: Floor, call: Call) -> tuple[str, ...]:
    """In which ways this caller can be passed, the usual one first.

    A client whom the department has called back shares no leg of Asterisk's with the agent that
    could ring sales by itself.
    """
    if call.record.task:
        return (STRAIGHT,)
    return (WARM, STRAIGHT) if floor.rules.transfer.warm else (STRAIGHT, WARM)


def is_warm(floor: Floor, call: Call, kind: str) -> bool:
    """Whether this kind, "" for the usual one, means a word with sales first."""
    possible = kinds(floor, call)
    return (kind if kind in possible else possible[0]) == WARM


def why_not(floor: Floor, call: Call) -> str:
    """Why a live transfer cannot be done now, "" if it can."""
    if call.phase is Phase.ENDED:
        return "caller_gone"
    if floor.link_lost_at is not None:
        return "link_lost"
    sales = floor.rules.departments[call.record.department].sales
    return "" if floor.free_of(sales) else "nobody_free"


def begin(floor: Floor, at: float, call: Call, escalation: Escalation, kind: str) -> None:
    """Hand the caller over in this way, "" for the usual one; the promise is on the disk."""
    if escalation.state is not EscalationState.TRANSFERRING:
        escalation.transfer()
    call.passed_at = at
    agent = next((a for a in floor.talking_on(call.id) if a.talk_channel in call.legs), None)
    floor.order(Save(escalation.record))
    if agent is not None and is_warm(floor, call, kind):
        _warm(floor, call, escalation, agent)
    else:
        _straight(floor, at, call, escalation)
    floor.save(call)


def _straight(floor: Floor, at: float, call: Call, escalation: Escalation) -> None:
    queue, ring, first, first_ring = _whom(floor, escalation)
    call.sent_to_sales(at)
    floor.order(
        TransferToSales(call.id, call.channel, escalation.id, queue, ring, first, first_ring)
    )


def _warm(floor: Floor, call: Call, escalation: Escalation, agent: Agent) -> None:
    queue, ring, first, first_ring = _whom(floor, escalation)
    call.on_hold(Consult(agent.person, agent.talk_channel, left=call.bridge))
    floor.order(
        ConsultSales(
            call.id,
            call.channel,
            agent.talk_channel,
            escalation.id,
            queue,
            ring,
            first,
            first_ring,
        )
    )


def _whom(floor: Floor, escalation: Escalation) -> tuple[str, int, str, int]:
    """The queue of sales and how long it rings; who is tried alone before, and how long."""
    sales = floor.rules.departments[escalation.record.department]
    first = preferring.owner(floor, escalation.record)
    return sales.queue, floor.rules.transfer.ring_seconds, first, sales.owner_ring if first else 0
