"""A proxy before the real AMI that spoils the link between Asterisk and the service as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from ivr.asterisk.private.processes import LOOPBACK

END = b"\r\n\r\n"
TICK = 1e-6
SLOW_STEP = 0.05
"""Seconds between two pieces of a link that is throttled."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the proxy does to what Asterisk says, and to what it is told.

    `latency` in seconds, either way; `rate` in bytes a second, from Asterisk only. `mute`: nothing
    arrives any more, the sockets stay open. The rest concerns events alone: `twice` each,
    `shuffled` within so many seconds, and `dropped`, the share of those that never arrive.
    """

    latency: float = 0.0
    rate: float | None = None
    mute: bool = False
    twice: bool = False
    shuffled: float = 0.0
    dropped: float = 0.0


HEALTHY = Fault()


@dataclass(slots=True)
class Link:
    """One connection of the service: the actions it sent, in order, by name."""

    actions: list[str]
    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]


class AmiProxy:
    """`async with AmiProxy().before(ami_port) as port`; set `fault` at any time, `cut` the link."""

    def __init__(self, seed: str = "ami") -> None:
        self.fault = HEALTHY
        self.links: list[Link] = []
        self.spoilt = 0
        """How many events were repeated, moved or swallowed."""

        self._fate = Random(seed)
        self._target = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def before(self, ami_port: int) -> AsyncIterator[int]:
        """Listen before this manager interface; the port to use in its place."""
        self._target = ami_port
        server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Reset every connection, as a firewall that lost its table does."""
        for link in self.links:
            for writer in link.writers:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            far_reader, far = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            # No Asterisk: whoever asks through us must see just that.
            writer.transport.abort()
            return
        link = Link([], (writer, far))
        self.links.append(link)
        try:
            await _either(self._orders(reader, far, link), self._news(far_reader, writer))
        finally:
            writer.transport.abort()
            far.transport.abort()

    async def _orders(
        self, reader: asyncio.StreamReader, far: asyncio.StreamWriter, link: Link
    ) -> None:
        """From the service to Asterisk."""
        late = _Late(far)
        while message := await _message(reader):
            link.actions.append(_header(message, b"Action"))
            if not self.fault.mute:
                late.write(message, self.fault.latency)

    async def _news(self, far: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From Asterisk to the service."""
        late = _Late(writer)
        late.write(await far.readline(), 0.0)
        while message := await _message(far):
            fault = self.fault
            if fault.mute:
                continue
            if fault.rate is not None:
                await self._slowly(message, writer, fault.rate)
                continue
            is_news = message.startswith(b"Event: ") and b"\r\nActionID: " not in message
            if is_news and (fault.twice or fault.shuffled or fault.dropped):
                self._spoil(message, late, fault)
            else:
                late.write(message, fault.latency)

    def _spoil(self, message: bytes, late: _Late, fault: Fault) -> None:
        """Events only: answers and the lists of an action keep their order."""
        self.spoilt += 1
        if self._fate.random() < fault.dropped:
            return
        for _ in range(2 if fault.twice else 1):
            late.stray(message, fault.latency + self._fate.uniform(0.0, fault.shuffled))

    async def _slowly(self, message: bytes, writer: asyncio.StreamWriter, rate: float) -> None:
        step = max(1, int(rate * SLOW_STEP))
        for begin in range(0, len(message), step):
            writer.write(message[begin : begin + step])
            await writer.drain()
            if self.fault.rate is not None:
                await asyncio.sleep(SLOW_STEP)


class _Late:
    """Writes each piece after a delay."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._last = 0.0

    def write(self, data: bytes, delay: float) -> None:
        """In order, also while the delay is changed."""
        loop = asyncio.get_running_loop()
        self._last = max(self._last + TICK, loop.time() + delay)
        loop.call_at(self._last, self._now, data)

    def stray(self, data: bytes, delay: float) -> None:
        """Whenever its time comes, whatever was written before."""
        asyncio.get_running_loop().call_later(delay, self._now, data)

    def _now(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(data)


async def _message(reader: asyncio.StreamReader) -> bytes:
    """The next whole message, empty at the end of the stream."""
    try:
        return await reader.readuntil(END)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _header(message: bytes, name: bytes) -> str:
    for line in message.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.lower():
            return value.strip().decode("utf-8", "replace")
    return ""


async def _either(*ways: Coroutine[None, None, None]) -> None:
    """Run both ways of a connection until one of them ends."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
