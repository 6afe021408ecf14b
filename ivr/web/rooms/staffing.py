"""How many people: the measured load of a department, and what so many lines do to a load."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web
from msgspec import Meta

from ivr.config.company import Company
from ivr.domain.intake.staffing import LoadUnplannable
from ivr.domain.tree.tree import Text
from ivr.ports import Traffic
from ivr.reports.figures import typed
from ivr.reports.load_report import LoadReport, load_report
from ivr.reports.staffing_report import staffing_report
from ivr.reports.staffing_words import refusal
from ivr.web.answers import answer
from ivr.web.room import Asked, Place, Refused, RoomRoute
from ivr.web.rooms.period import Period

Figure = Annotated[str, Meta(max_length=40)]


class LoadWanted(Period, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose load of which days; the first department that has a number, where none is named."""

    department: Annotated[str, Meta(max_length=100)] = ""


class PlanWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The load as a person types it: `calls` an hour of `talk` seconds, `away` in per cent."""

    calls: Figure
    talk: Figure
    lines: Figure
    away: Figure = "0"
    lang: Literal["ru", "en"] = "ru"


@dataclass(frozen=True, slots=True)
class DepartmentHead:
    """A department to choose: its headcount, and the lines it has by its rule (None: signed in)."""

    id: str
    name: Text
    headcount: int
    lines: int | None


@dataclass(frozen=True, slots=True)
class LoadTold:
    """The load of one department, and which others there are."""

    departments: tuple[DepartmentHead, ...]
    department: str
    first: date
    last: date
    load: LoadReport


class Staffing:
    """The room of how many people are needed."""

    place = Place(
        "staffing",
        "/staffing",
        "staffing.js",
        frozenset({"supervisor", "admin"}),
        ("vendor/uplot/uPlot.min.css", "reports.css"),
        "desk reports",
    )

    def __init__(
        self, traffic: Traffic, company: Callable[[], Company], now: Callable[[], float]
    ) -> None:
        self._traffic = traffic
        self._company = company
        self._now = now

    def routes(self) -> tuple[RoomRoute, ...]:
        """The load as it was measured, and the plan for any load."""
        return (RoomRoute("GET", "/load", self.load), RoomRoute("GET", "/plan", self.plan))

    async def load(self, asked: Asked) -> web.Response:
        """The load of a department over some days."""
        wanted = asked.query(LoadWanted)
        heads = self._heads()
        department = wanted.department or next(iter(heads), "")
        if department not in heads:
            raise Refused(404, "no_department", f"no department {department} has a number")
        zone = ZoneInfo(self._company().settings.company.time_zone)
        span = wanted.span(self._now(), zone)
        load = await asyncio.to_thread(
            load_report, self._traffic, department, span.since, span.until, zone
        )
        return answer(LoadTold(tuple(heads.values()), department, span.first, span.last, load))

    async def plan(self, asked: Asked) -> web.Response:
        """What so many lines, one person at each, do to a load."""
        wanted = asked.query(PlanWanted)
        calls, talk = _figure(wanted.calls, "calls"), _figure(wanted.talk, "talk")
        lines, away = _figure(wanted.lines, "lines"), _figure(wanted.away, "away") / 100
        if lines.denominator != 1:
            raise Refused(400, "no_figure", "lines")
        try:
            return answer(staffing_report(wanted.lang, float(calls), float(talk), int(lines), away))
        except LoadUnplannable as fault:
            raise Refused(400, "unplannable", refusal(wanted.lang, fault)) from fault

    def _heads(self) -> dict[str, DepartmentHead]:
        """Departments that callers reach by a number, in the order of the numbers."""
        company = self._company()
        ids = dict.fromkeys(number.department for number in company.settings.numbers)
        return {
            one: DepartmentHead(
                one,
                company.settings.departments[one].name.text(),
                len(company.roster(one)),
                company.lines(one),
            )
            for one in ids
        }


def _figure(text: str, field: str) -> Fraction:
    found = typed(text)
    if found is None:
        raise Refused(400, "no_figure", field)
    return found
