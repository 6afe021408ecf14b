"""What every page needs: its files, sign-in and sign-out, and whether the service is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Annotated

import msgspec
import structlog
from aiohttp import web
from msgspec import Meta

from ivr.domain.errors import LinetreeError
from ivr.web import static_files
from ivr.web.access import Access
from ivr.web.answers import problem
from ivr.web.limits import Failures
from ivr.web.passwords import Passwords
from ivr.web.room import BODY_WITHIN

log = structlog.get_logger()

Ready = Callable[[], Mapping[str, str]]
"""What keeps the service from being ready, by name; nothing when it is."""


class SignIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the door posts."""

    person: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=1000)]


class Pages:
    """The handlers of plain HTTP. Each problem is a code that the page has words for."""

    def __init__(
        self,
        people: Collection[str],
        access: Access,
        passwords: Passwords,
        signed_out: Callable[[str], Awaitable[None]],
        ready: Ready,
        now: Callable[[], float],
    ) -> None:
        self._people = people
        self._access = access
        self._passwords = passwords
        self._signed_out = signed_out
        self._ready = ready
        self._files = static_files.load()
        self._by_name = Failures(most=8, window=300.0, now=now)
        self._by_address = Failures(most=40, window=300.0, now=now)

    async def static(self, request: web.Request) -> web.Response:
        """One of the pages' files."""
        file = self._files.get(request.match_info["name"])
        if file is None or file.content_type == "text/html":
            return problem(404, "not_found")
        return static_files.answer(request, file)

    async def sign_in(self, request: web.Request) -> web.Response:
        """Check a name and a password, and give the browser a session."""
        if refusal := self._access.not_ours(request):
            return refusal
        if request.content_type != "application/json":
            return problem(415, "wrong_content_type", "send application/json")
        try:
            async with asyncio.timeout(BODY_WITHIN):
                sent = msgspec.json.decode(await request.read(), type=SignIn)
        except TimeoutError:
            return problem(408, "too_slow")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return problem(400, "bad_message", str(error))
        return await self._let_in(request, sent)

    async def _let_in(self, request: web.Request, sent: SignIn) -> web.Response:
        address = self._access.address(request)
        wait = max(self._by_name.wait(sent.person), self._by_address.wait(address))
        if wait > 0:
            return problem(429, "too_many_tries", retry=int(wait) + 1)
        try:
            fits = await self._passwords.fits(sent.person, sent.password)
        except LinetreeError as error:
            log.warning("sign_in_not_checked", why=str(error))
            return problem(503, "try_later", retry=5)
        if not fits or sent.person not in self._people:
            self._by_name.count(sent.person)
            self._by_address.count(address)
            log.info("sign_in_refused", address=address)
            return problem(403, "wrong_password")
        self._by_name.forget(sent.person)
        response = web.json_response({"ok": True})
        self._access.sign_in(request, response, sent.person)
        log.info("signed_in", person=sent.person, address=address)
        return response

    async def sign_out(self, request: web.Request) -> web.Response:
        """End all sessions of the person, here and in other browsers."""
        if refusal := self._access.not_ours(request):
            return refusal
        session = self._access.session(request)
        if session is None:
            return problem(401, "signed_out")
        response = web.json_response({"ok": True})
        try:
            await self._signed_out(session.person)
        except LinetreeError as error:
            log.error("sign_out_not_kept", person=session.person, why=str(error))
            response = problem(503, "try_later", str(error))
        self._access.sign_out(request, response)
        return response

    async def alive(self, _request: web.Request) -> web.Response:
        """The process answers."""
        return web.json_response({"alive": True})

    async def ready(self, _request: web.Request) -> web.Response:
        """The service may be given calls; otherwise what is missing, by name."""
        missing = dict(self._ready())
        return web.json_response(
            {"ready": not missing, "missing": missing}, status=503 if missing else 200
        )
