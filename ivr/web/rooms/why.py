"""Why did this go to sales? Past calls to choose from, and one of them whole.

Supervisors and admins see every call. An agent or a salesperson sees the calls that are theirs:
in which they talked, which they answered, or whose promise is theirs to keep.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web
from msgspec import Meta

from ivr.config.company import Company
from ivr.config.people import Person, Role
from ivr.domain.client.company import Account, Directory
from ivr.domain.client.phone import E164, normalise
from ivr.domain.tree.tree import Text
from ivr.ports import Bookmark, CallsWanted, History, PastCall, PastCalls, PastPage, Versions
from ivr.reports.call_report import CallReport, Kept, call_report
from ivr.reports.shelf import Shelf
from ivr.web.answers import answer
from ivr.web.room import Asked, Place, Refused, RoomRoute
from ivr.web.rooms.forgetting import Forgetting
from ivr.web.rooms.period import one_day

ALL: frozenset[Role] = frozenset({"supervisor", "admin"})
"""Who sees every call, and may look for numbers and companies."""

MOST_COMPANIES = 20
"""Companies whose calls are looked for when a name fits several."""


class Sought(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which calls, and behind which one the page begins; `most` are on a page."""

    number: Annotated[str, Meta(max_length=40)] = ""
    company: Annotated[str, Meta(max_length=100)] = ""
    day: date | None = None
    after_at: float | None = None
    after_id: Annotated[str, Meta(max_length=200)] = ""
    most: Annotated[int, Meta(ge=1, le=100)] = 50


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class CompanyFound:
    """A company whose calls are on the page."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of calls. `companies` is None where no company was looked for."""

    page: PastPage
    companies: tuple[CompanyFound, ...] | None
    own: bool
    people: dict[str, Text]


@dataclass(frozen=True, slots=True)
class CallTold:
    """One call with the names of all that it names by id."""

    report: CallReport
    people: dict[str, Text]
    departments: dict[str, Text]
    offers: dict[str, Text]
    zone: str


class WhyRoom:
    """The room of past calls."""

    place = Place(
        "why",
        "/why",
        "why.js",
        frozenset({"supervisor", "admin", "agent", "sales"}),
        ("reports.css",),
        "desk reports",
    )

    def __init__(
        self,
        calls: PastCalls,
        kept: Kept,
        history: History,
        trees: Versions,
        company: Callable[[], Company],
        directory: Callable[[], Directory],
        forgetting: Forgetting,
    ) -> None:
        self._calls = calls
        self._kept = kept
        self._history = history
        self._trees = trees
        self._company = company
        self._directory = directory
        self._forgetting = forgetting

    def routes(self) -> tuple[RoomRoute, ...]:
        """The list, one call of it, and how a number is forgotten."""
        return (
            RoomRoute("GET", "/calls", self.listed),
            RoomRoute("GET", "/call", self.call),
            *self._forgetting.routes(),
        )

    async def listed(self, asked: Asked) -> web.Response:
        """One page of the calls that this person may see."""
        sought = asked.query(Sought)
        own = not _sees_all(asked.person)
        found = self._companies(sought.company) if sought.company.strip() else None
        wanted = self._wanted(sought, found, asked.person.id if own else "")
        after = Bookmark(sought.after_at, sought.after_id) if sought.after_at is not None else None
        page = await asyncio.to_thread(self._calls.page, wanted, after, sought.most)
        companies = (
            tuple(CompanyFound(one.id, one.name) for one in found) if found is not None else None
        )
        who = {name for one in page.calls for name in _people_of(one)}
        return answer(Listed(page, companies, own, self._names(who)))

    async def call(self, asked: Asked) -> web.Response:
        """Everything about one call, for who may see it; others learn not even that it is there."""
        wanted = asked.query(Named)
        shelf = Shelf(self._trees)
        report = await asyncio.to_thread(call_report, wanted.id, self._kept, self._history, shelf)
        if report is None or not (_sees_all(asked.person) or report.concerns(asked.person.id)):
            raise Refused(404, "no_call", "no such call, or it is not yours")
        company = self._company()
        return answer(
            CallTold(
                report,
                {one.id: one.name for one in company.people.values()},
                {name: one.name.text() for name, one in company.settings.departments.items()},
                {one.id: one.title for one in company.offers.values()},
                company.settings.company.time_zone,
            )
        )

    def _wanted(
        self, sought: Sought, found: tuple[Account, ...] | None, person: str
    ) -> CallsWanted:
        settings = self._company().settings.company
        span = one_day(sought.day, ZoneInfo(settings.time_zone)) if sought.day else None
        since, until = (span.since, span.until) if span else (None, None)
        if person:
            if sought.number or sought.company:
                raise Refused(403, "own_calls_only", "only by day")
            return CallsWanted(person=person, since=since, until=until)
        number = _number(sought.number, settings.region)
        accounts = None if found is None else tuple(one.id for one in found)
        return CallsWanted(number=number, accounts=accounts, since=since, until=until)

    def _companies(self, name: str) -> tuple[Account, ...]:
        return self._directory().search(name, MOST_COMPANIES)

    def _names(self, ids: Iterable[str]) -> dict[str, Text]:
        people = self._company().people
        return {one: people[one].name for one in ids if one in people}


def _people_of(one: PastCall) -> tuple[str, ...]:
    return (one.call.agent, one.interview.decided_by if one.interview else "")


def _sees_all(person: Person) -> bool:
    return not ALL.isdisjoint(person.roles)


def _number(typed: str, region: str) -> str:
    """In E.164, "" when none was typed. Raises Refused: half a number is no client's."""
    if not typed.strip():
        return ""
    caller = normalise(typed, region)
    if not isinstance(caller, E164):
        raise Refused(400, "no_number", "write the whole number")
    return caller.number
