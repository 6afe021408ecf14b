"""Whom a caller reaches before everybody else: the person of last time, or the client's owner."""

from __future__ import annotations

from ivr.domain.intake.call import Call
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationRecord, LastAgent


def last_agent(floor: Floor, at: float, call: Call) -> str:
    """Who talked with this number last, if free now and not too long ago; "" for nobody."""
    department = floor.rules.departments[call.record.department]
    last = floor.last_agents.get(call.record.number)
    if last is None or not department.last_ring or at - last.at > department.last_within:
        return ""
    agent = floor.agents.get(last.person)
    return last.person if agent and agent.department == department.id and agent.free else ""


def talked(floor: Floor, at: float, call: Call, person: str) -> None:
    """Remember who talks with this number; only where somebody will ask."""
    number = call.record.number
    if number and floor.rules.departments[call.record.department].last_ring:
        floor.last_agents[number] = LastAgent(number, person, at)


def restore(floor: Floor, last_agents: tuple[LastAgent, ...]) -> None:
    """Take up who talked with whom, where that is asked for at all."""
    if any(department.last_ring for department in floor.rules.departments.values()):
        floor.last_agents = {last.number: last for last in last_agents}


def owner(floor: Floor, promise: EscalationRecord) -> str:
    """The client's owner if free, else the owner's deputy if free; "" for nobody."""
    if not floor.rules.departments[promise.department].owner_ring:
        return ""
    person = floor.person(promise.owner)
    for name in (promise.owner, person.deputy if person else ""):
        agent = floor.agents.get(name)
        if agent is not None and agent.department == promise.department and agent.free:
            return name
    return ""
