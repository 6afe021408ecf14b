"""A caller arrives: let in on a line, sent on, or turned away once that is on the disk."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.client.phone import E164, normalise
from ivr.domain.commands import (
    AdmitCall,
    LeaveToDialplan,
    Overflow,
    Refusal,
    RefuseCall,
    Save,
    Treatment,
)
from ivr.domain.events import CallerQueued, CallOffered
from ivr.domain.intake.call import Call, Phase
from ivr.domain.reception import consulting, preferring, recognising
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import missed
from ivr.domain.reception.rules import Number
from ivr.domain.records import CallEnd


def offered(floor: Floor, event: CallOffered) -> None:
    """Decide whether the caller gets a line; the same call asked twice gets the same verdict.

    While the link is lost hang-ups go unseen and the lines would leak: the dialplan counts.
    """
    if floor.link_lost_at is not None:
        floor.order(LeaveToDialplan(event.call))
        return
    dialled = _e164(floor, event.did)
    number = floor.number_of(dialled)
    if number.did != dialled:
        floor.report("unknown_did", event.call, event.did)
    call = floor.calls.get(event.call)
    if call is None or call.phase is Phase.ELSEWHERE:
        call = _came(floor, event, number.department, number.did)
    refusal = _refusal(floor, event.at, number, call)
    if refusal is None and _admit(floor, call, call.record.department, number.waiting):
        return
    _refuse(floor, event.at, call, number, refusal or Refusal.NO_LINE)


def _admit(floor: Floor, call: Call, department_id: str, waiting: int) -> bool:
    """Give the call one of the department's lines, or a place beyond them; False if none is."""
    floor.fit_lines(department_id)
    department, group = floor.rules.departments[department_id], floor.groups[department_id]
    if not group.admit(call.id, waiting):
        return False
    floor.calls[call.id] = call
    floor.refusals.pop(call.id, None)
    first = preferring.last_agent(floor, call.record.offered_at, call)
    floor.order(
        AdmitCall(
            call.id,
            department.queue,
            group.name,
            group.lines,
            waiting,
            group.pace,
            first,
            department.last_ring if first else 0,
        )
    )
    floor.save(call)
    recognising.look_up(floor, call)
    return True


def _refuse(floor: Floor, at: float, call: Call, number: Number, cause: Refusal) -> None:
    """Another department of ours takes the caller on a line of its own, or the dialplan does."""
    overflow = number.overflow.get(cause, Overflow())
    if overflow.treatment is Treatment.QUEUE:
        other = floor.department_of_queue(overflow.target)
        if other is not None and floor.manned(other.id):
            elsewhere = replace(call, record=replace(call.record, department=other.id))
            if _admit(floor, elsewhere, other.id, 0):
                return
        overflow = Overflow() if other is not None else overflow
    refusal = RefuseCall(call.id, cause, overflow)
    if overflow.treatment in (Treatment.QUEUE, Treatment.EXTENSION):
        # Not missed: that is told by the dialplan, if nobody talks with the caller there.
        call.sent_elsewhere(cause.value)
        floor.calls[call.id] = call
        floor.order(refusal)
        floor.save(call)
        return
    call.record = replace(call.record, end=CallEnd.REFUSED, refusal=cause.value, ended_at=at)
    missed(floor, call.record)
    floor.refusals[call.id] = refusal
    floor.order(Save(call.record, confirm=True))


def kept(floor: Floor, call: str) -> None:
    """The caller's row and task are on the disk: only now is a refused caller turned away."""
    refusal = floor.refusals.pop(call, None)
    if refusal is not None:
        floor.order(refusal)


def queued(floor: Floor, event: CallerQueued) -> None:
    """The caller is in a queue: ours to know even when the dialplan let it in without us."""
    department = floor.department_of_queue(event.queue)
    if department is None or not department.sales:
        return
    call = floor.calls.get(event.call)
    if call is None:
        number = floor.rules.numbers.get(_e164(floor, event.did))
        call = _came(floor, event, department.id, number.did if number else "")
        floor.calls[call.id] = call
        floor.groups[department.id].seat(call.id)
        floor.report("admitted_by_dialplan", event.call)
        recognising.look_up(floor, call)
    if call.record.department != department.id:
        _moved(floor, event.at, call, department.id)
    if call.phase in (Phase.OFFERED, Phase.AT_SALES, Phase.CONSULTING, Phase.ELSEWHERE):
        call.queued(event.channel)
        floor.save(call)
        consulting.queued(floor, event.at, call)


def _moved(floor: Floor, at: float, call: Call, department: str) -> None:
    """The dialplan lets another department of ours take a caller who has talked with nobody."""
    if call.record.answered_at is not None:
        return
    floor.free_line(at, call)
    call.record = replace(call.record, department=department, end=CallEnd.OPEN, refusal="")
    floor.groups[department].seat(call.id)


def _e164(floor: Floor, did: str) -> str:
    number = normalise(did, floor.rules.region)
    return number.number if isinstance(number, E164) else did


def _refusal(floor: Floor, at: float, number: Number, call: Call) -> Refusal | None:
    """What stands in the way of a caller, lines apart; nothing for one who is in already."""
    if call.id in floor.groups[call.record.department].held:
        return None
    if number.hours is not None and not number.hours.open_at(at):
        return Refusal.CLOSED
    if not floor.manned(number.department):
        return Refusal.NOBODY
    return None


def _came(floor: Floor, event: CallOffered | CallerQueued, department: str, did: str) -> Call:
    """A call of somebody who has just come; it holds no line yet."""
    return recognising.new_call(
        floor,
        event.at,
        event.call,
        event.number,
        department,
        did=did,
        name=event.name,
        channel=event.channel,
    )
