"""Promises to sales, and calls that are owed: lists, and one with its attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal, Protocol, TypedDict
from uuid import uuid4

import msgspec
from msgspec import Meta

from ivr.config.people import Person
from ivr.domain.choices import SalesRefusal
from ivr.domain.errors import LinetreeError
from ivr.domain.events import ResultGiven
from ivr.domain.promise.joining import calls_of
from ivr.domain.reception.results import AGAIN
from ivr.domain.records import (
    AttemptRecord,
    EscalationRecord,
    EscalationState,
    MissedCallRecord,
)
from ivr.ports import Promises, PromisesWanted
from ivr.views import View
from ivr.views.promises import (
    AttemptView,
    CallbackView,
    EscalationView,
    attempt_view,
    callback_view,
    escalation_view,
)
from ivr.web.api.calls import number_of
from ivr.web.api.core import Core
from ivr.web.api.paging import Moment, Paged, Word, bookmark, cut, seconds
from ivr.web.api.route import ApiRoute, Asked, Scope
from ivr.web.room import Refused

Owed = EscalationRecord | MissedCallRecord
Note = Annotated[str, Meta(max_length=2000)]
Line = Annotated[str, Meta(max_length=500)]
Time = Annotated[str, Meta(max_length=40)]


class ResultNotTaken(LinetreeError):
    """The core has neither refused a result nor ended the promise: a defect, and not done."""

    def __init__(self, promise: str) -> None:
        super().__init__(f"escalation {promise} is open as before: see the log, then tell it again")


class PromiseReads(Protocol):
    """What is read of promises."""

    @property
    def promises(self) -> Promises: ...

    def escalation(self, escalation: str) -> EscalationRecord | None: ...

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]: ...

    def attempts_of(self, promise: str) -> Sequence[AttemptRecord]: ...


class PromisesQuery(Paged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Newest first, by when the promise was made; `open` false wants the closed ones."""

    state: EscalationState | None = None
    department: Word = ""
    owner: Word = ""
    number: Word = ""
    account: Word = ""
    open: bool | None = None
    since: Moment | None = None
    until: Moment | None = None


