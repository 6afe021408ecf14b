"""Whose client this is: the department's by its promise, a person's by a talk or a supervisor.

Once a client is of sales, no later outcome takes it back: only a supervisor does, with a reason.
"""

from __future__ import annotations

from ivr.domain.client.owners import client_of
from ivr.domain.commands import Save
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationRecord, OwnerRecord


def person_of(floor: Floor, account: str, number: str) -> str:
    """Who of sales leads this client, "" for nobody; a file's owner until somebody decides."""
    held = floor.owners.of(client_of(account, number))
    if held is not None:
        return held.person if held.person in floor.rules.people else ""
    known = floor.directory.get(account)
    owner = known.owner or "" if known else ""
    return owner if owner in floor.rules.people else ""


def of_sales(floor: Floor, account: str, number: str, sales: str) -> bool:
    """Whether this sales department has been promised this client before."""
    held = floor.owners.of(client_of(account, number))
    return held is not None and held.department == sales != ""


def promised(floor: Floor, at: float, record: EscalationRecord) -> None:
    """The client is sales' from now on, whoever of sales it will be."""
    client = _client(record)
    held = floor.owners.of(client)
    if client and (held is None or held.department != record.department):
        give(floor, at, record, record.owner)


def talked(floor: Floor, at: float, record: EscalationRecord, person: str) -> None:
    """Whoever of sales has talked with a client that nobody leads leads it now."""
    client = _client(record)
    held = floor.owners.of(client)
    theirs = held is None or (held.department == record.department and not held.person)
    if client and theirs and not person_of(floor, record.account, record.number):
        give(floor, at, record, person)


def give(
    floor: Floor,
    at: float,
    record: EscalationRecord,
    person: str,
    by: str = "",
    reason: str = "",
    department: str = "",
) -> None:
    """Begin a new span of the client's history of owners."""
    client = _client(record)
    if not client:
        return
    new = OwnerRecord(
        id=f"{client}@{int(at * 1000)}",
        client=client,
        department=department or record.department,
        person=person,
        since=at,
        until=None,
        by=by,
        reason=reason,
        promise=record.id,
    )
    floor.order(*(Save(row) for row in floor.owners.give(new)))


def _client(record: EscalationRecord) -> str:
    """A company without an account yet is told by nothing: it becomes one after the call."""
    if record.company and not record.account:
        return ""
    return client_of(record.account, record.number)
