"""The wall: the departments that answer, in big figures, for those who lead them and a display."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from aiohttp import WSMsgType, web

from ivr.domain.errors import LinetreeError
from ivr.domain.reception import walls
from ivr.domain.reception.floor import Floor
from ivr.domain.screen import Words
from ivr.domain.wall import DayCounts, WallScreen, empty_day
from ivr.logs import rare
from ivr.web import frames
from ivr.web.room import Asked, Place, RoomRoute
from ivr.web.socket import Closing, DeskSocket
from ivr.web.walls import Walls, Watcher

log = structlog.get_logger()

COUNT_EVERY = 5.0
"""Seconds after which the database is asked again though the floor has not changed."""

HEARTBEAT = 5.0
LARGEST = 1024


class Days(Protocol):
    """The store, as far as the wall needs it; waits for the database."""

    def day_counts(self, department: str, sales: str, since: float) -> DayCounts: ...


@dataclass(frozen=True, slots=True)
class NamedWall:
    """One department's wall under its name."""

    name: Words
    wall: WallScreen


@dataclass(frozen=True, slots=True)
class WallPage:
    """All walls; the page shows one of them."""

    departments: tuple[NamedWall, ...]


@dataclass(slots=True)
class _Counted:
    """A department's day, and when the database was asked for it."""

    day: DayCounts
    at: float
    tried_at: float


class WallRoom:
    """Looks at the floor once a second while somebody watches, and counts in the database."""

    place = Place(
        "wall", "/wall", "wall.js", frozenset({"supervisor", "admin"}), ("wall.css",), "wall"
    )

    def __init__(
        self,
        floor: Callable[[], Floor],
        days: Days,
        names: Callable[[], Mapping[str, Words]],
        now: Callable[[], float],
    ) -> None:
        self._floor = floor
        self._days = days
        self._names = names
        self._now = now
        self._walls = Walls(self._look)
        self._counted: dict[str, _Counted] = {}
        self._shown: WallPage | None = None
        self._seq = 0
        self._failed = 0

    def routes(self) -> tuple[RoomRoute, ...]:
        """The walls' socket."""
        return (RoomRoute("GET", "/socket", self.socket),)

    def close(self) -> None:
        """Let all walls go, so that the server can stop."""
        self._walls.close()

    async def socket(self, asked: Asked) -> web.StreamResponse:
        """Show the walls until the page is gone; it may send nothing but signs of life."""
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT, compress=False, max_msg_size=LARGEST)
        transport = asked.request.transport
        await ws.prepare(asked.request)
        if transport is None:
            return ws
        socket = DeskSocket(ws, transport, self._now)
        watcher = Watcher(socket, asked.still)
        sender = asyncio.create_task(socket.run())
        self._walls.opened(watcher)
        try:
            async for message in ws:
                if message.data == frames.ALIVE:
                    socket.alive()
                elif message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    socket.close(Closing.TOO_MANY_MESSAGES)
        finally:
            self._walls.closed(watcher)
            sender.cancel()
            await asyncio.wait([sender])
            transport.abort()
        return ws

    async def _look(self) -> Callable[[], bytes] | None:
        """The newest frame; None while it would say what the last one said."""
        await self._count()
        page = self._page()
        if page == self._shown and self._walls.newest is not None:
            return None
        self._shown = page
        self._seq += 1
        seq = self._seq
        return lambda: frames.screen(seq, self._now(), page)

    def _page(self) -> WallPage:
        floor, names = self._floor(), self._names()
        return WallPage(
            tuple(
                NamedWall(names.get(name, {}), self._wall(floor, name))
                for name in walls.departments(floor)
            )
        )

    def _wall(self, floor: Floor, department: str) -> WallScreen:
        counted = self._counted.get(department)
        day, at = (counted.day, counted.at) if counted else (empty_day(), 0.0)
        return walls.wall_of(floor, department, day, at)

    async def _count(self) -> None:
        """Ask the database for each department's day, if the last answer has grown old."""
        floor, now = self._floor(), self._now()
        for name in walls.departments(floor):
            last = self._counted.get(name)
            if last is None or not 0 <= now - last.tried_at < COUNT_EVERY:
                await self._count_one(floor, name, now)

    async def _count_one(self, floor: Floor, department: str, now: float) -> None:
        """A database that is away leaves the old figures, with the time at which they were true."""
        since = _midnight(floor, department, now)
        sales = floor.rules.departments[department].sales
        try:
            day = await asyncio.to_thread(self._days.day_counts, department, sales, since)
        except LinetreeError as error:
            self._failed += 1
            if rare(self._failed):
                log.warning("day_not_counted", why=str(error), so_far=self._failed)
            if department in self._counted:
                self._counted[department].tried_at = now
            return
        self._counted[department] = _Counted(day, now, now)


def _midnight(floor: Floor, department: str, now: float) -> float:
    """When the day began where the department's first number is."""
    numbers = floor.rules.numbers.values()
    zone = next(number.zone for number in numbers if number.department == department)
    here = datetime.fromtimestamp(now, zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
