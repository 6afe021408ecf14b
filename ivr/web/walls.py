"""The walls' sockets: each gets a frame at most once a second, and only when something changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from ivr.domain.errors import LinetreeError
from ivr.logs import rare
from ivr.web.socket import Closing, DeskSocket

log = structlog.get_logger()

PACE = 1.0
"""Seconds between two looks at the floor."""

MOST_WALLS = 50
"""Walls at once; the oldest gives way to one more."""

Look = Callable[[], Awaitable[Callable[[], bytes] | None]]
"""Makes the newest frame, or tells by None that nothing has changed."""


@dataclass(slots=True)
class Watcher:
    """One wall: its socket, and whether its person may still see it."""

    socket: DeskSocket
    still: Callable[[], bool]


@dataclass(slots=True)
class Walls:
    """Feeds all open walls from one look a second; without a wall nobody looks."""

    look: Look
    watchers: list[Watcher] = field(default_factory=list)
    newest: Callable[[], bytes] | None = None
    _feeding: asyncio.Task[None] | None = None
    _failed: int = 0

    def opened(self, watcher: Watcher) -> None:
        """A wall has connected; it is shown what the others see."""
        self.watchers.append(watcher)
        if len(self.watchers) > MOST_WALLS:
            self.watchers[0].socket.close(Closing.TOO_MANY_PAGES)
        if self.newest is not None:
            watcher.socket.put_screen(self.newest)
        if self._feeding is None or self._feeding.done():
            self._feeding = asyncio.create_task(self._feed(), name="walls")
            self._feeding.add_done_callback(self._ended)

    def closed(self, watcher: Watcher) -> None:
        """A wall is gone; the last one ends the feeding."""
        self.watchers.remove(watcher)
        if not self.watchers and self._feeding is not None:
            self._feeding.cancel()
            self._feeding = self.newest = None

    def close(self) -> None:
        """Close all walls, so that they look for the next start."""
        for watcher in self.watchers:
            watcher.socket.close(Closing.RESTART)

    def _ended(self, feeding: asyncio.Task[None]) -> None:
        """A defect ends the feeding: the walls come anew rather than show an old picture."""
        if not feeding.cancelled() and (defect := feeding.exception()) is not None:
            log.error("wall_broke", exc_info=defect)
            self.newest = None
            self.close()

    async def _feed(self) -> None:
        while True:
            await self._once()
            await asyncio.sleep(PACE)

    async def _once(self) -> None:
        """One look; what cannot be looked at is told in the log, and tried again."""
        try:
            frame = await self.look()
        except LinetreeError as error:
            self._failed += 1
            if rare(self._failed):
                log.warning("wall_not_drawn", why=str(error), so_far=self._failed)
            return
        if frame is not None:
            self.newest = frame
        for watcher in self.watchers:
            if not watcher.still():
                watcher.socket.close(Closing.SIGNED_OUT)
            elif frame is not None:
                watcher.socket.put_screen(frame)
