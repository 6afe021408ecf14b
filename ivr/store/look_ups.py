"""What a screen waits for: read on threads of its own, and again while the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from ivr.domain.events import ClientKnown, DealingsKnown
from ivr.ports import Post
from ivr.store.errors import StoreUnreachable

AGAIN_AFTER = 2.0
"""Seconds between two tries."""

MOST_TRIES = 300

log = structlog.get_logger()

Known = ClientKnown | DealingsKnown


class LookUps:
    """Posts what a look gives. The service's other threads may be busy: these are nobody else's."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, "store-look-up")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._post: Post | None = None
        self._closed = False

    def start(self, loop: asyncio.AbstractEventLoop, post: Post) -> None:
        """From now on looks are taken, and their answers posted on this loop."""
        self._loop, self._post = loop, post

    def close(self) -> None:
        """Take no more looks; the one that is being taken is waited for."""
        self._closed = True
        self._threads.shutdown(cancel_futures=True)

    def ask(self, about: str, look: Callable[[], Known], tries: int = 1) -> None:
        """Take a look; `about` names in the log whom it is about. Never waits."""
        if self._loop is None or self._closed:
            return
        looking = self._loop.run_in_executor(self._threads, look)
        looking.add_done_callback(lambda done: self._seen(about, look, tries, done))

    def _seen(
        self, about: str, look: Callable[[], Known], tries: int, done: asyncio.Future[Known]
    ) -> None:
        if done.cancelled() or self._closed:
            return
        problem = done.exception()
        if problem is None:
            assert self._post is not None
            self._post(done.result())
            return
        log.warning("not_looked_up", about=about, why=str(problem), tries=tries)
        if isinstance(problem, StoreUnreachable) and tries < MOST_TRIES:
            assert self._loop is not None
            self._loop.call_later(AGAIN_AFTER, self.ask, about, look, tries + 1)
