"""An enquiry that joined another company's promise by mistake: each company is owed its own."""

from __future__ import annotations

from ivr.domain.client.names import folded
from ivr.domain.commands import Save
from ivr.domain.intake.call import Call
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import promising
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import safe
from ivr.domain.records import EscalationRecord, EscalationState

_UNDER_WAY = (EscalationState.TRANSFERRING, EscalationState.DIALLING, EscalationState.TALKED)


def parted(floor: Floor, at: float, call: Call, enquiry: Enquiry) -> bool:
    """Whether the enquiry has a promise of its own now, since another company calls.

    Where sales has this client already, the others get theirs anew, and it stays where it is.
    """
    escalation = floor.escalations.get(enquiry.escalation)
    if escalation is None or len(escalation.calls) < 2:
        return False
    if not _is_another(escalation.record, enquiry):
        return False
    if escalation.record.call == enquiry.call and escalation.state in _UNDER_WAY:
        _owe_the_others(floor, escalation, enquiry)
        return False
    escalation.leave(enquiry.call)
    floor.order(Save(escalation.record))
    enquiry.escalation = ""
    promising.promise(floor, at, call, enquiry)
    return True


def _is_another(record: EscalationRecord, enquiry: Enquiry) -> bool:
    """Whether the promise is a named company's, and this one is another."""
    if record.account and enquiry.account:
        return record.account != enquiry.account
    return bool(record.company) and folded(record.company) != folded(enquiry.company)


def _owe_the_others(floor: Floor, escalation: Escalation, enquiry: Enquiry) -> None:
    others = floor.escalations[_id(enquiry)] = Escalation(escalation.others(_id(enquiry)))
    for call in others.calls:
        if call in floor.enquiries:
            floor.enquiries[call].escalation = others.id
    floor.order(Save(escalation.record), Save(others.record, confirm=True))


def _id(enquiry: Enquiry) -> str:
    """The name of the promise that the others get; the call may have one of its own already."""
    return f"e-{safe(enquiry.call)}-others"
