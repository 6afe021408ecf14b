"""Who asks: the session in the cookie, the origin, the address, and the token of a form."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from hmac import compare_digest

import structlog
from aiohttp import web

from ivr.logs import rare
from ivr.web.answers import problem
from ivr.web.sessions import Session, Sessions
from ivr.web.settings import WebSettings, is_known_origin

DOOR_LASTS = 3600

log = structlog.get_logger()


class Access:
    """Reads and writes what a browser carries.

    Over https the cookies are `__Host-` ones. Browsers keep those from plain http, so there, on
    loopback or where the settings list an http origin, they have a plain name and no `Secure`.
    """

    def __init__(self, settings: WebSettings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions
        self._foreign = 0

    def session(self, request: web.Request) -> Session | None:
        """The session of this browser, or None."""
        token = request.cookies.get(self._name(request, "session"), "")
        return self._sessions.read(token)

    def sign_in(self, request: web.Request, response: web.Response, person: str) -> Session:
        """Give the browser a session of this person."""
        token, session = self._sessions.open(person)
        self._set(request, response, "session", token, int(self._settings.lasts))
        return session

    def sign_out(self, request: web.Request, response: web.Response) -> None:
        """Take the session from the browser."""
        self._set(request, response, "session", "", 0)

    def door_token(self, request: web.Request, response: web.Response) -> str:
        """The token for a sign-in, bound to a cookie of the door."""
        door = request.cookies.get(self._name(request, "door")) or secrets.token_urlsafe(18)
        self._set(request, response, "door", door, DOOR_LASTS)
        return self._sessions.form_token(f"door:{door}")

    def renewed(self, request: web.Request, response: web.Response, session: Session) -> str:
        """The token for the desk's requests; a session that grows old is replaced by a new one."""
        if self._sessions.aging(session):
            session = self.sign_in(request, response, session.person)
        return self._sessions.form_token(_seed(session))

    def is_ours(self, request: web.Request) -> bool:
        """Whether a request that changes something came from a page of ours."""
        session = self.session(request)
        door = request.cookies.get(self._name(request, "door"), "")
        sent = request.headers.get("X-Form-Token", "")
        if not (session or door) or not sent.isascii():
            return False
        seed = _seed(session) if session else f"door:{door}"
        return compare_digest(sent, self._sessions.form_token(seed))

    def not_ours(self, request: web.Request) -> web.Response | None:
        """Why a request that changes something is refused as another page's; None if it is ours."""
        if not self.knows_origin(request):
            origin = request.headers.get("Origin", "")
            self._foreign += 1
            if rare(self._foreign):
                mend = "list it under web.origins"
                log.warning("foreign_origin", origin=origin[:200], mend=mend, so_far=self._foreign)
            return problem(403, "foreign_origin", f"list {origin[:200]} under web.origins")
        if not self.is_ours(request):
            return problem(403, "stale_form", "load the page again")
        return None

    def knows_origin(self, request: web.Request) -> bool:
        """Whether the browser's page is one of ours. A request without an origin is not."""
        return is_known_origin(request.headers.get("Origin", ""), self._settings)

    def address(self, request: web.Request) -> str:
        """The client's address; X-Forwarded-For counts only from a proxy that the settings name."""
        return address_of(request, self._settings.proxies)

    def _secure(self, request: web.Request) -> bool:
        """TLS here, or at a proxy for whose name an https origin is listed."""
        return request.secure or f"https://{request.host}" in self._settings.origins

    def _name(self, request: web.Request, what: str) -> str:
        return f"__Host-{what}" if self._secure(request) else f"linetree-{what}"

    def _set(
        self, request: web.Request, response: web.Response, what: str, value: str, age: int
    ) -> None:
        response.set_cookie(
            self._name(request, what),
            value,
            max_age=age,
            path="/",
            httponly=True,
            secure=self._secure(request),
            samesite="Strict",
        )


def address_of(request: web.Request, proxies: Collection[str]) -> str:
    """The client's address; X-Forwarded-For counts only from one of `proxies`.

    A proxy may add a line of its own below the one that the client sent: the last hop counts.
    """
    peer = request.remote or ""
    if peer not in proxies:
        return peer
    hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    for hop in reversed(hops):
        if (hop := hop.strip()) and hop not in proxies:
            return hop[:64]
    return peer


def _seed(session: Session) -> str:
    """The same for all tabs of a person until the person signs out."""
    return f"session:{session.person}:{session.generation}"
