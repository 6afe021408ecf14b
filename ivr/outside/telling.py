"""What receivers are told: the messages that a record makes as it is saved."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from ivr.config.outside import News, Receiver
from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MeetingRecord,
    Record,
)
from ivr.ports import Notice
from ivr.views import View, moment
from ivr.views.calls import call_view, outcome_view
from ivr.views.meetings import meeting_view
from ivr.views.promises import attempt_view, escalation_view

LARGEST = 64 * 1024
"""Bytes of one message; a longer one goes without its answers and with its texts cut short."""

SHORTENED = 1000
"""Characters that are left of each text of a message that was too long."""

REMEMBERED = 5000
"""Calls whose client is known for the outcome that follows."""


_STATES = (News.OUTCOME_DECIDED, News.ESCALATION_CHANGED)
"""News of a state that may be left and come back: a correction undone, an owner given back."""


Invite = Callable[[MeetingRecord], Sequence[Notice]]
"""The letters that a meeting sends out."""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every webhook."""

    type: str
    timestamp: datetime
    data: View | dict[str, Any]
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing worth telling; `key` tells it from another state of the same subject."""

    news: News
    subject: str
    key: str
    at: float
    data: View


class Telling:
    """Makes the messages of records, a message a receiver; nothing while there is none."""

    def __init__(
        self,
        receivers: Iterable[Receiver],
        now: Callable[[], float],
        invite: Invite = lambda _meeting: (),
    ) -> None:
        self._receivers = tuple(receivers)
        self._now = now
        self._invite = invite
        self._calls: OrderedDict[str, CallRecord] = OrderedDict()

    def relearn(self, receivers: Iterable[Receiver], invite: Invite) -> None:
        """Tell these receivers from now on, and invite to meetings so."""
        self._receivers = tuple(receivers)
        self._invite = invite

    def remember(self, calls: Iterable[CallRecord]) -> None:
        """Know these calls, which were saved before this process began."""
        for call in calls:
            self._know(call)

    def forget(self, number: str) -> None:
        """Know nothing of this number's calls any more."""
        for id in [one.id for one in self._calls.values() if one.number == number]:
            del self._calls[id]

    def __call__(self, record: Record) -> Sequence[Notice]:
        """The messages that this record makes. Never waits."""
        if isinstance(record, CallRecord):
            self._know(record)
        letters = self._invite(record) if isinstance(record, MeetingRecord) else ()
        if not self._receivers:
            return letters
        messages = [
            notice(receiver.target, fact)
            for fact in self._facts(record)
            for receiver in self._receivers
            if fact.news in receiver.events
        ]
        return [*messages, *letters]

    def _know(self, call: CallRecord) -> None:
        self._calls[call.id] = call
        self._calls.move_to_end(call.id)
        if len(self._calls) > REMEMBERED:
            self._calls.popitem(last=False)

    def _facts(self, record: Record) -> Iterator[Fact]:
        match record:
            case CallRecord(ended_at=float(at)):
                yield Fact(News.CALL_ENDED, f"call/{record.id}", "", at, call_view(record))
            case InterviewRecord(settled_at=float(at)) if record.outcome or record.owner:
                shown = outcome_view(record, self._calls.get(record.call))
                key = _digest(shown.outcome, shown.owner, shown.how, shown.reason, shown.answers)
                yield Fact(News.OUTCOME_DECIDED, f"call/{record.call}", key, at, shown)
            case EscalationRecord():
                yield self._escalation(record)
            case MeetingRecord():
                subject, at = f"promise/{record.promise}", record.changed_at
                key = f"{record.id} {record.sequence}"
                yield Fact(News.MEETING_CHANGED, subject, key, at, meeting_view(record))
            case AttemptRecord(ended_at=float(at)):
                # Sales may tell afterwards that a machine had answered.
                subject, key = f"promise/{record.promise}", f"{record.id} {record.result}"
                yield Fact(News.CALLBACK_RESULT, subject, key, at, attempt_view(record))
            case _:
                return

    def _escalation(self, record: EscalationRecord) -> Fact:
        """Opened while nothing was done for it yet, else changed, once for each new state."""
        subject, shown = f"promise/{record.id}", escalation_view(record)
        if record.state is EscalationState.PROMISED:
            return Fact(News.ESCALATION_OPENED, subject, "", record.made_at, shown)
        company = (record.account, record.company) if record.account or record.company else ()
        joined = (record.call, len(record.joined)) if record.joined else ()
        key = _digest(
            record.state,
            record.owner,
            record.due_at,
            record.attempts,
            record.result,
            record.how,
            *company,
            *joined,
        )
        return Fact(News.ESCALATION_CHANGED, subject, key, self._now(), shown)


def notice(target: str, fact: Fact) -> Notice:
    """The message of a fact for one receiver; the same fact has the same id whenever it is made."""
    name = "\n".join((target, fact.news, fact.subject, fact.key))
    number = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]
    return Notice(
        id=f"msg_{number}",
        target=target,
        kind=fact.news.value,
        subject=fact.subject,
        body=_body(fact),
        made_at=fact.at,
        may_return=fact.news in _STATES,
    )


def _body(fact: Fact) -> str:
    body = _encoded(Message(fact.news.value, moment(fact.at), fact.data))
    if len(body.encode()) <= LARGEST:
        return body
    plain = {name: _short(value) for name, value in msgspec.to_builtins(fact.data).items()}
    return _encoded(Message(fact.news.value, moment(fact.at), plain, shortened=True))


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value[:SHORTENED]
    return [] if isinstance(value, list | tuple) else value


def _encoded(message: Message) -> str:
    """JSON; where a text holds half a surrogate, which is no UTF-8, all in ASCII."""
    try:
        return msgspec.json.encode(message).decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(message), ensure_ascii=True)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:16]
