"""What came of a promise, told by another program in the name of a person of sales."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Literal
from uuid import uuid4

import msgspec
from msgspec import Meta

from ivr.config.people import Person
from ivr.domain.choices import SalesRefusal
from ivr.domain.errors import LinetreeError
from ivr.domain.events import ResultGiven
from ivr.domain.reception.results import AGAIN
from ivr.domain.records import EscalationRecord, EscalationState
from ivr.web.api.core import Core
from ivr.web.api.paging import Word
from ivr.web.api.promise_following import Following, PromiseReads, WholeEscalation
from ivr.web.api.route import ApiRoute, Asked, Scope
from ivr.web.room import Refused

Note = Annotated[str, Meta(max_length=2000)]
Line = Annotated[str, Meta(max_length=500)]
Time = Annotated[str, Meta(max_length=40)]


class ResultNotTaken(LinetreeError):
    """The core has neither refused a result nor ended the promise: a defect, and not done."""

    def __init__(self, promise: str) -> None:
        super().__init__(f"escalation {promise} is open as before: see the log, then tell it again")


class NewResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What came of a promise, as a person of sales has told another program.

    It ends a promise only after a talk, as at the desk; `again` agrees on another time. `due` (of
    again) and `starts` (of a meeting) are 2026-11-26 15:30 in the client's own time zone.
    """

    person: Word
    result: Literal["won", "lost", "meeting", "nothing", "refused", "again"]
    note: Note = ""
    next_step: Line = ""
    due: Time = ""
    starts: Time = ""
    minutes: Annotated[int, Meta(ge=5, le=1440)] | None = None
    place: Line = ""
    with_whom: Line = ""


class PromiseResults:
    """The resource."""

    def __init__(
        self,
        store: PromiseReads,
        core: Core,
        people: Callable[[], Mapping[str, Person]],
    ) -> None:
        self._following = Following(store)
        self._core = core
        self._people = people

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be told."""
        return (
            ApiRoute(
                "POST",
                "/escalations/{id}/result",
                Scope.WRITE,
                "Tell what came of a promise",
                self.result,
                WholeEscalation,
                body=NewResult,
                refusals=(404, 409, 422),
            ),
        )

    async def result(self, asked: Asked) -> WholeEscalation:
        """What came of a promise, told in a person's name; the audit log has the token's.

        A program that has not heard the answer tells it again, and gets the same one.
        """
        body: NewResult = asked.body
        if body.person not in self._people():
            raise Refused(422, "unknown_person", f'"{body.person}" is not one of the people')
        kept = await asyncio.to_thread(self._following.kept, asked.part("id"))
        event = ResultGiven(
            at=self._core.now(),
            person=body.person,
            request=f"api-{uuid4()}",
            promise=kept.id if kept else asked.part("id"),
            result=body.result,
            note=body.note,
            next_step=body.next_step,
            due=body.due,
            starts=body.starts,
            minutes="" if body.minutes is None else str(body.minutes),
            place=body.place,
            with_whom=body.with_whom,
            via="api",
        )
        try:
            await self._core.tell(event)
        except Refused as refused:
            if refused.code not in (SalesRefusal.NO_SUCH_PROMISE, SalesRefusal.ALREADY_CLOSED):
                raise
            return await self._ended_before(asked, refused)
        whole = await self._following.whole(asked)
        if body.result != AGAIN and whole.escalation.state != EscalationState.CLOSED:
            raise ResultNotTaken(asked.part("id"))
        return whole

    async def _ended_before(self, asked: Asked, refused: Refused) -> WholeEscalation:
        """The core holds it to be over: the same result once more, or one too late."""
        record = await asyncio.to_thread(self._following.kept, asked.part("id"))
        if record is None or record.state is not EscalationState.CLOSED:
            raise refused
        if not _is_told(record, asked.body):
            ended = f"{record.id} ended as {record.result}"
            raise Refused(409, SalesRefusal.ALREADY_CLOSED, ended)
        return await self._following.whole(asked)


def _is_told(record: EscalationRecord, told: NewResult) -> bool:
    """Whether the promise has ended by exactly this word of this person."""
    kept = (record.state, record.result, record.closed_by, record.result_note, record.next_step)
    note, step = told.note.strip(), told.next_step.strip()
    return kept == (EscalationState.CLOSED, told.result, told.person, note, step)
