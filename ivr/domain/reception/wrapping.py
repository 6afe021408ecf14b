"""Wrap-up: the agent's time after the talk, and what must not stay open when it is over."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from ivr.domain.choices import Disposition, OtherCall
from ivr.domain.commands import (
    EndWrapUp,
    ForgetWake,
    PauseMember,
    ProlongWrapUp,
    Save,
    WakeAt,
)
from ivr.domain.errors import KeyRefused
from ivr.domain.events import DispositionGiven, WrapUpCoded, WrapUpProlonged
from ivr.domain.intake.agent import Agent
from ivr.domain.intake.call import Phase
from ivr.domain.reception import calling, learning, promising, unfinished
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState
from ivr.domain.tree.tree import Owner

PROLONGED_BY = 30.0
"""Seconds that one press of the key adds to wrap-up."""

LONGEST = 600.0
"""Seconds of wrap-up that lie ahead at most, however often it is prolonged."""

KEY = "wrap:"
"""Prefix of the clock's keys under which wrap-ups end."""


def begin(floor: Floor, at: float, agent: Agent) -> None:
    """The person's leg is gone: the member's own wrap-up time runs in Asterisk, ours beside it."""
    wrap_up = floor.department_of(agent.person).wrap_up
    call_id = agent.talk
    if not agent.hung_up(at, agent.talk_channel, wrap_up):
        return
    floor.fit_lines(agent.department)
    floor.touch(agent.person)
    call = floor.calls.get(call_id)
    if call is not None and call.phase is Phase.TALKING and not call.legs:
        floor.save(call)
    if call is not None and call.record.task and wrap_up > 0:
        # app_queue starts its own wrap-up only after a call that it gave out itself.
        queue = floor.department_of(agent.person).queue
        floor.order(ProlongWrapUp(agent.person, queue, wrap_up))
    if agent.pause_wanted:
        _pause(floor, agent)
    if wrap_up <= 0:
        end(floor, at, agent)
    else:
        floor.order(WakeAt(agent.wrap_ends_at, KEY + agent.person))


def go_on(floor: Floor, at: float, call_id: str, ended_at: float) -> None:
    """The agent of a call that nobody finished may go on with it, else it is settled now."""
    enquiry = floor.enquiries.get(call_id)
    if enquiry is not None and enquiry.agent in floor.agents:
        until = ended_at + floor.department_of(enquiry.agent).wrap_up
        if again(floor, at, call_id, until):
            return
    settle(floor, at, call_id)
    floor.forget_if_done(call_id)


def again(floor: Floor, at: float, call_id: str, until: float) -> bool:
    """Go on with the wrap-up of a call that ended while we were away; False if nobody can."""
    enquiry = floor.enquiries.get(call_id)
    agent = floor.agents.get(enquiry.agent) if enquiry else None
    if enquiry is None or enquiry.settled or agent is None or agent.call or until <= at:
        return False
    agent.wrap, agent.wrap_ends_at = call_id, until
    floor.order(WakeAt(until, KEY + agent.person))
    floor.touch(agent.person)
    return True


def left(floor: Floor, at: float, agent: Agent, call_id: str) -> None:
    """Another call has taken this person away from an earlier one, whose wrap-up ends with it.

    app_queue counts wrap-up in whole seconds and may ring up to a second before our own end.
    """
    if not call_id or call_id == agent.call:
        return
    floor.order(ForgetWake(KEY + agent.person))
    _close(floor, at, call_id)


def ring_ended(floor: Floor, at: float, agent: Agent, call_id: str) -> bool:
    """The phone stopped ringing and no talk follows: a break that was asked for begins now."""
    if not agent.ring_ended(at, call_id):
        return False
    floor.touch(agent.person)
    if agent.pause_wanted:
        _pause(floor, agent)
    return True


def ready(floor: Floor, at: float, agent: Agent) -> None:
    """The person is done before the time is over."""
    department = floor.department_of(agent.person)
    floor.order(ForgetWake(KEY + agent.person))
    if agent.member:
        floor.order(EndWrapUp(agent.person, department.queue, department.wrap_up))
    end(floor, at, agent)