class CallbacksQuery(Paged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Newest first; a missed call has no owner and no account, and none of either is found so."""

    state: Word = ""
    department: Word = ""
    owner: Word = ""
    number: Word = ""
    account: Word = ""
    open: bool | None = None
    since: Moment | None = None
    until: Moment | None = None


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


class EscalationPage(View, frozen=True, kw_only=True):
    """A page of promises; `next` is empty on the last one."""

    escalations: tuple[EscalationView, ...]
    next: str


class WholeEscalation(View, frozen=True, kw_only=True):
    """One promise with the attempts to keep it.

    `joined_from` is the id that was asked for where that promise has joined this one, else empty.
    """

    escalation: EscalationView
    attempts: tuple[AttemptView, ...]
    joined_from: str


class CallbackPage(View, frozen=True, kw_only=True):
    """A page of owed calls; `next` is empty on the last one."""

    callbacks: tuple[CallbackView, ...]
    next: str


class WholeCallback(View, frozen=True, kw_only=True):
    """One owed call with the attempts to make it; `joined_from` as in WholeEscalation."""

    callback: CallbackView
    attempts: tuple[AttemptView, ...]
    joined_from: str


class _More(TypedDict):
    attempts: tuple[AttemptView, ...]
    joined_from: str


class PromisesResource:
    """The resources."""

    def __init__(
        self,
        store: PromiseReads,
        region: str,
        core: Core,
        people: Callable[[], Mapping[str, Person]],
    ) -> None:
        self._store = store
        self._region = region
        self._core = core
        self._people = people

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked."""
        read = Scope.READ
        return (
            ApiRoute(
                "GET",
                "/escalations",
                read,
                "List promises to sales, newest first",
                self.page,
                EscalationPage,
                PromisesQuery,
            ),
            ApiRoute(
                "GET",
                "/escalations/{id}",
                read,
                "One promise with its attempts",
                self.one,
                WholeEscalation,
                refusals=(404,),
            ),
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
            ApiRoute(
                "GET",
                "/callbacks",
                read,
                "List calls that are owed or were, newest first",
                self.callbacks,
                CallbackPage,
                CallbacksQuery,
            ),
            ApiRoute(
                "GET",
                "/callbacks/{id}",
                read,
                "One owed call with its attempts",
                self.callback,
                WholeCallback,
                refusals=(404,),
            ),
        )

    async def page(self, asked: Asked) -> EscalationPage:
        """A page of promises."""
        query: PromisesQuery = asked.query
        found = await asyncio.to_thread(
            self._store.promises.escalations,
            self._wanted(query),
            bookmark(query.after),
            query.limit + 1,
        )
        page, following = cut(found, query.limit, _place)
        return EscalationPage(
            escalations=tuple(escalation_view(one) for one in page), next=following
        )

    async def one(self, asked: Asked) -> WholeEscalation:
        """One promise by its id."""
        return await self._whole(asked)

    async def result(self, asked: Asked) -> WholeEscalation:
        """What came of a promise, told in a person's name; the audit log has the token's.

        A program that has not heard the answer tells it again, and gets the same one.
        """
        body: NewResult = asked.body
        if body.person not in self._people():
            raise Refused(422, "unknown_person", f'"{body.person}" is not one of the people')
        kept = await asyncio.to_thread(self._kept, asked.part("id"))
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
        whole = await self._whole(asked)
        if body.result != AGAIN and whole.escalation.state != EscalationState.CLOSED:
            raise ResultNotTaken(asked.part("id"))
        return whole

    async def _ended_before(self, asked: Asked, refused: Refused) -> WholeEscalation:
        """The core holds it to be over: the same result once more, or one too late."""
        record = await asyncio.to_thread(self._kept, asked.part("id"))
        if record is None or record.state is not EscalationState.CLOSED:
            raise refused
        if not _is_told(record, asked.body):
            ended = f"{record.id} ended as {record.result}"
            raise Refused(409, SalesRefusal.ALREADY_CLOSED, ended)
        return await self._whole(asked)

    async def _whole(self, asked: Asked) -> WholeEscalation:
        record = await asyncio.to_thread(self._kept, asked.part("id"))
        if record is None:
            raise _unknown("escalation", asked)
        return WholeEscalation(
            escalation=escalation_view(record), **await self._more(asked, record)
        )

    async def callbacks(self, asked: Asked) -> CallbackPage:
        """A page of owed calls."""
        query: CallbacksQuery = asked.query
        found = await asyncio.to_thread(
            self._store.promises.callbacks,
            self._wanted(query),
            bookmark(query.after),
            query.limit + 1,
        )
        page, following = cut(found, query.limit, _place)
        return CallbackPage(callbacks=tuple(callback_view(one) for one in page), next=following)

    async def callback(self, asked: Asked) -> WholeCallback:
        """One owed call by its id."""
        id = asked.part("id")
        record: Owed | None = await asyncio.to_thread(self._kept, id)
        if record is None:
            record = await asyncio.to_thread(self._store.promises.missed, id)
        if record is None:
            raise _unknown("callback", asked)
        return WholeCallback(callback=callback_view(record), **await self._more(asked, record))

    def _kept(self, id: str) -> EscalationRecord | None:
        """The promise of this id; where it has joined another, the one that has its call now."""
        asked = self._store.escalation(id)
        if asked is None or not asked.joined_to:
            return asked
        made = (one for one in self._store.escalations_of(asked.call) if not one.joined_to)
        holding = [one for one in made if asked.call in calls_of(one)]
        return holding[-1] if holding else asked

    async def _more(self, asked: Asked, record: Owed) -> _More:
        """The attempts, also those of before it joined; and that it joined."""
        id = asked.part("id")
        ids = dict.fromkeys((id, record.id))
        found = [one for i in ids for one in await asyncio.to_thread(self._store.attempts_of, i)]
        found.sort(key=lambda one: (one.made_at, one.id))
        attempts = tuple(attempt_view(one) for one in found)
        return {"attempts": attempts, "joined_from": "" if id == record.id else id}

    def _wanted(self, query: PromisesQuery | CallbacksQuery) -> PromisesWanted:
        return PromisesWanted(
            state=str(query.state or ""),
            department=query.department,
            owner=query.owner,
            number=number_of(query.number, self._region),
            account=query.account,
            open=query.open,
            since=seconds(query.since),
            until=seconds(query.until),
        )


def _is_told(record: EscalationRecord, told: NewResult) -> bool:
    """Whether the promise has ended by exactly this word of this person."""
    kept = (record.state, record.result, record.closed_by, record.result_note, record.next_step)
    note, step = told.note.strip(), told.next_step.strip()
    return kept == (EscalationState.CLOSED, told.result, told.person, note, step)


def _place(record: Owed) -> tuple[float, str]:
    began = record.made_at if isinstance(record, EscalationRecord) else record.first_missed_at
    return began, record.id


def _unknown(what: str, asked: Asked) -> Refused:
    return Refused(404, "not_found", f'no {what} has the id "{asked.part("id")[:100]}"')
