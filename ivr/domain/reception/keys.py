"""Keys pressed at a desk: each checked against the call that the person really has in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.domain.commands import HangUpChannel, Save
from ivr.domain.errors import KeyRefused
from ivr.domain.events import (
    AnswerCorrected,
    AnswerPressed,
    BackPressed,
    CallKey,
    CompanyPicked,
    DispositionGiven,
    DueAsked,
    HangUpPressed,
    NotEnquiryPressed,
    NoteWritten,
    OutcomeConfirmed,
    OutcomeOverridden,
    RingPassed,
    SkipPressed,
    TreeOpened,
)
from ivr.domain.intake.call import Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.reception import (
    amending,
    asking,
    bookkeeping,
    calling,
    correcting,
    learning,
    promising,
    timing,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.records import Agreed, EscalationState
from ivr.domain.tree.interview import Interview, SkipNeedsChoice
from ivr.domain.tree.outcome import override
from ivr.domain.tree.tree import How, Owner


def pressed(floor: Floor, event: CallKey) -> None:
    """Act on a key. Raises KeyRefused."""
    agent = floor.agents[event.person]
    floor.touch(event.person)
    if event.call not in (agent.talk, agent.wrap):
        raise KeyRefused("not_your_call")
    enquiry = floor.enquiries.get(event.call)
    if enquiry is None:
        raise KeyRefused("no_such_call")
    match event:
        case AnswerPressed():
            _walk(floor, event, enquiry, lambda i: i.answer(event.question, event.given, event.at))
        case BackPressed():
            _walk(floor, event, enquiry, lambda i: i.back(event.at))
        case SkipPressed():
            _walk(floor, event, enquiry, lambda i: i.skip(event.question, event.words, event.at))
        case AnswerCorrected():
            correcting.corrected(floor, event, enquiry)
        case NotEnquiryPressed():
            _not_enquiry(floor, event, enquiry)
        case NoteWritten():
            _note(floor, event, enquiry)
        case CompanyPicked():
            learning.picked(floor, event, enquiry)
        case TreeOpened():
            _open_tree(floor, event, enquiry)
        case OutcomeConfirmed():
            _confirm(floor, event, enquiry)
        case OutcomeOverridden():
            _override(floor, event, enquiry)
        case HangUpPressed():
            _hang_up(floor, event)
        case DispositionGiven():
            wrapping.disposition_given(floor, event)
        case DueAsked():
            _due(floor, event, enquiry)


def ring_passed(floor: Floor, event: RingPassed) -> None:
    """The ringing call goes to the next agent: this phone's leg is ended. Raises KeyRefused."""
    agent = floor.agents[event.person]
    if agent.ring != event.call or not agent.ring_channel:
        raise KeyRefused("not_your_call")
    floor.order(HangUpChannel(agent.ring_channel))


def _walk(
    floor: Floor,
    event: AnswerPressed | BackPressed | SkipPressed,
    enquiry: Enquiry,
    move: Callable[[Interview], Interview],
) -> None:
    if enquiry.settled:
        raise KeyRefused("already_decided")
    try:
        enquiry.interview = move(enquiry.interview)
    except SkipNeedsChoice:
        _keep_words(floor, event, enquiry)
        raise
    asking.decided(floor, event.at, enquiry)
    floor.order(Save(enquiry.record()))


def _keep_words(
    floor: Floor, event: AnswerPressed | BackPressed | SkipPressed, enquiry: Enquiry
) -> None:
    """What the client said where nothing fitted is for the tree's author, skipped or not."""
    if isinstance(event, SkipPressed):
        enquiry.interview = enquiry.interview.remarked(event.words, event.at)
        floor.order(Save(enquiry.record()))


