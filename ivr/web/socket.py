"""One browser's socket: what it is still to be sent, and when it is given up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum

from aiohttp import WSMsgType, web

from ivr.web import frames

MOST_WAITING = 64
"""Answers to key presses that may wait for one browser."""

UNREAD = 10.0
"""Seconds after which a browser that does not read is given up."""

BEAT = 4.0
"""Seconds between signs of life, so that a page knows that silence means a lost connection.

A page answers each. The browser's own network answers pings even for a page that it has frozen.
"""


class Closing(IntEnum):
    """Why a socket is closed: the page knows these codes."""

    TEXT_ONLY = 4400
    SIGNED_OUT = 4401
    NOT_READING = 4408
    TOO_MANY_PAGES = 4409
    TOO_MANY_MESSAGES = 4429
    RESTART = 1012


class DeskSocket:
    """Sends to one browser. The newest screen takes the place of one that is not sent yet."""

    def __init__(
        self, ws: web.WebSocketResponse, abort: Callable[[], None], now: Callable[[], float]
    ) -> None:
        self.ws = ws
        self._abort = abort
        self._now = now
        self._screen: Callable[[], bytes] | None = None
        self._answers: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._closing: Closing | None = None
        self._beat_at = 0.0
        self._answers_beats = False
        self._unanswered = 0

    def alive(self) -> None:
        """The page has answered a sign of life: from now on it is held to that."""
        self._answers_beats = True
        self._unanswered = 0

    def put_screen(self, frame: Callable[[], bytes]) -> None:
        """Send what `frame` makes when the browser can take it."""
        self._screen = frame
        self._news.set()

    def put_answer(self, frame: bytes) -> None:
        """Send this too; a browser that lets too many wait is given up."""
        if len(self._answers) >= MOST_WAITING:
            return self.close(Closing.NOT_READING)
        self._answers.append(frame)
        self._news.set()
        return None

    def close(self, why: Closing) -> None:
        """Close as soon as the frame that is being sent is out; never waits."""
        self._closing = self._closing or why
        self._news.set()

    async def run(self) -> None:
        """Send until the socket is closed."""
        self._beat_at = asyncio.get_running_loop().time() + BEAT
        while self._closing is None and not self.ws.closed:
            self._news.clear()
            self._beat()
            await self._send_all()
            if self._closing is None:
                await self._sleep()
        await self._send_all()
        if self._closing is not None:
            await self._close(self._closing)

    async def _send_all(self) -> None:
        while (self._answers or self._screen) and self._closing is not Closing.NOT_READING:
            if not await self._send(self._next()):
                self._closing = Closing.NOT_READING

    def _next(self) -> bytes:
        """A screen goes before the answer to the key that led to it."""
        if self._screen is not None:
            frame, self._screen = self._screen, None
            return frame()
        return self._answers.popleft()

    async def _send(self, frame: bytes) -> bool:
        try:
            async with asyncio.timeout(UNREAD):
                await self.ws.send_frame(frame, WSMsgType.TEXT)
        except (TimeoutError, ConnectionError):
            return False
        return True

    async def _sleep(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._beat_at):
                await self._news.wait()

    def _beat(self) -> None:
        """Give a sign of life when it is time; a page that left the last one unanswered is gone."""
        now = asyncio.get_running_loop().time()
        if now < self._beat_at:
            return
        self._beat_at = now + BEAT
        if self._answers_beats and self._unanswered:
            self._closing = Closing.NOT_READING
            return
        self._unanswered += 1
        self._answers.append(frames.beat(self._now()))

    async def _close(self, why: Closing) -> None:
        if why is Closing.NOT_READING:
            return self._abort()
        await self.ws.close(code=why, message=why.name.lower().encode())
        return None
