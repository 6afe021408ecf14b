"""A caller on the way to sales of whom the agent may still dispose: take back, let them talk.

Asterisk brings everybody to where they belong by itself, whoever hangs up; here it is followed, and
the agent's keys are turned into orders. What counts is who hears whom.
"""

from __future__ import annotations

from ivr.domain.choices import Notice
from ivr.domain.commands import LetTalk, TakeBack
from ivr.domain.errors import KeyRefused
from ivr.domain.events import LetTalkPressed, PassPressed, TakeBackPressed, TransferFailed
from ivr.domain.intake.agent import Agent
from ivr.domain.intake.call import Call, Leg, Phase
from ivr.domain.intake.consult import Asked, Consult
from ivr.domain.reception import transferred, transferring, wrapping
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState

TransferKey = TakeBackPressed | LetTalkPressed | PassPressed


def pressed(floor: Floor, event: TransferKey) -> None:
    """Act on a key. Raises KeyRefused."""
    agent, call = floor.agents[event.person], floor.calls.get(event.call)
    floor.touch(event.person)
    if call is None or event.call not in (agent.talk, agent.wrap):
        raise KeyRefused("not_your_call")
    match event:
        case TakeBackPressed():
            _take_back(floor, event.at, call, agent)
        case LetTalkPressed():
            _let_talk(floor, call, agent)
        case PassPressed():
            _pass_again(floor, event, call, agent)


def can_take_back(call: Call, agent: Agent) -> bool:
    """Whether this agent may have the caller back now."""
    if call.phase is Phase.CONSULTING:
        consult = call.consult
        return consult is not None and consult.agent == agent.person
    return call.phase is Phase.AT_SALES and agent.wrap == call.id


def can_let_talk(call: Call, agent: Agent) -> bool:
    """Whether client and sales may talk without this agent now."""
    consult = call.consult
    return consult is not None and consult.agent == agent.person and consult.met


def can_pass_again(floor: Floor, call: Call, agent: Agent) -> bool:
    """Whether a caller who came back from sales may be passed once more."""
    promise = floor.escalation_of(call.id)
    again = (EscalationState.CALLBACK, EscalationState.HUMAN)
    return (
        call.phase is Phase.TALKING
        and call.passed_at is not None
        and agent.talk == call.id
        and promise is not None
        and promise.state in again
        and promise.committed
        and not transferring.why_not(floor, call)
    )


def _take_back(floor: Floor, at: float, call: Call, agent: Agent) -> None:
    if not can_take_back(call, agent):
        raise KeyRefused("not_possible_now")
    if call.consult is not None:
        if call.consult.asked is not Asked.NOTHING:
            raise KeyRefused("transfer_in_flight")
        call.consult.asked = Asked.BACK
        floor.order(TakeBack(call.id, call.channel, agent.person, agent.talk_channel))
        return
    transferred.owe_again(floor, at, call)
    agent.rang(at, call.id, "")
    floor.order(TakeBack(call.id, call.channel, agent.person))


def _let_talk(floor: Floor, call: Call, agent: Agent) -> None:
    consult = call.consult
    if consult is None or not can_let_talk(call, agent):
        raise KeyRefused("not_possible_now")
    if consult.asked is not Asked.NOTHING:
        raise KeyRefused("transfer_in_flight")
    consult.asked = Asked.MEET
    floor.order(LetTalk(call.id, call.channel, consult.sales_channel))


def _pass_again(floor: Floor, event: PassPressed, call: Call, agent: Agent) -> None:
    escalation = floor.escalation_of(call.id)
    if escalation is None or not can_pass_again(floor, call, agent):
        raise KeyRefused(transferring.why_not(floor, call) or "not_possible_now")
    transferring.begin(floor, event.at, call, escalation, event.kind)


# --- what Asterisk shows ----------------------------------------------------------------------


def answered(floor: Floor, call: Call, person: str, channel: str, agents_channel: str) -> None:
    """Somebody of sales picked up for the agent, whose own channel had rung."""
    call.legs[channel] = Leg(channel, person)
    consult = call.consult
    if consult is None:
        holder = call.legs[agents_channel].person
        consult = Consult(holder, agents_channel)
        call.on_hold(consult)
    consult.answered(person, channel)
    _touch(floor, call)


def bridged(floor: Floor, at: float, call: Call) -> None:
    """Somebody of sales may talk with the agent, though nobody has told that the phone rang."""
    consult = call.consult
    leg = call.legs.get(consult.channel) if consult else None
    if consult is None or leg is None or not leg.bridge or consult.met:
        return
    theirs = (*call.legs.values(), *call.others.values())
    other = next((o for o in theirs if o is not leg and o.bridge == leg.bridge), None)
    if other is None or other.person not in floor.agents:
        return
    call.others.pop(other.channel, None)
    answered(floor, call, other.person, other.channel, leg.channel)
    call.legs[other.channel].bridge = leg.bridge
    floor.agents[other.person].answered(at, call.id, other.channel)
    _touch(floor, call)


def back(floor: Floor, at: float, call: Call) -> None:
    """Agent and client talk again: sales owes a call, unless the agent passes the client anew."""
    if call.consult is None or call.bridge == call.consult.left:
        return
    call.off_hold()
    transferred.owe_again(floor, at, call)
    _touch(floor, call)


def leg_ended(floor: Floor, at: float, call: Call, channel: str) -> None:
    """The agent has left: the client goes on to sales. Or sales has: the client comes back."""
    consult = call.consult
    if consult is None:
        return
    if channel == consult.channel:
        call.sent_to_sales(at)
        floor.save(call)
    elif consult.sales_left(channel):
        _touch(floor, call)


def queued(floor: Floor, at: float, call: Call) -> None:
    """The caller stands in the department's queue again, after a transfer that came to nothing."""
    for agent in floor.ringing_for(call.id):
        if not agent.ring_channel:
            wrapping.ring_ended(floor, at, agent, call.id)
    transferred.owe_again(floor, at, call)


def failed(floor: Floor, event: TransferFailed) -> None:
    """Asterisk did not do it: whoever was to be brought somewhere is where they were."""
    call = floor.calls.get(event.call)
    if call is None or event.step == "transfer":
        return transferred.redirect_failed(floor, event.at, event.call)
    if call.consult is not None:
        call.consult.asked = Asked.NOTHING
    for agent in (*floor.talking_on(call.id), *floor.ringing_for(call.id)):
        if floor.department_of(agent.person).sales:
            agent.notice = Notice.TRANSFER_STEP_FAILED
            wrapping.ring_ended(floor, event.at, agent, call.id)
            floor.touch(agent.person)
    return None


def found(floor: Floor, at: float, call: Call) -> None:
    """A reading of Asterisk shows the caller on hold: the agent's phone there says by whom."""
    legs = [leg for leg in call.legs.values() if floor.department_of(leg.person).sales]
    if not legs:
        call.phase, call.consult, call.held_by = Phase.AT_SALES, None, ""
        return
    if call.consult is None or call.consult.channel != legs[0].channel:
        call.on_hold(Consult(legs[0].person, legs[0].channel))
    bridged(floor, at, call)
    _touch(floor, call)


def _touch(floor: Floor, call: Call) -> None:
    """Everybody on this call: their pages say who is where."""
    floor.touch(*(a.person for a in floor.agents.values() if a.call == call.id))
