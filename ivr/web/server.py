"""The web server: one typed table of routes, the desks' sockets, and the Desk port."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog
from aiohttp import WSMsgType, web

from ivr.config.people import Person
from ivr.domain.errors import LinetreeError
from ivr.domain.screen import CompanyHit, Screen
from ivr.ports import Credentials, Post
from ivr.web import frames
from ivr.web.access import Access
from ivr.web.answers import problem
from ivr.web.desks import Desks
from ivr.web.headers import guard
from ivr.web.house import House
from ivr.web.limits import Flow
from ivr.web.pages import Pages, Ready
from ivr.web.passwords import Passwords
from ivr.web.room import LARGEST_BODY, Room, RoomRoute, Route
from ivr.web.sessions import Sessions
from ivr.web.settings import WebSettings
from ivr.web.shell import Shell
from ivr.web.socket import Closing, DeskSocket

log = structlog.get_logger()

IDLE = 30.0
"""Seconds after which a connection that asks for nothing is closed."""

HEARTBEAT = 5.0
MESSAGES = 50
"""Messages a second that one page may send."""


class WebPortTaken(LinetreeError):
    """Another program listens on the desk's port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} is taken by another program:"
            " end that one, or write another web.port into ivr.yaml"
        )


class WebAddressUnusable(LinetreeError):
    """The desk's address cannot be listened on."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"{host}:{port} cannot be used ({why}): mend web.host or web.port")


class WebServer:
    """Serves the desks. It fulfils the Desk port: `show` and `refuse` never wait."""

    def __init__(
        self,
        settings: WebSettings,
        people: Mapping[str, Person],
        credentials: Credentials,
        post: Post,
        now: Callable[[], float],
        ready: Ready = dict,
        rooms: Sequence[Room] = (),
        api: Sequence[Route] = (),
        beside: Sequence[RoomRoute] = (),
    ) -> None:
        self._settings = settings
        self._people = dict(people)
        self._now = now
        self._sessions = Sessions(settings.sessions, now, settings.lasts)
        self._access = Access(settings, self._sessions)
        self._desks = Desks(post, now)
        self._pages = Pages(
            self._people, self._access, Passwords(credentials), self.sign_out, ready, now
        )
        self._house = House(rooms, self._people, self._access, Shell(settings), now, beside)
        self._api = tuple(api)
        self.on_refusal: Callable[[str, str, str], None] | None = None
        self._runner: web.AppRunner | None = None
        self._port = settings.port

    @property
    def port(self) -> int:
        """The port that is listened on, also where the settings say 0."""
        return self._port

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return self._desks.pages

    def show(self, person: str, screen: Screen) -> None:
        """Put this screen on all of the person's pages."""
        self._desks.show(person, screen)

    def offer_companies(self, person: str, request: str, found: Sequence[CompanyHit]) -> None:
        """Show the person's pages the companies found for typed letters."""
        self._desks.offer_companies(person, request, found)

    def refuse(self, person: str, request: str, problem: str, detail: str) -> None:
        """Tell the person's pages, and whoever else asked, that nothing was done, and why."""
        self._desks.refuse(person, request, problem, detail)
        if self.on_refusal is not None:
            self.on_refusal(request, problem, detail)

    def relearn(self, people: Mapping[str, Person]) -> None:
        """Serve these people from now on; the pages of who is none of them close."""
        gone = self._people.keys() - people.keys()
        self._people.clear()
        self._people.update(people)
        for person in gone:
            self._desks.close(Closing.SIGNED_OUT, person)

    async def sign_out(self, person: str) -> None:
        """Make all sessions of the person void and close all of that person's pages.

        Raises SessionsFileUnusable when that may not outlive a restart; the pages are closed.
        """
        try:
            await asyncio.to_thread(self._sessions.end, person)
        finally:
            self._desks.close(Closing.SIGNED_OUT, person)
        log.info("signed_out", person=person)

    def routes(self) -> tuple[Route, ...]:
        """All that is served."""
        pages = self._pages
        return (
            Route("POST", "/signin", pages.sign_in),
            Route("POST", "/signout", pages.sign_out),
            Route("GET", "/socket", self._socket),
            Route("GET", "/static/{name:.+}", pages.static),
            Route("GET", "/healthz", pages.alive),
            Route("GET", "/readyz", pages.ready),
            *self._house.routes(),
            *self._api,
        )

    async def start(self) -> None:
        """Listen. Raises WebPortTaken, WebAddressUnusable."""
        app = web.Application(client_max_size=LARGEST_BODY, logger=_quiet("app"))
        app.on_response_prepare.append(guard)
        for route in self.routes():
            app.router.add_route(route.method, route.path, route.handler)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            keepalive_timeout=IDLE,
            shutdown_timeout=5.0,
            logger=_quiet("server"),
        )
        await self._runner.setup()
        await self._listen(self._runner)

    async def _listen(self, runner: web.AppRunner) -> None:
        host, port = self._settings.host, self._settings.port
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            await self.stop()
            if error.errno == errno.EADDRINUSE:
                raise WebPortTaken(host, port) from error
            raise WebAddressUnusable(host, port, error.strerror or str(error)) from error
        self._port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Close all pages, so that they look for the next start, and stop listening."""
        self._desks.close(Closing.RESTART)
        self._house.close()
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self._access.knows_origin(request):
            return problem(403, "foreign_origin")
        ws = web.WebSocketResponse(
            heartbeat=HEARTBEAT, compress=False, max_msg_size=frames.LARGEST, timeout=3.0
        )
        transport = request.transport
        await ws.prepare(request)
        session = self._access.session(request)
        if session is None or session.person not in self._people or transport is None:
            # After the handshake, because a page cannot read why a handshake was refused.
            await ws.close(code=Closing.SIGNED_OUT, message=b"signed_out")
            return ws
        socket = DeskSocket(ws, transport, self._now)
        left = session.expires - self._now()
        expiry = asyncio.get_running_loop().call_later(left, socket.close, Closing.SIGNED_OUT)
        try:
            await self._talk(session.person, socket)
        finally:
            expiry.cancel()
            transport.abort()
        return ws

    async def _talk(self, person: str, socket: DeskSocket) -> None:
        """Read one page's keys until it is gone."""
        sender = asyncio.create_task(socket.run())
        self._desks.opened(person, socket)
        try:
            await self._listen_to(person, socket)
        finally:
            self._desks.closed(person, socket)
            sender.cancel()
            with suppress(asyncio.CancelledError):
                await sender

    async def _listen_to(self, person: str, socket: DeskSocket) -> None:
        flow = Flow(MESSAGES, MESSAGES, asyncio.get_running_loop().time)
        async for message in socket.ws:
            if not flow.allows():
                log.warning("too_many_messages", person=person)
                return await self._end(socket, Closing.TOO_MANY_MESSAGES)
            if message.type is WSMsgType.TEXT:
                self._read(person, socket, message.data)
            elif message.type is WSMsgType.BINARY:
                return await self._end(socket, Closing.TEXT_ONLY)
        return None

    def _read(self, person: str, socket: DeskSocket, text: str) -> None:
        if text == frames.ALIVE:
            return socket.alive()
        try:
            self._desks.pressed(person, socket, frames.read(text))
        except frames.FrameRefused as refusal:
            log.info("frame_refused", person=person, field=refusal.field, why=refusal.detail)
            socket.put_answer(frames.error(refusal))
        return None

    async def _end(self, socket: DeskSocket, why: Closing) -> None:
        await socket.ws.close(code=why, message=why.name.lower().encode())


def _quiet(name: str) -> logging.Logger:
    """A logger that says nothing below ERROR: garbage on the port is no news."""
    logger = logging.getLogger(f"ivr.web.{name}")
    logger.setLevel(logging.ERROR)
    return logger
