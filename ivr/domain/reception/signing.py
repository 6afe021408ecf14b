"""Who takes calls: queue membership and breaks, as Asterisk tells and as people ask for them."""

from __future__ import annotations

from ivr.domain.commands import AddMember, PauseMember, RemoveMember
from ivr.domain.events import (
    DeskClosed,
    DeskOpened,
    MemberGone,
    MemberSeen,
    MemberStatus,
    PausePressed,
    ReadyPressed,
    SignOutPressed,
)
from ivr.domain.intake.agent import Agent, AgentState
from ivr.domain.reception import calling, wrapping
from ivr.domain.reception.floor import Floor


def member_seen(floor: Floor, event: MemberSeen) -> None:
    """Asterisk tells of a member: the truth about pause and presence."""
    agent = _agent_of(floor, event.person, event.queue)
    if agent is None:
        floor.others.setdefault(event.queue, {})[event.person] = event.paused
        _fit(floor, event.queue)
        return
    reachable = event.status is not MemberStatus.UNREACHABLE
    before = (agent.member, agent.paused, agent.pause_reason, agent.reachable)
    agent.seen(event.at, event.paused, event.reason, reachable)
    if before == (agent.member, agent.paused, agent.pause_reason, agent.reachable):
        return
    _changed(floor, event.at, agent)


def member_gone(floor: Floor, event: MemberGone) -> None:
    """Asterisk tells that a member left the queue."""
    agent = _agent_of(floor, event.person, event.queue)
    if agent is None and floor.others.get(event.queue, {}).pop(event.person, None) is not None:
        _fit(floor, event.queue)
    if agent is not None and agent.member:
        agent.gone(event.at)
        _changed(floor, event.at, agent)


def desk_opened(floor: Floor, event: DeskOpened) -> None:
    """A page connected: draw it whole."""
    agent = floor.agents.get(event.person)
    if agent is not None:
        agent.desks = True
        floor.shown.pop(event.person, None)
        floor.touch(event.person)


def desk_closed(floor: Floor, event: DeskClosed) -> None:
    """The last page went away; the phone goes on ringing, a desk phone needs no page."""
    agent = floor.agents.get(event.person)
    if agent is not None:
        agent.desks = False


def ready(floor: Floor, event: ReadyPressed) -> None:
    """Take calls: sign in, end the break, or end wrap-up, whichever the person is in."""
    agent = floor.agents[event.person]
    department = floor.department_of(event.person)
    agent.notice = ""
    agent.pause_wanted = ""
    floor.touch(event.person)
    match agent.state:
        case AgentState.SIGNED_OUT:
            floor.order(AddMember(event.person, department.queue, False, "", department.wrap_up))
        case AgentState.PAUSED:
            floor.order(PauseMember(event.person, department.queue, False, ""))
        case AgentState.WRAP_UP:
            wrapping.ready(floor, event.at, agent)
            if agent.paused:
                floor.order(PauseMember(event.person, department.queue, False, ""))
        case AgentState.TALKING | AgentState.RINGING | AgentState.READY:
            pass


def pause(floor: Floor, event: PausePressed) -> None:
    """Take a break: at once, or after the call that is on."""
    agent = floor.agents[event.person]
    department = floor.department_of(event.person)
    floor.touch(event.person)
    match agent.state:
        case AgentState.TALKING | AgentState.RINGING:
            agent.pause_wanted = "" if agent.pause_wanted else event.reason
        case AgentState.SIGNED_OUT:
            floor.order(
                AddMember(event.person, department.queue, True, event.reason, department.wrap_up)
            )
        case AgentState.WRAP_UP | AgentState.READY | AgentState.PAUSED:
            floor.order(PauseMember(event.person, department.queue, True, event.reason))


def sign_out(floor: Floor, event: SignOutPressed) -> None:
    """Go home: the person leaves the queue; a talk that is on goes on."""
    queue = floor.department_of(event.person).queue
    floor.order(RemoveMember(event.person, queue))


def _agent_of(floor: Floor, person: str, queue: str) -> Agent | None:
    agent = floor.agents.get(person)
    if agent is None or floor.department_of(person).queue != queue:
        return None
    return agent


def _fit(floor: Floor, queue: str) -> None:
    department = floor.department_of_queue(queue)
    if department is not None:
        floor.fit_lines(department.id)


def _changed(floor: Floor, at: float, agent: Agent) -> None:
    floor.fit_lines(agent.department)
    floor.touch(agent.person)
    if agent.free:
        calling.look(floor, at)
