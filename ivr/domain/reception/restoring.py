"""At a start: everything that the store still held open is taken up, and nothing acts yet."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.client.phone import normalise
from ivr.domain.commands import Save
from ivr.domain.events import Restored
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.callback import Attempt
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.missed_call import key_of
from ivr.domain.reception import asking, preferring, resuming, wrapping
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
            wrapping.go_on(floor, event.at, record.id, record.ended_at)
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
