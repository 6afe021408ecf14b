"""Promises to sales, and calls that are owed: lists, and one with its attempts."""

from __future__ import annotations

import asyncio

from ivr.domain.records import EscalationRecord, EscalationState
from ivr.ports import PromisesWanted
from ivr.views import View
from ivr.views.promises import (
    AttemptView,
    CallbackView,
    EscalationView,
    callback_view,
    escalation_view,
)
from ivr.web.api.calls import number_of
from ivr.web.api.paging import Moment, Paged, Word, bookmark, cut, seconds
from ivr.web.api.promise_following import Following, Owed, PromiseReads, WholeEscalation, unknown
from ivr.web.api.route import ApiRoute, Asked, Scope


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


class EscalationPage(View, frozen=True, kw_only=True):
    """A page of promises; `next` is empty on the last one."""

    escalations: tuple[EscalationView, ...]
    next: str


class CallbackPage(View, frozen=True, kw_only=True):
    """A page of owed calls; `next` is empty on the last one."""

    callbacks: tuple[CallbackView, ...]
    next: str


class WholeCallback(View, frozen=True, kw_only=True):
    """One owed call with the attempts to make it; `joined_from` as in WholeEscalation."""

    callback: CallbackView
    attempts: tuple[AttemptView, ...]
    joined_from: str


class PromisesResource:
    """The resources."""

    def __init__(
        self,
        store: PromiseReads,
        region: str,
    ) -> None:
        self._store = store
        self._region = region
        self._following = Following(store)

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
        return await self._following.whole(asked)

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
        record: Owed | None = await asyncio.to_thread(self._following.kept, id)
        if record is None:
            record = await asyncio.to_thread(self._store.promises.missed, id)
        if record is None:
            raise unknown("callback", asked)
        return WholeCallback(
            callback=callback_view(record), **await self._following.more(asked, record)
        )

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


def _place(record: Owed) -> tuple[float, str]:
    began = record.made_at if isinstance(record, EscalationRecord) else record.first_missed_at
    return began, record.id
