"""Numbers that are to be forgotten: what is kept of one, and its erasure."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ivr.erasing import LONGEST_REASON, Erasing, Looked, NoSuchNumber, NotErased
from ivr.views import View
from ivr.voice_files import VoiceFilesKept
from ivr.web.api.route import ApiRoute, Asked, Scope
from ivr.web.room import Refused


class Forget(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A full phone number. `close_promises` is a supervisor's reason to close what is owed to it.

    `try_only` says what would be erased.
    """

    number: Annotated[str, Meta(min_length=1, max_length=100)]
    close_promises: Annotated[str, Meta(max_length=LONGEST_REASON)] = ""
    try_only: bool = False


class FootprintView(View, frozen=True, kw_only=True):
    """What is kept of a number; `mentions` are rows of others that name it in a text.

    `live` are ids of rows that somebody still works on: they are erased by a later erasure.
    """

    calls: int
    interviews: int
    promises_open: int
    promises_ended: int
    missed_calls_open: int
    missed_calls_ended: int
    attempts: int
    meetings: int
    voice_messages: int
    owners: int
    messages: int
    audit_entries: int
    mentions: int
    live: tuple[str, ...]


class ErasureView(View, frozen=True, kw_only=True):
    """What there is of the number now: after an erasure, what is left.

    `calls_on` and `owed` are what keeps it from being erased; `files` of the configuration name
    it, and only their admin changes those.
    """

    kept: FootprintView
    companies: tuple[str, ...]
    calls_on: tuple[str, ...]
    owed: tuple[str, ...]
    files: tuple[str, ...]


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
                ErasureView,
                body=Forget,
                refusals=(409, 422),
            ),
        )

    async def erase(self, asked: Asked) -> ErasureView:
        """Erase a number."""
        wanted: Forget = asked.body
        try:
            if wanted.try_only:
                return _view(await self._erasing.look(wanted.number))
            done = await self._erasing.erase(asked.by, wanted.number, wanted.close_promises)
        except NoSuchNumber as error:
            raise Refused(422, "bad_number", str(error)) from error
        except NotErased as error:
            raise Refused(409, "not_erased", str(error)) from error
        except VoiceFilesKept as error:
            raise Refused(409, "voice_message_kept", str(error)) from error
        return _view(done)


def _view(looked: Looked) -> ErasureView:
    return msgspec.convert(looked.plain(), ErasureView)
