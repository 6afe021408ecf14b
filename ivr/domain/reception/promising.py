"""The promise to sales: committed first, then performed, by live transfer or by callback."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.choices import Notice
from ivr.domain.client.company import Scale
from ivr.domain.client.phone import Allowed, dialable
from ivr.domain.commands import PromiseCallback, ReturnToQueue, Save, TransferToSales
from ivr.domain.events import TransferUnanswered
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import calling, preferring
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import safe
from ivr.domain.records import EscalationRecord, EscalationState
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import How


def promise(floor: Floor, at: float, call: Call, enquiry: Enquiry) -> None:
    """Commit the promise of a decided enquiry; nothing is done until it is on the disk."""
    decision = enquiry.decision
    if decision is None or enquiry.escalation:
        return
    record = _record(floor, at, call, enquiry, decision)
    enquiry.escalation = record.id
    floor.escalations[record.id] = Escalation(record)
    floor.order(Save(record, confirm=True))


def saved(floor: Floor, at: float, escalation_id: str) -> None:
    """The promise is on the disk: perform it."""
    escalation = floor.escalations.get(escalation_id)
    if escalation is None or escalation.state is not EscalationState.PROMISED:
        return
    escalation.committed = True
    call = floor.calls.get(escalation.record.call)
    if call is not None and escalation.record.how == How.TRANSFER and _can_pass(floor, call):
        _transfer(floor, at, call, escalation)
    else:
        _call_back(floor, at, escalation)
    _touch_agents(floor, escalation)


def not_saved(floor: Floor, escalation_id: str) -> None:
    """The database refused the promise: nothing is done for it, and its agent is told so."""
    escalation = floor.escalations.get(escalation_id)
    if escalation is None or escalation.state is not EscalationState.PROMISED:
        return
    escalation.hand_to_human()
    agent = floor.agents.get(escalation.record.agent)
    if agent is not None:
        agent.notice = Notice.PROMISE_NOT_SAVED
        floor.touch(agent.person)


def why_not_transfer(floor: Floor, call: Call) -> str:
    """Why a live transfer cannot be done now, "" if it can."""
    if call.phase is Phase.ENDED:
        return "caller_gone"
    if floor.link_lost_at is not None:
        return "link_lost"
    sales = floor.rules.departments[call.record.department].sales
    return "" if floor.free_of(sales) else "nobody_free"


def unanswered(floor: Floor, event: TransferUnanswered) -> None:
    """Nobody took the caller in time: sales owes a call, and the caller is told or comes back."""
    call = floor.calls.get(event.call)
    escalation = floor.escalation_of(event.call)
    if call is None or escalation is None:
        floor.report("transfer_of_unknown_call", event.call)
        return
    if escalation.state is EscalationState.TRANSFERRING:
        _call_back(floor, event.at, escalation)
    _touch_agents(floor, escalation)
    department = floor.rules.departments[call.record.department]
    if floor.rules.transfer.returns or escalation.state is EscalationState.HUMAN:
        call.queued(event.channel)
        floor.order(ReturnToQueue(call.id, department.queue))
    else:
        floor.order(PromiseCallback(call.id, escalation.id))


def redirect_failed(floor: Floor, at: float, call_id: str) -> None:
    """Asterisk would not redirect the caller: the talk goes on and sales owes a call."""
    call = floor.calls.get(call_id)
    escalation = floor.escalation_of(call_id)
    if call is None or escalation is None:
        return
    if call.phase is Phase.AT_SALES:
        call.kept_by_agent(at)
    if escalation.state is EscalationState.TRANSFERRING:
        _call_back(floor, at, escalation)
    _touch_agents(floor, escalation)


def caller_left_transfer(floor: Floor, at: float, call: Call) -> None:
    """The caller hung up before sales answered: the same promise becomes a callback."""
    escalation = floor.escalation_of(call.id)
    if escalation is not None and escalation.state is EscalationState.TRANSFERRING:
        _call_back(floor, at, escalation)
        _touch_agents(floor, escalation)


def transfer_bridged(floor: Floor, at: float, call: Call, person: str) -> None:
    """Client and salesperson talk."""
    escalation = floor.escalation_of(call.id)
    # A redirect that was given up as unanswered may have come through after all.
    passing = (EscalationState.TRANSFERRING, EscalationState.CALLBACK, EscalationState.DIALLING)
    if escalation is None or escalation.state not in passing:
        return
    if escalation.bridged(at, person):
        call.talk_since = None
        floor.order(Save(escalation.record))
        _touch_agents(floor, escalation)


def transfer_talk_ended(floor: Floor, at: float, call: Call) -> None:
    """The talk with sales is over: long enough to count, or sales still owes a call."""
    escalation = floor.escalation_of(call.id)
    if escalation is None or escalation.state is not EscalationState.TALKED:
        return
    began = escalation.record.bridged_at
    if not escalation.talk_ended(max(0.0, at - began) if began is not None else 0.0):
        _call_back(floor, at, escalation)
    else:
        floor.order(Save(escalation.record))


def end_unseen(floor: Floor, call: Call) -> None:
    """A talk with sales ended while we looked away: nobody can say that it was long enough."""
    escalation = floor.escalation_of(call.id)
    if call.phase is not Phase.WITH_SALES or escalation is None:
        return
    if escalation.state is EscalationState.TALKED and escalation.restored:
        escalation.hand_to_human()
        floor.order(Save(escalation.record))


def cut_off(floor: Floor, at: float, escalation: Escalation) -> None:
    """The talk with sales broke off by no will of either: sales calls again."""
    if escalation.state is EscalationState.TALKED:
        _call_back(floor, at, escalation)


def _can_pass(floor: Floor, call: Call) -> bool:
    return call.phase is Phase.TALKING and not why_not_transfer(floor, call)


def _transfer(floor: Floor, at: float, call: Call, escalation: Escalation) -> None:
    escalation.transfer()
    sales = floor.rules.departments[escalation.record.department]
    first = preferring.owner(floor, escalation.record)
    call.sent_to_sales(at)
    floor.order(
        Save(escalation.record),
        TransferToSales(
            call.id,
            call.channel,
            escalation.id,
            sales.queue,
            floor.rules.transfer.ring_seconds,
            first,
            sales.owner_ring if first else 0,
        ),
    )
    floor.save(call)


def _call_back(floor: Floor, at: float, escalation: Escalation) -> None:
    escalation.call_back(at + floor.rules.callbacks.first_after)
    floor.order(Save(escalation.record))
    calling.look(floor, at)


def _touch_agents(floor: Floor, escalation: Escalation) -> None:
    call = escalation.record.call
    floor.touch(*(a.person for a in floor.agents.values() if call in (a.talk, a.wrap, a.ring)))


def _record(
    floor: Floor, at: float, call: Call, enquiry: Enquiry, decision: Decision
) -> EscalationRecord:
    account = floor.directory.get(enquiry.account)
    allowed = dialable(call.caller, floor.rules.dial)
    owner = account.owner if account and account.owner in floor.rules.people else ""
    return EscalationRecord(
        id=f"e-{safe(call.id)}",
        call=call.id,
        department=floor.rules.departments[call.record.department].sales,
        number=allowed.number if isinstance(allowed, Allowed) else "",
        name=call.record.name,
        account=enquiry.account,
        company=enquiry.company,
        scale=_scale(floor, enquiry),
        how=decision.how.value if decision.how else How.TRANSFER.value,
        aim=decision.aim.value if decision.aim else "",
        why=decision.why.value,
        offer=decision.offers,
        answers=enquiry.interview.facts(),
        note=enquiry.note,
        agent=enquiry.agent,
        owner=owner or "",
        state=EscalationState.PROMISED,
        made_at=at,
        due_at=None,
        bridged_at=None,
        talked=0.0,
        attempts=0,
        result="",
        closed_at=None,
    )


def _scale(floor: Floor, enquiry: Enquiry) -> str:
    account = floor.directory.get(enquiry.account)
    scale = Scale.LARGE if account and account.large else enquiry.interview.scale
    return scale.value if scale else ""


def answers_changed(floor: Floor, enquiry: Enquiry) -> None:
    """What the agent corrects after the promise reaches sales too; how it is kept stays."""
    escalation, decision = floor.escalations.get(enquiry.escalation), enquiry.decision
    if escalation is not None and decision is not None:
        escalation.record = replace(
            escalation.record,
            answers=enquiry.interview.facts(),
            scale=_scale(floor, enquiry),
            offer=decision.offers,
            aim=decision.aim.value if decision.aim else escalation.record.aim,
        )
        floor.order(Save(escalation.record))


def company_changed(floor: Floor, enquiry: Enquiry) -> None:
    """Another company calls than was promised for; its owner keeps the promise, if that is free."""
    escalation = floor.escalations.get(enquiry.escalation)
    if escalation is None:
        return
    account = floor.directory.get(enquiry.account)
    record = replace(
        escalation.record,
        account=enquiry.account,
        company=enquiry.company,
        scale=_scale(floor, enquiry),
    )
    still_to_ring = (EscalationState.PROMISED, EscalationState.CALLBACK, EscalationState.HUMAN)
    if account and account.owner in floor.rules.people and escalation.state in still_to_ring:
        record = replace(record, owner=account.owner or "")
    escalation.record = record
    floor.order(Save(record))


def note_changed(floor: Floor, enquiry: Enquiry) -> None:
    """What the agent writes after the promise reaches sales too."""
    escalation = floor.escalations.get(enquiry.escalation)
    if escalation is not None:
        escalation.record = replace(escalation.record, note=enquiry.note)
        floor.order(Save(escalation.record))


def resume(floor: Floor, at: float, escalation: Escalation) -> None:
    """After a break: a transfer whose caller is gone or talks already is not ringing any more."""
    call = floor.calls.get(escalation.record.call)
    if call is None or call.phase is Phase.ENDED:
        _call_back(floor, at, escalation)
    elif call.hearing is not None and floor.department_of(call.hearing.person).sales:
        redirect_failed(floor, at, call.id)
    elif call.phase not in (Phase.AT_SALES, Phase.WITH_SALES):
        call.phase = Phase.AT_SALES
