"""The dialplan asks and waits for a word: intake, an untaken transfer, a claim to dial.

The dialplan itself leaves after two seconds and goes on alone, so that a word which comes late
is counted and never an error.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import assert_never

import structlog

from ivr.asterisk.agi_session import AgiSession
from ivr.asterisk.translate import Verdict, verdict
from ivr.domain.commands import (
    AdmitCall,
    GrantClaim,
    LeaveToDialplan,
    PromiseCallback,
    RefuseCall,
    RefuseClaim,
    ReturnToQueue,
)
from ivr.domain.events import CallOffered, ClaimAsked, TransferUnanswered
from ivr.ports import Post

PATIENCE = 1.5
"""Seconds that a session waits: less than the two of the dialplan's guard and of the route."""

log = structlog.get_logger()


class Verdicts:
    """The sessions that wait for the core, each under its call's or its attempt's id."""

    def __init__(self, post: Post, now: Callable[[], float]) -> None:
        self._post = post
        self._now = now
        self._waiting: dict[str, asyncio.Future[Verdict]] = {}
        self.counts: Counter[str] = Counter()

    def routes(self) -> Mapping[str, Callable[[AgiSession], Awaitable[None]]]:
        """What each FastAGI route does."""
        return {"intake": self.intake, "untaken": self.untaken, "claim": self.claim}

    async def intake(self, session: AgiSession) -> None:
        """A caller of the number: queue, refuse, or no word at all."""
        asked = session.request
        call = _argument(session, 1) or asked.uniqueid
        name, number = _known(asked.caller_name), _known(asked.caller_number)
        did = _argument(session, 0)
        offered = CallOffered(self._now(), call, asked.channel, did, number, name)
        await self._ask(session, call, offered)

    async def untaken(self, session: AgiSession) -> None:
        """Nobody of sales took the caller: a promise to call, or back to the department."""
        call = _argument(session, 0) or session.request.uniqueid
        await self._ask(
            session, call, TransferUnanswered(self._now(), call, session.request.channel)
        )

    async def claim(self, session: AgiSession) -> None:
        """May the client of this attempt be dialled? Only its own channel may ask."""
        attempt, asked = _argument(session, 0), session.request
        if asked.uniqueid != f"{attempt}.1":
            self.counts["posing_claim"] += 1
            log.warning("claim_by_another_channel", attempt=attempt, channel=asked.channel)
            return
        await self._ask(session, attempt, ClaimAsked(self._now(), attempt, asked.channel))

    def give(self, order: Verdict) -> None:
        """Hand the word to the session that waits for it, if one still does."""
        waiting = self._waiting.get(_key(order))
        if waiting is None or waiting.done():
            self.counts["late_verdict"] += 1
            log.info("nobody_waits_for_verdict", linkedid=_key(order), verdict=type(order).__name__)
            return
        waiting.set_result(order)

    async def _ask(
        self, session: AgiSession, key: str, event: CallOffered | TransferUnanswered | ClaimAsked
    ) -> None:
        if key in self._waiting:
            self.counts["asked_twice"] += 1
            return
        waiting: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting[key] = waiting
        session.bind_linkedid(key)
        try:
            self._post(event)
            order = await asyncio.wait_for(waiting, PATIENCE)
        except TimeoutError:
            self.counts["no_verdict"] += 1
            log.warning("no_verdict_in_time", linkedid=key, asked=type(event).__name__)
            return
        finally:
            del self._waiting[key]
        if told := verdict(order):
            await session.set_variables(told)


def _argument(session: AgiSession, index: int) -> str:
    args = session.request.args
    return args[index] if index < len(args) else ""


def _known(text: str) -> str:
    """What Asterisk knows of a caller; it writes `unknown` for what it does not."""
    return "" if text == "unknown" else text


def _key(order: Verdict) -> str:
    match order:
        case AdmitCall() | RefuseCall() | LeaveToDialplan() | PromiseCallback() | ReturnToQueue():
            return order.call
        case GrantClaim() | RefuseClaim():
            return order.attempt
        case _:
            assert_never(order)