def end(floor: Floor, at: float, agent: Agent) -> None:
    """Wrap-up is over: an undecided large customer or an unpressed key to sales is promised now."""
    call_id = agent.wrap
    agent.wrapped_up(at)
    floor.touch(agent.person)
    _close(floor, at, call_id)
    calling.look(floor, at)


def _close(floor: Floor, at: float, call_id: str) -> None:
    _note_disposition(floor, call_id)
    settle(floor, at, call_id)
    floor.forget_if_done(call_id)


def disposition_of(floor: Floor, call_id: str) -> str:
    """How the call ended: as the agent said, else as the system saw it; "" if it cannot tell."""
    call, enquiry = floor.calls.get(call_id), floor.enquiries.get(call_id)
    if call is None or enquiry is None or call.record.disposition:
        return call.record.disposition if call else ""
    if enquiry.not_enquiry:
        wrong = enquiry.not_enquiry == OtherCall.WRONG_NUMBER
        return (Disposition.WRONG_NUMBER if wrong else Disposition.OTHER).value
    if not enquiry.confirmed or enquiry.decision is None:
        return ""
    promise = floor.escalation_of(call_id)
    if enquiry.decision.owner is Owner.CLIENT or promise is None:
        return Disposition.KEPT.value
    live = (EscalationState.TRANSFERRING, EscalationState.TALKED)
    passed = promise.state in live
    return (Disposition.PASSED if passed else Disposition.CALLBACK).value


def _note_disposition(floor: Floor, call_id: str) -> None:
    call, disposition = floor.calls.get(call_id), disposition_of(floor, call_id)
    if call is not None and disposition and not call.record.disposition:
        call.record = replace(call.record, disposition=disposition)
        floor.save(call)


def settle(floor: Floor, at: float, call_id: str) -> None:
    """Nobody works on the call any more: what the tree gave to sales is sales' promise."""
    call, enquiry = floor.calls.get(call_id), floor.enquiries.get(call_id)
    if call is None or enquiry is None or call.phase is not Phase.ENDED:
        return
    if floor.is_in_hand(call_id):
        return
    unfinished.decide_large(floor, call, enquiry)
    decision = enquiry.decision
    if not enquiry.settled and decision is not None and decision.owner is Owner.SALES:
        enquiry.confirmed = True
        promising.promise(floor, at, call, enquiry)
    learning.remember(floor, at, call, enquiry)
    if enquiry.settled_at is None:
        unfinished.leave(floor, at, call, enquiry)
        enquiry.settled_at = at
        floor.order(Save(enquiry.record()))


def prolong(floor: Floor, event: WrapUpProlonged) -> None:
    """Thirty seconds more; a timer of the dialplan ends them, service alive or not.

    Raises KeyRefused.
    """
    if not _prolonged(floor, event.at, floor.agents[event.person]):
        raise KeyRefused("not_possible_now")


def coded(floor: Floor, event: WrapUpCoded) -> None:
    """A code of the phone: the dialplan has done its part already, with us or without."""
    agent = floor.agents.get(event.person)
    if agent is None or not agent.wrap:
        return
    if event.more:
        _prolonged(floor, event.at, agent)
    else:
        floor.order(ForgetWake(KEY + agent.person))
        end(floor, event.at, agent)


def _prolonged(floor: Floor, at: float, agent: Agent) -> bool:
    if not agent.wrap or agent.wrap_ends_at + PROLONGED_BY > at + LONGEST:
        return False
    agent.wrap_ends_at = max(agent.wrap_ends_at, at) + PROLONGED_BY
    left = agent.wrap_ends_at - at
    queue = floor.department_of(agent.person).queue
    floor.order(
        ProlongWrapUp(agent.person, queue, ceil(left)),
        WakeAt(agent.wrap_ends_at, KEY + agent.person),
    )
    floor.touch(agent.person)
    return True


def disposition_given(floor: Floor, event: DispositionGiven) -> None:
    """How the call ended, in the agent's own judgement."""
    call = floor.calls.get(event.call)
    if call is not None:
        call.record = replace(call.record, disposition=event.disposition)
        floor.save(call)
        floor.touch(event.person)


def _pause(floor: Floor, agent: Agent) -> None:
    queue = floor.department_of(agent.person).queue
    floor.order(PauseMember(agent.person, queue, True, agent.pause_wanted))
    agent.pause_wanted = ""