def _not_enquiry(floor: Floor, event: NotEnquiryPressed, enquiry: Enquiry) -> None:
    if enquiry.confirmed:
        raise KeyRefused("already_decided")
    enquiry.not_enquiry = event.kind
    enquiry.settled_at = event.at
    call = floor.calls[event.call]
    call.record = replace(call.record, not_enquiry=event.kind)
    floor.save(call)
    floor.order(Save(enquiry.record()))
    bookkeeping.tell_asterisk(floor, event.person, call, f"not_enquiry={event.kind}")


def _note(floor: Floor, event: NoteWritten, enquiry: Enquiry) -> None:
    enquiry.note = event.text
    call = floor.calls[event.call]
    call.record = replace(call.record, note=event.text)
    floor.save(call)
    amending.note_changed(floor, enquiry)


def _open_tree(floor: Floor, event: TreeOpened, enquiry: Enquiry) -> None:
    if enquiry.settled:
        raise KeyRefused("already_decided")
    enquiry.tree_opened = True
    asking.decided(floor, event.at, enquiry)
    floor.order(Save(enquiry.record()))


def _confirm(floor: Floor, event: OutcomeConfirmed, enquiry: Enquiry) -> None:
    if enquiry.settled:
        raise KeyRefused("already_decided")
    if enquiry.decision is None:
        raise KeyRefused("not_possible_now")
    enquiry.offer = event.offer if event.offer in enquiry.decision.offers else ""
    _settle(floor, event, enquiry)


def _override(floor: Floor, event: OutcomeOverridden, enquiry: Enquiry) -> None:
    if enquiry.settled:
        raise KeyRefused("already_decided")
    enquiry.decision = override(
        enquiry.interview,
        asking.client_of(floor, enquiry),
        reason=event.reason,
        outcome=event.outcome or None,
        owner=Owner(event.owner) if event.owner else None,
        how=How(event.how) if event.how else None,
    )
    enquiry.reason = event.reason.strip()
    _settle(floor, event, enquiry)


def _settle(floor: Floor, event: OutcomeConfirmed | OutcomeOverridden, enquiry: Enquiry) -> None:
    enquiry.confirmed = True
    enquiry.decided_at = enquiry.settled_at = event.at
    enquiry.decided_by = event.person
    floor.order(Save(enquiry.record()))
    if enquiry.decision is not None:
        outcome, owner = enquiry.decision.outcome, enquiry.decision.owner.value
        words = (f"outcome={outcome}", f"owner={owner}")
        bookkeeping.tell_asterisk(floor, event.person, floor.calls[event.call], *words)
    if enquiry.decision is not None and enquiry.decision.owner is Owner.SALES:
        promising.promise(floor, event.at, floor.calls[event.call], enquiry, event.kind)


def _due(floor: Floor, event: DueAsked, enquiry: Enquiry) -> None:
    """When the client wants to be called by sales, by the client's own clock."""
    promise = floor.escalations.get(enquiry.escalation)
    waits = promise is None or promise.state is EscalationState.CALLBACK
    if not waits or (enquiry.settled and promise is None):
        raise KeyRefused("not_possible_now")
    zone = timing.zone_of(floor, floor.calls[event.call].record.number)
    due = timing.asked_due(floor, event.at, event.due, zone) if event.due else None
    enquiry.due_at, enquiry.due_moved = (due.at, due.moved) if due else (None, False)
    floor.order(Save(enquiry.record()))
    if promise is not None and due is not None:
        promise.agree(event.at, due.at, Agreed.AGENT)
        floor.order(Save(promise.record))
        calling.look(floor, event.at)


def _hang_up(floor: Floor, event: HangUpPressed) -> None:
    call = floor.calls[event.call]
    agent = floor.agents[event.person]
    if call.phase in (Phase.AT_SALES, Phase.WITH_SALES):
        raise KeyRefused("transfer_in_flight")
    escalation = floor.escalation_of(event.call)
    if escalation is not None and escalation.state.value == "promised":
        raise KeyRefused("transfer_in_flight")
    if not agent.talk_channel:
        raise KeyRefused("not_possible_now")
    floor.order(HangUpChannel(agent.talk_channel))
