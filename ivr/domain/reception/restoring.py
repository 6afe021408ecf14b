"""After any break: what the store held open and what lives in Asterisk become one truth again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from ivr.domain.client.phone import normalise
from ivr.domain.commands import Save
from ivr.domain.events import (
    AgentAnswered,
    CallEnded,
    CallerQueued,
    ClientAnswered,
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
from ivr.domain.promise.missed_call import key_of
from ivr.domain.reception import (
    admission,
    asking,
    attempts,
    bookkeeping,
    calling,
    consulting,
    cutting,
    dialling,
    inheriting,
    leaving,
    meetings,
    preferring,
    promising,
    resuming,
    returning,
    signing,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.records import (
    CallEnd,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
)
from ivr.domain.tree.interview import resumed
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import Aim, How, Owner, Text, Tree, WhyKind


def restored(floor: Floor, event: Restored) -> None:
    """Take up everything that was open; nothing acts before Asterisk has been read too."""
    floor.link_lost_at = event.at
    floor.learned.restore(event.accounts, event.numbers)
    floor.owners.restore(event.owners)
    for record in event.calls:
        floor.calls[record.id] = _call(floor, record)
    for walk in event.interviews:
        _enquiry(floor, walk)
    for promise in event.escalations:
        _promise(floor, event.at, promise)
    for record in event.calls:
        if record.ended_at is not None:
            _wrap_up(floor, event.at, record.id, record.ended_at)
    for attempt in event.attempts:
        floor.attempts[attempt.id] = Attempt(attempt)
        if attempt.person in floor.agents:
            floor.agents[attempt.person].attempt = attempt.id
    floor.spans.update((s.person, s) for s in event.states if s.person in floor.agents)
    preferring.restore(floor, event.last_agents)
    for task in event.missed:
        floor.missed[key_of(task)] = task
    floor.toll.restore((*event.tried, *event.attempts))
    floor.escalations.joined.update(event.joined)
    for tried in event.tried:
        escalation = floor.escalations.now(tried.promise)
        if escalation is not None:
            escalation.tried.append(tried)
    floor.meetings.update((meeting.id, meeting) for meeting in event.meetings)
    resuming.finish(floor, event.at)


def _promise(floor: Floor, at: float, record: EscalationRecord) -> None:
    escalation = Escalation(record, committed=True, restored=True)
    resuming.let_go(floor, escalation)
    floor.escalations[record.id] = escalation
    for call in escalation.calls:
        enquiry = floor.enquiries.get(call)
        if enquiry is not None:
            enquiry.escalation, enquiry.confirmed = record.id, True
    _at_sales(floor, at, escalation)


def _at_sales(floor: Floor, at: float, escalation: Escalation) -> None:
    """Where a call was that had been handed to sales when the service went down."""
    record = escalation.record
    on = [one for one in escalation.calls if floor.is_on(one)]
    if len(on) > 1 and record.state is EscalationState.TALKED and not escalation.kept:
        escalation.hand_to_human()  # Asterisk will show which of them talks, if one does still
        floor.order(Save(escalation.record))
    if len(on) != 1:
        return
    call = floor.calls[on[0]]
    by_transfer = record.attempts == 0
    if record.state is EscalationState.TALKED and by_transfer:
        call.phase = Phase.WITH_SALES
        since = record.bridged_at if record.talked == 0 else None
        escalation.talks[call.id] = at if since is None else since
        floor.groups[call.record.department].release(call.id)


def link_lost(floor: Floor, event: LinkLost) -> None:
    """The pages keep what is known and say since when it is stale."""
    if floor.link_lost_at is None:
        floor.link_lost_at = event.at
        floor.touch(*floor.agents)


SLACK = 1.0
"""Seconds before the question that count as after it: news of two sockets may cross."""


def resynced(floor: Floor, event: Resynced) -> None:
    """Read Asterisk's state as the truth about what lives, then act on what was owed."""
    lost_at, floor.link_lost_at = floor.link_lost_at, None
    under_way = tuple(floor.attempts.values())
    was_lost = lost_at is not None
    before = (event.at if event.asked_at is None else event.asked_at) - SLACK
    if was_lost:
        before = inf
    inheriting.hand_over(floor, event.at)
    _people(floor, event)
    cut = cutting.cut_off(floor, event, lost_at)
    _end_the_gone(floor, event, {leg.call for leg in event.legs}, before)
    for waiting in event.waiting:
        admission.queued(floor, waiting)
    for leg in event.legs:
        if leg.caller:
            _caller(floor, event.at, leg)
    for leg in event.legs:
        if leg.person is not None:
            _person(floor, event.at, leg)
    _on_hold(floor, event)
    _forget_talks(floor, event, before)
    _end_the_gone(floor, event, _with_caller(floor, event), before)
    for call in cut:
        cutting.owe(floor, event.at, call)
    if was_lost:
        bookkeeping.resume_wrap_ups(floor, event.at)
        floor.touch(*floor.agents)
    _owed(floor, event, before, under_way)
    meetings.look(floor, event.at)


