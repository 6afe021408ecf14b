"""The promise to sales: committed first, then performed, by live transfer or by callback."""

from __future__ import annotations

from ivr.domain.choices import Notice
from ivr.domain.client.phone import Allowed, dialable
from ivr.domain.commands import PromiseCallback, ReturnToQueue, Save
from ivr.domain.events import TransferUnanswered
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation, Passing
from ivr.domain.reception import amending, calling, dealings, owning, timing, transferring
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import safe
from ivr.domain.records import EscalationRecord, EscalationState
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import How


def promise(floor: Floor, at: float, call: Call, enquiry: Enquiry, kind: str = "") -> None:
    """Commit the promise of a decided enquiry; nothing is done until it is on the disk.

    A client whom sales owes something already gets no second promise: this one joins it. `kind` is
    straight or warm, "" for the usual way of passing a caller.
    """
    decision = enquiry.decision
    if decision is None or enquiry.escalation:
        return
    record = _record(floor, at, call, enquiry, decision)
    known = floor.escalations.of_client(
        record.department, record.account, record.company, record.number
    )
    if known is None:
        known = floor.escalations[record.id] = Escalation(record)
    else:
        known.join(record)
    passing = Passing(call.id, record.how, record.due_at, kind)
    known.passing = (*known.passing, passing)
    enquiry.escalation = known.id
    floor.order(Save(known.record, confirm=True))
    owning.promised(floor, at, known.record)


def saved(floor: Floor, at: float, escalation_id: str) -> None:
    """The promise is on the disk: perform it."""
    escalation = floor.escalations.get(escalation_id)
    if escalation is None or not escalation.open:
        return
    if not escalation.passing and escalation.state is not EscalationState.PROMISED:
        return
    escalation.committed = True
    record = escalation.record
    passing = Passing(record.call, record.how, record.due_at)
    if escalation.passing:
        passing, *rest = escalation.passing
        escalation.passing = tuple(rest)
    dealings.look_up(floor, escalation)
    _perform(floor, at, escalation, passing)
    _touch_agents(floor, escalation)


def _perform(floor: Floor, at: float, escalation: Escalation, passing: Passing) -> None:
    call = floor.calls.get(passing.call)
    if call is not None and passing.how == How.TRANSFER and _can_pass(floor, call):
        transferring.begin(floor, at, call, escalation, passing.kind)
    elif escalation.state is EscalationState.PROMISED:
        _call_back(floor, at, escalation)
    elif escalation.state is EscalationState.CALLBACK and passing.due_at is not None:
        escalation.agree(passing.due_at)
        floor.order(Save(escalation.record))
        calling.look(floor, at)


def not_saved(floor: Floor, escalation_id: str) -> None:
    """The database refused the promise: nothing is done for it, and its agent is told so."""
    escalation = floor.escalations.get(escalation_id)
    if escalation is None:
        return
    escalation.passing = escalation.passing[1:]
    if escalation.state is not EscalationState.PROMISED:
        return
    escalation.hand_to_human()
    agent = floor.agents.get(escalation.record.agent)
    if agent is not None:
        agent.notice = Notice.PROMISE_NOT_SAVED
        floor.touch(agent.person)


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
    if call.phase in (Phase.AT_SALES, Phase.CONSULTING):
        call.kept_by_agent(at)
    if escalation.state is EscalationState.TRANSFERRING:
        _call_back(floor, at, escalation)
    _touch_agents(floor, escalation)


def owe_again(floor: Floor, at: float, call: Call) -> None:
    """The transfer reached nobody, or the caller has left it: the promise becomes a callback."""
    escalation = floor.escalation_of(call.id)
    if escalation is not None and escalation.state is EscalationState.TRANSFERRING:
        _call_back(floor, at, escalation)
        _touch_agents(floor, escalation)


def transfer_bridged(floor: Floor, at: float, call: Call, person: str) -> None:
    """Client and salesperson talk."""
    escalation = floor.escalation_of(call.id)
    # A redirect that was given up as unanswered may have come through after all.
    passing = (
        EscalationState.TRANSFERRING,
        EscalationState.CALLBACK,
        EscalationState.DIALLING,
        EscalationState.HUMAN,
    )
    if escalation is None or escalation.state not in passing:
        return
    if escalation.bridged(at, person):
        call.talk_since = None
        floor.order(Save(escalation.record))
        _touch_agents(floor, escalation)
        floor.touch(person)


