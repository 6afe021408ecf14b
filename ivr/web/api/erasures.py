"""Numbers that are to be forgotten: what is kept of one, and its erasure."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ivr.erasing import LONGEST_REASON, Erasing, NumberKept
from ivr.web import not_erased
from ivr.web.api.route import ApiRoute, Asked, Scope


class Forget(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A full phone number. `close_promises` is a supervisor's reason to close what is owed to it.

    `try_only` says what would be erased.
    """

    number: Annotated[str, Meta(min_length=1, max_length=100)]
    close_promises: Annotated[str, Meta(max_length=LONGEST_REASON)] = ""
    try_only: bool = False


class Erasures:
    """The resource. The number goes in a body, since addresses are logged and audited."""

    def __init__(self, erasing: Erasing) -> None:
        self._erasing = erasing

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked."""
        return (
            ApiRoute(
                "POST",
                "/erasures",
                Scope.ERASE,
                "Let a number be forgotten, or see what that would erase",
                self.erase,
                NumberKept,
                body=Forget,
                refusals=(409, 422),
            ),
        )

    async def erase(self, asked: Asked) -> NumberKept:
        """Erase a number."""
        wanted: Forget = asked.body
        with not_erased.told():
            if wanted.try_only:
                return await self._erasing.look(wanted.number)
            return await self._erasing.erase(asked.by, wanted.number, wanted.close_promises)
