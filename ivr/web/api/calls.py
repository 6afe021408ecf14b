"""Calls of the number: the list, and one with what was asked, promised and who did what."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ivr.domain.client.phone import E164, normalise
from ivr.domain.records import CallRecord, EscalationRecord, InterviewRecord, StretchRecord
from ivr.ports import CallsWanted, PastCalls
from ivr.views import View, moment
from ivr.views.calls import CallView, OutcomeView, call_view, outcome_view
from ivr.views.promises import EscalationView, escalation_view
from ivr.web.api.paging import Moment, Paged, Word, bookmark, seconds, written
from ivr.web.api.route import ApiRoute, Asked, NoQuery, Scope
from ivr.web.room import Refused


class CallReads(Protocol):
    """What is read of one call."""

    @property
    def past_calls(self) -> PastCalls: ...

    def call(self, call: str) -> CallRecord | None: ...

    def interview(self, call: str) -> InterviewRecord | None: ...

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]: ...

    def stretches_of(self, call: str) -> Sequence[StretchRecord]: ...


class CallsQuery(Paged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Newest first; `person` is who talked, and goes with times alone."""

    number: Word = ""
    account: Word = ""
    person: Word = ""
    since: Moment | None = None
    until: Moment | None = None


class CallPage(View, frozen=True, kw_only=True):
    """A page of calls; `next` is empty on the last one."""

    calls: tuple[CallView, ...]
    next: str


class StretchView(View, frozen=True, kw_only=True):
    """Who did what with the caller, from when to when."""

    kind: str
    department: str
    person: str
    detail: str
    began_at: datetime
    ended_at: datetime


class WholeCall(View, frozen=True, kw_only=True):
    """One call with everything that belongs to it."""

    call: CallView
    outcome: OutcomeView | None
    escalations: tuple[EscalationView, ...]
    ledger: tuple[StretchView, ...]


class Calls:
    """The resource."""

    def __init__(self, store: CallReads, region: str) -> None:
        self._store = store
        self._region = region

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked."""
        return (
            ApiRoute(
                "GET",
                "/calls",
                Scope.READ,
                "List calls, newest first",
                self.page,
                CallPage,
                CallsQuery,
            ),
            ApiRoute(
                "GET",
                "/calls/{id}",
                Scope.READ,
                "One call",
                self.one,
                WholeCall,
                NoQuery,
                refusals=(404,),
            ),
        )

    async def page(self, asked: Asked) -> CallPage:
        """A page of calls."""
        query: CallsQuery = asked.query
        if query.person and (query.number or query.account):
            raise Refused(400, "bad_message", "person: goes with since and until alone")
        wanted = CallsWanted(
            number=number_of(query.number, self._region),
            accounts=(query.account,) if query.account else None,
            person=query.person,
            since=seconds(query.since),
            until=seconds(query.until),
        )
        found = await asyncio.to_thread(
            self._store.past_calls.page, wanted, bookmark(query.after), query.limit
        )
        return CallPage(
            calls=tuple(call_view(one.call) for one in found.calls),
            next=written(found.last) if found.last else "",
        )

    async def one(self, asked: Asked) -> WholeCall:
        """One call by its id."""
        return await asyncio.to_thread(self._whole, asked.part("id"))

    def _whole(self, id: str) -> WholeCall:
        call = self._store.call(id)
        if call is None:
            raise Refused(404, "not_found", f'no call has the id "{id[:100]}"')
        walk = self._store.interview(id)
        return WholeCall(
            call=call_view(call),
            outcome=outcome_view(walk, call) if walk else None,
            escalations=tuple(escalation_view(one) for one in self._store.escalations_of(id)),
            ledger=tuple(_stretch(one) for one in self._store.stretches_of(id)),
        )


def number_of(typed: str, region: str) -> str:
    """A number in E.164, however it was written. Raises Refused."""
    if not typed:
        return ""
    found = normalise(typed, region)
    if not isinstance(found, E164):
        raise Refused(400, "bad_message", f'number: "{typed}" is no full phone number')
    return found.number


def _stretch(record: StretchRecord) -> StretchView:
    return StretchView(
        kind=record.kind.value,
        department=record.department,
        person=record.person,
        detail=record.detail,
        began_at=moment(record.began_at),
        ended_at=moment(record.ended_at),
    )