def _with_caller(floor: Floor, event: Resynced) -> set[str]:
    """Calls whose caller's own channel lives, by whatever sign it is known."""
    channels = {leg.channel for leg in event.legs}
    known = {call.id for call in floor.calls.values() if call.channel in channels}
    return known | {leg.call for leg in event.legs if leg.caller}


def _end_the_gone(floor: Floor, event: Resynced, alive: set[str], before: float) -> None:
    for call_id, call in list(floor.calls.items()):
        if call_id not in alive and call.record.offered_at < before:
            if not floor.is_in_hand(call_id):
                _wrap_up(floor, event.at, call_id, event.at)
            promising.end_unseen(floor, call)
            admission.ended(floor, CallEnded(event.at, call_id, 0))


def _wrap_up(floor: Floor, at: float, call_id: str, ended_at: float) -> None:
    """The agent of a call that nobody finished may go on with it, else it is settled now."""
    enquiry = floor.enquiries.get(call_id)
    if enquiry is not None and enquiry.agent in floor.agents:
        until = ended_at + floor.department_of(enquiry.agent).wrap_up
        if wrapping.again(floor, at, call_id, until):
            return
    wrapping.settle(floor, at, call_id)
    floor.forget_if_done(call_id)


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
    attempt = attempts.of_call(floor, leg.call)
    if attempt is not None and leg.call not in floor.calls:
        if leg.bridge:
            dialling.client_answered(floor, ClientAnswered(at, attempt.id, leg.channel))
        return
    if leg.call not in floor.calls:
        if not leg.on_line:
            return
        # Not always the number's own: another one may have taken the caller while we were away.
        department = floor.department_of_queue(leg.queue)
        if department is None or not department.sales:
            department = floor.rules.departments[floor.number_of(leg.did).department]
        came = CallerQueued(
            at - leg.age, leg.call, leg.channel, department.queue, leg.number, leg.name, leg.did
        )
        admission.queued(floor, came)
    call = floor.calls[leg.call]
    call.channel, call.bridge = leg.channel, leg.bridge
    if leg.elsewhere and call.phase in (Phase.OFFERED, Phase.WAITING):
        leaving.sent_elsewhere(floor, at, call, "")


def _person(floor: Floor, at: float, leg: LegSeen) -> None:
    """Somebody's live leg on a call: a talk that began or went on while we were away."""
    person = leg.person or ""
    call = floor.calls.get(leg.call)
    if call is None or not (leg.bridge or leg.consults) or person not in floor.agents:
        return
    if leg.channel == call.channel:
        return  # a colleague who rings the number is this call's caller, not its agent
    queue = floor.department_of(person).queue
    known = floor.agents[person].talk == call.id
    if known and not floor.agents[person].talk_channel:
        floor.agents[person].talk_channel = leg.channel
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


def _on_hold(floor: Floor, event: Resynced) -> None:
    """Callers whom an agent has put on hold in order to talk with sales."""
    for leg in event.legs:
        call = floor.calls.get(leg.call)
        if call is not None and leg.caller and leg.consults and not leg.bridge:
            consulting.found(floor, event.at, call)


