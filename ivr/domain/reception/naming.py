"""Whose promise it is: a company that somebody names later, at a desk, outside or by its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ivr.domain.client.company import Account, Scale
from ivr.domain.commands import Save
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import dealings, owning, uniting
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState

_STILL_TO_RING = (EscalationState.PROMISED, EscalationState.CALLBACK, EscalationState.HUMAN)


def named(
    floor: Floor, at: float, escalation: Escalation, account: str, company: str, scale: str
) -> None:
    """This company has been promised it: its owner keeps it, in one promise with all it is owed."""
    record = replace(escalation.record, account=account, company=company, scale=scale)
    owner = owning.person_of(floor, account, "")
    if owner and escalation.state in _STILL_TO_RING:
        record = replace(record, owner=owner)
    escalation.record = record
    floor.order(Save(record))
    owning.promised(floor, at, record)
    if escalation.asked:
        escalation.asked = False
        dealings.look_up(floor, escalation)
    uniting.one_promise(floor, at, escalation)


def known_by(floor: Floor, at: float, accounts: Iterable[Account]) -> None:
    """Companies are known as they are here: what was promised to a name or a number is theirs."""
    for account in accounts:
        names = [name for name in (account.name, account.tax) if name]
        _name_all(floor, at, floor.escalations.of_no_account(names, account.phones))


def known_anew(floor: Floor, at: float) -> None:
    """The same for all companies, after a start or with another file of them.

    Either may be a hundred thousand: what there is less of is gone through.
    """
    accounts = floor.directory.accounts
    if len(accounts) < len(floor.escalations):
        known_by(floor, at, accounts)
    else:
        _name_all(floor, at, list(floor.escalations.values()))
    uniting.everywhere(floor, at)


def look_again(floor: Floor, at: float, escalation: Escalation) -> None:
    """It has lost an enquiry, and with it perhaps the word for whose it is."""
    _name_all(floor, at, (escalation,))


def became_account(floor: Floor, at: float, call: str, account: str, company: str) -> None:
    """A company that was only a name has become an account: its promise is that company's."""
    escalation = floor.escalations.of_call(call)
    if escalation is not None and escalation.open and not escalation.record.account:
        company = escalation.record.company or company
        named(floor, at, escalation, account, company, escalation.record.scale)


def _name_all(floor: Floor, at: float, promises: Iterable[Escalation]) -> None:
    for escalation in promises:
        account = _account(floor, escalation) if escalation.id in floor.escalations else None
        if account is not None:
            scale = Scale.LARGE.value if account.large else escalation.record.scale
            named(floor, at, escalation, account.id, account.name, scale)


def _account(floor: Floor, escalation: Escalation) -> Account | None:
    """The one company that has this promise's name, or its numbers if nobody named any.

    A private person who calls from a company's number stays one.
    """
    record = escalation.record
    if record.account:
        return None
    if record.company:
        return floor.directory.said(record.company)
    return None if record.scale == Scale.PRIVATE else _holder(floor, escalation.numbers)


def _holder(floor: Floor, numbers: Iterable[str]) -> Account | None:
    directory = floor.directory
    found = {one.id: one for number in numbers for one in directory.holding_number(number)}
    return next(iter(found.values())) if len(found) == 1 else None
