"""The people's pages: one screen a person, on all of that person's tabs, and the keys pressed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from ivr.domain.events import DeskClosed, DeskOpened
from ivr.domain.screen import CompanyHit, Screen
from ivr.ports import Post
from ivr.web import frames
from ivr.web.socket import Closing, DeskSocket

REMEMBERED = 64
"""Key presses a person that are known again when a page sends them once more."""

MOST_PAGES = 10
"""Pages a person; the oldest gives way to one more."""

FRESH = 0.5
"""Seconds for which an encoded screen may be sent again, since it carries the server's time."""


@dataclass(slots=True)
class _Handled:
    """A key press that the core has seen, and its refusal if it was refused."""

    body: Struct
    refusal: bytes | None = None


@dataclass(slots=True)
class _Person:
    now: Callable[[], float]
    sockets: list[DeskSocket] = field(default_factory=list)
    screen: Screen | None = None
    seq: int = 0
    frame: tuple[int, float, bytes] = (0, 0.0, b"")
    handled: OrderedDict[str, _Handled] = field(default_factory=OrderedDict)

    def encoded(self) -> bytes:
        """The screen as JSON, encoded once for all tabs that take it at one time."""
        now = self.now()
        seq, at, frame = self.frame
        if self.screen is not None and (seq != self.seq or not 0 <= now - at < FRESH):
            frame = frames.screen(self.seq, now, self.screen)
            self.frame = (self.seq, now, frame)
        return frame


class Desks:
    """The Desk port, and the way from a page to the core. Nothing here waits for a browser."""

    def __init__(self, post: Post, now: Callable[[], float]) -> None:
        self._post = post
        self._now = now
        self._people: dict[str, _Person] = {}

    def show(self, person: str, screen: Screen) -> None:
        """Put this screen on all of the person's pages."""
        about = self._of(person)
        about.screen = screen
        about.seq += 1
        for socket in about.sockets:
            socket.put_screen(about.encoded)

    def offer_companies(self, person: str, request: str, found: Sequence[CompanyHit]) -> None:
        """Show the companies found for typed letters; who has not asked passes them over."""
        frame = frames.companies(request, found)
        for socket in tuple(self._of(person).sockets):
            socket.put_answer(frame)

    def refuse(self, person: str, request: str, problem: str, detail: str) -> None:
        """Tell the person's pages that this key press did nothing, and why."""
        about = self._of(person)
        frame = frames.refused(request, problem, detail)
        if request in about.handled:
            about.handled[request].refusal = frame
        for socket in tuple(about.sockets):
            socket.put_answer(frame)

    def opened(self, person: str, socket: DeskSocket) -> None:
        """A page of the person has connected; the first one is news to the core."""
        about = self._of(person)
        about.sockets.append(socket)
        if len(about.sockets) > MOST_PAGES:
            about.sockets[0].close(Closing.TOO_MANY_PAGES)
        if len(about.sockets) == 1:
            self._post(DeskOpened(self._now(), person))
        if about.screen is not None:
            socket.put_screen(about.encoded)

    def closed(self, person: str, socket: DeskSocket) -> None:
        """A page of the person is gone; the last one is news to the core."""
        about = self._of(person)
        about.sockets.remove(socket)
        if not about.sockets:
            self._post(DeskClosed(self._now(), person))

    def pressed(self, person: str, socket: DeskSocket, press: frames.KeyPress) -> None:
        """Post the key press, unless it is known; answer the page that sent it in any case.

        Raises FrameRefused when the same request id came with another body before.
        """
        about = self._of(person)
        handled = about.handled.get(press.request)
        if handled is None:
            about.handled[press.request] = _Handled(press.body)
            if len(about.handled) > REMEMBERED:
                about.handled.popitem(last=False)
            self._post(press.event(self._now(), person))
        elif handled.body != press.body or type(handled.body) is not type(press.body):
            raise frames.FrameRefused(
                "request_reused",
                "request",
                f"{press.request} was another key press before",
                press.request,
            )
        elif handled.refusal is not None:
            socket.put_answer(handled.refusal)
        socket.put_answer(frames.done(press.request))

    def close(self, why: Closing, person: str | None = None) -> None:
        """Close all pages of one person, or of everybody."""
        people = self._people.values() if person is None else [self._of(person)]
        for about in people:
            for socket in about.sockets:
                socket.close(why)

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return sum(len(about.sockets) for about in self._people.values())

    def _of(self, person: str) -> _Person:
        about = self._people.get(person)
        if about is None:
            about = self._people[person] = _Person(self._now)
        return about
