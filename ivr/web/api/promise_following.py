"""Which promise an id means: where it has joined another one, that which has its call now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, TypedDict

from ivr.domain.promise.joining import calls_of
from ivr.domain.records import AttemptRecord, EscalationRecord, MissedCallRecord
from ivr.ports import Promises
from ivr.views import View
from ivr.views.promises import AttemptView, EscalationView, attempt_view, escalation_view
from ivr.web.api.route import Asked
from ivr.web.room import Refused

Owed = EscalationRecord | MissedCallRecord


class PromiseReads(Protocol):
    """What is read of promises."""

    @property
    def promises(self) -> Promises: ...

    def escalation(self, escalation: str) -> EscalationRecord | None: ...

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]: ...

    def attempts_of(self, promise: str) -> Sequence[AttemptRecord]: ...


class WholeEscalation(View, frozen=True, kw_only=True):
    """One promise with the attempts to keep it.

    `joined_from` is the id that was asked for where that promise has joined this one, else empty.
    """

    escalation: EscalationView
    attempts: tuple[AttemptView, ...]
    joined_from: str


class Attempts(TypedDict):
    """What an answer has beside the record itself."""

    attempts: tuple[AttemptView, ...]
    joined_from: str


class Following:
    """Looks a promise up by the id that somebody has kept; waits for the database."""

    def __init__(self, store: PromiseReads) -> None:
        self._store = store

    async def whole(self, asked: Asked) -> WholeEscalation:
        """The promise that is asked for with its attempts. Raises Refused: 404."""
        record = await asyncio.to_thread(self.kept, asked.part("id"))
        if record is None:
            raise unknown("escalation", asked)
        return WholeEscalation(escalation=escalation_view(record), **await self.more(asked, record))

    def kept(self, id: str) -> EscalationRecord | None:
        """The promise of this id; where it has joined another, the one that has its call now."""
        asked = self._store.escalation(id)
        if asked is None or not asked.joined_to:
            return asked
        made = (one for one in self._store.escalations_of(asked.call) if not one.joined_to)
        holding = [one for one in made if asked.call in calls_of(one)]
        return holding[-1] if holding else asked

    async def more(self, asked: Asked, record: Owed) -> Attempts:
        """The attempts, also those of before it joined; and that it joined."""
        id = asked.part("id")
        ids = dict.fromkeys((id, record.id))
        found = [one for i in ids for one in await asyncio.to_thread(self._store.attempts_of, i)]
        found.sort(key=lambda one: (one.made_at, one.id))
        attempts = tuple(attempt_view(one) for one in found)
        return {"attempts": attempts, "joined_from": "" if id == record.id else id}


def unknown(what: str, asked: Asked) -> Refused:
    """Nothing is kept under the id that was asked for."""
    return Refused(404, "not_found", f'no {what} has the id "{asked.part("id")[:100]}"')
