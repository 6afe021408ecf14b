"""What a person's page shows of a caller on the way to sales."""

from __future__ import annotations

from ivr.domain.intake.agent import Agent
from ivr.domain.intake.call import Call, Phase
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import consulting, transferring
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState
from ivr.domain.screen import TransferCard

_STATES = {
    EscalationState.PROMISED: "saving",
    EscalationState.TRANSFERRING: "ringing",
    EscalationState.TALKED: "bridged",
    EscalationState.HUMAN: "human",
}


def card(floor: Floor, call: Call, escalation: Escalation, agent: Agent) -> TransferCard:
    """Who is where, and what this person may do about it."""
    record, consult = escalation.record, call.consult
    again = consulting.can_pass_again(floor, call, agent)
    return TransferCard(
        state="consulting" if consult and consult.met else _STATES.get(record.state, "callback"),
        salesperson=_name(floor, _whom(floor, call, escalation)),
        since=record.made_at if call.passed_at is None else call.passed_at,
        until=_until(floor, call, escalation),
        warm=call.phase is Phase.CONSULTING,
        agent=_name(floor, record.agent),
        take_back=consulting.can_take_back(call, agent),
        let_talk=consulting.can_let_talk(call, agent),
        kinds=transferring.kinds(floor, call) if again else (),
    )


def _whom(floor: Floor, call: Call, escalation: Escalation) -> str:
    """Who of sales talks or is rung, else who has to keep the promise."""
    if call.consult is not None and call.consult.met:
        return call.consult.sales
    rung = (a for a in floor.ringing_for(call.id) if not floor.department_of(a.person).sales)
    ringing = next(rung, None)
    return ringing.person if ringing else escalation.record.owner


def _until(floor: Floor, call: Call, escalation: Escalation) -> float | None:
    """Until when sales is rung in a live transfer, or when sales owes the call."""
    if escalation.state is not EscalationState.TRANSFERRING:
        return escalation.record.due_at
    began = escalation.record.made_at if call.passed_at is None else call.passed_at
    return began + floor.rules.transfer.ring_seconds


def _name(floor: Floor, person: str) -> str:
    somebody = floor.person(person)
    return somebody.name if somebody else ""
