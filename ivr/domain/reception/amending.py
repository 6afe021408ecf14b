"""What an agent changes after the promise: sales sees it, and how the promise is kept stays."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.client.company import Scale
from ivr.domain.commands import Save
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.joining import larger
from ivr.domain.reception import naming
from ivr.domain.reception.floor import Floor
from ivr.domain.records import Plain


def answers_changed(floor: Floor, enquiry: Enquiry) -> None:
    """Other answers than those that were promised on."""
    escalation, decision = floor.escalations.get(enquiry.escalation), enquiry.decision
    if escalation is None or decision is None:
        return
    if escalation.record.call != enquiry.call:
        _amend(
            escalation,
            enquiry,
            answers=list(enquiry.interview.facts()),
            offer=list(decision.offers),
        )
    else:
        escalation.record = replace(
            escalation.record,
            answers=enquiry.interview.facts(),
            scale=scale_of(floor, enquiry),
            offer=decision.offers,
            aim=decision.aim.value if decision.aim else escalation.record.aim,
        )
    floor.order(Save(escalation.record))


def company_changed(floor: Floor, at: float, enquiry: Enquiry) -> None:
    """Another company calls than was promised for; its owner keeps the promise, if that is free."""
    escalation = floor.escalations.get(enquiry.escalation)
    if escalation is not None:
        scale = scale_of(floor, enquiry)
        if len(escalation.calls) > 1:
            scale = larger(scale, escalation.record.scale)
        naming.named(floor, at, escalation, enquiry.account, enquiry.company, scale)


def note_changed(floor: Floor, enquiry: Enquiry) -> None:
    """The agent's note of the call."""
    escalation = floor.escalations.get(enquiry.escalation)
    if escalation is None:
        return
    if escalation.record.call != enquiry.call:
        _amend(escalation, enquiry, note=enquiry.note)
    else:
        escalation.record = replace(escalation.record, note=enquiry.note)
    floor.order(Save(escalation.record))


def scale_of(floor: Floor, enquiry: Enquiry) -> str:
    """What the customer is: by the account before the answers."""
    account = floor.directory.get(enquiry.account)
    scale = Scale.LARGE if account and account.large else enquiry.interview.scale
    return scale.value if scale else ""


def _amend(escalation: Escalation, enquiry: Enquiry, **changes: Plain) -> None:
    """Change an enquiry that a newer one has moved out of the first place."""
    joined = [
        {**one, **changes} if one["call"] == enquiry.call else one
        for one in escalation.record.joined
    ]
    escalation.record = replace(escalation.record, joined=joined)
