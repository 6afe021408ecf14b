"""The API's way into the core: an event is posted, and what the core says to it is the answer.

The core digests an event before `post` returns, so a refusal is heard at once; what it has saved
is on the disk before the answer goes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ivr.domain.choices import SalesRefusal
from ivr.domain.events import ResultGiven
from ivr.ports import Post
from ivr.web.room import Refused

_UNKNOWN = (SalesRefusal.NO_SUCH_PROMISE, SalesRefusal.NO_SUCH_MEETING)


class Core:
    """Posts what programs outside tell; `refused` is where the core's refusals are heard."""

    def __init__(self, post: Post, settle: Callable[[], None], now: Callable[[], float]) -> None:
        self._post = post
        self._settle = settle
        self._now = now
        self._heard: dict[str, tuple[str, str] | None] = {}

    def now(self) -> float:
        """The time that an event of now carries."""
        return self._now()

    def refused(self, request: str, problem: str, detail: str) -> None:
        """The core has done nothing on this request; requests of pages are not ours."""
        if request in self._heard:
            self._heard[request] = (problem, detail)

    async def tell(self, event: ResultGiven) -> None:
        """Have it done and on the disk. Raises Refused: 404, 409; StoreUnreachable."""
        self._heard[event.request] = None
        try:
            self._post(event)
        finally:
            refusal = self._heard.pop(event.request)
        if refusal is not None:
            problem, detail = refusal
            raise Refused(404 if problem in _UNKNOWN else 409, problem, detail)
        await asyncio.to_thread(self._settle)
