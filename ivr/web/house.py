"""The house: all rooms, the navigation between them, and the guard before each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import structlog
from aiohttp import web

from ivr.config.people import Person, Role
from ivr.domain.errors import LinetreeError
from ivr.web.access import Access
from ivr.web.answers import problem
from ivr.web.limits import Flow
from ivr.web.room import Asked, LiveRoom, Place, Refused, Room, RoomRoute, Route
from ivr.web.shell import DOOR, REFUSAL, Shell
from ivr.web.socket import Closing

log = structlog.get_logger()

REQUESTS = 20
"""Requests a second that one person's pages may make, and three times as many at once."""

DESK = Place("desk", "/", "desk.js", frozenset({"agent"}))

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class House:
    """Serves each room's page and JSON to whoever may enter it, by the roles in force now."""

    def __init__(
        self,
        rooms: Sequence[Room],
        people: Mapping[str, Person],
        access: Access,
        shell: Shell,
        now: Callable[[], float],
        beside: Sequence[RoomRoute] = (),
    ) -> None:
        """`beside` are routes of the desk, whose page stands at `/`."""
        self._beside = tuple(beside)
        self._rooms = tuple(rooms)
        self._places = (DESK, *(room.place for room in rooms))
        self._people = people
        self._access = access
        self._shell = shell
        self._now = now
        self._flows: dict[str, Flow] = {}

    def routes(self) -> tuple[Route, ...]:
        """The pages, then what each of them asks."""
        pages = [Route("GET", one.address, self._page(one)) for one in self._places]
        asked = [
            Route(one.method, room.place.address + one.path, self._asked(room.place, one))
            for room in self._rooms
            for one in room.routes()
        ]
        beside = [
            Route(one.method, DESK.address + one.path, self._asked(DESK, one))
            for one in self._beside
        ]
        return (*pages, *asked, *beside)

    def _page(self, place: Place) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            return self._enter(request, place)

        return handler

    def _enter(self, request: web.Request, place: Place) -> web.Response:
        """The page, the door before it, or a word that it is not for this person."""
        response = web.Response(content_type="text/html", charset="utf-8")
        session = self._access.session(request)
        person = self._people.get(session.person) if session else None
        if session is None or person is None:
            response.text = self._shell.page(DOOR, self._access.door_token(request, response))
            return response
        nav = [one for one in self._places if one.admits(person)]
        if not place.admits(person):
            if place is DESK and nav:
                return web.Response(status=303, headers={"Location": nav[0].address})
            if place is not DESK:
                response.set_status(403)
                place = REFUSAL
        token = self._access.renewed(request, response, session)
        response.text = self._shell.page(place, token, person, nav)
        return response

    def _asked(self, place: Place, route: RoomRoute) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                asked = self._admitted(request, place, route)
                if isinstance(asked, web.Response):
                    return await self._told(request, asked)
                return await route.handler(asked)
            except Refused as refused:
                return problem(
                    refused.status, refused.code, refused.detail, refused.retry, refused.more
                )
            except LinetreeError as error:
                log.warning("request_refused", room=place.id, path=request.path, why=str(error))
                return problem(409, "refused", str(error))

        return handler

    def _admitted(
        self, request: web.Request, place: Place, route: RoomRoute
    ) -> Asked | web.Response:
        """Who asks, if that person may."""
        person = self._person(request)
        if person is None:
            return problem(401, "signed_out")
        if not self._flow(person.id).allows():
            return problem(429, "too_many_requests", retry=1)
        if route.method != "GET" and (refusal := self._access.not_ours(request)):
            return refusal
        if _is_socket(request) and not self._access.knows_origin(request):
            return problem(403, "foreign_origin")
        allowed = place.roles if route.roles is None else route.roles
        if not _of(person, allowed):
            return problem(403, "not_for_you", f"for {', '.join(sorted(allowed))} only")
        return Asked(person, request, lambda: _of(self._person(request), allowed))

    async def _told(self, request: web.Request, refusal: web.Response) -> web.StreamResponse:
        """The refusal; a socket of our own page is closed for it, signed out or of another role.

        A page cannot read why a handshake failed, and would try again for ever.
        """
        if not _is_socket(request) or refusal.status not in (401, 403):
            return refusal
        if not self._access.knows_origin(request):
            return refusal
        ws = web.WebSocketResponse(compress=False, timeout=3.0)
        await ws.prepare(request)
        await ws.close(code=Closing.SIGNED_OUT, message=b"signed_out")
        return ws

    def _person(self, request: web.Request) -> Person | None:
        """Who is signed in with this browser, as long as that lasts."""
        session = self._access.session(request)
        return self._people.get(session.person) if session else None

    def close(self) -> None:
        """Let go of what the rooms keep open."""
        for room in self._rooms:
            if isinstance(room, LiveRoom):
                room.close()

    def _flow(self, person: str) -> Flow:
        """The person's bucket; only people of the company have one, so that they stay few."""
        if person not in self._flows:
            self._flows[person] = Flow(REQUESTS, 3 * REQUESTS, self._now)
        return self._flows[person]


def _of(person: Person | None, roles: Collection[Role]) -> bool:
    """Whether the person has one of these roles; anyone has, where there are none."""
    return person is not None and (not roles or not set(roles).isdisjoint(person.roles))


def _is_socket(request: web.Request) -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"
