"""Meetings: set as a promise's result, moved without becoming another, and reminded of."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.choices import SalesRefusal
from ivr.domain.commands import ForgetWake, Save, WakeAt
from ivr.domain.errors import KeyRefused
from ivr.domain.events import MeetingCancelled, MeetingMoved, ResultGiven
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import timing
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.in_hand import is_supervisor
from ivr.domain.records import EscalationRecord, MeetingRecord, MeetingState

WAKE = "meetings"
"""The key of the clock under which the next reminder is due."""

USUAL_MINUTES = 60
LONGEST_MINUTES = 24 * 60


def made(floor: Floor, event: ResultGiven, agent: Agent, escalation: Escalation) -> MeetingRecord:
    """The meeting that a result tells of. Raises KeyRefused."""
    promise = escalation.record
    if not event.starts:
        raise KeyRefused(SalesRefusal.TIME_REQUIRED)
    return MeetingRecord(
        id=f"mt-{promise.id}-{int(event.at)}",
        promise=promise.id,
        account=promise.account,
        company=promise.company,
        name=promise.name,
        number=promise.number,
        salesperson=agent.person,
        starts_at=timing.asked_start(floor, event.at, event.starts, promise.zone),
        minutes=_minutes(event.minutes),
        zone=promise.zone or floor.rules.zone,
        place=event.place.strip(),
        with_whom=event.with_whom.strip() or promise.name,
        note=event.note,
        sequence=0,
        state=MeetingState.SET,
        reason="",
        made_at=event.at,
        changed_at=event.at,
    )


def keep(floor: Floor, at: float, meeting: MeetingRecord) -> None:
    """Know this meeting as it is now."""
    if meeting.state is MeetingState.SET:
        floor.meetings[meeting.id] = meeting
    else:
        floor.meetings.pop(meeting.id, None)
    floor.order(Save(meeting))
    floor.touch(meeting.salesperson)
    look(floor, at)


def moved(floor: Floor, event: MeetingMoved) -> None:
    """Another time, place or person, and the same meeting. Raises KeyRefused."""
    meeting = _of_key(floor, event)
    starts = meeting.starts_at
    if event.starts:
        starts = timing.asked_start(floor, event.at, event.starts, meeting.zone)
    now = replace(
        meeting,
        starts_at=starts,
        minutes=_minutes(event.minutes) if event.minutes else meeting.minutes,
        place=meeting.place if event.place is None else event.place.strip(),
        with_whom=meeting.with_whom if event.with_whom is None else event.with_whom.strip(),
    )
    if now != meeting:
        keep(floor, event.at, _changed(now, event.at))


def cancelled(floor: Floor, event: MeetingCancelled) -> None:
    """The meeting will not be. Raises KeyRefused."""
    meeting = _of_key(floor, event)
    if not event.reason.strip():
        raise KeyRefused(SalesRefusal.REASON_REQUIRED)
    gone = replace(meeting, state=MeetingState.CANCELLED, reason=event.reason.strip())
    keep(floor, event.at, _changed(gone, event.at))


def look(floor: Floor, at: float) -> None:
    """Show what is near, forget what is over, and wake for the next that changes."""
    for meeting in list(floor.meetings.values()):
        if meeting.starts_at + 60 * meeting.minutes <= at:
            del floor.meetings[meeting.id]
            floor.touch(meeting.salesperson)
    turns = [
        turn
        for meeting in floor.meetings.values()
        for turn in (
            meeting.starts_at - floor.rules.remind_before,
            meeting.starts_at + 60 * meeting.minutes,
        )
        if turn > at
    ]
    floor.order(WakeAt(min(turns), WAKE) if turns else ForgetWake(WAKE))


def woke(floor: Floor, at: float) -> None:
    """A reminder is due, or a meeting is over."""
    floor.touch(*(meeting.salesperson for meeting in near(floor, at)))
    look(floor, at)


def near(floor: Floor, at: float, person: str = "") -> list[MeetingRecord]:
    """Meetings that begin within the time of a reminder, of one person or of everybody."""
    found = [
        meeting
        for meeting in floor.meetings.values()
        if meeting.starts_at - floor.rules.remind_before <= at
        and (not person or meeting.salesperson == person)
    ]
    return sorted(found, key=lambda meeting: (meeting.starts_at, meeting.id))


def of_promise(floor: Floor, record: EscalationRecord) -> MeetingRecord | None:
    """The meeting that came of a promise, while it is still to be."""
    return floor.meetings.get(record.meeting)


def _of_key(floor: Floor, event: MeetingMoved | MeetingCancelled) -> MeetingRecord:
    meeting = floor.meetings.get(event.meeting)
    if meeting is None:
        raise KeyRefused(SalesRefusal.NO_SUCH_MEETING)
    agent = floor.agents[event.person]
    if meeting.salesperson != event.person and not is_supervisor(floor, agent):
        raise KeyRefused(SalesRefusal.NOT_YOURS)
    return meeting


def _changed(meeting: MeetingRecord, at: float) -> MeetingRecord:
    return replace(meeting, sequence=meeting.sequence + 1, changed_at=at)


def _minutes(text: str) -> int:
    if not text:
        return USUAL_MINUTES
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:5]) <= LONGEST_MINUTES:
        raise KeyRefused(SalesRefusal.MINUTES_UNREADABLE, text)
    return int(text[:5])
