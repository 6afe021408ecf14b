"""A meeting as a calendar's entry: the right time, one identity, and texts that stay texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from contract.store_backends import meeting
from icalendar import Calendar, Event, vCalAddress

from ivr.domain.records import MeetingState
from ivr.views.meetings import Invitation, ics

TESTS = Path(__file__).parent.parent
INVITED = Invitation("desk@example.com", "olga@example.com", "Ольга Смирнова")


def event_of(data: bytes) -> Event:
    """The one entry in the file, as another program reads it."""
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_the_time_is_in_utc_and_so_depends_on_nobodys_zone_data() -> None:
    at = datetime(2026, 12, 1, 5, tzinfo=UTC).timestamp()
    data = ics(meeting(starts_at=at, zone="Asia/Almaty", minutes=45), "ru")
    assert b"DTSTART:20261201T050000Z\r\n" in data
    assert b"DTEND:20261201T054500Z\r\n" in data
    assert b"TZID" not in data


def test_a_stale_zone_on_the_machine_moves_no_meeting() -> None:
    """The same file comes out of a process whose system says that Almaty is still at +06."""
    code = (
        "import sys; sys.path[:0]=sys.argv[1:]\n"
        "from contract.store_backends import meeting\n"
        "from ivr.views.meetings import ics\n"
        "sys.stdout.buffer.write(ics(meeting(starts_at=1796101200.0, zone='Asia/Almaty'), 'ru'))"
    )
    words = [sys.executable, "-c", code, str(TESTS.parent), str(TESTS)]
    env = {**os.environ, "PYTHONTZPATH": str(TESTS / "no-such-folder"), "TZ": "Asia/Almaty"}
    done = subprocess.run(words, env=env, capture_output=True, check=True)
    assert b"DTSTART:20261201T050000Z" in done.stdout


def test_a_moved_meeting_is_the_same_one_with_a_higher_sequence() -> None:
    first, moved = meeting(sequence=0), meeting(sequence=1, starts_at=9000.0, changed_at=1500.0)
    before, after = event_of(ics(first, "ru")), event_of(ics(moved, "ru"))
    assert before["uid"] == after["uid"] == "mt1@linetree"
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert ics(moved, "ru") == ics(moved, "ru"), "the same state gives the same file"


def test_a_cancelled_meeting_takes_itself_out_of_the_calendar() -> None:
    off = replace(meeting(), state=MeetingState.CANCELLED, reason="переносим на весну")
    data = ics(off, "ru", INVITED)
    assert b"METHOD:CANCEL\r\n" in data
    event = event_of(data)
    assert event["status"] == "CANCELLED"
    assert str(event["summary"]).startswith("Отменена. Встреча: ")
    assert str(event["attendee"]) == "mailto:olga@example.com"


HOSTILE = [
    *(
        json.loads(line)["stored"]
        for line in (TESTS / "cases" / "caller_names.jsonl").read_text("utf-8").splitlines()
    ),
    "x\r\nATTENDEE:mailto:evil@example.com\r\nBEGIN:VALARM",
    "a;b,c\\n\\d",
    "\x00\x07\x1b[31m\x85",
    "ф" * 300,
    "\ud800 half",
    '":;,"',
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["company", "name", "place", "with_whom", "note", "reason"])
def test_whatever_a_caller_wrote_is_text_of_one_property(field: str, text: str) -> None:
    plain = meeting(with_whom="") if field == "name" else meeting()
    data = ics(replace(plain, **{field: text}), "ru", INVITED)  # type: ignore[arg-type]
    calendar = Calendar.from_ical(data)
    assert [one.name for one in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    event = event_of(data)
    assert str(event["attendee"]) == "mailto:olga@example.com"
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    said = " ".join(str(event.get(name, "")) for name in ("summary", "location", "description"))
    kept = "".join(ch for ch in text if ch.isprintable()).strip()
    assert "".join(kept.split()) in "".join(said.split())


def test_a_name_of_an_attendee_cannot_break_out_of_its_quotes() -> None:
    hostile = Invitation("desk@example.com", "olga@example.com", 'Ольга";X=":mailto:evil@x\r\nA:b')
    event = event_of(ics(meeting(), "ru", hostile))
    assert str(event["attendee"]) == "mailto:olga@example.com"
    attendee = event["attendee"]
    assert isinstance(attendee, vCalAddress)
    assert list(attendee.params) == ["CN"]


def test_both_languages_speak() -> None:
    assert event_of(ics(meeting(), "ru"))["summary"] == "Встреча: ООО «Ромашка»"
    assert event_of(ics(meeting(), "en"))["summary"] == "Meeting: ООО «Ромашка»"
