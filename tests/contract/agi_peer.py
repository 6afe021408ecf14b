"""The other end of FastAGI: what Asterisk sends, and a server with handlers of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from ivr.asterisk import agi
from ivr.asterisk.agi import AgiLimits, AgiServer, Route
from ivr.asterisk.agi_session import AgiSession

DEADLINE = 30.0

USAGE = (
    b"520-Invalid command syntax.  Proper usage follows:\n"
    b" Usage: SET VARIABLE <variablename> <value>\n"
    b"\n"
    b"\tSets a variable to the current channel.\n"
    b"\n"
    b"520 End of proper usage.\n"
)


def opening(
    script: str = "intake",
    name: bytes = b"Ivan",
    number: bytes = b"+74951234567",
    arguments: tuple[str, ...] = ("88005553535", "1764054000.42"),
) -> bytes:
    """The headers of a call in Asterisk's own order, its blank line included."""
    lines = [
        b"agi_network: yes",
        b"agi_network_script: " + script.encode(),
        b"agi_request: agi://127.0.0.1:4573/" + script.encode(),
        b"agi_channel: PJSIP/trunk-0000002a",
        b"agi_language: ru",
        b"agi_type: PJSIP",
        b"agi_uniqueid: 1764054000.42",
        b"agi_version: 22.10.1",
        b"agi_callerid: " + number,
        b"agi_calleridname: " + name,
        b"agi_callingpres: 0",
        b"agi_callingani2: 0",
        b"agi_callington: 0",
        b"agi_callingtns: 0",
        b"agi_dnid: 88005553535",
        b"agi_rdnis: unknown",
        b"agi_context: ivr-entry",
        b"agi_extension: s",
        b"agi_priority: 6",
        b"agi_enhanced: 0.0",
        b"agi_accountcode: ",
        b"agi_threadid: 140423345678912",
        *(f"agi_arg_{n}: {text}".encode() for n, text in enumerate(arguments, 1)),
    ]
    return b"\n".join([*lines, b"", b""])


class Peer:
    """The other end of a session: Asterisk, or whoever poses as it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def hears(self) -> bytes:
        """The next command, without its line end; nothing once the server has closed."""
        async with asyncio.timeout(DEADLINE):
            try:
                return (await self.reader.readline()).removesuffix(b"\n")
            except ConnectionError:
                return b""

    async def answers(self, *answers: bytes) -> list[bytes]:
        """Give each answer to the next command; returns the commands."""
        commands = []
        for answer in answers:
            commands.append(await self.hears())
            self.say(answer)
        return commands

    async def is_closed(self) -> bool:
        return await self.hears() == b""

    def leave(self) -> None:
        self.writer.transport.abort()


class Place:
    """A server with its peers and what its handlers came to."""

    def __init__(self) -> None:
        self.server: AgiServer | None = None
        self.peers: list[Peer] = []

    @property
    def counts(self) -> Mapping[str, int]:
        assert self.server is not None
        return self.server.counts

    async def serve(self, routes: Mapping[str, Route], **limits: Any) -> AgiServer:
        self.server = AgiServer("127.0.0.1", 0, routes, AgiLimits(**limits))
        await self.server.start()
        return self.server

    async def peer(self, data: bytes = b"") -> Peer:
        assert self.server is not None
        peer = Peer(*await asyncio.open_connection("127.0.0.1", self.server.port))
        self.peers.append(peer)
        peer.say(data)
        return peer

    async def call(
        self, handler: Callable[[AgiSession], Awaitable[Any]], *answers: bytes, **limits: Any
    ) -> Any:
        """Run one session against these answers; its result or its error."""
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def route(session: AgiSession) -> None:
            try:
                outcome.set_result(await handler(session))
            except BaseException as error:
                outcome.set_exception(error)
                raise

        await self.serve({"intake": route}, **limits)
        peer = await self.peer(opening())
        await peer.answers(*answers)
        async with asyncio.timeout(DEADLINE):
            return await outcome

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not fact():  # noqa: ASYNC110  a fact of another task, without an event of its own
                await asyncio.sleep(0.005)

    async def close(self) -> None:
        for peer in self.peers:
            peer.leave()
        if self.server is not None:
            await self.server.stop()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    place = Place()
    yield place
    await place.close()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The log lines of the server, with what is bound to their context."""
    capture = LogCapture()
    processors: list[Any] = [structlog.contextvars.merge_contextvars, capture]
    monkeypatch.setattr(agi, "log", structlog.wrap_logger(None, processors=processors))
    return capture.entries
