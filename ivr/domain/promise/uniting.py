"""Two open promises that turn out to be one company's: as if that had been known from the start."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any, cast

from ivr.domain.promise.joining import TIME, asked_at, enquiries, together
from ivr.domain.records import EscalationRecord, EscalationState, Plain, Result

_S = EscalationState
_LIVE = (_S.TRANSFERRING, _S.DIALLING)
"""Somebody of the client is on the way to sales, or being dialled: that goes on."""

_OWED = (_S.CALLBACK, _S.PROMISED, _S.HUMAN, _S.TALKED)
"""Otherwise the more urgent of the two counts, in this order."""


def united(earlier: EscalationRecord, later: EscalationRecord) -> EscalationRecord:
    """The earlier promise with everything of the later one; its owner is to be decided yet."""
    newer, older = earlier, later
    if asked_at(later) > asked_at(earlier):
        newer, older = later, earlier
    return replace(
        newer,
        **together(newer, older),
        **_stand(earlier, later),
        **_time(earlier, later),
        id=earlier.id,
        made_at=earlier.made_at,
        asked_at=asked_at(newer),
        talked=earlier.talked + later.talked,
        result_note=newer.result_note or older.result_note,
        next_step=newer.next_step or older.next_step,
        meeting=earlier.meeting or later.meeting,
        joined=_others(newer, older),
    )


def gone_into(record: EscalationRecord, into: str, at: float) -> EscalationRecord:
    """The row of a promise that has joined another: it keeps what it was, and tells where it is."""
    return replace(
        record, state=_S.CLOSED, result=Result.JOINED.value, closed_at=at, joined_to=into
    )


def _others(newer: EscalationRecord, older: EscalationRecord) -> list[dict[str, Plain]]:
    """All enquiries but the newest one, each call once."""
    both = [*enquiries(newer), *enquiries(older)]
    both.sort(key=lambda one: cast("float", one["at"]), reverse=True)
    of_calls: dict[Plain, dict[str, Plain]] = {}
    for one in both:
        of_calls.setdefault(str(one["call"]), one)
    of_calls.pop(newer.call)
    return list(of_calls.values())


def _stand(one: EscalationRecord, other: EscalationRecord) -> dict[str, Any]:
    """How far it is. A talk counts for whoever had asked before it; later ones are owed their own.

    Tries are those of the side that is still to be reached.
    """
    pairs = ((one, other), (other, one))
    heard = [mine for mine, theirs in pairs if _heard_after(mine, asked_at(theirs))]
    states = {one.state, other.state}
    state = next((live for live in _LIVE if live in states), None)
    if state is None and any(side.state is _S.TALKED for side in heard):
        state = _S.TALKED
    done = (_S.TALKED, _S.HUMAN)
    to_reach = [side for side in (one, other) if side.state not in done] or [one, other]
    return {
        "state": state or next(owed for owed in _OWED if owed in states),
        "bridged_at": min((side.bridged_at for side in heard if side.bridged_at), default=None),
        "counted": sum(side.counted for side in heard),
        "attempts": max(side.attempts for side in to_reach),
    }


def _heard_after(record: EscalationRecord, at: float) -> bool:
    return record.bridged_at is not None and record.bridged_at >= at


def _time(one: EscalationRecord, other: EscalationRecord) -> dict[str, Any]:
    """The time that somebody named last, else the earlier one."""
    sides = [side for side in (one, other) if side.state is not _S.TALKED] or [one, other]
    named = [side for side in sides if side.agreed_at is not None]
    if named:
        chosen = max(named, key=lambda side: side.agreed_at or 0.0)
    else:
        chosen = min(sides, key=lambda side: inf if side.due_at is None else side.due_at)
    times = {name: getattr(chosen, name) for name in TIME}
    if not named:
        told = [side.promised_at for side in sides if side.promised_at is not None]
        times["promised_at"] = min(told, default=None)
    return times
