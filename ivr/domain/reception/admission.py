"""A caller arrives, waits, rings, is answered, and goes: the calls of the number."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.choices import Notice
from ivr.domain.client.phone import E164, normalise
from ivr.domain.commands import (
    AdmitCall,
    LeaveToDialplan,
    LookUp,
    Overflow,
    PauseMember,
    Refusal,
    RefuseCall,
    Save,
    Treatment,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerQueued,
    CallOffered,
    ClientKnown,
    LegBridged,
    LegEnded,
    LegUnbridged,
    MobilePickedUp,
    RingEnd,
    RingStopped,
)
from ivr.domain.intake.call import Call, Phase
from ivr.domain.reception import (
    asking,
    calling,
    consulting,
    cutting,
    preferring,
    promising,
    recognising,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import missed, served
from ivr.domain.reception.rules import Number
from ivr.domain.records import CallEnd

MISSED_RING = "missed_ring"
"""The reason of a pause that a silent or rejecting phone brings upon its person."""


def offered(floor: Floor, event: CallOffered) -> None:
    """Decide whether the caller gets a line; the same call asked twice gets the same verdict.

    While the link is lost hang-ups go unseen and the lines would leak: the dialplan counts.
    """
    if floor.link_lost_at is not None:
        floor.order(LeaveToDialplan(event.call))
        return
    number = floor.number_of(_e164(floor, event.did))
    if number.did != _e164(floor, event.did):
        floor.report("unknown_did", event.call, event.did)
    call = floor.calls.get(event.call)
    if call is None or call.phase is Phase.ELSEWHERE:
        call = _came(floor, event, number.department, number.did)
    refusal = _refusal(floor, event.at, number, call)
    if refusal is None and _admit(floor, call, call.record.department, number.waiting):
        return
    _refuse(floor, event.at, call, number, refusal or Refusal.NO_LINE)


def _admit(floor: Floor, call: Call, department_id: str, waiting: int) -> bool:
    """Give the call one of the department's lines, or a place beyond them; False if none is."""
    floor.fit_lines(department_id)
    department, group = floor.rules.departments[department_id], floor.groups[department_id]
    if not group.admit(call.id, waiting):
        return False
    floor.calls[call.id] = call
    floor.refusals.pop(call.id, None)
    first = preferring.last_agent(floor, call.record.offered_at, call)
    floor.order(
        AdmitCall(
            call.id,
            department.queue,
            group.name,
            group.lines,
            waiting,
            group.pace,
            first,
            department.last_ring if first else 0,
        )
    )
    floor.save(call)
    look_up(floor, call)
    return True


def _refuse(floor: Floor, at: float, call: Call, number: Number, cause: Refusal) -> None:
    """Another department of ours takes the caller on a line of its own, or the dialplan does."""
    overflow = number.overflow.get(cause, Overflow())
    if overflow.treatment is Treatment.QUEUE:
        other = floor.department_of_queue(overflow.target)
        if other is not None and floor.members_of(other.id):
            elsewhere = replace(call, record=replace(call.record, department=other.id))
            if _admit(floor, elsewhere, other.id, 0):
                return
        overflow = Overflow() if other is not None else overflow
    refusal = RefuseCall(call.id, cause, overflow)
    if overflow.treatment in (Treatment.QUEUE, Treatment.EXTENSION):
        # Not missed: that is told by the dialplan, if nobody talks with the caller there.
        call.sent_elsewhere(cause.value)
        floor.calls[call.id] = call
        floor.order(refusal)
        floor.save(call)
        return
    call.record = replace(call.record, end=CallEnd.REFUSED, refusal=cause.value, ended_at=at)
    missed(floor, call.record)
    floor.refusals[call.id] = refusal
    floor.order(Save(call.record, confirm=True))


def kept(floor: Floor, call: str) -> None:
    """The caller's row and task are on the disk: only now is a refused caller turned away."""
    refusal = floor.refusals.pop(call, None)
    if refusal is not None:
        floor.order(refusal)


def queued(floor: Floor, event: CallerQueued) -> None:
    """The caller is in a queue: ours to know even when the dialplan let it in without us."""
    department = floor.department_of_queue(event.queue)
    if department is None:
        return
    call = floor.calls.get(event.call)
    if not department.sales:
        return
    if call is None:
        number = floor.rules.numbers.get(_e164(floor, event.did))
        call = _came(floor, event, department.id, number.did if number else "")
        floor.calls[call.id] = call
        floor.groups[department.id].seat(call.id)
        floor.report("admitted_by_dialplan", event.call)
        look_up(floor, call)
    if call.record.department != department.id:
        _moved(floor, event.at, call, department.id)
    if call.phase in (Phase.OFFERED, Phase.AT_SALES, Phase.CONSULTING, Phase.ELSEWHERE):
        call.queued(event.channel)
        floor.save(call)
        consulting.queued(floor, event.at, call)


