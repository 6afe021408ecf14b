"""One browser's socket: what it is still to be sent, and when it is given up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from enum import IntEnum

from aiohttp import web

from ivr.web import frames

MOST_WAITING = 64
"""Answers to key presses that may wait for one browser."""

UNREAD = 10.0
"""Seconds after which a browser that does not read is given up."""

MOST_UNSENT = 64 * 1024
"""Bytes that may lie between here and the network before a browser is waited for."""

AGAIN = 0.05
"""Seconds until a browser that was waited for is looked at again."""

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
    """Sends to one browser. The newest screen takes the place of one that is not sent yet.

    Frames are written to the transport as they are: a task and a wait for each, as a WebSocket
    library has it, cost more than the frame. Only a browser that does not read is waited for.
    """

    def __init__(
        self, ws: web.WebSocketResponse, transport: asyncio.Transport, now: Callable[[], float]
    ) -> None:
        self.ws = ws
        self._transport = transport
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._screen: Callable[[], bytes] | None = None
        self._answers: deque[bytes] = deque()
        self._sending: asyncio.Handle | None = None
        self._full_since: float | None = None
        self._closing: Closing | None = None
        self._closed = asyncio.Event()
        self._answers_beats = False
        self._unanswered = 0

    def alive(self) -> None:
        """The page has answered a sign of life: from now on it is held to that."""
        self._answers_beats = True
        self._unanswered = 0

    def put_screen(self, frame: Callable[[], bytes]) -> None:
        """Send what `frame` makes when the browser can take it."""
        self._screen = frame
        self._send_soon()

    def put_answer(self, frame: bytes) -> None:
        """Send this too; a browser that lets too many wait is given up."""
        if len(self._answers) >= MOST_WAITING:
            return self.close(Closing.NOT_READING)
        self._answers.append(frame)
        self._send_soon()
        return None

    def close(self, why: Closing) -> None:
        """Close once all that waits is sent; never waits."""
        self._closing = self._closing or why
        self._closed.set()

    async def run(self) -> None:
        """Give signs of life, and close the socket when it is to be closed."""
        beat = self._loop.create_task(self._beat())
        try:
            await self._closed.wait()
        finally:
            beat.cancel()
            if self._sending is not None:
                self._sending.cancel()
        if self._closing is Closing.NOT_READING:
            return self._transport.abort()
        self._send()
        assert self._closing is not None
        why = self._closing
        await self.ws.close(code=why, message=why.name.lower().encode())
        return None

    def _send_soon(self) -> None:
        """What comes in one turn of the loop goes out in one piece, and holds nobody up before."""
        if self._sending is None:
            self._sending = self._loop.call_soon(self._send)

    def _send(self) -> None:
        self._sending = None
        if self.ws.closed or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > MOST_UNSENT:
            self._wait()
            return
        self._full_since = None
        piece = b""
        if self._screen is not None:
            # A screen goes before the answer to the key that led to it.
            frame, self._screen = self._screen, None
            piece = frames.framed(frame())
        if self._answers:
            piece += b"".join(map(frames.framed, self._answers))
            self._answers.clear()
        self._transport.write(piece)

    def _wait(self) -> None:
        """Look again in a moment; a browser that reads nothing for long is given up."""
        now = self._loop.time()
        self._full_since = self._full_since or now
        if now - self._full_since >= UNREAD:
            self.close(Closing.NOT_READING)
        else:
            self._sending = self._loop.call_later(AGAIN, self._send)

    async def _beat(self) -> None:
        """Give signs of life; a page that left the last one unanswered is gone."""
        while True:
            await asyncio.sleep(BEAT)
            if self._answers_beats and self._unanswered:
                return self.close(Closing.NOT_READING)
            self._unanswered += 1
            self.put_answer(frames.beat(self._now()))
