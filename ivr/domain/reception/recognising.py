"""A call as it begins: whose number it is, and the company that the number alone tells."""

from __future__ import annotations

from ivr.domain.client.company import OneMatch
from ivr.domain.client.phone import E164, normalise
from ivr.domain.commands import LookUp
from ivr.domain.events import ClientKnown
from ivr.domain.intake.call import Call
from ivr.domain.reception.floor import Floor
from ivr.domain.records import CallEnd, CallRecord


def new_call(
    floor: Floor,
    at: float,
    id: str,
    number: str,
    department: str,
    *,
    did: str,
    name: str = "",
    channel: str = "",
) -> Call:
    """A call with somebody of this number, taken as it was told; it holds no line."""
    caller = normalise(number, floor.rules.region)
    match = floor.directory.match(caller)
    only = match.account if isinstance(match, OneMatch) else None
    record = CallRecord(
        id=id,
        did=did,
        department=department,
        number=caller.number if isinstance(caller, E164) else "",
        raw_number=number,
        name=name,
        account=only.id if only else "",
        company=only.name if only else "",
        offered_at=at,
        answered_at=None,
        ended_at=None,
        agent="",
        talked=0.0,
        end=CallEnd.OPEN,
        refusal="",
        disposition="",
        not_enquiry="",
        note="",
    )
    return Call(record, caller, channel)


def look_up(floor: Floor, call: Call) -> None:
    """Ask who this is; withheld callers are different people."""
    if call.record.number:
        floor.order(LookUp(call.id, call.record.number))


def client_known(floor: Floor, event: ClientKnown) -> None:
    """The database has answered: the card of the ringing or talking agent fills."""
    call = floor.calls.get(event.call)
    if call is not None:
        call.past = event.past
        floor.touch(*(a.person for a in floor.agents.values() if event.call == a.call))
