"""What came of a promise, told by a code on the phone; the dialplan keeps it until we have it."""

from __future__ import annotations

from collections import deque

from ivr.domain.commands import ForgetNote, Save
from ivr.domain.errors import KeyRefused
from ivr.domain.events import ResultCoded, ResultGiven
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import leaving, results
from ivr.domain.reception.floor import Floor


def coded(floor: Floor, event: ResultCoded) -> None:
    """Take the result for the promise of that call; told again, also after a crash, it counts once.

    A promise that has ended already is not touched, so nothing that came later is closed by it.
    """
    if event.note in floor.noted:
        return
    leaving.remember(floor, event.note)
    escalation = _about(floor, event.about)
    if escalation is None or not escalation.open or event.person not in floor.agents:
        floor.report("result_code_of_no_open_promise", event.about, event.person)
        floor.order(ForgetNote(event.note))
        return
    key = ResultGiven(event.at, event.person, event.note, escalation.id, event.result, via="phone")
    try:
        results.given(floor, key)
    except KeyRefused as refused:
        floor.report("result_code_refused", event.about, refused.problem)
        floor.order(ForgetNote(event.note))
        return
    floor.notes.setdefault(escalation.id, deque()).append(event.note)
    escalation.passing = (*escalation.passing, None)
    floor.order(Save(escalation.record, confirm=True))
    floor.touch(event.person)


def _about(floor: Floor, call: str) -> Escalation | None:
    """The promise of a live call, or of the attempt whose legs share this id."""
    attempt = call.removesuffix(".1")
    if attempt.startswith("cb-"):
        return floor.escalations.now(attempt.removeprefix("cb-").rsplit("-", 2)[0])
    return floor.escalations.of_call(call)
