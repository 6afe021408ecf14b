"""The service's side: answers the questions of the command line, one a connection."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

import structlog

from ivr.config.problems import ConfigRefused
from ivr.control.place import LARGEST, ControlUntrusted, check
from ivr.domain.errors import LinetreeError

log = structlog.get_logger()

Question = Mapping[str, Any]
Act = Callable[[Question], Awaitable[dict[str, Any]]]

ASKED_WITHIN = 10.0
"""Seconds in which a whole question has to arrive."""


class ControlServer:
    """Listens under an abstract socket name. Only this user and root are answered."""

    def __init__(
        self, address: str, acts: Mapping[str, Act], allowed: Collection[int] | None = None
    ) -> None:
        self.address = address
        self._acts = acts
        self._server: asyncio.Server | None = None
        self._allowed = frozenset({os.getuid(), 0} if allowed is None else allowed)

    async def start(self) -> None:
        """Listen. A machine on which that cannot be done serves calls all the same."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(self.address)
        except OSError as error:
            listener.close()
            log.warning(
                "no_control", why=error.strerror, effect="stop the service to publish or reload"
            )
            return
        self._server = await asyncio.start_unix_server(self._met, sock=listener, limit=LARGEST)

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            server, self._server = self._server, None
            server.close()
            await server.wait_closed()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            check(writer.get_extra_info("socket"), self._allowed)
            async with asyncio.timeout(ASKED_WITHIN):
                line = await reader.readline()
            answer = await self._answer(line)
            writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
        except ControlUntrusted as error:
            log.warning("control_refused", why=str(error))
        except (TimeoutError, ValueError, ConnectionError) as error:
            log.info("control_dropped", why=str(error))
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            question = json.loads(line)
        except (ValueError, RecursionError):
            return {"ok": False, "error": "the question is not JSON"}
        act = self._acts.get(str(question.get("do"))) if isinstance(question, dict) else None
        if act is None:
            return {"ok": False, "error": "the running service does not know this command"}
        try:
            return {"ok": True, **await act(question)}
        except ConfigRefused as refused:
            return {"ok": False, "problems": [one.as_dict() for one in refused.problems]}
        except LinetreeError as error:
            return {"ok": False, "error": str(error)}
