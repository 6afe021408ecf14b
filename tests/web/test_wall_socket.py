"""The wall's socket over a real core and a store: what is pushed, how often, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from company import CALLER, DID, rules
from web.desk_stand import DEADLINE, Stand, settings_in
from web.visitor import Visitor, visitor

from ivr.domain.events import CallOffered, MemberSeen, MemberStatus, Resynced
from ivr.domain.reception import Reception
from ivr.domain.wall import DayCounts
from ivr.store.errors import StoreUnreachable
from ivr.web import frames
from ivr.web.rooms.wall import WallRoom
from ivr.web.socket import Closing

DAY = DayCounts(3, 30.0, 1, 30.0, 1, 2, 3)


@dataclass
class Days:
    """A store's day, which can be away."""

    day: DayCounts = DAY
    away: bool = False
    asked: list[float] = field(default_factory=list)

    def day_counts(self, department: str, sales: str, since: float) -> DayCounts:
        assert (department, sales) == ("client", "sales")
        self.asked.append(since)
        if self.away:
            raise StoreUnreachable("the database is away: see that it runs")
        return self.day


@dataclass
class Watched:
    """A server with the wall of a real core."""

    stand: Stand
    core: Reception
    days: Days

    def ring(self, call: str) -> None:
        now = self.stand.now()
        self.core.receive(CallOffered(now, call, f"PJSIP/{call}", DID, CALLER, "Марина"))


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    core, days = Reception(rules()), Days()
    core.receive(Resynced(0.0, (), (), ()))
    for person in ("anna", "boris"):
        core.receive(MemberSeen(0.0, person, "client", False, "", MemberStatus.IDLE))
    stand = Stand(settings_in(tmp_path))
    room = WallRoom(lambda: core.floor, days, lambda: {"client": {"ru": "Отдел"}}, stand.now)
    stand.rooms = (room,)
    stand.server = stand._build(stand.settings)
    await stand.server.start()
    yield Watched(stand, core, days)
    await stand.server.stop()


async def wall_of(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """The next wall that is pushed."""
    async with asyncio.timeout(DEADLINE):
        while True:
            told = await socket.receive_json()
            if told["type"] == "screen":
                (department,) = told["screen"]["departments"]
                assert department["name"] == {"ru": "Отдел"}
                return dict(department["wall"])


def watching(vera: Visitor) -> Any:
    url = vera.stand.url.replace("http", "ws") + "/wall/socket"
    return vera.http.ws_connect(url, headers={"Origin": vera.stand.url})


async def test_a_wall_is_shown_at_once_and_again_when_something_changed(watched: Watched) -> None:
    async with visitor(watched.stand, "vera") as vera, watching(vera) as socket:
        wall = await wall_of(socket)
        assert (wall["lines"], wall["used"], wall["answered"], wall["mean_wait"]) == (2, 0, 3, 10.0)
        watched.ring("c1")
        wall = await wall_of(socket)
        assert (wall["used"], len(wall["waiting"])) == (1, 1)


async def test_many_changes_of_one_second_are_one_push(watched: Watched) -> None:
    async with visitor(watched.stand, "vera") as vera, watching(vera) as socket:
        await wall_of(socket)
        for n in range(20):
            watched.ring(f"c{n}")
            await asyncio.sleep(0)
        assert (await wall_of(socket))["used"] == 2
        assert watched.days.asked


async def test_nobody_counts_while_nobody_watches(watched: Watched) -> None:
    async with visitor(watched.stand, "vera") as vera:
        async with watching(vera) as socket:
            await wall_of(socket)
        asked = len(watched.days.asked)
        async with watching(vera) as socket:
            await wall_of(socket)
        assert len(watched.days.asked) <= asked + 1


async def test_a_day_begins_at_midnight_where_the_number_is(watched: Watched) -> None:
    async with visitor(watched.stand, "vera") as vera, watching(vera) as socket:
        await wall_of(socket)
    assert all(since % 86400 == 0 for since in watched.days.asked)


async def test_a_database_that_is_away_leaves_the_figures_with_their_time(
    watched: Watched,
) -> None:
    async with visitor(watched.stand, "vera") as vera, watching(vera) as socket:
        before = await wall_of(socket)
        watched.days.away = True
        watched.stand.shift = 60.0
        watched.ring("c1")
        after = await wall_of(socket)
        assert after["used"] == 1
        assert (after["answered"], after["counted_at"]) == (3, before["counted_at"])


async def test_a_database_that_was_never_there_leaves_the_lines(watched: Watched) -> None:
    watched.days.away = True
    async with visitor(watched.stand, "vera") as vera, watching(vera) as socket:
        wall = await wall_of(socket)
        assert (wall["lines"], wall["answered"], wall["counted_at"]) == (2, 0, 0.0)


async def test_who_is_not_signed_in_is_told_so_by_the_socket(watched: Watched) -> None:
    async with aiohttp.ClientSession() as http:
        url = watched.stand.url.replace("http", "ws") + "/wall/socket"
        async with http.ws_connect(url, headers={"Origin": watched.stand.url}) as socket:
            told = await socket.receive()
            assert told.data == Closing.SIGNED_OUT


async def test_a_defect_closes_the_walls_and_the_next_one_is_fed(watched: Watched) -> None:
    async with visitor(watched.stand, "vera") as vera:
        async with watching(vera) as socket:
            await wall_of(socket)
            watched.core.floor.groups.clear()
            async with asyncio.timeout(DEADLINE):
                while (told := await socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                    pass
            assert told.data == Closing.RESTART
        watched.core.floor.__post_init__()
        async with watching(vera) as socket:
            assert (await wall_of(socket))["lines"] == 2


async def test_a_wall_that_gives_signs_of_life_stays(watched: Watched) -> None:
    """Every page gives one as soon as it is connected."""
    async with visitor(watched.stand, "vera") as vera, watching(vera) as socket:
        await wall_of(socket)
        await socket.send_str(frames.ALIVE)
        watched.ring("c1")
        assert (await wall_of(socket))["used"] == 1
        watched.ring("c2")
        assert (await wall_of(socket))["used"] == 2


async def test_a_wall_that_talks_is_closed(watched: Watched) -> None:
    async with visitor(watched.stand, "vera") as vera, watching(vera) as socket:
        await wall_of(socket)
        await socket.send_str("{}")
        async with asyncio.timeout(DEADLINE):
            while (told := await socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
        assert told.data == Closing.TOO_MANY_MESSAGES
