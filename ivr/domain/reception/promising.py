"""The promise to sales: committed first, then performed, by live transfer or by callback."""

from __future__ import annotations

from ivr.domain.choices import Notice
from ivr.domain.commands import Save
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation, Passing
from ivr.domain.reception import (
    amending,
    calling,
    dealings,
    owning,
    timing,
    transferred,
    transferring,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import safe
from ivr.domain.records import Agreed, EscalationRecord, EscalationState
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import How


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
    transferred.touch_agents(floor, escalation)


def _perform(floor: Floor, at: float, escalation: Escalation, passing: Passing) -> None:
    call = floor.calls.get(passing.call)
    if call is not None and passing.how == How.TRANSFER and _can_pass(floor, call):
        transferring.begin(floor, at, call, escalation, passing.kind)
    elif escalation.state is EscalationState.PROMISED:
        transferred.call_back(floor, at, escalation)
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


def _can_pass(floor: Floor, call: Call) -> bool:
    return call.phase is Phase.TALKING and not transferring.why_not(floor, call)


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
