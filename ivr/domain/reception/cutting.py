"""Asterisk went down under its calls: nobody said goodbye, so each caller is to be called."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.events import Resynced
from ivr.domain.intake.call import Call, Phase
from ivr.domain.reception import promising
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import missed
from ivr.domain.records import CallEnd


def cut_off(floor: Floor, event: Resynced) -> list[Call]:
    """The calls that Asterisk took down with it, to be given to `owe` once they have ended here."""
    alive = {leg.call for leg in event.legs}
    cut = [c for c in floor.calls.values() if c.id not in alive and _died(floor, event, c)]
    floor.asterisk_since = event.started_at
    return cut


def _died(floor: Floor, event: Resynced, call: Call) -> bool:
    """Another life of Asterisk ended this call; its time decides where we were away ourselves."""
    if event.started_at is None or call.phase is Phase.ENDED:
        return False
    if floor.asterisk_since is not None:
        return event.started_at != floor.asterisk_since
    return call.record.offered_at < event.started_at


def owe(floor: Floor, at: float, call: Call) -> None:
    """Sales calls if it owes this client something, the department if not."""
    if call.record.answered_at is None:
        return
    call.record = replace(call.record, end=CallEnd.CUT_OFF)
    floor.save(call)
    promise = floor.promise_of(call.id)
    if promise is not None and promise.open:
        promising.cut_off(floor, at, promise)
    else:
        missed(floor, call)
