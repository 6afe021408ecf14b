"""Somebody picks up, legs meet and part, and the caller goes: the talks of the number."""

from __future__ import annotations

from ivr.domain.commands import AnswerKnown
from ivr.domain.events import AgentAnswered, CallEnded, LegBridged, LegEnded, LegUnbridged
from ivr.domain.intake.call import Call, Phase
from ivr.domain.reception import (
    asking,
    calling,
    consulting,
    cutting,
    preferring,
    transferred,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import missed, served
from ivr.domain.records import CallEnd


def answered(floor: Floor, event: AgentAnswered) -> None:
    """Somebody picked up: nobody else's phone rings for this call any more."""
    agent = floor.agents.get(event.person)
    call = floor.calls.get(event.call)
    if call is None or call.phase is Phase.ENDED:
        floor.report("answer_of_unknown_call", event.call, event.person)
        return
    if agent is None:
        _answered_by_another(floor, event, call)
        return
    if agent.talk == event.call and agent.talk_channel == event.channel:
        return
    if event.channel in call.gone:
        floor.report("late_answer", event.call, event.person)
        return
    for other in floor.ringing_for(event.call):
        if other is not agent:
            wrapping.ring_ended(floor, event.at, other, event.call)
    before = agent.wrap or agent.talk
    agent.answered(event.at, event.call, event.channel)
    wrapping.left(floor, event.at, agent, before)
    floor.touch(event.person)
    if floor.department_of(event.person).sales:
        transferred.talk_ended(floor, event.at, call)
        call.answered(event.at, event.person, event.channel, event.caller_channel)
        _known(floor, event.at, call)
        preferring.talked(floor, event.at, call, event.person)
        asking.begin(floor, event.at, call, event.person)
    elif event.caller_channel in call.legs:
        holder = event.caller_channel
        consulting.answered(floor, call, event.person, event.channel, holder)
    else:
        call.taken_by_sales(event.person, event.channel, event.caller_channel)


def _answered_by_another(floor: Floor, event: AgentAnswered, call: Call) -> None:
    """Of the queue, but not of our people: no interview, and nothing that is owed either."""
    department = floor.department_of_queue(event.queue)
    unanswered = call.phase in (Phase.OFFERED, Phase.WAITING, Phase.ELSEWHERE)
    if department is None or not department.sales or not unanswered:
        floor.report("answer_of_unknown_person", event.call, event.person)
        return
    for other in floor.ringing_for(call.id):
        wrapping.ring_ended(floor, event.at, other, call.id)
    call.answered_by_another(event.at, event.person, event.channel, event.caller_channel)
    _known(floor, event.at, call)


def _known(floor: Floor, at: float, call: Call) -> None:
    """Keep who answered, and tell the dialplan that we do; it keeps no notes of a returned call."""
    floor.save(call)
    served(floor, at, call)
    if not call.record.task:
        floor.order(AnswerKnown(call.id, call.channel))


def bridged(floor: Floor, event: LegBridged) -> None:
    """Two legs may hear each other now: with sales that is what was promised."""
    call = floor.calls.get(event.call)
    if call is None:
        return
    bridged_leg(floor, event.at, call, event.channel, event.bridge)


def bridged_leg(floor: Floor, at: float, call: Call, channel: str, bridge: str) -> None:
    """One leg of a known call is in this bridge now."""
    leg = call.bridged(channel, bridge)
    if leg is None:
        return
    if floor.department_of(leg.person).sales:
        consulting.back(floor, at, call)
    elif call.with_sales(at):
        floor.free_line(at, call)
        transferred.bridged(floor, at, call, leg.person)


def unbridged(floor: Floor, event: LegUnbridged) -> None:
    """A leg left its bridge."""
    call = floor.calls.get(event.call)
    if call is not None:
        call.unbridged(event.at, event.channel)


def leg_ended(floor: Floor, event: LegEnded) -> None:
    """A person's phone hung up: that person's talk is over, whatever the caller does."""
    leg_gone(floor, event.at, event.call, event.channel)


def leg_gone(floor: Floor, at: float, call_id: str, channel: str) -> None:
    """A channel of this call lives no more; on a returned call it may be the client's own."""
    call = floor.calls.get(call_id)
    if call is not None and call.record.task and channel == call.channel:
        ended(floor, CallEnded(at, call_id, 0))
    if call is not None:
        call.leg_ended(at, channel)
        consulting.leg_ended(floor, at, call, channel)
    for agent in floor.agents.values():
        if agent.talk_channel == channel:
            wrapping.begin(floor, at, agent)
        elif agent.ring and agent.ring_channel == channel:
            wrapping.ring_ended(floor, at, agent, agent.ring)
    floor.forget_if_done(call_id)


def ended(floor: Floor, event: CallEnded) -> None:
    """The caller hung up: the line is free, and a caller whom nobody answered is a task."""
    call = floor.calls.get(event.call)
    if call is None:
        return
    at_sales = call.phase in (Phase.AT_SALES, Phase.CONSULTING)
    call.ended(event.at)
    cutting.remember(floor, call)
    floor.free_line(event.at, call)
    for agent in floor.ringing_for(call.id):
        wrapping.ring_ended(floor, event.at, agent, call.id)
    floor.touch(*(a.person for a in floor.talking_on(call.id)))
    if at_sales:
        transferred.owe_again(floor, event.at, call)
    transferred.talk_ended(floor, event.at, call)
    if call.record.end is CallEnd.MISSED:
        missed(floor, call.record)
    floor.save(call)
    wrapping.settle(floor, event.at, call.id)
    floor.forget_if_done(call.id)
    calling.look(floor, event.at)