def transfer_talk_ended(floor: Floor, at: float, call: Call) -> None:
    """The talk with sales is over: long enough to count, or sales still owes a call.

    The caller's end may be learned late; the talk ended when one of the two left the other.
    """
    escalation = floor.escalation_of(call.id)
    if escalation is None or escalation.talk_since is None:
        return
    parted = at if call.parted_at is None else call.parted_at
    enough = escalation.talk_ended(max(0.0, parted - escalation.talk_since))
    if escalation.state is EscalationState.TALKED and not enough:
        _call_back(floor, at, escalation)
        return
    if escalation.state is EscalationState.TALKED:
        owning.talked(floor, at, escalation.record, escalation.record.owner)
    floor.order(Save(escalation.record))
    floor.forget_if_closed(escalation)


def end_unseen(floor: Floor, call: Call) -> None:
    """A talk with sales ended while we looked away: nobody can say that it was long enough."""
    escalation = floor.escalation_of(call.id)
    if call.phase is not Phase.WITH_SALES or escalation is None:
        return
    if escalation.state is EscalationState.TALKED and escalation.restored:
        escalation.talk_since = None
        escalation.hand_to_human()
        floor.order(Save(escalation.record))


def cut_off(floor: Floor, at: float, escalation: Escalation) -> None:
    """The talk with sales broke off by no will of either: sales calls again."""
    if escalation.state is EscalationState.TALKED:
        _call_back(floor, at, escalation)


def _can_pass(floor: Floor, call: Call) -> bool:
    return call.phase is Phase.TALKING and not transferring.why_not(floor, call)


def _call_back(floor: Floor, at: float, escalation: Escalation) -> None:
    record = escalation.record
    due_at = at + floor.rules.callbacks.first_after
    if record.due_at is not None and record.due_at > at:
        due_at = record.due_at  # asked for, or agreed before
    escalation.call_back(timing.within_hours(floor, due_at, record.zone))
    floor.order(Save(escalation.record))
    calling.look(floor, at)


def _touch_agents(floor: Floor, escalation: Escalation) -> None:
    call = escalation.record.call
    floor.touch(*(a.person for a in floor.agents.values() if call in (a.talk, a.wrap, a.ring)))


def _record(
    floor: Floor, at: float, call: Call, enquiry: Enquiry, decision: Decision
) -> EscalationRecord:
    allowed = dialable(call.caller, floor.rules.dial)
    number = call.record.number
    how = decision.how or How.TRANSFER
    if enquiry.due_at is not None:
        how = How.CALLBACK  # who names a time wants to be called then, and not to be passed now
    return EscalationRecord(
        id=f"e-{safe(call.id)}",
        call=call.id,
        department=floor.rules.departments[call.record.department].sales,
        number=allowed.number if isinstance(allowed, Allowed) else "",
        name=call.record.name,
        account=enquiry.account,
        company=enquiry.company,
        scale=amending.scale_of(floor, enquiry),
        how=how.value,
        aim=decision.aim.value if decision.aim else "",
        why=decision.why.value,
        offer=decision.offers,
        answers=enquiry.interview.facts(),
        note=enquiry.note,
        agent=enquiry.agent,
        owner=owning.person_of(floor, enquiry.account, "" if enquiry.company else number),
        state=EscalationState.PROMISED,
        made_at=at,
        due_at=enquiry.due_at,
        bridged_at=None,
        talked=0.0,
        attempts=0,
        result="",
        closed_at=None,
        promised_at=enquiry.due_at,
        zone=timing.zone_of(floor, number),
    )


def resume(floor: Floor, at: float, escalation: Escalation) -> None:
    """After a break: a transfer whose caller is gone or talks already is not ringing any more."""
    call = floor.calls.get(escalation.record.call)
    if call is None or call.phase is Phase.ENDED:
        _call_back(floor, at, escalation)
    elif call.hearing is not None and floor.department_of(call.hearing.person).sales:
        redirect_failed(floor, at, call.id)
    elif call.phase not in (Phase.AT_SALES, Phase.WITH_SALES, Phase.CONSULTING):
        call.phase = Phase.AT_SALES
