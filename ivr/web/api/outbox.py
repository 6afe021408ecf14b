"""Messages to the outside: what waits, what was given up for the day, and sending it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ivr.ports import NoticeState, Outbox, OutboxEntry
from ivr.views import View, moment, moment_or_none
from ivr.web.api.paging import Limit, Word
from ivr.web.api.route import ApiRoute, Asked, Scope


class OutboxQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Newest first; `before` is the `next` of the page before."""

    state: NoticeState | None = None
    limit: Limit = 50
    before: Annotated[int, Meta(ge=1, le=2**62)] | None = None


class MessageView(View, frozen=True, kw_only=True):
    """One message and what became of it; its body is not shown."""

    id: str
    target: str
    type: str
    subject: str
    made_at: datetime
    state: str
    tries: int
    next_at: datetime | None
    taken_at: datetime | None
    last_error: str


class OutboxPage(View, frozen=True, kw_only=True):
    """A page of messages; `next` is null on the last one."""

    messages: tuple[MessageView, ...]
    next: int | None


class SendAgain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ids of parked messages, null for all that are parked."""

    ids: Annotated[tuple[Word, ...], Meta(min_length=1, max_length=200)] | None


class SentAgain(View, frozen=True, kw_only=True):
    """How many messages wait for a new day of tries."""

    count: int


class OutboxResource:
    """The resource."""

    def __init__(self, outbox: Outbox, wake: Callable[[], None], now: Callable[[], float]) -> None:
        self._outbox = outbox
        self._wake = wake
        self._now = now

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked."""
        return (
            ApiRoute(
                "GET",
                "/outbox",
                Scope.READ,
                "List messages to webhooks and by e-mail",
                self.page,
                OutboxPage,
                OutboxQuery,
            ),
            ApiRoute(
                "POST",
                "/outbox/send",
                Scope.WRITE,
                "Send parked messages again",
                self.send,
                SentAgain,
                body=SendAgain,
            ),
        )

    async def page(self, asked: Asked) -> OutboxPage:
        """A page of messages."""
        query: OutboxQuery = asked.query
        found = await asyncio.to_thread(
            self._outbox.entries, query.state, query.before, query.limit + 1
        )
        page = found[: query.limit]
        return OutboxPage(
            messages=tuple(_message(one) for one in page),
            next=page[-1].n if len(found) > query.limit else None,
        )

    async def send(self, asked: Asked) -> SentAgain:
        """Let parked messages go out once more."""
        body: SendAgain = asked.body
        count = await asyncio.to_thread(self._outbox.send_again, body.ids, self._now())
        self._wake()
        return SentAgain(count=count)


def _message(entry: OutboxEntry) -> MessageView:
    waits = entry.state is NoticeState.WAITING
    return MessageView(
        id=entry.notice.id,
        target=entry.notice.target,
        type=entry.notice.kind,
        subject=entry.notice.subject,
        made_at=moment(entry.notice.made_at),
        state=entry.state.value,
        tries=entry.tries,
        next_at=moment(entry.next_at) if waits else None,
        taken_at=moment_or_none(entry.taken_at),
        last_error=entry.last_error,
    )
