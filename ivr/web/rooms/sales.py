"""The sales desk: a page that lives on the desk's socket, like the agent's."""

from __future__ import annotations

import asyncio
from typing import Protocol

from aiohttp import web

from ivr.config.people import Person
from ivr.domain.records import EscalationRecord, MeetingRecord
from ivr.views.meetings import ics
from ivr.web.api.meetings import CALENDAR, MeetingReads, file_name
from ivr.web.room import Asked, Place, Refused, RoomRoute


class Shelf(MeetingReads, Protocol):
    """The store, as far as a meeting's file needs it; waits for the database."""

    def escalation(self, escalation: str) -> EscalationRecord | None: ...


class SalesRoom:
    """The page of whoever sells; what it shows and does goes over `/socket`."""

    place = Place("sales", "/sales", "sales.js", frozenset({"sales"}), ("sales.css",), "desk sales")

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf

    def routes(self) -> tuple[RoomRoute, ...]:
        """All but a meeting's file for one's own calendar goes over the socket."""
        return (RoomRoute("GET", "/meetings/{id}.ics", self._calendar),)

    async def _calendar(self, asked: Asked) -> web.Response:
        found = await asyncio.to_thread(self._meeting, asked)
        language = next(iter(asked.person.languages), "ru")
        name, value = file_name(found)
        return web.Response(
            body=ics(found, language),
            content_type=CALENDAR,
            charset="utf-8",
            headers={name: value},
        )

    def _meeting(self, asked: Asked) -> MeetingRecord:
        id = asked.part("id")
        meeting = self._shelf.meeting(id) if self._shelf else None
        promise = self._shelf.escalation(meeting.promise) if self._shelf and meeting else None
        if meeting is None or promise is None or not _may_see(asked.person, promise):
            raise Refused(404, "not_found", f'no meeting has the id "{id[:100]}"')
        return meeting


def _may_see(person: Person, promise: EscalationRecord) -> bool:
    """Whose desk shows the promise: its sales department's, and a supervisor's."""
    return person.department == promise.department or "supervisor" in person.roles
