"""The interview of a call: it opens on the answer and decides as soon as something speaks."""

from __future__ import annotations

from ivr.domain.client.company import UNKNOWN_CLIENT, Client, Scale
from ivr.domain.commands import Save
from ivr.domain.intake.call import Call
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.reception import owning
from ivr.domain.reception.floor import Floor
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import KEY_ACCOUNT, LARGE_CUSTOMER, Decision, decide
from ivr.domain.tree.tree import Aim, How, Owner, Text, WhyKind


def begin(floor: Floor, at: float, call: Call, person: str) -> None:
    """Open the interview on the current version, or hand the open one to who answered now."""
    enquiry = floor.enquiries.get(call.id)
    if enquiry is None:
        tree = floor.rules.trees[floor.number_of(call.record.did).tree]
        enquiry = Enquiry(
            call=call.id,
            agent=person,
            began_at=at,
            interview=Interview.begin(tree.tree, tree.version, at),
            account=call.record.account,
            company=call.record.company,
        )
        floor.enquiries[call.id] = enquiry
    enquiry.agent = person
    decided(floor, at, enquiry)
    floor.order(Save(enquiry.record()))


def decided(floor: Floor, at: float, enquiry: Enquiry) -> None:
    """Decide anew after each answer and each company picked."""
    before = enquiry.decision
    redecide(floor, enquiry)
    if enquiry.decision is None:
        enquiry.decided_at = None
    elif before is None:
        enquiry.decided_at = at


def redecide(floor: Floor, enquiry: Enquiry) -> None:
    """The decision as it follows from the answers and from who calls; None while asking."""
    client = client_of(floor, enquiry)
    enquiry.key_account = client.large
    interview = enquiry.interview
    if interview.outcome is not None:
        enquiry.decision = decide(interview, client)
    elif enquiry.tree_opened:
        enquiry.decision = None
    else:
        enquiry.decision = known_large(client) or _known_to_sales(floor, enquiry)


def _known_to_sales(floor: Floor, enquiry: Enquiry) -> Decision | None:
    """Whom sales has been promised before is passed by one key; the tree is for a new subject."""
    call = floor.calls.get(enquiry.call)
    if call is None:
        return None
    number = "" if enquiry.company else call.record.number
    sales = floor.rules.departments[call.record.department].sales
    if not owning.of_sales(floor, enquiry.account, number, sales):
        return None
    because = Text("Клиент отдела продаж", "A client of sales")
    return Decision("", (), Owner.SALES, How.TRANSFER, Aim.TALK, WhyKind.ACCOUNT, because)


def client_of(floor: Floor, enquiry: Enquiry) -> Client:
    """Who calls, as far as the agent has said or the number proposes."""
    account = floor.directory.get(enquiry.account) if enquiry.account else None
    return Client(account) if account else UNKNOWN_CLIENT


def known_large(client: Client) -> Decision | None:
    """A key account is sales' whatever is asked: it may be passed before the first question."""
    if not client.large:
        return None
    return Decision("", (), Owner.SALES, How.TRANSFER, Aim.MEETING, WhyKind.ACCOUNT, KEY_ACCOUNT)


def known_by_answers(interview: Interview) -> Decision | None:
    """An answer has said that the customer is large: sales' whatever else would be asked."""
    if interview.scale is not Scale.LARGE:
        return None
    return Decision("", (), Owner.SALES, How.TRANSFER, Aim.MEETING, WhyKind.SCALE, LARGE_CUSTOMER)