def _forget_talks(floor: Floor, event: Resynced, before: float) -> None:
    """Talks and rings whose channel is gone ended while nobody told us."""
    channels = {leg.channel for leg in event.legs}
    for agent in floor.agents.values():
        if agent.talk and agent.talk_channel not in channels and agent.talk_since < before:
            admission.leg_gone(floor, event.at, agent.talk, agent.talk_channel)
        if agent.ring and agent.ring_channel not in channels and agent.ring_since < before:
            wrapping.ring_ended(floor, event.at, agent, agent.ring)


def _owed(floor: Floor, event: Resynced, before: float, under_way: Sequence[Attempt]) -> None:
    """Promises and attempts that a break left in the middle of something.

    Only what was under way before: an attempt that this very reading made possible, since it
    found somebody free, lives nowhere yet.
    """
    alive = {leg.call for leg in event.legs}
    for attempt in under_way:
        lives = any(call.partition(".")[0] == attempt.id for call in alive)
        if not lives and attempt.record.made_at < before:
            dialling.abandon(floor, event.at, attempt)
    returning.resume(floor)
    for promise in floor.escalations.board.live():
        escalation = floor.escalations[promise]
        if escalation.record.made_at < before:
            _take_up(floor, event.at, escalation)
    calling.look(floor, event.at)


def _take_up(floor: Floor, at: float, escalation: Escalation) -> None:
    match escalation.state:
        case EscalationState.PROMISED if escalation.committed:
            promising.saved(floor, at, escalation.id)
        case EscalationState.TRANSFERRING:
            promising.resume(floor, at, escalation)
        case EscalationState.DIALLING:
            calling.resume(floor, at, escalation)
        case (
            EscalationState.PROMISED
            | EscalationState.CALLBACK
            | EscalationState.TALKED
            | EscalationState.HUMAN
            | EscalationState.CLOSED
        ):
            pass


def _call(floor: Floor, record: CallRecord) -> Call:
    if record.department not in floor.groups:
        record = replace(record, department=floor.number_of(record.did).department)
    caller = normalise(record.raw_number, floor.rules.region)
    if record.ended_at is not None:
        return Call(record, caller, channel="", phase=Phase.ENDED)
    if record.end is CallEnd.ELSEWHERE:
        return Call(record, caller, channel="", phase=Phase.ELSEWHERE)
    phase = Phase.WAITING if record.answered_at is None else Phase.TALKING
    if not record.task:
        floor.groups[record.department].seat(record.id)
    return Call(record, caller, channel="", phase=phase)


def _enquiry(floor: Floor, walk: InterviewRecord) -> None:
    tree = floor.rules.history.get((walk.tree, walk.version))
    call = floor.calls.get(walk.call)
    interview = resumed(tree, walk.walk)
    if tree is None or interview is None or call is None:
        floor.report("interview_without_tree_or_call", walk.call, f"{walk.tree} v{walk.version}")
        return
    enquiry = Enquiry(
        call=walk.call,
        agent=walk.agent,
        began_at=walk.began_at,
        interview=interview,
        account=call.record.account,
        company=call.record.company,
        decided_at=walk.decided_at,
        not_enquiry=call.record.not_enquiry,
        note=call.record.note,
        offer=walk.offer,
        reason=walk.reason,
        tree_opened=walk.tree_opened,
        due_at=walk.due_at,
        settled_at=walk.settled_at,
        decided_by=walk.decided_by,
    )
    floor.enquiries[walk.call] = enquiry
    asking.redecide(floor, enquiry)
    if walk.settled_at is not None and not enquiry.not_enquiry:
        enquiry.confirmed = True
        enquiry.decision = _decided(walk, tree) or enquiry.decision


def _decided(walk: InterviewRecord, tree: Tree) -> Decision | None:
    """A person's own decision as its row kept it; the tree's follows from the answers."""
    if walk.why != WhyKind.OVERRIDE:
        return None
    outcome = tree.outcomes.get(walk.outcome)
    return Decision(
        outcome=walk.outcome,
        offers=outcome.offers if outcome else (),
        owner=Owner(walk.owner),
        how=How(walk.how) if walk.how else None,
        aim=Aim(walk.aim) if walk.aim else None,
        why=WhyKind.OVERRIDE,
        because=Text(walk.reason, walk.reason),
    )
