"""The sales desk: a page that lives on the desk's socket, like the agent's."""

from __future__ import annotations

import asyncio

from aiohttp import web

from ivr.views.meetings import ics
from ivr.web.api.meetings import CALENDAR, MeetingReads, file_name
from ivr.web.room import Asked, Place, Refused, RoomRoute


class SalesRoom:
    """The page of whoever sells; what it shows and does goes over `/socket`."""

    place = Place("sales", "/sales", "sales.js", frozenset({"sales"}), ("sales.css",), "desk sales")

    def __init__(self, meetings: MeetingReads | None = None) -> None:
        self._meetings = meetings

    def routes(self) -> tuple[RoomRoute, ...]:
        """All but a meeting's file for one's own calendar goes over the socket."""
        return (RoomRoute("GET", "/meetings/{id}.ics", self._calendar),)

    async def _calendar(self, asked: Asked) -> web.Response:
        id = asked.part("id")
        found = await asyncio.to_thread(self._meetings.meeting, id) if self._meetings else None
        if found is None:
            raise Refused(404, "not_found", f'no meeting has the id "{id[:100]}"')
        language = next(iter(asked.person.languages), "ru")
        name, value = file_name(found)
        return web.Response(
            body=ics(found, language),
            content_type=CALENDAR,
            charset="utf-8",
            headers={name: value},
        )
