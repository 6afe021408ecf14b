"""What each person's page shows now, put together from the floor."""

from __future__ import annotations

from ivr.domain.choices import BreakReason, Disposition, OtherCall, TaskClosing
from ivr.domain.client.company import OneMatch, SeveralMatch
from ivr.domain.client.phone import E164, Withheld
from ivr.domain.intake.agent import Agent, AgentState
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.reception import (
    owning,
    sales_screens,
    tasks,
    timing,
    transfer_card,
    transferring,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.questions import (
    known_facts,
    question_card,
    withdrawn_facts,
    words,
)
from ivr.domain.records import ClientPast, EscalationState
from ivr.domain.screen import (
    CallerCard,
    LineCard,
    OfferCard,
    OutcomeCard,
    Screen,
    Stage,
    Words,
    WrapUpCard,
)
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import Owner

_CLOSINGS, _BREAKS, _OTHER_CALLS = tuple(TaskClosing), tuple(BreakReason), tuple(OtherCall)
_DISPOSITIONS = tuple(Disposition)


def screen_of(floor: Floor, person: str) -> Screen:
    """One person's whole page."""
    agent = floor.agents[person]
    about = floor.rules.people[person]
    call = floor.calls.get(agent.call)
    enquiry = floor.enquiries.get(agent.call)
    stage = _stage(floor, agent, enquiry)
    escalation = floor.escalation_of(agent.call)
    left = tasks.left(floor, agent)
    passed = transfer_card.card(floor, call, escalation, agent) if call and escalation else None
    return Screen(
        stage=stage,
        person=person,
        name=about.name,
        phone=about.phone,
        since=agent.since,
        pause_reason=agent.pause_reason,
        pause_wanted=bool(agent.pause_wanted),
        talk_since=agent.talk_since if agent.talk else None,
        caller_gone=call is not None and call.phase is Phase.ENDED,
        ring_ends_at=_ring_ends(floor, agent),
        greeting=floor.number_of(call.record.did).greeting if call else {},
        line=_line(floor, call) if call else None,
        caller=_caller(floor, call, enquiry) if call else None,
        question=question_card(enquiry.interview) if _asking(enquiry) and enquiry else None,
        known=known_facts(enquiry.interview) if enquiry else (),
        outcome=_outcome(floor, call, enquiry) if call and enquiry else None,
        transfer=passed,
        wrap_up=_wrap_up(floor, agent) if agent.state is AgentState.WRAP_UP else None,
        note=enquiry.note if enquiry else "",
        notice=agent.notice,
        stale_since=floor.link_lost_at,
        unsaved=escalation is not None and escalation.state is EscalationState.PROMISED,
        sales=sales_screens.card(floor, agent),
        task=tasks.card(floor, agent),
        left=left,
        left_more=max(0, floor.missed.count_left(agent.department) - len(left)) if left else 0,
        closings=_CLOSINGS if agent.call == "" else (),
        breaks=_BREAKS,
        other_calls=_OTHER_CALLS if stage in (Stage.ASKING, Stage.OUTCOME) else (),
        withdrawn=withdrawn_facts(enquiry.interview) if enquiry else (),
    )


def _stage(floor: Floor, agent: Agent, enquiry: Enquiry | None) -> Stage:
    match agent.state:
        case AgentState.SIGNED_OUT:
            return Stage.SIGNED_OUT
        case AgentState.READY:
            return Stage.READY
        case AgentState.PAUSED:
            return Stage.PAUSED
        case AgentState.RINGING:
            return Stage.RINGING
        case AgentState.WRAP_UP:
            return Stage.WRAP_UP
        case AgentState.TALKING:
            return _talking_stage(floor, agent, enquiry)


def _talking_stage(floor: Floor, agent: Agent, enquiry: Enquiry | None) -> Stage:
    at_sales = not floor.department_of(agent.person).sales
    if enquiry is None or at_sales or enquiry.not_enquiry:
        return Stage.TALKING
    escalation = floor.escalation_of(enquiry.call)
    moving = (EscalationState.PROMISED, EscalationState.TRANSFERRING)
    if escalation is not None and escalation.state in moving:
        return Stage.TRANSFERRING
    if enquiry.confirmed:
        return Stage.TALKING
    return Stage.ASKING if enquiry.decision is None else Stage.OUTCOME


def _asking(enquiry: Enquiry | None) -> bool:
    return enquiry is not None and enquiry.decision is None and not enquiry.settled


def _ring_ends(floor: Floor, agent: Agent) -> float | None:
    if not agent.ring:
        return None
    return agent.ring_since + floor.department_of(agent.person).ring_seconds


def _line(floor: Floor, call: Call) -> LineCard:
    group = floor.groups[call.record.department]
    return LineCard(call.record.did, group.used, group.lines, group.line_of(call.id))


def _caller(floor: Floor, call: Call, enquiry: Enquiry | None) -> CallerCard:
    account_id = enquiry.account if enquiry else call.record.account
    account = floor.directory.get(account_id) if account_id else None
    match = floor.directory.match(call.caller)
    shared = match.accounts if isinstance(match, SeveralMatch) and account is None else ()
    scale = enquiry.interview.scale if enquiry else None
    if account is not None and account.scale is not None:
        scale = account.scale
    owner = floor.person(owning.person_of(floor, account_id, call.record.number))
    promise = floor.open_promise(call)
    past = call.past
    return CallerCard(
        call=call.id,
        number=call.caller.pretty if isinstance(call.caller, E164) else call.record.raw_number,
        withheld=isinstance(call.caller, Withheld),
        name=call.record.name,
        company=(enquiry.company if enquiry else call.record.company),
        candidates=tuple((a.id, a.name) for a in shared),
        key_account=account is not None and account.large,
        scale=scale.value if scale else "",
        owner=owner.name if owner else "",
        owner_department=Owner.SALES.value if owner else "",
        promise=promise.id if promise else "",
        promise_by=_name(floor, promise.record.owner) if promise else "",
        promise_due=promise.record.due_at if promise else None,
        promise_agreed=promise.due_agreed_by if promise else "",
        known=isinstance(match, OneMatch) or (past is not None and past.calls > 0),
        last_at=past.last_at if past else None,
        last_agent=_name(floor, past.last_agent) if past else "",
        last_outcome=_last_offer(floor, past) if past else {},
        last_owner=past.last_owner if past else "",
    )


def _last_offer(floor: Floor, past: ClientPast) -> Words:
    """What was offered when this number called last, by the tree that was asked then."""
    tree = floor.rules.history.get((past.last_tree, past.last_version))
    outcome = tree.outcomes.get(past.last_outcome) if tree else None
    offer = floor.rules.offers.get(outcome.offers[0]) if outcome and outcome.offers else None
    return offer.title if offer else {}


def _outcome(floor: Floor, call: Call, enquiry: Enquiry) -> OutcomeCard | None:
    decision = enquiry.decision
    if decision is None or enquiry.not_enquiry:
        return None
    escalation = floor.escalation_of(call.id)
    outcome = enquiry.interview.tree.outcomes.get(decision.outcome)
    due_at = escalation.record.due_at if escalation else enquiry.due_at
    zone = timing.zone_of(floor, call.record.number)
    return OutcomeCard(
        id=decision.outcome,
        say=words(outcome.say) if outcome else {},
        offers=_offers(floor, decision),
        owner=decision.owner.value,
        how=decision.how.value if decision.how else "",
        aim=decision.aim.value if decision.aim else "",
        why_kind=decision.why.value,
        why=words(decision.because),
        salesperson=_name(floor, owning.person_of(floor, enquiry.account, call.record.number)),
        callback_due=due_at,
        opens_tree=enquiry.interview.outcome is None and not enquiry.confirmed,
        transfer_refused=transferring.why_not(floor, call),
        kinds=transferring.kinds(floor, call) if decision.owner is Owner.SALES else (),
        callback_zone=zone,
        callback_asked=enquiry.due_at is not None,
        callback_moved=enquiry.due_moved,
    )


def _offers(floor: Floor, decision: Decision) -> tuple[OfferCard, ...]:
    offers = (floor.rules.offers[o] for o in decision.offers if o in floor.rules.offers)
    return tuple(OfferCard(n, o.id, o.title, o.detail) for n, o in enumerate(offers, start=1))


def _wrap_up(floor: Floor, agent: Agent) -> WrapUpCard:
    disposition = wrapping.disposition_of(floor, agent.wrap)
    return WrapUpCard(agent.wrap_ends_at, disposition, _DISPOSITIONS, agent.talked)


def _name(floor: Floor, person: str) -> str:
    somebody = floor.person(person)
    return somebody.name if somebody else ""
