"""The promise to sales: committed first, then performed, by live transfer or by callback."""

from __future__ import annotations

from ivr.domain.choices import Notice
from ivr.domain.commands import PromiseCallback, ReturnToQueue, Save
from ivr.domain.events import TransferUnanswered
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation, Passing
from ivr.domain.reception import (
    amending,
    attempts,
    calling,
    dealings,
    owning,
    timing,
    transferring,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import safe
from ivr.domain.records import Agreed, EscalationRecord, EscalationState
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import How

AT_SALES = (Phase.AT_SALES, Phase.WITH_SALES, Phase.CONSULTING)
"""The caller is on the way to sales, or there."""


def promise(floor: Floor, at: float, call: Call, enquiry: Enquiry, kind: str = "") -> None:
    """Commit the promise of a decided enquiry; nothing is done until it is on the disk.

    A client whom sales owes something already gets no second promise: this one joins it. `kind` is
    straight or warm, "" for the usual way of passing a caller.
    """
    if enquiry.decision is None or enquiry.escalation:
        return
    _find_account(floor, enquiry)
    record = _record(floor, at, call, enquiry, enquiry.decision)
    known = floor.escalations.of_client(
        record.department, record.account, record.company, record.number
    )
    if known is None:
        known = floor.escalations[record.id] = Escalation(record)
    else:
        known.join(record)
    _commit(floor, at, enquiry, known, Passing(call.id, record.how, kind))


def promise_apart(floor: Floor, at: float, call: Call, enquiry: Enquiry) -> Escalation:
    """A row of its own for an enquiry that has left another promise, whatever else is owed."""
    assert enquiry.decision is not None
    record = _record(floor, at, call, enquiry, enquiry.decision)
    apart = floor.escalations[record.id] = Escalation(record)
    _commit(floor, at, enquiry, apart, Passing(call.id, record.how))
    return apart


def _commit(
    floor: Floor, at: float, enquiry: Enquiry, escalation: Escalation, passing: Passing
) -> None:
    escalation.passing = (*escalation.passing, passing)
    enquiry.escalation = escalation.id
    floor.order(Save(escalation.record, confirm=True))
    owning.promised(floor, at, escalation.record)


def saved(floor: Floor, at: float, escalation_id: str) -> None:
    """The promise is on the disk: perform it."""
    escalation = floor.escalations.get(escalation_id)
    if escalation is None or not escalation.open:
        return
    if not escalation.passing and escalation.state is not EscalationState.PROMISED:
        return
    passing, *rest = escalation.passing or (Passing(escalation.record.call, escalation.record.how),)
    escalation.passing = tuple(rest)
    escalation.committed = not escalation.to_pass
    if passing is None:
        return
    dealings.look_up(floor, escalation)
    _perform(floor, at, escalation, passing)
    _touch_agents(floor, escalation)


def _perform(floor: Floor, at: float, escalation: Escalation, passing: Passing) -> None:
    call = floor.calls.get(passing.call)
    if call is not None and passing.how == How.TRANSFER and _can_pass(floor, call):
        transferring.begin(floor, at, call, escalation, passing.kind)
    elif escalation.state is EscalationState.PROMISED:
        _call_back(floor, at, escalation)
    else:
        calling.look(floor, at)


def not_saved(floor: Floor, escalation_id: str) -> None:
    """The database refused the promise: nothing is done for it, and its agent is told so."""
    escalation = floor.escalations.get(escalation_id)
    if escalation is None:
        return
    passing, *rest = escalation.passing or (None,)
    escalation.passing = tuple(rest)
    if escalation.state is EscalationState.PROMISED and not escalation.to_pass:
        escalation.hand_to_human()
    elif passing is None:
        return
    enquiry = floor.enquiries.get(passing.call) if passing else None
    agent = floor.agents.get(enquiry.agent if enquiry else escalation.record.agent)
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
    if escalation.state is EscalationState.TRANSFERRING or _others_talk(escalation, call):
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
        EscalationState.TALKED,  # with somebody else of the same company
        EscalationState.HUMAN,
    )
    if escalation is not None and escalation.state is EscalationState.PROMISED:
        escalation.talks.setdefault(call.id, at)  # somebody else has asked anew meanwhile
    if escalation is None or escalation.state not in passing:
        return
    if escalation.bridged(at, person, call.id):
        call.talk_since = None
        floor.order(Save(escalation.record))
        _touch_agents(floor, escalation)
        floor.touch(person)


def transfer_talk_ended(floor: Floor, at: float, call: Call) -> None:
    """The talk with sales is over: long enough to count, or sales still owes a call.

    The caller's end may be learned late; the talk ended when one of the two left the other.
    """
    escalation = floor.escalation_of(call.id)
    since = escalation.talks.get(call.id) if escalation is not None else None
    if escalation is None or since is None:
        return
    parted = at if call.parted_at is None else call.parted_at
    enough = escalation.talk_ended(max(0.0, parted - since), call.id)
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
        escalation.talks.pop(call.id, None)
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
    if attempts.to_dial(floor, escalation):
        escalation.call_back(timing.within_hours(floor, due_at, record.zone))
    else:
        escalation.hand_to_human()
    floor.order(Save(escalation.record))
    calling.look(floor, at)


def _touch_agents(floor: Floor, escalation: Escalation) -> None:
    calls = {*escalation.calls}
    on = (a for a in floor.agents.values() if not calls.isdisjoint((a.talk, a.wrap, a.ring)))
    floor.touch(*(agent.person for agent in on))


def _others_talk(escalation: Escalation, call: Call) -> bool:
    """Whether sales talks with somebody else of the company: this caller is owed a call, too."""
    talked = escalation.state is EscalationState.TALKED and call.id not in escalation.talks
    return talked and call.phase in AT_SALES


def fresh_id(floor: Floor, at: float, call: str) -> str:
    """A promise's id; a call whose company was put right may have had one before."""
    id = f"e-{safe(call)}"
    had = id in floor.escalations or id in floor.escalations.joined
    return f"{id}-{int(at * 1000)}" if had else id


def _find_account(floor: Floor, enquiry: Enquiry) -> None:
    """A name that was typed may have become an account in another call meanwhile."""
    if enquiry.company and not enquiry.account:
        account = floor.directory.said(enquiry.company)
        enquiry.account = account.id if account else ""


def _record(
    floor: Floor, at: float, call: Call, enquiry: Enquiry, decision: Decision
) -> EscalationRecord:
    number = call.record.number
    how = decision.how or How.TRANSFER
    if enquiry.due_at is not None:
        how = How.CALLBACK  # who names a time wants to be called then, and not to be passed now
    return EscalationRecord(
        id=fresh_id(floor, at, call.id),
        call=call.id,
        department=floor.rules.departments[call.record.department].sales,
        number=number,
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
        asked_at=at,
        agreed_by="" if enquiry.due_at is None else Agreed.AGENT.value,
        agreed_at=None if enquiry.due_at is None else at,
    )


def resume(floor: Floor, at: float, escalation: Escalation) -> None:
    """After a break: a transfer whose caller is gone or talks already is not ringing any more."""
    passed = False
    for call in [floor.calls[one] for one in escalation.calls if floor.is_on(one)]:
        if call.hearing is not None and floor.department_of(call.hearing.person).sales:
            redirect_failed(floor, at, call.id)
        elif call.phase is Phase.TALKING:
            call.phase = Phase.AT_SALES
        passed |= call.phase in AT_SALES
    if not passed and escalation.state is EscalationState.TRANSFERRING:
        _call_back(floor, at, escalation)
