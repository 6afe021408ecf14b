"""After any break: what the store held open and what lives in Asterisk become one truth again."""

from __future__ import annotations

from ivr.domain.client.phone import normalise
from ivr.domain.events import (
    AgentAnswered,
    CallEnded,
    CallerQueued,
    LegSeen,
    LinkLost,
    MemberGone,
    Restored,
    Resynced,
)
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.callback import Attempt
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import admission, asking, calling, promising, signing
from ivr.domain.reception.floor import Floor
from ivr.domain.records import CallRecord, EscalationState, InterviewRecord
from ivr.domain.tree.interview import Interview


def restored(floor: Floor, event: Restored) -> None:
    """Take up everything that was open; nothing acts before Asterisk has been read too."""
    floor.link_lost_at = event.at
    for record in event.calls:
        floor.calls[record.id] = _call(floor, record)
    for walk in event.interviews:
        _enquiry(floor, walk)
    for promise in event.escalations:
        floor.escalations[promise.id] = Escalation(promise)
        enquiry = floor.enquiries.get(promise.call)
        if enquiry is not None:
            enquiry.escalation, enquiry.confirmed = promise.id, True
    for attempt in event.attempts:
        floor.attempts[attempt.id] = Attempt(attempt)
    for task in event.missed:
        floor.missed[(task.department, task.number)] = task


def link_lost(floor: Floor, event: LinkLost) -> None:
    """The pages keep what is known and say since when it is stale."""
    if floor.link_lost_at is None:
        floor.link_lost_at = event.at
        floor.touch(*floor.agents)


def resynced(floor: Floor, event: Resynced) -> None:
    """Read Asterisk's state as the truth about what lives, then act on what was owed."""
    floor.link_lost_at = None
    _people(floor, event)
    alive = {leg.call for leg in event.legs}
    for call_id in [c for c in floor.calls if c not in alive]:
        admission.ended(floor, CallEnded(event.at, call_id, 0))
    for waiting in event.waiting:
        admission.queued(floor, waiting)
    for leg in event.legs:
        if leg.caller:
            _caller(floor, event.at, leg)
    for leg in event.legs:
        if leg.person is not None:
            _person(floor, event.at, leg)
    _forget_talks(floor, event)
    for call_id in list(floor.calls):
        if not any(leg.caller and leg.call == call_id for leg in event.legs):
            admission.ended(floor, CallEnded(event.at, call_id, 0))
    _owed(floor, event, alive)
    floor.touch(*floor.agents)


def _people(floor: Floor, event: Resynced) -> None:
    seen = {(m.person, m.queue) for m in event.members}
    for agent in list(floor.agents.values()):
        queue = floor.department_of(agent.person).queue
        if agent.member and (agent.person, queue) not in seen:
            signing.member_gone(floor, MemberGone(event.at, agent.person, queue))
    for member in event.members:
        signing.member_seen(floor, member)


def _caller(floor: Floor, at: float, leg: LegSeen) -> None:
    """A caller who lives in Asterisk; one whom the dialplan let in alone is taken up here."""
    if leg.call not in floor.calls:
        department = floor.rules.departments[floor.number_of("").department]
        came = CallerQueued(
            at - leg.age, leg.call, leg.channel, department.queue, leg.number, leg.name
        )
        admission.queued(floor, came)
    call = floor.calls[leg.call]
    call.channel, call.bridge = leg.channel, leg.bridge


def _person(floor: Floor, at: float, leg: LegSeen) -> None:
    """Somebody's live leg on a call: a talk that began or went on while we were away."""
    person = leg.person or ""
    call = floor.calls.get(leg.call)
    if call is None or not leg.bridge or person not in floor.agents:
        return
    queue = floor.department_of(person).queue
    known = floor.agents[person].talk == call.id
    if not known:
        answer = AgentAnswered(
            max(call.record.answered_at or 0.0, at - leg.age),
            call.id,
            person,
            queue,
            leg.channel,
            call.channel,
        )
        admission.answered(floor, answer)
    admission.bridged_leg(floor, at, call, leg.channel, leg.bridge)


def _forget_talks(floor: Floor, event: Resynced) -> None:
    """Talks and rings whose channel is gone ended while nobody told us."""
    channels = {leg.channel for leg in event.legs}
    for agent in floor.agents.values():
        if agent.talk and agent.talk_channel not in channels:
            admission.leg_gone(floor, event.at, agent.talk, agent.talk_channel)
        if agent.ring and agent.ring_channel not in channels:
            agent.ring_ended(event.at, agent.ring)


def _owed(floor: Floor, event: Resynced, alive: set[str]) -> None:
    """Promises and attempts that a break left in the middle of something."""
    for attempt in list(floor.attempts.values()):
        if not any(call.startswith(attempt.id) for call in alive):
            calling.abandon(floor, event.at, attempt)
    for escalation in list(floor.escalations.values()):
        match escalation.state:
            case EscalationState.PROMISED:
                promising.saved(floor, event.at, escalation.id)
            case EscalationState.TRANSFERRING:
                promising.resume(floor, event.at, escalation)
            case EscalationState.DIALLING:
                calling.resume(floor, event.at, escalation)
            case (
                EscalationState.CALLBACK
                | EscalationState.TALKED
                | EscalationState.HUMAN
                | EscalationState.CLOSED
            ):
                pass
    calling.look(floor, event.at)


def _call(floor: Floor, record: CallRecord) -> Call:
    caller = normalise(record.raw_number, floor.rules.region)
    phase = Phase.WAITING if record.answered_at is None else Phase.TALKING
    call = Call(record, caller, channel="", phase=phase)
    floor.groups[record.department].seat(record.id)
    return call


def _enquiry(floor: Floor, walk: InterviewRecord) -> None:
    tree = floor.rules.history.get((walk.tree, walk.version))
    call = floor.calls.get(walk.call)
    if tree is None or call is None:
        floor.report("interview_without_tree_or_call", walk.call, f"{walk.tree} v{walk.version}")
        return
    enquiry = Enquiry(
        call=walk.call,
        agent=walk.agent,
        began_at=walk.began_at,
        interview=Interview.from_record(tree, walk.walk),
        account=call.record.account,
        company=call.record.company,
        decided_at=walk.decided_at,
        not_enquiry=call.record.not_enquiry,
        note=call.record.note,
        offer=walk.offer,
        reason=walk.reason,
    )
    floor.enquiries[walk.call] = enquiry
    asking.redecide(floor, enquiry)
