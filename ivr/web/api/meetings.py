"""A meeting that came of a promise, and its entry for a calendar."""

from __future__ import annotations

import asyncio
import re
from typing import Literal, Protocol

import msgspec

from ivr.domain.records import MeetingRecord
from ivr.views.meetings import MeetingView, ics, meeting_view
from ivr.web.api.route import ApiRoute, Asked, Done, Scope
from ivr.web.room import Refused

CALENDAR = "text/calendar"


class MeetingReads(Protocol):
    """What is read of a meeting."""

    def meeting(self, meeting: str) -> MeetingRecord | None: ...


class CalendarQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In which language the entry speaks."""

    language: Literal["ru", "en"] = "ru"


class Meetings:
    """The resource."""

    def __init__(self, store: MeetingReads) -> None:
        self._store = store

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked; the file comes first, since an id may hold a dot, too."""
        return (
            ApiRoute(
                "GET",
                "/meetings/{id}.ics",
                Scope.READ,
                "A meeting as a calendar's entry",
                self.calendar,
                query=CalendarQuery,
                file=CALENDAR,
                refusals=(404,),
            ),
            ApiRoute(
                "GET",
                "/meetings/{id}",
                Scope.READ,
                "One meeting",
                self.one,
                MeetingView,
                refusals=(404,),
            ),
        )

    async def one(self, asked: Asked) -> MeetingView:
        """One meeting by its id."""
        return meeting_view(await self._meeting(asked))

    async def calendar(self, asked: Asked) -> Done:
        """The file that a calendar takes."""
        record = await self._meeting(asked)
        return Done(ics(record, asked.query.language), headers=(file_name(record),))

    async def _meeting(self, asked: Asked) -> MeetingRecord:
        found = await asyncio.to_thread(self._store.meeting, asked.part("id"))
        if found is None:
            raise Refused(404, "not_found", f'no meeting has the id "{asked.part("id")[:100]}"')
        return found


def file_name(record: MeetingRecord) -> tuple[str, str]:
    """The header that names the file after the meeting."""
    safe = re.sub(r"[^A-Za-z0-9-]+", "-", record.id)
    return "Content-Disposition", f'attachment; filename="meeting-{safe}.ics"'
