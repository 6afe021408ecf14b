"""A desk without a browser: signs in, sees the screens, and presses the keys of one person."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from html import unescape
from typing import Any, Self

import aiohttp
import msgspec
from yarl import URL

from ivr.domain.errors import LinetreeError
from ivr.domain.screen import CompanyHit, Screen

_TOKEN = re.compile(r'name="form-token" content="([^"]*)"')


class SignInRefused(LinetreeError):
    """The desk did not let this person in."""

    def __init__(self, person: str, status: int, why: str) -> None:
        super().__init__(f"{person} could not sign in: {status} {why}")


class KeyRefused(LinetreeError):
    """The service did nothing on this key press; `problem` is the desk's code for why."""

    def __init__(self, key: str, problem: str, detail: str) -> None:
        self.problem = problem
        self.detail = detail
        super().__init__(f"key {key} was refused: {problem} {detail}".rstrip())


class DeskGone(LinetreeError):
    """The desk's socket is closed."""

    def __init__(self, person: str, code: int | None) -> None:
        super().__init__(f"the desk of {person} is closed (code {code})")


ALIVE = '{"type":"alive"}'
"""What a page answers to each sign of life of the service."""


class _Frame(msgspec.Struct):
    """Anything that the desk sends; what a frame lacks is empty."""

    type: str
    seq: int = 0
    now: float = 0.0
    screen: Screen | None = None
    request: str = ""
    problem: str = ""
    field: str = ""
    detail: str = ""
    found: tuple[CompanyHit, ...] = ()


_DECODER = msgspec.json.Decoder(_Frame)


class DeskClient:
    """One person's desk: `async with DeskClient(url, person, password) as desk`.

    Entering signs in and connects. `async for screen in desk` gives every screen as it comes;
    `screen` is the last one. `send` returns when the service has handled the key.
    """

    def __init__(self, base_url: str, person: str, password: str) -> None:
        self.person = person
        self.screen: Screen | None = None
        self.companies: dict[str, tuple[CompanyHit, ...]] = {}
        self.beats = 0
        self.answers_beats = True
        self._password = password
        self._url = URL(base_url)
        self._screens: asyncio.Queue[Screen | None] = asyncio.Queue()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._keys: dict[str, str] = {}
        self._http: aiohttp.ClientSession | None = None
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self.sign_in()
            await self.connect()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def sign_in(self) -> None:
        """Sign in as a browser does. Raises SignInRefused."""
        http = self._session()
        body = {"person": self.person, "password": self._password}
        headers = await self._form_headers()
        async with http.post(self._url / "signin", json=body, headers=headers) as response:
            if response.status != 200:
                raise SignInRefused(self.person, response.status, await response.text())

    async def connect(self) -> None:
        """Open the socket; the first screen follows at once."""
        url = self._url / "socket"
        self._ws = await self._session().ws_connect(
            url, origin=str(self._url.origin()), heartbeat=10.0, max_msg_size=0
        )
        self._reader = asyncio.create_task(self._read(self._ws))

    async def __aiter__(self) -> AsyncIterator[Screen]:
        """Every screen until the socket is closed."""
        while (screen := await self._screens.get()) is not None:
            yield screen

    async def send(self, key: str, **fields: str) -> str:
        """Press a key, such as `send("answer", call=..., question=..., given=...)`.

        Returns the request's id once the service has handled it. Raises KeyRefused, DeskGone.
        """
        request = str(uuid.uuid4())
        if self._ws is None or self._ws.closed:
            raise DeskGone(self.person, self._ws.close_code if self._ws else None)
        handled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[request] = handled
        self._keys[request] = key
        try:
            await self._ws.send_str(
                msgspec.json.encode({"type": key, "request": request, **fields}).decode()
            )
            await handled
        finally:
            del self._waiting[request], self._keys[request]
        return request

    async def find_company(self, text: str) -> tuple[CompanyHit, ...]:
        """What the company field offers for these letters. Raises KeyRefused, DeskGone."""
        return self.companies.pop(await self.send("find_company", text=text))

    async def download(self, path: str) -> bytes:
        """What the desk's server gives at this path to this person."""
        async with self._session().get(self._url / path) as response:
            response.raise_for_status()
            return await response.read()

    async def sign_out(self) -> None:
        """Sign out; all desks of this person are closed."""
        headers = await self._form_headers()
        async with self._session().post(self._url / "signout", headers=headers) as response:
            response.raise_for_status()

    async def close(self) -> None:
        """Let go of the socket and the connection."""
        if self._ws is not None:
            await self._ws.close()
        if self._reader is not None:
            await self._reader
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=self._url)
            self._http = aiohttp.ClientSession(cookie_jar=jar)
        return self._http

    async def _form_headers(self) -> dict[str, str]:
        async with self._session().get(self._url) as response:
            page = await response.text()
        found = _TOKEN.search(page)
        token = unescape(found[1]) if found else ""
        return {"X-Form-Token": token, "Origin": str(self._url.origin())}

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        async for message in ws:
            if message.type is aiohttp.WSMsgType.TEXT:
                frame = _DECODER.decode(message.data)
                if frame.type == "beat":
                    self.beats += 1
                    if self.answers_beats:
                        await ws.send_str(ALIVE)
                self._take(frame)
        self._screens.put_nowait(None)
        for handled in self._waiting.values():
            if not handled.done():
                handled.set_exception(DeskGone(self.person, ws.close_code))

    def _take(self, frame: _Frame) -> None:
        handled: asyncio.Future[Any] | None = self._waiting.get(frame.request)
        match frame.type:
            case "screen":
                self.screen = frame.screen
                self._screens.put_nowait(frame.screen)
            case "companies":
                self.companies[frame.request] = frame.found
            case "done" if handled is not None and not handled.done():
                handled.set_result(None)
            case "refused" if handled is not None and not handled.done():
                key = self._keys[frame.request]
                handled.set_exception(KeyRefused(key, frame.problem, frame.detail))
            case "error" if handled is not None and not handled.done():
                handled.set_exception(KeyRefused(frame.field, frame.problem, frame.detail))
            case _:
                pass
