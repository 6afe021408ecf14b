"""The API's door: who asks, whether that token may, how often, and what is answered when not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Protocol

import msgspec
import structlog
from aiohttp import web

from ivr.domain.errors import LinetreeError
from ivr.logs import rare
from ivr.ports import ApiToken, Audit, AuditEntry, Tokens
from ivr.web.access import address_of
from ivr.web.answers import problem
from ivr.web.api.description import described
from ivr.web.api.keys import id_of, opens
from ivr.web.api.route import ApiRoute, Asked, Done, Scope, body_of, query_of
from ivr.web.limits import Failures, Flow
from ivr.web.room import Refused, Route

ROOT = "/api/v1"
DESCRIPTION = "/api/openapi.json"

REQUESTS = 20
"""Requests a second that one token may make, and three times as many at once."""

WRONG_TOKENS = 40
"""Requests with a wrong token that one address may make in five minutes."""

UNSURE = 503
"""The status in the audit log of a write that may have been done: the database did not say."""

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Resource(Protocol):
    """Rows of the API."""

    def routes(self) -> tuple[ApiRoute, ...]: ...


class Api:
    """All resources behind one door."""

    def __init__(
        self,
        resources: Sequence[Resource],
        tokens: Tokens,
        audit: Audit,
        now: Callable[[], float],
        proxies: Collection[str] = (),
    ) -> None:
        """`proxies` are those whose word of the client's address counts."""
        self._rows = tuple(row for one in resources for row in one.routes())
        self._tokens = tokens
        self._audit = audit
        self._now = now
        self._proxies = proxies
        self._flows: dict[str, Flow] = {}
        self._wrong = Failures(WRONG_TOKENS, 300.0, now)
        self._refused = 0
        self._description = msgspec.json.encode(described(ROOT, self._rows))

    def routes(self) -> tuple[Route, ...]:
        """The rows as the web server serves them; what is none of them is a problem, too."""
        return (
            Route("GET", DESCRIPTION, self._describe),
            *(Route(row.method, ROOT + row.path, self._handler(row)) for row in self._rows),
            Route("*", "/api/{rest:.*}", self._unknown),
        )

    async def _describe(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._description, content_type="application/json")

    async def _unknown(self, request: web.Request) -> web.Response:
        methods = {r.method for r in self._rows if _matches(ROOT + r.path, request.path)}
        if not methods:
            return problem(404, "not_found", f"see {DESCRIPTION}")
        answer = problem(405, "wrong_method", f"only {', '.join(sorted(methods))}")
        answer.headers["Allow"] = ", ".join(sorted(methods))
        return answer

    def _handler(self, row: ApiRoute) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                return await self._answered(request, row)
            except Refused as refused:
                return _refusal(refused)
            except LinetreeError as error:
                log.warning("api_not_answered", path=row.path, why=str(error))
                return problem(503, "try_later", str(error), retry=5)

        return handler

    async def _answered(self, request: web.Request, row: ApiRoute) -> web.Response:
        token = await self._token(request)
        if row.scope.value not in token.scopes.split():
            raise Refused(403, "not_for_this_token", f"it needs the scope {row.scope}")
        if not self._flow(token.id).allows():
            raise Refused(429, "too_many_requests", retry=1)
        query = query_of(request, row.query)
        asked = Asked(token, request, query, await body_of(request, row))
        try:
            response = _response(row, await row.handler(asked))
        except LinetreeError as error:
            if row.scope is not Scope.READ and not isinstance(error, Refused):
                self._note(asked, UNSURE)
            raise
        if row.scope is not Scope.READ:
            self._note(asked, response.status)
        return response

    async def _token(self, request: web.Request) -> ApiToken:
        """The token that asks. Raises Refused: 401, 429."""
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        id = id_of(shown.strip()) if kind.casefold() == "bearer" else ""
        kept = await asyncio.to_thread(self._tokens.token, id) if id else None
        if kept is None or not opens(shown.strip(), kept):
            raise self._wrong_token(address_of(request, self._proxies))
        return kept

    def _wrong_token(self, address: str) -> Refused:
        """One address may guess for a while; a right token from there is let in all the same."""
        wait = self._wrong.wait(address)
        self._wrong.count(address)
        self._refused += 1
        if rare(self._refused):
            log.warning("api_token_refused", address=address, so_far=self._refused)
        if wait > 0:
            return Refused(429, "too_many_tries", retry=int(wait) + 1)
        return Refused(401, "wrong_token", "send Authorization: Bearer and a token that is valid")

    def _flow(self, token: str) -> Flow:
        if token not in self._flows:
            self._flows[token] = Flow(REQUESTS, 3 * REQUESTS, self._now)
        return self._flows[token]

    def _note(self, asked: Asked, status: int) -> None:
        """Every write that was done, or may have been, is in the audit log, whatever it was."""
        path = asked.request.path
        detail: dict[str, Any] = {"token": asked.token.id, "status": status}
        action = f"api_{asked.request.method.lower()}"
        self._audit.record(AuditEntry.of(self._now(), asked.by, action, path[:200], detail))


def _response(row: ApiRoute, value: Any) -> web.Response:
    done = value if isinstance(value, Done) else Done(value, row.status)
    headers = dict(done.headers)
    if done.status == 204:
        return web.Response(status=204, headers=headers)
    if row.file:
        name = row.path.rsplit("/", 1)[-1]
        headers.setdefault("Content-Disposition", f'attachment; filename="{name}"')
        return web.Response(
            body=done.value, content_type=row.file, charset="utf-8", headers=headers
        )
    return web.Response(
        body=msgspec.json.encode(done.value),
        status=done.status,
        content_type="application/json",
        headers=headers,
    )


def _refusal(refused: Refused) -> web.Response:
    answer = problem(refused.status, refused.code, refused.detail, refused.retry)
    if refused.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _matches(pattern: str, path: str) -> bool:
    parts = re.split(r"\{\w+\}", pattern)
    return re.fullmatch("[^/]+".join(re.escape(part) for part in parts), path) is not None
