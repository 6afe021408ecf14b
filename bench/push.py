"""Pushing a screen to many browsers, beside a frame that is built once and written to each socket.

Browsers are bare sockets of another process, so that their reading costs this one nothing. Ours is
a screen of its own for each person, encoded and sent as in service. A second figure is how much
later the others get theirs while one browser does not read.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from aiohttp import web

from bench.push_browsers import ASK, Arrivals, read_all
from bench.report import BenchFault, compared
from ivr.asterisk.private.processes import until
from ivr.domain.screen import Screen, Stage
from ivr.web import frames
from ivr.web.desks import Desks
from ivr.web.socket import DeskSocket

FEW, MANY = 50, 500
ROUNDS = 7
PUSHES = {FEW: 100, MANY: 12}
"""Pushes to every browser in one round."""

GOAL = 1.5
LATER = 1.1
FROZEN_PUSHES = 400
HOST = "127.0.0.1"


@dataclass
class House:
    """A server with browsers at it: `bare` are their transports, `desks` push as in service."""

    desks: Desks
    people: list[str] = field(default_factory=list)
    bare: list[asyncio.Transport] = field(default_factory=list)

    async def desk(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        assert request.transport is not None
        desk = DeskSocket(ws, request.transport, time.time)
        sender = asyncio.create_task(desk.run())
        person = f"agent{len(self.people)}"
        self.people.append(person)
        self.desks.opened(person, desk)
        async for _ in ws:
            pass
        sender.cancel()
        return ws

    async def plain(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        assert request.transport is not None
        self.bare.append(request.transport)
        async for _ in ws:
            pass
        return ws


def measure() -> list[dict[str, Any]]:
    """`push` and `push_500`: us of CPU a message; `push_frozen_browser`: ms until 99 of 100."""
    try:  # the loop that the service itself runs on
        import uvloop
    except ImportError:
        return asyncio.run(_measure())
    return uvloop.run(_measure())


async def _measure() -> list[dict[str, Any]]:
    rows = []
    for name, browsers in (("push", FEW), ("push_500", MANY)):
        ours, once = await _costs(browsers)
        rows.append(compared(name, "us CPU", ours, once, GOAL, "less"))
    frozen, clean = await _delays()
    rows.append(compared("push_frozen_browser", "ms", frozen, clean, LATER, "less"))
    return rows


async def _costs(browsers: int) -> tuple[list[float], list[float]]:
    """Microseconds of this process a message: ours and the frame built once, by turns."""
    ours: list[float] = []
    once: list[float] = []
    async with _house() as (house, port):
        with (
            Browsers(port, "/desk", browsers) as desks,
            Browsers(port, "/bare", browsers) as bare,
        ):
            await desks.ready(lambda: len(house.people) == browsers)
            await bare.ready(lambda: len(house.bare) == browsers)
            await _pushed(house, desks, PUSHES[browsers])
            for number in range(1, ROUNDS + 1):
                ours.append(await _pushed(house, desks, PUSHES[browsers]))
                once.append(await _written(house, bare, PUSHES[browsers]))
                print(
                    f"push, {browsers} browsers, round {number} of {ROUNDS}:"
                    f" {ours[-1]:.1f} us ours, {once[-1]:.1f} us built once",
                    file=sys.stderr,
                )
    return ours, once


async def _pushed(house: House, browsers: Browsers, pushes: int) -> float:
    began = time.process_time()
    for number in range(pushes):
        screens = _screen(number)
        for person in house.people:
            house.desks.show(person, screens)
        await browsers.have(1)
    return (time.process_time() - began) * 1e6 / pushes / len(house.people)


async def _written(house: House, browsers: Browsers, pushes: int) -> float:
    began = time.process_time()
    for number in range(pushes):
        frame = frames.framed(frames.screen(number, time.time(), _screen(number)))
        for transport in house.bare:
            transport.write(frame)
        await browsers.have(1)
    return (time.process_time() - began) * 1e6 / pushes / len(house.bare)


async def _delays() -> tuple[list[float], list[float]]:
    """p99 in ms from push to receipt, with one more browser that does not read and without."""
    frozen, clean = [], []
    async with _house() as (house, port):
        with Browsers(port, "/desk", FEW) as browsers:
            await browsers.ready(lambda: len(house.people) == FEW)
            await _delay(house, browsers)
            for number in range(1, ROUNDS + 1):
                clean.append(await _delay(house, browsers))
                with socket.create_connection((HOST, port)) as silent:
                    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    silent.sendall(ASK.format(path="/desk").encode())
                    await connected(lambda: len(house.people) == FEW + 1)
                    frozen.append(await _delay(house, browsers))
                house.people.pop()
                print(
                    f"push, one of {FEW + 1} frozen, round {number} of {ROUNDS}: p99"
                    f" {frozen[-1]:.2f} ms, {clean[-1]:.2f} ms without it",
                    file=sys.stderr,
                )
    return frozen, clean


async def _delay(house: House, browsers: Browsers) -> float:
    delays: list[float] = []
    for number in range(FROZEN_PUSHES):
        screens, at = _screen(number), time.monotonic()
        for person in house.people:
            house.desks.show(person, screens)
        delays += [(arrived - at) * 1000 for arrived in await browsers.have(1)]
    return quantiles(delays, n=100)[98]


class Browsers:
    """The readers of one house, in a process of their own."""

    def __init__(self, port: int, path: str, count: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=read_all, args=(theirs, HOST, port, path, count))
        self._count = count

    def __enter__(self) -> Browsers:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    async def ready(self, all_there: Callable[[], bool]) -> None:
        """All are connected, and have read what came at once."""
        await connected(all_there)
        await self._told()

    async def have(self, each: int) -> Arrivals:
        """Wait until each browser has got so many messages more; when each of them came."""
        self._pipe.send(each)
        return await self._told()

    async def _told(self) -> Arrivals:
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._pipe.fileno(), told.set)
        try:
            async with asyncio.timeout(30.0):
                await told.wait()
        except TimeoutError:
            raise BenchFault(f"not all of {self._count} browsers got their message") from None
        finally:
            loop.remove_reader(self._pipe.fileno())
        arrivals: Arrivals = self._pipe.recv()
        return arrivals


async def connected(fact: Callable[[], bool]) -> None:
    """Wait until the browsers are there. Raises ProcessFailed."""
    await until(fact, seconds=30.0, otherwise="push: not all browsers could connect")


@asynccontextmanager
async def _house() -> AsyncIterator[tuple[House, int]]:
    house = House(Desks(lambda _event: None, time.time))
    app = web.Application()
    app.router.add_get("/desk", house.desk)
    app.router.add_get("/bare", house.plain)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    try:
        yield house, int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _screen(number: int) -> Screen:
    """Some 600 bytes of JSON."""
    return Screen(
        stage=Stage.READY,
        person="agent01",
        name="Анна Смирнова",
        phone="PJSIP/agent01",
        since=1_790_000_000.0 + number,
        pause_reason="",
        pause_wanted=False,
        talk_since=None,
        caller_gone=False,
        ring_ends_at=None,
        greeting={},
        line=None,
        caller=None,
        question=None,
        known=(),
        outcome=None,
        transfer=None,
        wrap_up=None,
        note="",
        notice="",
        stale_since=None,
        unsaved=False,
    )
