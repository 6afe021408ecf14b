"""One meeting with a client, as others are shown it and as a calendar takes it (RFC 5545).

Whatever a caller or an agent wrote is text of a property: escaped by the library, without control
characters. The time is written in UTC, so that no calendar's own table of zones can move it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.domain.records import MeetingRecord, MeetingState
from ivr.views import View, moment


class MeetingView(View, frozen=True, kw_only=True):
    """One meeting. Its id stays when it is moved; `sequence` counts its changes."""

    id: str
    promise: str
    account: str
    company: str
    name: str
    number: str
    salesperson: str
    starts_at: datetime
    minutes: int
    zone: str
    place: str
    with_whom: str
    note: str
    sequence: int
    state: str
    reason: str
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """From whom to whom a calendar entry is sent, as addresses of e-mail."""

    organizer: str
    attendee: str
    attendee_name: str


_WORDS = {
    "ru": {"meeting": "Встреча", "with": "С кем", "phone": "Телефон", "off": "Отменена"},
    "en": {"meeting": "Meeting", "with": "With", "phone": "Phone", "off": "Cancelled"},
}


def meeting_view(record: MeetingRecord) -> MeetingView:
    """The meeting of this row."""
    return MeetingView(
        id=record.id,
        promise=record.promise,
        account=record.account,
        company=record.company,
        name=record.name,
        number=record.number,
        salesperson=record.salesperson,
        starts_at=moment(record.starts_at),
        minutes=record.minutes,
        zone=record.zone,
        place=record.place,
        with_whom=record.with_whom,
        note=record.note,
        sequence=record.sequence,
        state=record.state.value,
        reason=record.reason,
        made_at=moment(record.made_at),
        changed_at=moment(record.changed_at),
    )


def ics(record: MeetingRecord, language: str, invitation: Invitation | None = None) -> bytes:
    """The meeting as an .ics file, the same bytes for the same state of it.

    With an invitation it asks the attendee's calendar to take it in, or to take it out again.
    """
    # Loading it is a thirtieth of a start, for something that most services never make.
    from icalendar import Calendar, Event, vCalAddress, vText

    cancelled = record.state is MeetingState.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", f"-//linetree//linetree//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", _method(invitation, cancelled=cancelled))
    event = Event()
    event.add("uid", f"{record.id}@linetree")
    event.add("sequence", record.sequence)
    event.add("dtstamp", moment(record.changed_at))
    event.add("created", moment(record.made_at))
    event.add("last-modified", moment(record.changed_at))
    event.add("dtstart", moment(record.starts_at))
    event.add("dtend", moment(record.starts_at) + timedelta(minutes=record.minutes))
    event.add("summary", title(record, language))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if place := clean(record.place):
        event.add("location", place)
    if said := "\n".join(described(record, language)):
        event.add("description", said)
    if invitation is not None:
        event.add("organizer", vCalAddress(f"mailto:{invitation.organizer}"))
        attendee = vCalAddress(f"mailto:{invitation.attendee}")
        attendee.params["cn"] = vText(clean(invitation.attendee_name))
        event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def title(record: MeetingRecord, language: str) -> str:
    """What the meeting is called: with whom, and whether it is off."""
    words = _WORDS[language]
    whom = clean(record.company or record.name or record.number)
    called = f"{words['meeting']}: {whom}"
    return f"{words['off']}. {called}" if record.state is MeetingState.CANCELLED else called


def described(record: MeetingRecord, language: str) -> Iterator[str]:
    """What else there is to know, a line a fact."""
    words = _WORDS[language]
    if record.with_whom or record.name:
        yield f"{words['with']}: {clean(record.with_whom or record.name)}"
    if record.number:
        yield f"{words['phone']}: {record.number}"
    if record.reason:
        yield clean(record.reason)
    if record.note:
        yield clean(record.note)


def _method(invitation: Invitation | None, *, cancelled: bool) -> str:
    if invitation is None:
        return "PUBLISH"
    return "CANCEL" if cancelled else "REQUEST"


def clean(text: str) -> str:
    """Without what RFC 5545 does not allow in a text: control characters, half surrogates."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        ch
        for ch in one_kind
        if ch in "\n\t"
        or ((ch >= " " and not "\x7f" <= ch <= "\x9f") and not "\ud800" <= ch <= "\udfff")
    ).strip()
