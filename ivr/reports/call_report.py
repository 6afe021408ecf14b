"""All that is kept of one past call, as one value for a page: why it went there, and its ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.domain.intake.ledger import talked_with
from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    StretchKind,
    StretchRecord,
)
from ivr.domain.tree.given import Step
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.stored import Remark
from ivr.domain.tree.tree import Condition, Rule, Text, Tree
from ivr.domain.tree.ways import answer_text
from ivr.ports import History
from ivr.reports.shelf import Shelf
from ivr.reports.why import Why, why


class Kept(Protocol):
    """Where a call's rows are read; all of these wait for the database."""

    def call(self, call: str) -> CallRecord | None: ...

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]: ...

    def attempts_of(self, promise: str) -> Sequence[AttemptRecord]: ...

    def stretches_of(self, call: str) -> Sequence[StretchRecord]: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """One question as it was answered or skipped; `at` in seconds since the epoch, `took` in s."""

    question: str
    asked: Text
    say: Text
    skipped: bool
    words: str
    at: float | None
    took: float | None


@dataclass(frozen=True, slots=True)
class Met:
    """One condition of a rule: on which question (None: the volume), by which answers or range."""

    question: Text | None
    answers: tuple[Text, ...]
    low: str | None
    high: str | None


@dataclass(frozen=True, slots=True)
class RuleSpoke:
    """The tree's rule that spoke, as its author numbers it from 1."""

    number: int
    account: bool
    scale: str
    conditions: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: of the tree by itself, or what was done in the end."""

    outcome: str
    offers: tuple[str, ...]
    owner: str
    how: str
    aim: str
    why: str
    because: Text | None


@dataclass(frozen=True, slots=True)
class WhyReport:
    """Why the client went where the client went. `itself` is None while a question is open.

    `fits` is False where the answers do not fit the version that they name, or it is not kept.
    `who` decided otherwise than the tree when `overridden`, confirmed it when not, "" nobody did.
    """

    tree: str
    version: int
    title: Text | None
    published_at: float | None
    published_by: str
    fits: bool
    key_account: bool
    scale: str
    answers: tuple[Answered, ...]
    withdrawn: tuple[Answered, ...]
    remarks: tuple[Answered, ...]
    itself: Decided | None
    rule: RuleSpoke | None
    done: Decided | None
    overridden: bool
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """What was promised in the call, with every attempt to keep it."""

    promise: EscalationRecord
    attempts: tuple[AttemptRecord, ...]


@dataclass(frozen=True, slots=True)
class CallReport:
    """One past call, whole. `talked` is seconds with each person, in the order of the talks."""

    call: CallRecord
    why: WhyReport | None
    promises: tuple[PromiseReport, ...]
    ledger: tuple[StretchRecord, ...]
    talked: Mapping[str, float]

    def concerns(self, person: str) -> bool:
        """Whether the call is this person's: answered, talked in, asked, or promised to them."""
        owners = {one.promise.owner for one in self.promises}
        talked = {one.person for one in self.ledger if one.kind is StretchKind.TALKED}
        return person in owners | talked | {self.call.agent}


def call_report(call: str, kept: Kept, history: History, shelf: Shelf) -> CallReport | None:
    """Everything about this call, or None when there is no such one. Raises StoreUnreachable."""
    record = kept.call(call)
    if record is None:
        return None
    interview = history.interview(call)
    ledger = tuple(kept.stretches_of(call))
    return CallReport(
        call=record,
        why=_why(why(interview, shelf)) if interview else None,
        promises=tuple(
            PromiseReport(one, tuple(kept.attempts_of(one.id))) for one in kept.escalations_of(call)
        ),
        ledger=ledger,
        talked=talked_with(ledger),
    )


def _why(found: Why) -> WhyReport:
    record, version, walk = found.kept.interview, found.version, found.walk
    return WhyReport(
        tree=record.tree,
        version=record.version,
        title=walk.tree.title if walk else None,
        published_at=version.published_at if version else None,
        published_by=version.published_by if version else "",
        fits=walk is not None,
        key_account=found.key_account,
        scale=found.scale.value if found.scale else "",
        answers=tuple(_answered(step) for step in walk.steps) if walk else (),
        withdrawn=tuple(_answered(step) for step in walk.withdrawn) if walk else (),
        remarks=tuple(_remark(one, walk.tree) for one in walk.remarks) if walk else (),
        itself=_itself(found.by_itself) if found.by_itself else None,
        rule=_rule(found, walk.tree) if walk else None,
        done=_done(record) if record.owner else None,
        overridden=found.overridden,
        who=found.who,
        reason=record.reason,
    )


def _answered(step: Step) -> Answered:
    return Answered(
        step.question, step.asked, step.say, step.skipped, step.words, step.at, step.took
    )


def _remark(one: Remark, tree: Tree) -> Answered:
    question = tree.questions.get(one.question)
    asked = question.ask if question else Text(one.question, one.question)
    return Answered(one.question, asked, Text("", ""), True, one.words, one.at, None)


def _itself(decision: Decision) -> Decided:
    return Decided(
        decision.outcome,
        decision.offers,
        decision.owner.value,
        decision.how.value if decision.how else "",
        decision.aim.value if decision.aim else "",
        decision.why.value,
        decision.because,
    )


def _done(record: InterviewRecord) -> Decided:
    return Decided(record.outcome, (), record.owner, record.how, record.aim, record.why, None)


def _rule(found: Why, tree: Tree) -> RuleSpoke | None:
    if found.rule is None or found.by_itself is None or found.by_itself.rule is None:
        return None
    rule: Rule = found.rule
    return RuleSpoke(
        number=found.by_itself.rule + 1,
        account=rule.account,
        scale=rule.scale.value if rule.scale else "",
        conditions=tuple(_met(one, tree) for one in rule.conditions),
    )


def _met(condition: Condition, tree: Tree) -> Met:
    question = tree.questions.get(condition.question) if condition.question else None
    span = condition.span
    return Met(
        question=question.ask if question else None,
        answers=tuple(
            answer_text(question, key) if question else Text(key, key)
            for key in sorted(condition.answers)
        ),
        low=str(span.low) if span and span.low is not None else None,
        high=str(span.high) if span and span.high is not None else None,
    )
