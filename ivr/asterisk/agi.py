"""The FastAGI server: the dialplan's questions in, each given to its route under strict limits."""

from __future__ import annotations

import asyncio
import contextvars
import errno
import functools
import ipaddress
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from ivr.asterisk.agi_errors import AgiCannotListen, AgiExposed, AgiHungUp, AgiPortTaken
from ivr.asterisk.agi_reader import AgiReader
from ivr.asterisk.agi_request import AgiRefused, AgiRequest, Refusal, parse_request
from ivr.asterisk.agi_session import AgiSession

__all__ = ["AgiLimits", "AgiRequest", "AgiServer", "AgiSession", "Route"]

Route = Callable[[AgiSession], Awaitable[None]]

BACKLOG = 1024
"""Connections that the system holds while the loop is busy: a burst of calls is no refusal."""

LOGGED_ONCE = 100
"""How many different refusals are logged; a peer that invents routes does not fill the disk."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AgiLimits:
    """What one peer and all peers together may take; times in seconds."""

    header_bytes: int = 16384
    header_lines: int = 200
    header_timeout: float = 2.0
    command_timeout: float = 5.0
    session_timeout: float = 30.0
    route_timeouts: Mapping[str, float] = field(default_factory=lambda: {"intake": 2.0})
    """For routes whose handler has another time than `session_timeout`: at intake the dialplan
    itself goes on alone after two seconds."""
    max_sessions: int = 500

    def handler_timeout(self, route: str) -> float:
        """Seconds that the handler of this route may take."""
        return self.route_timeouts.get(route, self.session_timeout)


class AgiServer:
    """Sessions of Asterisk, each in a task of its own; a fault in one stays in that one.

    `counts` has `accepted`, `served`, `hung_up`, `handler_failed`, `handler_late` and each value of
    Refusal. A peer that breaks the rules is answered by closing, which Asterisk takes as the end of
    AGI(): the dialplan then goes on alone.
    """

    def __init__(
        self,
        host: str,
        port: int,
        routes: Mapping[str, Route],
        limits: AgiLimits | None = None,
        *,
        allow_remote: bool = False,
    ) -> None:
        """Port 0 lets the system choose; `port` tells after `start`.

        Raises AgiExposed for a host that other machines reach, unless `allow_remote`.
        """
        if not allow_remote and not _is_loopback(host):
            raise AgiExposed(host)
        self.host = host
        self.port = port
        self.counts: Counter[str] = Counter()
        self._routes = routes
        self._limits = limits or AgiLimits()
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()
        self._silent: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._logged: set[tuple[Refusal, str]] = set()

    @property
    def open_sessions(self) -> int:
        """Connections that are held now, those without their headers included."""
        return len(self._sessions)

    async def start(self) -> None:
        """Listen. Raises AgiPortTaken, or AgiCannotListen for what else the system refuses."""
        try:
            self._server = await asyncio.start_server(
                self._accept, self.host, self.port, limit=self._limits.header_bytes, backlog=BACKLOG
            )
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise AgiPortTaken(self.host, self.port) from None
            raise AgiCannotListen(self.host, self.port, str(fault)) from fault
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and end each session at once; the dialplan goes on alone."""
        if self._server is None:
            return
        self._server.close()
        sessions = tuple(self._sessions)
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    def _accept(self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._has_room():
            self._note(AgiRefused(Refusal.FULL, f"{len(self._sessions)} sessions are open"))
            writer.transport.abort()
            return
        self.counts["accepted"] += 1
        context = contextvars.copy_context()
        session = asyncio.get_running_loop().create_task(
            self._serve(stream, writer), context=context
        )
        self._sessions.add(session)
        self._silent[writer] = session
        session.add_done_callback(functools.partial(self._ended, writer), context=context)

    def _has_room(self) -> bool:
        """Idle sockets must not starve a call: the one that has been silent longest gives way."""
        if len(self._sessions) < self._limits.max_sessions:
            return True
        oldest = next(iter(self._silent), None)
        if oldest is None:
            return False
        session = self._silent.pop(oldest)
        self._sessions.discard(session)
        session.cancel()
        self._note(AgiRefused(Refusal.IDLE_DROPPED, "all places were taken"))
        return True

    async def _serve(self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader = AgiReader(stream)
        try:
            request = await self._greeted(reader)
            self._silent.pop(writer, None)
            handler = self._routes.get(request.route)
            if handler is None:
                raise AgiRefused(Refusal.UNKNOWN_ROUTE, request.route[:80])
            await self._handle(
                handler, AgiSession(request, reader, writer, self._limits.command_timeout)
            )
        except AgiRefused as refused:
            self._note(refused)
        except AgiHungUp as gone:
            self.counts["hung_up"] += 1
            log.info("agi_hung_up", how=gone.how)

    async def _greeted(self, reader: AgiReader) -> AgiRequest:
        seconds = self._limits.header_timeout
        try:
            async with asyncio.timeout(seconds):
                block = await reader.headers(self._limits.header_bytes)
        except TimeoutError:
            late = AgiRefused(Refusal.HEADERS_LATE, f"no blank line within {seconds:g} s")
            raise late from None
        return parse_request(block, self._limits.header_lines)

    async def _handle(self, handler: Route, session: AgiSession) -> None:
        seconds = self._limits.handler_timeout(session.request.route)
        guard = asyncio.timeout(seconds)
        try:
            async with guard:
                await handler(session)
        except TimeoutError:
            if not guard.expired():
                raise
            self.counts["handler_late"] += 1
            log.warning("agi_handler_late", route=session.request.route, seconds=seconds)
            return
        self.counts["served"] += 1

    def _ended(self, writer: asyncio.StreamWriter, session: asyncio.Task[None]) -> None:
        """Whatever a session ended by, its socket is closed here, and its fault is seen."""
        self._sessions.discard(session)
        self._silent.pop(writer, None)
        writer.close()
        if session.cancelled() or (fault := session.exception()) is None:
            return
        self.counts["handler_failed"] += 1
        log.error("agi_handler_failed", exc_info=fault)

    def _note(self, refused: AgiRefused) -> None:
        """Count each refusal and log one of a kind, each unknown route being a kind of its own."""
        self.counts[refused.kind.value] += 1
        kind = (refused.kind, refused.detail if refused.kind is Refusal.UNKNOWN_ROUTE else "")
        if kind in self._logged or len(self._logged) >= LOGGED_ONCE:
            return
        self._logged.add(kind)
        log.warning("agi_refused", kind=refused.kind.value, detail=refused.detail)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
