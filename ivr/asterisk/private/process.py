"""A private program with a folder of its own: up within `async with`, and gone after it."""

from __future__ import annotations

import asyncio
import shutil
from abc import ABC, abstractmethod
from typing import Self

from ivr.asterisk.private.processes import run_folder


class PrivateProcess(ABC):
    """One process of ours. Leaving the context manager stops it and removes its folder.

    What a failure left behind stays for whoever looks into it.
    """

    def __init__(self) -> None:
        self.folder = run_folder()
        self._process: asyncio.subprocess.Process | None = None

    @abstractmethod
    async def start(self) -> None:
        """Start it. Raises ProcessFailed."""

    @abstractmethod
    async def stop(self) -> None:
        """End it and wait until it is gone; the folder stays until `remove`."""

    @property
    def is_running(self) -> bool:
        """Whether the process lives (a frozen one does)."""
        return self._process is not None and self._process.returncode is None

    def remove(self) -> None:
        """Delete the folder of a stopped one."""
        shutil.rmtree(self.folder, ignore_errors=True)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        await self.stop()
        if not isinstance(error, Exception):
            self.remove()
