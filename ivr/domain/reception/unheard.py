"""A talk that began and ended while nobody told us: the caller was served, and was not missed.

The dialplan keeps a note of each talk of which we have not said that we know (AnswerKnown).
"""

from __future__ import annotations

from collections import deque

from ivr.domain.commands import ForgetNote, Save
from ivr.domain.events import CallEnded, CallerServed
from ivr.domain.intake.call import Phase
from ivr.domain.reception import leaving, missing, recognising, talking
from ivr.domain.reception.floor import Floor


def served(floor: Floor, event: CallerServed) -> None:
    """Close what was missed of this caller before; forgotten there when it is kept here."""
    if event.note not in floor.noted:
        leaving.remember(floor, event.note)
        _take(floor, event)
    if event.note not in floor.notes.get(event.call, ()):
        floor.order(ForgetNote(event.note))


def _take(floor: Floor, event: CallerServed) -> None:
    """A call that we never saw gets no row: ours may be a fuller one that has ended here."""
    call = floor.calls.get(event.call)
    if call is None:
        number = floor.number_of(event.did)
        call = recognising.new_call(
            floor, event.since, event.call, event.number, number.department, did=number.did
        )
        missing.served(floor, event.until, call, event.since)
    elif call.phase in (Phase.OFFERED, Phase.WAITING, Phase.ELSEWHERE):
        call.answered_unheard(event.since, event.person)
        missing.served(floor, event.until, call, event.since)
        talking.ended(floor, CallEnded(event.until, call.id, 0))
        floor.notes.setdefault(call.id, deque()).append(event.note)
        floor.order(Save(call.record, confirm=True))
