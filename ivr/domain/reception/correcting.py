"""An answer that was wrong: corrected while it is asked, and after the call, in wrap-up."""

from __future__ import annotations

from ivr.domain.client.company import Client
from ivr.domain.commands import Save
from ivr.domain.errors import KeyRefused
from ivr.domain.events import AnswerCorrected
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.reception import amending, asking
from ivr.domain.reception.floor import Floor
from ivr.domain.tree.outcome import Decision, decide, may_stay
from ivr.domain.tree.tree import Owner


def corrected(floor: Floor, event: AnswerCorrected, enquiry: Enquiry) -> None:
    """Change an answer on the path; what hung on it is withdrawn and decided anew.

    Raises KeyRefused.
    """
    if enquiry.not_enquiry:
        raise KeyRefused("already_decided")
    interview = enquiry.interview.correct(event.question, event.given, event.at)
    if interview is enquiry.interview:
        return
    enquiry.interview = interview
    if enquiry.confirmed:
        decide_again(floor, event.at, enquiry)
    else:
        asking.decided(floor, event.at, enquiry)
    floor.order(Save(enquiry.record()))


def decide_again(floor: Floor, at: float, enquiry: Enquiry) -> None:
    """The key was pressed already: what was promised stays promised, what was not is open again.

    A client whom sales owns is not taken back by a corrected answer: only a supervisor does that.
    """
    before = enquiry.decision
    fresh = _fresh(enquiry, asking.client_of(floor, enquiry))
    if enquiry.escalation:
        if fresh is not None and fresh.owner is Owner.SALES:
            enquiry.decision = fresh
        amending.answers_changed(floor, enquiry)
        return
    enquiry.decision = fresh
    if fresh is None or fresh.owner is Owner.SALES:
        enquiry.confirmed, enquiry.settled_at, enquiry.decided_by = False, None, ""
        enquiry.decided_at = at if fresh is not None else None
    elif fresh != before and enquiry.offer not in fresh.offers:
        enquiry.offer = ""


def _fresh(enquiry: Enquiry, client: Client) -> Decision | None:
    """What follows from answers and company as they are now; a person's own decision stands.

    Unless it kept a client who turns out to be, or could be, a large customer.
    """
    interview = enquiry.interview
    if enquiry.overridden and enquiry.decision is not None:
        if enquiry.decision.owner is Owner.SALES or may_stay(interview, client):
            return enquiry.decision
        enquiry.reason = ""
        return (
            asking.known_by_answers(interview)
            if interview.outcome is None
            else decide(interview, client)
        )
    if interview.outcome is None and not enquiry.tree_opened:
        return asking.known_large(client)
    return decide(interview, client) if interview.outcome is not None else None
