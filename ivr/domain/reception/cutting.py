"""Asterisk went down under its calls: nobody said goodbye, so each caller is to be called."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import Save
from ivr.domain.events import Resynced
from ivr.domain.intake.call import Call, Phase
from ivr.domain.reception import transferred
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import missed
from ivr.domain.records import CallEnd

SHUTDOWN = 5.0
"""Seconds that an orderly shutdown may take from its hang-ups, as normal as any, to its end."""


RESTARTED = 60.0
"""Seconds from the hang-ups of a shutdown to the next start, at most."""


def cut_off(floor: Floor, event: Resynced, lost_at: float | None) -> list[str]:
    """The calls that Asterisk took down with it, to be given to `owe` once they have ended here.

    Without an order it just dies, and they are missing now; in order, it hangs them all up first.
    """
    alive = {leg.call for leg in event.legs}
    cut = [c.id for c in floor.calls.values() if c.id not in alive and _died(floor, event, c)]
    if lost_at is not None and floor.asterisk_since not in (None, event.started_at):
        since = lost_at - SHUTDOWN
        cut += [r.id for r in floor.lately.values() if (r.ended_at or 0.0) >= since]
    floor.asterisk_since = event.started_at or floor.asterisk_since
    return cut


def _died(floor: Floor, event: Resynced, call: Call) -> bool:
    """Another life of Asterisk ended this call; its time decides where we were away ourselves."""
    if event.started_at is None or call.phase is Phase.ENDED:
        return False
    if floor.asterisk_since is not None:
        return event.started_at != floor.asterisk_since
    return call.record.offered_at < event.started_at


def went_down_after(event: Resynced, at: float) -> bool:
    """Whether this life of Asterisk began so soon after this moment that its end was no goodbye."""
    return event.started_at is not None and 0.0 <= event.started_at - at < RESTARTED


def remember(floor: Floor, call: Call) -> None:
    """Know for a moment that this call has ended: it may turn out that nobody meant it."""
    record, at = call.record, call.record.ended_at or 0.0
    for old in [r.id for r in floor.lately.values() if (r.ended_at or 0.0) < at - SHUTDOWN]:
        del floor.lately[old]
    floor.lately[record.id] = record


def owe(floor: Floor, at: float, call_id: str) -> None:
    """Sales calls if it owes this client something, the department if not."""
    call, record = floor.calls.get(call_id), floor.lately.pop(call_id, None)
    if call is not None:
        record = call.record
    if record is None or (record.answered_at is None and record.end is not CallEnd.ELSEWHERE):
        return
    record = replace(record, end=CallEnd.CUT_OFF)
    if call is not None:
        call.record = record
    floor.order(Save(record))
    promise = floor.promise_of(call_id)
    if promise is not None and promise.open:
        transferred.cut_off(floor, at, promise)
    else:
        missed(floor, record)
