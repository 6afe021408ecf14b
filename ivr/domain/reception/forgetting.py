"""A number is forgotten: what is owed to it ends with a reason, and memory drops it.

Whoever posts NumberForgotten has removed its voice messages, and erases afterwards what the
database keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ivr.domain.choices import TaskClosing
from ivr.domain.client.anonymous import anonymous
from ivr.domain.client.owners import client_of
from ivr.domain.commands import Save
from ivr.domain.events import DealingsKnown, NumberForgotten
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.joining import enquiries
from ivr.domain.promise.missed_call import closed, key_of
from ivr.domain.reception import calling, meetings
from ivr.domain.reception.floor import Floor
from ivr.domain.records import MeetingState, MissedCallRecord, Result


@dataclass(frozen=True, slots=True)
class Held:
    """What keeps a number from being forgotten, by ids: it is talked with, or owed something."""

    calls: tuple[str, ...]  # on the line, still noted by somebody, or being dialled
    promises: tuple[str, ...]
    tasks: tuple[str, ...]
    meetings: tuple[str, ...]  # that are still to be

    @property
    def owed(self) -> tuple[str, ...]:
        """What has to be closed first."""
        return (*self.promises, *self.tasks, *self.meetings)


def held(floor: Floor, number: str) -> Held:
    """What is going on with this number."""
    calls = [call.id for call in floor.calls.values() if call.record.number == number]
    dialled = [a.id for a in floor.attempts.values() if a.open and a.record.number == number]
    return Held(
        (*calls, *dialled),
        tuple(promise.id for promise in floor.escalations.of_number(number)),
        tuple(task.id for task in _tasks(floor, number)),
        tuple(one.id for one in floor.meetings.values() if one.number == number),
    )


def forgotten(floor: Floor, event: NumberForgotten) -> None:
    """End what is owed, and know nothing of this number any more."""
    at, number = event.at, event.number
    for promise in floor.escalations.of_number(number):
        _promise(floor, event, promise)
    for task in _tasks(floor, number):
        floor.missed.pop(key_of(task))
        ended = closed(task, at, TaskClosing.NOTHING_TO_DO, event.by)
        floor.order(Save(anonymous(replace(ended, recordings=()), at)))
    _meetings(floor, event)
    floor.owners.now.pop(client_of("", number), None)
    floor.last_agents.pop(number, None)
    floor.toll.forget_number(number)
    floor.lately = {id: one for id, one in floor.lately.items() if one.number != number}
    _dealings(floor, number)
    calling.look(floor, at)


def _tasks(floor: Floor, number: str) -> list[MissedCallRecord]:
    departments = floor.rules.departments
    return [floor.missed[key] for name in departments if (key := (name, number)) in floor.missed]


def _promise(floor: Floor, event: NumberForgotten, promise: Escalation) -> None:
    """The others of the company who asked are still owed theirs."""
    asked = enquiries(promise.record)
    theirs = [str(one["call"]) for one in asked if one["number"] == event.number]
    if len(theirs) < len(asked):
        for call in theirs:
            promise.leave(call)
        floor.order(Save(promise.record))
        return
    promise.close(event.at, Result.CLOSED, event.by)
    promise.record = replace(anonymous(promise.record, event.at), close_reason=event.reason)
    floor.order(Save(promise.record))
    floor.forget_if_closed(promise)


def _meetings(floor: Floor, event: NumberForgotten) -> None:
    for meeting in [one for one in floor.meetings.values() if one.number == event.number]:
        del floor.meetings[meeting.id]
        floor.touch(meeting.salesperson)
        gone = replace(
            anonymous(meeting, event.at),
            state=MeetingState.CANCELLED,
            reason=event.reason,
            sequence=meeting.sequence + 1,
            changed_at=event.at,
        )
        floor.order(Save(gone))
    meetings.look(floor, event.at)


def _dealings(floor: Floor, number: str) -> None:
    """What cards told of earlier dealings with this number is asked for anew, once it is asked."""
    for promise in floor.escalations.values():
        known = promise.dealings
        if known is not None and number in _numbers(known):
            promise.dealings, promise.asked = None, False
    floor.touch(*floor.opened)


def _numbers(known: DealingsKnown) -> set[str]:
    numbers = {call.number for call in known.calls}
    return numbers | {promise.number for promise in known.promises}
