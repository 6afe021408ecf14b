"""A client whom nobody of sales took has chosen when to be called; the dialplan keeps it for us."""

from __future__ import annotations

from collections import deque

from ivr.domain.commands import ForgetNote, Save
from ivr.domain.events import DueChosen
from ivr.domain.intake.wish import wished_time
from ivr.domain.reception import calling, leaving, timing
from ivr.domain.reception.floor import Floor
from ivr.domain.records import Agreed, EscalationState

OWED = (EscalationState.TRANSFERRING, EscalationState.CALLBACK, EscalationState.HUMAN)
"""Where a client still waits for the call; the first, if a crash swallowed that nobody took it."""

BUSY = (EscalationState.PROMISED, EscalationState.DIALLING)
"""Where something is being done, for somebody else of the company: the wish counts afterwards."""


def chosen(floor: Floor, event: DueChosen) -> None:
    """The promise is due at that time of the client's own clock, within the hours of calls.

    Told again, also after a crash, it counts once: what sales has moved since stays moved.
    """
    if event.note in floor.noted:
        return
    leaving.remember(floor, event.note)
    escalation = floor.escalations.of_call(event.call)
    if escalation is None or escalation.state not in (*OWED, *BUSY):
        floor.report("time_chosen_for_no_owed_call", event.call, event.wish)
        floor.order(ForgetNote(event.note))
        return
    zone = escalation.record.zone
    clock, hours = timing.clock_of(floor, zone), timing.hours_in(floor, zone)
    due_at = wished_time(event.wish, event.chosen_at, clock, hours)
    if escalation.record.promised_at == due_at:
        floor.order(ForgetNote(event.note))
        return
    if escalation.state in BUSY:
        escalation.wish(event.chosen_at, due_at, Agreed.CLIENT)
    else:
        escalation.agree(event.chosen_at, due_at, Agreed.CLIENT)
    floor.notes.setdefault(escalation.id, deque()).append(event.note)
    escalation.passing = (*escalation.passing, None)
    floor.order(Save(escalation.record, confirm=True))
    calling.look(floor, event.at)