def _moved(floor: Floor, at: float, call: Call, department: str) -> None:
    """The dialplan lets another department of ours take a caller who has talked with nobody."""
    if call.record.answered_at is not None:
        return
    floor.free_line(at, call)
    call.record = replace(call.record, department=department, end=CallEnd.OPEN, refusal="")
    floor.groups[department].seat(call.id)


def look_up(floor: Floor, call: Call) -> None:
    """Ask who this is; withheld callers are different people."""
    if call.record.number:
        floor.order(LookUp(call.id, call.record.number))


def client_known(floor: Floor, event: ClientKnown) -> None:
    """The database has answered: the card of the ringing or talking agent fills."""
    call = floor.calls.get(event.call)
    if call is not None:
        call.past = event.past
        floor.touch(*(a.person for a in floor.agents.values() if event.call == a.call))


def rang(floor: Floor, event: AgentRang) -> None:
    """A phone rings: show who it is before the answer."""
    agent = floor.agents.get(event.person)
    call = floor.calls.get(event.call)
    if agent is None:
        return
    if call is None:
        floor.report("ring_of_unknown_call", event.call, event.person)
        return
    over = call.phase in (Phase.TALKING, Phase.WITH_SALES, Phase.ENDED)
    wrap = agent.wrap
    if over or not agent.rang(event.at, event.call, event.channel):
        floor.report("late_ring", event.call, event.person)
        return
    wrapping.left(floor, event.at, agent, wrap)
    call.rang.add(event.person)
    # Also who passes the caller on: that page says whose phone rings.
    floor.touch(*(a.person for a in floor.agents.values() if a.call == call.id))


def mobile_picked_up(floor: Floor, event: MobilePickedUp) -> None:
    """Somebody or something has this mobile in hand: if no key follows, the ring was not silent."""
    agent = floor.agents.get(event.person)
    if agent is not None and agent.ring == event.call:
        agent.picked_up = True


def ring_stopped(floor: Floor, event: RingStopped) -> None:
    """A phone rang in vain: others first; the same one again only when alone, once; then a pause.

    A silent phone is paused at once while others are free: it would cost each caller a ring. A
    rejected ring is a person's choice and costs the caller nothing, so it is paused at the second;
    so is a mobile that was picked up without the key, since whoever rejects it sends the caller to
    its voicemail.
    """
    agent = floor.agents.get(event.person)
    if agent is None or not wrapping.ring_ended(floor, event.at, agent, event.call):
        return
    times = agent.missed(event.call)
    others = [a for a in floor.free_of(agent.department) if a is not agent]
    silent = event.how is RingEnd.SILENT and not agent.picked_up
    if times > 1 or (others and silent):
        agent.notice = Notice.PAUSED_AFTER_MISSED_RING
        floor.order(PauseMember(agent.person, event.queue, True, MISSED_RING))


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
        promising.transfer_talk_ended(floor, event.at, call)
        call.answered(event.at, event.person, event.channel, event.caller_channel)
        floor.save(call)
        served(floor, event.at, call)
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
    call.answered_by_another(event.at, event.caller_channel)
    floor.save(call)
    served(floor, event.at, call)


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
        promising.transfer_bridged(floor, at, call, leg.person)


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
        promising.owe_again(floor, event.at, call)
    promising.transfer_talk_ended(floor, event.at, call)
    if call.record.end is CallEnd.MISSED:
        missed(floor, call.record)
    floor.save(call)
    wrapping.settle(floor, event.at, call.id)
    floor.forget_if_done(call.id)
    calling.look(floor, event.at)


def _e164(floor: Floor, did: str) -> str:
    number = normalise(did, floor.rules.region)
    return number.number if isinstance(number, E164) else did


def _refusal(floor: Floor, at: float, number: Number, call: Call) -> Refusal | None:
    """What stands in the way of a caller, lines apart; nothing for one who is in already."""
    if call.id in floor.groups[call.record.department].held:
        return None
    if number.hours is not None and not number.hours.open_at(at):
        return Refusal.CLOSED
    if not floor.members_of(number.department):
        return Refusal.NOBODY
    return None


def _came(floor: Floor, event: CallOffered | CallerQueued, department: str, did: str) -> Call:
    """A call of somebody who has just come; it holds no line yet."""
    return recognising.new_call(
        floor,
        event.at,
        event.call,
        event.number,
        department,
        did=did,
        name=event.name,
        channel=event.channel,
    )
