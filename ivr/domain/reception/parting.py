"""An enquiry that joined another company's promise by mistake: each company is owed its own."""

from __future__ import annotations

from ivr.domain.client.names import folded
from ivr.domain.commands import Save
from ivr.domain.intake.call import Call
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import naming, promising, transferred, uniting
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationRecord, EscalationState

_UNDER_WAY = (EscalationState.TRANSFERRING, EscalationState.DIALLING, EscalationState.TALKED)


def parted(floor: Floor, at: float, call: Call, enquiry: Enquiry) -> bool:
    """Whether the enquiry has a promise of its own now, since another company calls.

    Where sales has this client already, or has just told what came of the talk, the others get
    theirs anew, and it stays where it is. What is new is kept before the old row lets go of it: a
    death between them loses nothing.
    """
    escalation = floor.escalations.get(enquiry.escalation)
    if escalation is None or len(escalation.calls) < 2:
        return False
    if not is_another(escalation.record, enquiry):
        return False
    if enquiry.decision is None or _has_its_client(floor, escalation, call):
        _owe_the_others(floor, at, escalation, enquiry)
        return False
    escalation.leave(enquiry.call)
    apart = promising.promise_apart(floor, at, call, enquiry)
    floor.order(Save(escalation.record))
    naming.look_again(floor, at, escalation)
    uniting.one_promise(floor, at, apart)
    return True


def is_another(record: EscalationRecord, enquiry: Enquiry) -> bool:
    """Whether the promise is a named company's, and this one is another."""
    if record.account and enquiry.account:
        return record.account != enquiry.account
    return bool(record.company) and folded(record.company) != folded(enquiry.company)


def _has_its_client(floor: Floor, escalation: Escalation, call: Call) -> bool:
    """Whether it is this caller whom sales has, had or dials; the newest where nobody can tell."""
    if not escalation.open:
        return escalation.record.call == call.id  # a promise that is joined is to be kept again
    if escalation.state not in _UNDER_WAY:
        return False
    live = (floor.calls.get(one) for one in escalation.calls)
    there = [one.id for one in live if one is not None and one.phase in transferred.AT_SALES]
    attempts = (one.record for one in floor.attempts.values())
    dialled = [one.number for one in attempts if one.promise == escalation.id]
    if there or dialled:
        return call.id in there or call.record.number in dialled
    return escalation.record.call == call.id


def _owe_the_others(floor: Floor, at: float, escalation: Escalation, enquiry: Enquiry) -> None:
    id = promising.fresh_id(floor, at, enquiry.call)
    awaited = [one for one in escalation.to_pass if one.call != enquiry.call]
    others = Escalation(escalation.stay_with(enquiry.call, id))
    others.passing = tuple(awaited)
    floor.escalations[id] = others
    for call in others.calls:
        if call in floor.enquiries:
            floor.enquiries[call].escalation = id
    floor.order(*(Save(others.record, confirm=True) for _ in awaited or (None,)))
