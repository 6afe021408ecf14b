"""One call of the number, and what was asked in it, as others are shown it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ivr.domain.records import CallRecord, InterviewRecord, Plain
from ivr.views import View, moment, moment_or_none


class CallView(View, frozen=True, kw_only=True):
    """One call: who, when, with whom, how it ended. `number` is "" when withheld."""

    id: str
    did: str
    department: str
    number: str
    name: str
    account: str
    company: str
    offered_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    agent: str
    talked_seconds: float
    end: str
    refusal: str
    disposition: str
    not_enquiry: str
    note: str
    task: str


class GivenAnswer(View, frozen=True, kw_only=True):
    """One answer that stands at the end; what was withdrawn is not shown."""

    question: str
    answer: str
    value: str
    words: str


class OutcomeView(View, frozen=True, kw_only=True):
    """What an interview came to: the offer, the owner from now on, and why."""

    call: str
    number: str
    name: str
    account: str
    company: str
    agent: str
    tree: str
    version: int
    outcome: str
    owner: str
    how: str
    aim: str
    why: str
    reason: str
    offer: str
    disposition: str
    note: str
    answers: tuple[GivenAnswer, ...]
    began_at: datetime
    decided_at: datetime | None
    settled_at: datetime | None


def call_view(record: CallRecord) -> CallView:
    """The call of this row."""
    return CallView(
        id=record.id,
        did=record.did,
        department=record.department,
        number=record.number,
        name=record.name,
        account=record.account,
        company=record.company,
        offered_at=moment(record.offered_at),
        answered_at=moment_or_none(record.answered_at),
        ended_at=moment_or_none(record.ended_at),
        agent=record.agent,
        talked_seconds=round(record.talked, 3),
        end=record.end.value,
        refusal=record.refusal,
        disposition=record.disposition,
        not_enquiry=record.not_enquiry,
        note=record.note,
        task=record.task,
    )


def outcome_view(walk: InterviewRecord, call: CallRecord | None) -> OutcomeView:
    """The outcome of this walk; without its call, the client's fields are empty."""
    return OutcomeView(
        call=walk.call,
        number=call.number if call else "",
        name=call.name if call else "",
        account=call.account if call else "",
        company=call.company if call else "",
        agent=walk.agent,
        tree=walk.tree,
        version=walk.version,
        outcome=walk.outcome,
        owner=walk.owner,
        how=walk.how,
        aim=walk.aim,
        why=walk.why,
        reason=walk.reason,
        offer=walk.offer,
        disposition=call.disposition if call else "",
        note=call.note if call else "",
        answers=answers_of(walk.walk),
        began_at=moment(walk.began_at),
        decided_at=moment_or_none(walk.decided_at),
        settled_at=moment_or_none(walk.settled_at),
    )


def answers_of(walk: Mapping[str, Plain]) -> tuple[GivenAnswer, ...]:
    """The answers that stand in a stored walk, in the order in which they were given."""
    steps = walk.get("steps")
    if not isinstance(steps, list):
        return ()
    return tuple(_answer(step) for step in steps if isinstance(step, dict))


def _answer(step: Mapping[str, Plain]) -> GivenAnswer:
    return GivenAnswer(
        question=_text(step.get("question")),
        answer=_text(step.get("key")),
        value=_text(step.get("value")),
        words=_text(step.get("words")),
    )


def _text(value: Plain) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)
