"""What a death of the service had cut in two: promises that were parting, joining or renamed."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import Save
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import naming
from ivr.domain.reception.floor import Floor


def let_go(floor: Floor, escalation: Escalation) -> None:
    """Of two companies' promises with one call the newer is right: it was leaving the older."""
    for call in escalation.calls:
        older = floor.escalations.of_call(call)
        if older is None or len(older.calls) < 2:
            continue
        if not floor.escalations.is_same_company(older, escalation):
            older.leave(call)
            floor.order(Save(older.record))


def finish(floor: Floor, at: float) -> None:
    """Each company has one promise, and its calls are that company's: their rows are kept last."""
    naming.known_anew(floor, at)
    for enquiry in floor.enquiries.values():
        escalation = floor.escalations.get(enquiry.escalation)
        if escalation is not None and escalation.record.company:
            _believe(floor, escalation, enquiry)


def _believe(floor: Floor, escalation: Escalation, enquiry: Enquiry) -> None:
    account, company = escalation.record.account, escalation.record.company
    if (enquiry.account, enquiry.company) != (account, company):
        enquiry.account, enquiry.company = account, company
        call = floor.calls[enquiry.call]
        call.record = replace(call.record, account=account, company=company)
        floor.save(call)
