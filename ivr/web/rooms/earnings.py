"""What the tree earns: each question and answer in figures, for who answers for the tree."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web
from msgspec import Meta

from ivr.config.company import Company
from ivr.domain.tree.tree import Text
from ivr.ports import TreeVersion, VersionHead, Versions
from ivr.reports.shelf import Shelf
from ivr.reports.tree_report import TreeAsked
from ivr.web.answers import answer, download
from ivr.web.room import Asked, Place, Refused, RoomRoute
from ivr.web.rooms.period import Period, Span

Reckon = Callable[[TreeAsked], Awaitable[bytes]]


class Wanted(Period, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which tree, which of its versions (all), which days; `lang` is that of the CSV."""

    tree: Annotated[str, Meta(min_length=1, max_length=100)]
    version: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    lang: Literal["ru", "en"] = "ru"


@dataclass(frozen=True, slots=True)
class TreeHead:
    """One tree to choose, its versions newest first."""

    tree: str
    title: Text
    versions: tuple[VersionHead, ...]


class Told(msgspec.Struct, frozen=True):
    """The report as it came, with the days that it spans and the offers by their id."""

    first: date
    last: date
    offers: dict[str, Text]
    report: msgspec.Raw


class Earnings:
    """The room of what the tree earns."""

    place = Place(
        "earnings",
        "/earnings",
        "earnings.js",
        frozenset({"supervisor", "admin"}),
        ("vendor/uplot/uPlot.min.css", "reports.css"),
        "desk reports",
    )

    def __init__(
        self,
        trees: Versions,
        reckon: Reckon,
        company: Callable[[], Company],
        now: Callable[[], float],
    ) -> None:
        self._trees = trees
        self._reckon = reckon
        self._company = company
        self._now = now

    def routes(self) -> tuple[RoomRoute, ...]:
        """The trees to choose from, and the figures of one as JSON and as a file."""
        return (
            RoomRoute("GET", "/trees", self.choice),
            RoomRoute("GET", "/report", self.report),
            RoomRoute("GET", "/csv", self.csv),
        )

    async def choice(self, _asked: Asked) -> web.Response:
        """Every published tree with its versions."""
        return answer(await asyncio.to_thread(self._heads))

    async def report(self, asked: Asked) -> web.Response:
        """The figures of one tree over some days."""
        wanted, span = await self._wanted(asked)
        report = await self._reckon(self._question(wanted, span))
        offers = {one.id: one.title for one in self._company().offers.values()}
        return answer(Told(span.first, span.last, offers, msgspec.Raw(report)))

    async def csv(self, asked: Asked) -> web.Response:
        """The same as CSV for a spreadsheet."""
        wanted, span = await self._wanted(asked)
        table = await self._reckon(self._question(wanted, span, wanted.lang))
        name = f"{wanted.tree}-{span.first}-{span.last}.csv"
        return download(name, table.decode())

    async def _wanted(self, asked: Asked) -> tuple[Wanted, Span]:
        wanted = asked.query(Wanted)
        span = wanted.span(self._now(), self._zone)
        if await asyncio.to_thread(self._trees.current, wanted.tree) is None:
            raise Refused(404, "no_tree", f"no tree {wanted.tree} is published")
        return wanted, span

    def _question(self, wanted: Wanted, span: Span, csv_in: str | None = None) -> TreeAsked:
        return TreeAsked(
            tree=wanted.tree,
            since=span.since,
            until=span.until,
            zone=self._zone.key,
            version=wanted.version,
            csv_in=csv_in,
        )

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._company().settings.company.time_zone)

    def _heads(self) -> list[TreeHead]:
        shelf = Shelf(self._trees)
        return [
            TreeHead(one.tree, _title(shelf, one), tuple(self._trees.heads(one.tree)))
            for one in self._trees.trees()
        ]


def _title(shelf: Shelf, current: TreeVersion) -> Text:
    tree = shelf.tree(current.tree, current.version)
    return tree.title if tree else Text(current.tree, current.tree)
