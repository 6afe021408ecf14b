"""A room: a page at an address of its own, who may enter it, and the JSON that it speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

import msgspec
from aiohttp import web

from ivr.config.people import Person, Role
from ivr.domain.errors import LinetreeError

T = TypeVar("T")

BODY_WITHIN = 10.0
"""Seconds in which a posted body has to arrive."""

LARGEST_BODY = 64 * 1024
"""Bytes of a posted body where the room says nothing else."""


class Refused(LinetreeError):
    """A request is not done; `code` is what the page has words for, `retry` in seconds.

    `more` joins the JSON that is answered.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        retry: int = 0,
        more: Mapping[str, object] | None = None,
    ) -> None:
        self.status = status
        self.more = more or {}
        self.code = code
        self.detail = detail
        self.retry = retry
        super().__init__(f"{code}: {detail}" if detail else code)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a room is and who may enter: anyone signed in when `roles` is empty.

    `id` names the room in the navigation (words/*/shell.js, `nav`). `script` and `styles` are
    files of static/; `look` are classes of the page's body.
    """

    id: str
    address: str
    script: str
    roles: frozenset[Role] = frozenset()
    styles: tuple[str, ...] = ()
    look: str = "desk"

    def admits(self, person: Person) -> bool:
        """Whether this person may enter, by the roles in force now."""
        return not self.roles or not self.roles.isdisjoint(person.roles)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a person who may make it: signed in, of the right role, from our page.

    `still` tells whether that is so now, for what goes on after the answer has begun.
    """

    person: Person
    request: web.Request
    still: Callable[[], bool] = lambda: True

    async def body(self, kind: type[T], largest: int = LARGEST_BODY) -> T:
        """The posted JSON as a Struct or dataclass. Raises Refused: 408, 413, 415, 400."""
        if self.request.content_type != "application/json":
            raise Refused(415, "wrong_content_type", "send application/json")
        sent = await self.bytes(largest)
        try:
            return msgspec.json.decode(sent, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(400, "bad_message", str(error)) from error

    async def bytes(self, largest: int = LARGEST_BODY) -> bytes:
        """The posted body as it is, such as a file. Raises Refused: 408, 413."""
        sent = bytearray()
        try:
            async with asyncio.timeout(BODY_WITHIN):
                async for part in self.request.content.iter_any():
                    sent += part
                    if len(sent) > largest:
                        raise Refused(413, "too_large", f"at most {largest} bytes")
        except TimeoutError as error:
            raise Refused(408, "too_slow") from error
        return bytes(sent)

    def query(self, kind: type[T]) -> T:
        """What stands behind the `?`, as a Struct; numbers are read from text. Raises Refused."""
        try:
            return msgspec.convert(dict(self.request.query), kind, strict=False)
        except msgspec.ValidationError as error:
            raise Refused(400, "bad_message", str(error)) from error

    def part(self, name: str) -> str:
        """The `{name}` of the route's path."""
        return self.request.match_info[name]


@dataclass(frozen=True, slots=True)
class RoomRoute:
    """One thing to ask of a room. `path` goes on from the room's address.

    What is not a GET has to come from a page of ours, with its token. `roles`, when given, may
    ask this whoever may see the page; a refusal is raised as Refused.
    """

    method: str
    path: str
    handler: Callable[[Asked], Awaitable[web.StreamResponse]]
    roles: frozenset[Role] | None = None


class Room(Protocol):
    """What the web server serves as one page."""

    @property
    def place(self) -> Place: ...

    def routes(self) -> tuple[RoomRoute, ...]: ...


@runtime_checkable
class LiveRoom(Protocol):
    """A room with connections that stay open."""

    def close(self) -> None:
        """Let them go, so that the server can stop."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the server's table. What is not in it is answered by 404 or 405."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
