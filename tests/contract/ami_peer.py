"""A scripted AMI peer on loopback: it speaks real bytes and can misbehave where Asterisk does not.

Asterisk itself plays the same link in tests/pbx; here are the things that it cannot be made to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self, TypeVar

from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_state import AmiSettings, LinkState

T = TypeVar("T")

DEADLINE = 30.0
BANNER = b"Asterisk Call Manager/9.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
WANTED = frozenset({"Hangup", "BridgeEnter", "UserEvent", "OriginateResponse", "AgentConnect"})


@dataclass
class Received:
    """One action as it came over the wire; `raw` has its bytes."""

    raw: bytes

    @property
    def lines(self) -> list[str]:
        return self.raw.decode().split("\r\n")

    def get(self, header: str) -> str:
        head = f"{header}: "
        return next((line[len(head) :] for line in self.lines if line.startswith(head)), "")


def reply(action: Received, kind: str = "Success", *headers: str) -> bytes:
    lines = [f"Response: {kind}", f"ActionID: {action.get('ActionID')}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def event(name: str, *headers: str) -> bytes:
    return ("\r\n".join([f"Event: {name}", "Privilege: call,all", *headers]) + "\r\n\r\n").encode()


@dataclass
class AmiPeer:
    """Accepts, greets, answers logins and pings as told, and keeps all other actions."""

    banner: bytes = BANNER
    login: Callable[[Received], bytes] = lambda action: reply(action) + BOOTED
    pong: Callable[[Received], bytes] = lambda action: reply(action, "Success", "Ping: Pong")
    port: int = 0
    connections: int = 0
    logins: int = 0
    actions: asyncio.Queue[Received] = field(default_factory=asyncio.Queue)
    _server: asyncio.Server | None = None
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """As Asterisk does when it ends: no listener and no connection is left."""
        if self._server is not None:
            self._server.close()
        self.cut()
        if self._serving:
            await asyncio.wait(self._serving, timeout=DEADLINE)
        if self._server is not None:
            await self._server.wait_closed()

    def cut(self) -> None:
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    def send(self, data: bytes) -> None:
        self._writers[-1].write(data)

    async def next_action(self) -> Received:
        return await soon(self.actions.get())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self.connections += 1
        self._writers.append(writer)
        writer.write(self.banner)
        try:
            while True:
                self._take(Received(await reader.readuntil(b"\r\n\r\n")), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        finally:
            self._serving.discard(task)

    def _take(self, action: Received, writer: asyncio.StreamWriter) -> None:
        match action.get("Action"):
            case "Login":
                self.logins += 1
                writer.write(self.login(action))
            case "Ping":
                writer.write(self.pong(action))
            case _:
                self.actions.put_nowait(action)


async def soon(fact: Awaitable[T]) -> T:
    """A fact that must come true within the deadline."""
    async with asyncio.timeout(DEADLINE):
        return await fact


async def until(fact: Callable[[], bool]) -> None:
    """Wait for what has no event of its own."""
    async with asyncio.timeout(DEADLINE):
        while not fact():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


class Ear:
    """What the link delivers, in the order in which it does."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[AmiEvent] = asyncio.Queue()
        self.states: asyncio.Queue[LinkState] = asyncio.Queue()

    async def event(self) -> AmiEvent:
        return await soon(self.events.get())

    async def state(self) -> LinkState:
        return await soon(self.states.get())


def settings(
    peer: AmiPeer,
    *,
    ping_every: float = 0.5,
    action_timeout: float = 5.0,
    boot_wait: float = 5.0,
) -> AmiSettings:
    """Short times, so that a test waits for no more than it must."""
    return AmiSettings(
        "127.0.0.1",
        peer.port,
        "linetree",
        "not-a-secret-1234",
        ping_every=ping_every,
        action_timeout=action_timeout,
        reconnect_first=0.01,
        reconnect_most=0.1,
        refused_every=0.05,
        boot_wait=boot_wait,
    )


def link_to(peer: AmiPeer, ear: Ear, its: AmiSettings | None = None) -> AmiLink:
    return AmiLink(its or settings(peer), ear.events.put_nowait, ear.states.put_nowait, WANTED)
