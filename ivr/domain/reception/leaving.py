"""A caller whom the dialplan let go without a talk, and what the caller left behind: a task.

The dialplan keeps a note of each in Asterisk's own database until we say that ours is on the disk,
so that neither our death nor a lost link loses a wish for a callback or a voice message.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from ivr.domain.client.phone import E164, normalise
from ivr.domain.commands import ForgetNote, Refusal, Save
from ivr.domain.events import CallerElsewhere, CallerTurnedAway
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.wish import wished_time
from ivr.domain.promise.missed_call import closed, key_of
from ivr.domain.reception import calling, recognising, wrapping
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import first, missed
from ivr.domain.reception.rules import Number
from ivr.domain.records import CallEnd, MissedCallRecord

NOTES_KNOWN = 10_000
"""Notes that are still known once they were taken in: Asterisk may tell of them once more."""


def turned_away(floor: Floor, event: CallerTurnedAway) -> None:
    """Count the caller as missed, with the wish and the message; forgotten there when kept here."""
    number = floor.number_of(event.did)
    task = floor.missed.of_call(event.call)
    if event.note not in floor.noted:
        remember(floor, event.note)
        call = _let_go(floor, event, number)
        if call is not None:
            missed(floor, call.record)
            task = _left(floor, event, call, number)
    if task is None:
        floor.order(ForgetNote(event.note))
        return
    floor.missed[key_of(task)] = task
    floor.notes.setdefault(task.id, deque()).append(event.note)
    floor.order(Save(task, confirm=True))


def elsewhere(floor: Floor, event: CallerElsewhere) -> None:
    """Nobody of the department took the caller, who rings elsewhere now: the line is free."""
    call = floor.calls.get(event.call)
    if call is not None and call.phase in (Phase.OFFERED, Phase.WAITING):
        sent_elsewhere(floor, event.at, call, event.cause if event.cause in tuple(Refusal) else "")


def sent_elsewhere(floor: Floor, at: float, call: Call, refusal: str) -> None:
    """Let a caller of the department go to where the dialplan leads."""
    call.sent_elsewhere(refusal)
    floor.save(call)
    _off_the_line(floor, at, call)


def kept(floor: Floor, task: str) -> None:
    """The task is on the disk, as it was at the oldest note that waits for that."""
    notes = floor.notes.get(task)
    if notes:
        floor.order(ForgetNote(notes.popleft()))
    if not notes:
        floor.notes.pop(task, None)


def remember(floor: Floor, note: str) -> None:
    """Know this note for a while: it may be told once more."""
    floor.noted[note] = None
    if len(floor.noted) > NOTES_KNOWN:
        del floor.noted[next(iter(floor.noted))]


def _let_go(floor: Floor, event: CallerTurnedAway, number: Number) -> Call | None:
    """End the call here, if it is still open; None if the caller had talked with somebody."""
    call = floor.calls.get(event.call)
    if call is None:
        call = recognising.new_call(
            floor, event.came_at, event.call, event.number, number.department, did=number.did
        )
        _end(call, event)
        # A refusal of ours has its row; one that was sent on and missed there has to say so.
        told_more = event.refused and (event.wish or event.recording)
        if not told_more and floor.missed.of_call(call.id) is None:
            floor.save(call)
        return call
    if call.record.answered_at is not None:
        return None
    _end(call, event)
    floor.save(call)
    _off_the_line(floor, event.at, call)
    floor.forget_if_done(call.id)
    return call


def _off_the_line(floor: Floor, at: float, call: Call) -> None:
    floor.free_line(at, call)
    for agent in floor.ringing_for(call.id):
        wrapping.ring_ended(floor, at, agent, call.id)
    calling.look(floor, at)


def _end(call: Call, event: CallerTurnedAway) -> None:
    """Mark the call as over; one that waited in vain was missed, not refused."""
    call.ended(event.at)
    refusal = event.cause if event.cause in tuple(Refusal) else call.record.refusal
    end = CallEnd.REFUSED if refusal or event.refused else CallEnd.MISSED
    call.record = replace(call.record, end=end, refusal=refusal)


def _left(
    floor: Floor, event: CallerTurnedAway, call: Call, number: Number
) -> MissedCallRecord | None:
    """The task with what the caller left; a withheld number has one only for that."""
    task = floor.missed.of_call(call.id)
    other = normalise(event.call_to, floor.rules.region)
    if isinstance(other, E164) and other.number != call.record.number:
        task = _of_other_number(floor, event.at, task, call, other.number)
    elif task is None and event.recording:
        task = first(call.record)
    if task is None:
        return None
    if event.recording and event.recording not in task.recordings:
        task = replace(task, recordings=(*task.recordings, event.recording))
    if event.wish:
        due_at = wished_time(event.wish, event.came_at, number.zone, number.hours)
        task = replace(task, due_at=due_at)
    return task


def _of_other_number(
    floor: Floor, at: float, task: MissedCallRecord | None, call: Call, number: str
) -> MissedCallRecord:
    """The task of the number at which the caller wants to be called, this call counted into it."""
    own = first(replace(call.record, number=number))
    there = floor.missed.get(key_of(own), own)
    if task is not None and task.id == own.id:
        del floor.missed[key_of(task)]
        if there is not own:
            floor.order(Save(closed(task, at, "merged")))
    if call.id in there.calls:
        return there
    last = max(there.last_missed_at, call.record.offered_at)
    return replace(there, last_missed_at=last, count=there.count + 1, calls=(*there.calls, call.id))
