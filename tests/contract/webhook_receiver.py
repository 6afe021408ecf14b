"""A receiver of webhooks on loopback, real to the socket, which checks what it gets."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook

from ivr.asterisk.private.processes import free_port
from ivr.config.outside import News, Receiver

DEADLINE = 30.0
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class Came:
    """One request as it came."""

    id: str
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def type(self) -> str:
        return str(self.body["type"])


@dataclass
class Peer:
    """The receiver: what came, and how it answers. `answer` may wait or refuse."""

    port: int = field(default_factory=free_port)
    came: list[Came] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    secret: str = SECRET
    hold: asyncio.Event | None = None
    decide: Callable[[Came], int] | None = None
    at_once: int = 0
    most_at_once: int = 0
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def receiver(self, name: str = "crm", **changes: Any) -> Receiver:
        values: dict[str, Any] = {
            "name": name,
            "url": self.url,
            "events": frozenset(News),
            "secrets": (self.secret,),
            "private": False,
            "in_flight": 4,
            "timeout": DEADLINE,
        }
        return Receiver(**{**values, **changes})

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not fact():  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.01)

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.text()
        headers = dict(request.headers)
        Webhook(self.secret).verify(
            body, headers
        )  # a wrong signature is a 500, which no test wants
        one = Came(headers["webhook-id"], json.loads(body), headers)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hold is not None:
                await self.hold.wait()
        finally:
            self.at_once -= 1
        self.came.append(one)
        status = self.decide(one) if self.decide is not None else self.status
        return web.Response(status=status, headers=self.headers, text="" if status < 300 else "no")


@asynccontextmanager
async def receiving(**how: Any) -> AsyncIterator[Peer]:
    """A receiver that listens until the end of the block."""
    peer = Peer(**how)
    await peer.start()
    try:
        yield peer
    finally:
        if peer.hold is not None:
            peer.hold.set()
        await peer.stop()
