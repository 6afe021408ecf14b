"""Work that waits for the database, on a thread, and is over when its task is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *words: P.args, **named: P.kwargs) -> T:
    """The work's result. A cancelled task ends only after it: nothing uses a closed store."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *words, **named))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
