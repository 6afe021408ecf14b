"""Which company calls: found while it is typed, and its number remembered after the call."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.client.company import (
    Account,
    NoMatch,
    OneMatch,
    Scale,
    SeveralMatch,
    is_tax_number,
)
from ivr.domain.client.learned import account_of
from ivr.domain.client.phone import E164
from ivr.domain.commands import OfferCompanies, Save
from ivr.domain.errors import KeyRefused
from ivr.domain.events import AccountsKept, CompanyPicked, CompanySought
from ivr.domain.intake.call import Call
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.reception import amending, asking, correcting, naming, owning, parting
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import safe
from ivr.domain.records import AccountNumberRecord, AccountRecord
from ivr.domain.screen import CompanyHit


def sought(floor: Floor, event: CompanySought) -> None:
    """Type-ahead of the company field: by a word of the name or the start of the tax number."""
    found = floor.directory.search(event.text)
    hits = tuple(_hit(floor, account) for account in found)
    floor.order(OfferCompanies(event.person, event.request, hits))


def _hit(floor: Floor, account: Account) -> CompanyHit:
    owner = floor.person(owning.person_of(floor, account.id, ""))
    return CompanyHit(
        account.id, account.name, account.tax, owner.name if owner else "", account.large
    )


def picked(floor: Floor, event: CompanyPicked, enquiry: Enquiry) -> None:
    """The agent says which company calls, at any moment: what hangs on that is decided again.

    A name that is an account's, or its tax number, is that account; any other is a new company.
    Raises KeyRefused.
    """
    name = " ".join(event.name.split())
    account = floor.directory.get(event.account) or floor.directory.said(name)
    if account is None and not name:
        raise KeyRefused("no_such_company", event.account)
    enquiry.account = account.id if account else ""
    enquiry.company = account.name if account else name
    call = floor.calls[event.call]
    call.record = replace(call.record, account=enquiry.account, company=enquiry.company)
    if enquiry.not_enquiry:
        pass
    elif enquiry.confirmed:
        correcting.decide_again(floor, event.at, enquiry)
        if not parting.parted(floor, event.at, call, enquiry):
            amending.company_changed(floor, event.at, enquiry)
    else:
        asking.decided(floor, event.at, enquiry)
    floor.save(call)
    floor.order(Save(enquiry.record()))


def accounts_kept(floor: Floor, event: AccountsKept) -> None:
    """What was changed from outside is known to the very next call."""
    floor.learned.replace(event.accounts)
    known = (floor.directory.get(one.id) for one in event.accounts)
    naming.known_by(floor, event.at, [one for one in known if one is not None])


def remember(floor: Floor, at: float, call: Call, enquiry: Enquiry) -> None:
    """After the call its number is the company's that the agent named, if that is news.

    A number that several share proves none of them, whoever called this time.
    """
    number = call.caller.number if isinstance(call.caller, E164) else ""
    if not number or enquiry.not_enquiry or not enquiry.company:
        return
    account_id = enquiry.account or _new_company(floor, at, call, enquiry)
    naming.became_account(floor, at, call.id, account_id, enquiry.company)
    match floor.directory.match(call.caller):
        case NoMatch():
            _attach(floor, at, call, enquiry, account_id)
        case OneMatch(account) if account.id != account_id:
            _attach(floor, at, call, enquiry, account_id)
        case OneMatch() | SeveralMatch():
            pass
    known = floor.directory.get(account_id)
    if known is not None:
        naming.known_by(floor, at, (known,))


def _new_company(floor: Floor, at: float, call: Call, enquiry: Enquiry) -> str:
    known = floor.directory.said(enquiry.company)
    if known is not None:
        return known.id
    scale = enquiry.interview.scale
    record = AccountRecord(
        id=f"c-{safe(call.id)}",
        name=enquiry.company,
        phones=(),
        scale=scale.value if scale is not None and scale is not Scale.PRIVATE else "",
        key=False,
        owner="",
        tax=enquiry.company if is_tax_number(enquiry.company) else "",
        note="",
        made_at=at,
        made_by=enquiry.agent,
        gone_at=None,
    )
    floor.learned.keep(account_of(record))
    floor.order(Save(record))
    return record.id


def _attach(floor: Floor, at: float, call: Call, enquiry: Enquiry, account_id: str) -> None:
    number = call.record.number
    floor.learned.attach(account_id, number)
    record = AccountNumberRecord(
        f"{account_id} {number}", account_id, number, call.id, enquiry.agent, at
    )
    floor.order(Save(record))
