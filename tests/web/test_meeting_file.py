"""A meeting's file for the salesperson's own calendar, from the sales desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from contract.store_backends import escalation, meeting
from web.desk_stand import Stand, settings_in
from web.visitor import visitor

from ivr.domain.records import EscalationRecord, MeetingRecord
from ivr.web.rooms.sales import SalesRoom


class Shelf:
    """A meeting of olga's department, and one of another."""

    def meeting(self, meeting_: str) -> MeetingRecord | None:
        promises = {"mt1": "e-sales", "mt2": "e-export", "mt3": "gone"}
        return meeting(meeting_, promise=promises[meeting_]) if meeting_ in promises else None

    def escalation(self, escalation_: str) -> EscalationRecord | None:
        department = {"e-sales": "sales", "e-export": "export"}.get(escalation_)
        return escalation(escalation_, department=department) if department else None


@pytest.mark.parametrize("id", ["mt2", "mt3", "none"])
async def test_a_meeting_of_another_department_is_not_there(tmp_path: Path, id: str) -> None:
    stand = Stand(settings_in(tmp_path), rooms=(SalesRoom(Shelf()),))
    await stand.server.start()
    try:
        async with visitor(stand, "olga") as olga:
            status, problem = await olga.ask(f"/sales/meetings/{id}.ics")
            assert (status, problem["problem"]) == (404, "not_found")
    finally:
        await stand.server.stop()


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
