"""A meeting's file for the salesperson's own calendar, from the sales desk."""

from __future__ import annotations

from pathlib import Path

from contract.store_backends import meeting
from web.desk_stand import Stand, settings_in
from web.visitor import visitor

from ivr.domain.records import MeetingRecord
from ivr.web.rooms.sales import SalesRoom


class Shelf:
    """One meeting."""

    def meeting(self, meeting_: str) -> MeetingRecord | None:
        return meeting(meeting_) if meeting_ == "mt1" else None


async def test_the_file_is_for_who_sells_and_for_nobody_else(tmp_path: Path) -> None:
    stand = Stand(settings_in(tmp_path), rooms=(SalesRoom(Shelf()),))
    await stand.server.start()
    try:
        async with visitor(stand, "olga") as olga:
            status, data = await olga.ask("/sales/meetings/mt1.ics")
            assert status == 200
            assert data.startswith("BEGIN:VCALENDAR")
            status, problem = await olga.ask("/sales/meetings/other.ics")
            assert (status, problem["problem"]) == (404, "not_found")
        async with visitor(stand, "anna") as anna:
            status, problem = await anna.ask("/sales/meetings/mt1.ics")
            assert (status, problem["problem"]) == (403, "not_for_you")
    finally:
        await stand.server.stop()
