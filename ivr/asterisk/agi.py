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

from ivr.asterisk.agi_connection import AgiConnection
from ivr.asterisk.agi_errors import AgiCannotListen, AgiExposed, AgiHungUp, AgiPortTaken
from ivr.asterisk.agi_patience import Patience
from ivr.asterisk.agi_request import AgiRefused, AgiRequest, Refusal
from ivr.asterisk.agi_session import AgiSession

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
        self._sessions: dict[AgiConnection, asyncio.Task[None]] = {}
        self._silent = Patience(self._limits.header_timeout, self._headers_late)
        self._unanswered = Patience(self._limits.command_timeout, AgiConnection.answer_late)
        self._handled = {
            route: Patience(self._limits.handler_timeout(route), self._handler_late)
            for route in routes
        }
        self._logged: set[tuple[Refusal, str]] = set()

    @property
    def open_sessions(self) -> int:
        """Connections that are held now, those without their headers included."""
        return len(self._sessions) + len(self._silent)

    async def start(self) -> None:
        """Listen. Raises AgiPortTaken, or AgiCannotListen for what else the system refuses."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._connection, self.host, self.port, backlog=BACKLOG
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
        for connection in self._silent.close():
            connection.close()
        sessions = tuple(self._sessions.values())
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None
        for waits in (self._unanswered, *self._handled.values()):
            waits.close()

    def _connection(self) -> AgiConnection:
        limits = self._limits
        return AgiConnection(self, limits.header_bytes, limits.header_lines, self._unanswered)

    # What a connection tells

    def opened(self, connection: AgiConnection) -> None:
        """Idle sockets must not starve a call: the one that is silent longest gives way to it."""
        if self.open_sessions >= self._limits.max_sessions:
            oldest = self._silent.oldest()
            if oldest is None:
                self.refused(connection, AgiRefused(Refusal.FULL, "every place holds a call"))
                return
            self.refused(oldest, AgiRefused(Refusal.IDLE_DROPPED, "all places were taken"))
        self.counts["accepted"] += 1
        self._silent.begin(connection)

    def asked(self, connection: AgiConnection, request: AgiRequest) -> None:
        """A whole request: its route's handler runs in a task of its own."""
        handler = self._routes.get(request.route)
        if handler is None:
            self.refused(connection, AgiRefused(Refusal.UNKNOWN_ROUTE, request.route[:80]))
            return
        self._silent.end(connection)
        context = contextvars.copy_context()
        session = AgiSession(request, connection)
        task = asyncio.get_running_loop().create_task(_run(handler, session), context=context)
        self._sessions[connection] = task
        ended = functools.partial(self._ended, connection, request)
        task.add_done_callback(ended, context=context)
        self._handled[request.route].begin(connection)

    def refused(self, connection: AgiConnection, why: AgiRefused) -> None:
        """Closed without a word, which for Asterisk is the end of AGI().

        Each refusal is counted, and one of a kind is logged; each unknown route is a kind.
        """
        self._silent.end(connection)
        connection.close()
        self.counts[why.kind.value] += 1
        kind = (why.kind, why.detail if why.kind is Refusal.UNKNOWN_ROUTE else "")
        if kind not in self._logged and len(self._logged) < LOGGED_ONCE:
            self._logged.add(kind)
            log.warning("agi_refused", kind=why.kind.value, detail=why.detail)

    def _headers_late(self, connection: AgiConnection) -> None:
        seconds = self._limits.header_timeout
        why = AgiRefused(Refusal.HEADERS_LATE, f"no blank line within {seconds:g} s")
        self.refused(connection, why)

    def _handler_late(self, connection: AgiConnection) -> None:
        """A handler that is not through in its time is cancelled."""
        self.counts["handler_late"] += 1
        self._sessions[connection].cancel("the route's time is over")

    def _ended(
        self, connection: AgiConnection, request: AgiRequest, task: asyncio.Task[None]
    ) -> None:
        """Runs in the task's own context, so that a bound linkedid is on these lines, too."""
        del self._sessions[connection]
        self._handled[request.route].end(connection)
        connection.close()
        about = {"route": request.route, "channel": request.channel}
        if task.cancelled():
            log.warning("agi_handler_cancelled", **about)
            return
        match task.exception():
            case None:
                self.counts["served"] += 1
            case AgiHungUp() as gone:
                self.counts["hung_up"] += 1
                log.info("agi_hung_up", how=gone.how, **about)
            case fault:
                self.counts["handler_failed"] += 1
                log.error("agi_handler_failed", exc_info=fault, **about)


async def _run(handler: Route, session: AgiSession) -> None:
    await handler(session)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
