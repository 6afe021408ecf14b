"""One thing to ask of the API, with the types by which it is checked and described."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from ivr.ports import ApiToken
from ivr.web.room import BODY_WITHIN, Refused

T = TypeVar("T")


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    WRITE = "write"
    ERASE = "erase"  # a number, for good: no program needs it that only reads and writes


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing may stand behind the `?`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a token that may make it."""

    token: ApiToken
    request: web.Request
    query: Any
    body: Any

    @property
    def by(self) -> str:
        """Who asks, for the audit log."""
        return f"token:{self.token.name}"

    def part(self, name: str) -> str:
        """The `{name}` of the path."""
        return self.request.match_info[name]

    @property
    def version(self) -> str:
        """What If-Match asks for, "" when it does not."""
        sent = self.request.headers.get("If-Match", "").strip()
        return "" if sent == "*" else sent.removeprefix("W/").strip('"')


@dataclass(frozen=True, slots=True)
class Done:
    """An answer with more than its value: the status, and headers."""

    value: Any
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One row. `body` is a Struct for JSON, bytes for a file of `takes`; None takes nothing.

    `gives` is a Struct, or None for no content; `file` the content type of what is no JSON.
    """

    method: str
    path: str
    scope: Scope
    summary: str
    handler: Callable[[Asked], Awaitable[Any]]
    gives: Any = None
    query: type[msgspec.Struct] = NoQuery
    body: Any = None
    takes: str = "application/json"
    file: str = ""
    status: int = 200
    refusals: tuple[int, ...] = ()
    largest: int = 64 * 1024


def query_of(request: web.Request, kind: type[T]) -> T:
    """What stands behind the `?`. Raises Refused: 400 with the field."""
    names = [name for name, _ in request.query.items()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refused(400, "bad_message", f"{twice} stands there twice")
    try:
        return msgspec.convert(dict(request.query), kind, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise Refused(400, "bad_message", str(error)) from error


async def body_of(request: web.Request, route: ApiRoute) -> Any:
    """What was sent, as the route takes it. Raises Refused: 400, 408, 413, 415."""
    if route.body is None:
        return None
    if request.content_type != route.takes:
        raise Refused(415, "wrong_content_type", f"send {route.takes}")
    sent = await _read(request, route.largest)
    if route.body is bytes:
        return sent
    try:
        return msgspec.json.decode(sent, type=route.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, "bad_message", str(error)) from error


async def _read(request: web.Request, largest: int) -> bytes:

    sent = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.content.iter_any():
                sent += part
                if len(sent) > largest:
                    raise Refused(413, "too_large", f"at most {largest} bytes")
    except TimeoutError as error:
        raise Refused(408, "too_slow") from error
    return bytes(sent)
