"""A number is forgotten at the word of who leads: looked at first, then erased for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from ivr.config.company import Company
from ivr.config.people import Role
from ivr.domain.client.company import Directory
from ivr.domain.client.phone import normalise
from ivr.erasing import LONGEST_REASON, Erasing, NumberKept
from ivr.web import not_erased
from ivr.web.answers import answer
from ivr.web.room import Asked, Refused, RoomRoute

MAY: frozenset[Role] = frozenset({"supervisor", "admin"})
"""Who may: what is owed to the number is closed along with it, which is theirs alone."""

Written = Annotated[str, Meta(min_length=1, max_length=100)]


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of which is asked what is kept. In a body, since addresses are logged."""

    number: Written


class Forget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number to erase, typed again by hand; `reason` closes what is owed to it."""

    number: Written
    again: Written
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)] = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the number, and by name which companies have it."""

    found: NumberKept
    companies: tuple[str, ...]


class Forgetting:
    """What the page of past calls asks of an erasure."""

    def __init__(
        self,
        erasing: Callable[[], Erasing],
        company: Callable[[], Company],
        directory: Callable[[], Directory],
    ) -> None:
        self._erasing = erasing
        self._company = company
        self._directory = directory

    def routes(self) -> tuple[RoomRoute, ...]:
        """The look before it, and the erasure itself."""
        return (
            RoomRoute("POST", "/kept", self.look, MAY),
            RoomRoute("POST", "/forget", self.forget, MAY),
        )

    async def look(self, asked: Asked) -> web.Response:
        """What would be erased."""
        sent = await asked.body(Kept)
        with not_erased.told():
            return self._told(await self._erasing().look(sent.number))

    async def forget(self, asked: Asked) -> web.Response:
        """Erase it, and tell what is left. Raises Refused where another number was typed again."""
        sent = await asked.body(Forget)
        region = self._company().settings.company.region
        if normalise(sent.number, region) != normalise(sent.again, region):
            raise Refused(422, "other_number", "the number that was typed again is another one")
        with not_erased.told():
            by = asked.person.id
            return self._told(await self._erasing().erase(by, sent.number, sent.reason))

    def _told(self, found: NumberKept) -> web.Response:
        accounts = [self._directory().get(one) for one in found.companies]
        return answer(Told(found, tuple(one.name for one in accounts if one)))
