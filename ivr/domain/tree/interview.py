"""One call's walk through one version of a tree: immutable, one answer at a time, with a way back.

Each move returns a new interview; an illegal move raises and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.domain.errors import KeyRefused, LinetreeError
from ivr.domain.tree.conditions import cut, spans_on
from ivr.domain.tree.given import (
    AnswerRefused,
    Flaw,
    Given,
    Step,
    largest,
    own_words,
    skipped,
    understood,
)
from ivr.domain.tree.stored import (
    Plain,
    Remark,
    fact,
    given_of,
    remark_of,
    stored_remark,
    stored_step,
)
from ivr.domain.tree.tree import UNKNOWN, Number, Outcome, Question, Scale, Tree
from ivr.domain.tree.ways import can_answer_large, reachable_outcomes, remaining


class StaleAnswer(KeyRefused):
    """The answer belongs to a question that is not on the screen."""

    def __init__(self, question: str, on_screen: str) -> None:
        self.question = question
        self.on_screen = on_screen
        super().__init__(
            "stale_question",
            f"question {question} is not on the screen, {on_screen} is; answer that one,"
            " or go back or correct an earlier answer",
        )


class NothingToGoBack(KeyRefused):
    """Back was pressed at the first question."""

    def __init__(self, question: str) -> None:
        detail = f"{question} is the first question of this call: there is no way back"
        super().__init__("nothing_to_go_back_to", detail)


class SkipNeedsChoice(KeyRefused):
    """The question has no `unknown:` branch: the agent picks an outcome and gives a reason."""

    def __init__(self, question: str, outcomes: tuple[str, ...]) -> None:
        self.question = question
        self.outcomes = outcomes
        super().__init__(
            "skip_not_allowed",
            f"question {question} cannot be skipped by itself: pick an outcome with a reason;"
            f" still reachable are {', '.join(outcomes)}",
        )


class RecordMismatch(LinetreeError):
    """A stored walk does not fit the tree that it names."""


@dataclass(frozen=True, slots=True)
class Interview:
    """A walk: `steps` are the live answers in path order, `withdrawn` those taken back (audit).

    `remarks` keeps what clients said where nothing fitted. `since` is when the question that is
    on the screen came there, in seconds since the epoch; None where no clock was there.
    """

    tree: Tree = field(repr=False)
    version: int
    steps: tuple[Step, ...] = ()
    withdrawn: tuple[Step, ...] = ()
    remarks: tuple[Remark, ...] = ()
    since: float | None = field(default=None, compare=False)

    @classmethod
    def begin(cls, tree: Tree, version: int, at: float | None = None) -> Interview:
        """A walk at the tree's first question; it keeps this version to its end."""
        return cls(tree, version, since=at)

    @property
    def at(self) -> str:
        """The id of the question or outcome where the walk stands."""
        return self.steps[-1].then if self.steps else self.tree.first

    @property
    def question(self) -> Question | None:
        """The question on the screen; None when the walk has ended in an outcome."""
        return self.tree.questions.get(self.at)

    @property
    def outcome(self) -> Outcome | None:
        """The outcome in which the walk ended; None while there is something to ask."""
        return self.tree.outcomes.get(self.at)

    @property
    def scale(self) -> Scale | None:
        """What the answers say the customer is; found large once, it stays large."""
        return largest(step.scale for step in self.steps)

    @property
    def asked_for_large(self) -> bool:
        """Whether a question that can answer *large* has been answered, not skipped."""
        return any(
            not step.skipped and can_answer_large(self.tree.questions[step.question])
            for step in self.steps
        )

    @property
    def number(self) -> int:
        """Which question is on the screen, from 1."""
        return len(self.steps) + 1

    def steps_left(self) -> tuple[int, int]:
        """Fewest and most questions still to ask, the one on the screen included."""
        return remaining(self.tree, self.at)

    def reachable(self) -> tuple[str, ...]:
        """The outcomes in which this walk may still end, in the order of the tree."""
        return reachable_outcomes(self.tree, self.at)

    def answer(self, question_id: str, given: Given, at: float | None = None) -> Interview:
        """Go on by an answer to the question on the screen, given at `at`.

        Raises StaleAnswer when another is on the screen, AnswerRefused when it means nothing.
        """
        question = self._on_screen(question_id)
        return self._on(self._understood(question, given), at)

    def skip(
        self, question_id: str | None = None, words: str = "", at: float | None = None
    ) -> Interview:
        """Go on by the `unknown:` branch; `words` keeps what the client said instead.

        Raises SkipNeedsChoice when the question has no such branch.
        """
        question = self._on_screen(question_id or self.at)
        if question.unknown is None:
            raise SkipNeedsChoice(question.id, self.reachable())
        return self._on(skipped(question, question.unknown, words), at)

    def remarked(self, words: str, at: float | None = None) -> Interview:
        """Keep what the client said at the question on the screen, which has no answer for it."""
        said = own_words(words)
        known = {(one.question, one.words) for one in self.remarks}
        if self.question is None or not said or (self.at, said) in known:
            return self
        return replace(self, remarks=(*self.remarks, Remark(self.at, said, at)))

    def back(self, at: float | None = None) -> Interview:
        """Return to the question before, along the path walked. Raises NothingToGoBack."""
        if not self.steps:
            raise NothingToGoBack(self.at)
        withdrawn = (*self.withdrawn, self.steps[-1])
        return replace(self, steps=self.steps[:-1], withdrawn=withdrawn, since=at)

    def correct(self, question_id: str, given: Given, at: float | None = None) -> Interview:
        """Change an answer on the path; later answers stay if the walk still comes by them.

        Raises StaleAnswer when the question was not asked on this path, and AnswerRefused.
        """
        index = self._index(question_id)
        old = self.steps[index]
        fresh = self._understood(self.tree.questions[question_id], given)
        if fresh == old:
            return self
        kept = [*self.steps[:index], replace(fresh, at=at, took=old.took)]
        for step in self.steps[index + 1 :]:
            if step.question != kept[-1].then:
                break
            kept.append(step)
        lost = (old, *self.steps[len(kept) :])
        since = self.since if kept[-1].then == self.at else at
        return replace(self, steps=tuple(kept), withdrawn=(*self.withdrawn, *lost), since=since)

    def _on(self, step: Step, at: float | None) -> Interview:
        took = None if at is None or self.since is None else max(0.0, at - self.since)
        return replace(self, steps=(*self.steps, replace(step, at=at, took=took)), since=at)

    def _index(self, question_id: str) -> int:
        for index, step in enumerate(self.steps):
            if step.question == question_id:
                return index
        raise StaleAnswer(question_id, self.at)

    def _on_screen(self, question_id: str) -> Question:
        question = self.question
        if question is None or question.id != question_id:
            raise StaleAnswer(question_id, self.at)
        return question

    def _understood(self, question: Question, given: Given) -> Step:
        step = understood(question, given)
        if isinstance(question.form, Number) and step.value is None:
            self._exact(question, question.form, step.key)
        return step

    def _exact(self, question: Question, form: Number, key: str) -> None:
        thresholds = tuple(spans_on(self.tree, question))
        if thresholds and any(span.id == key and cut(span, thresholds) for span in form.ranges):
            raise AnswerRefused(question.id, key, Flaw.EXACT_NEEDED)

    def facts(self) -> list[dict[str, Plain]]:
        """The live answers as plain data in path order, for cards, rows and webhooks."""
        return [fact(step) for step in self.steps]

    def to_record(self) -> dict[str, Plain]:
        """The walk as plain data; `from_record` with the same tree resumes at the same node."""
        return {
            "tree": self.tree.id,
            "version": self.version,
            "steps": [stored_step(step) for step in self.steps],
            "withdrawn": [stored_step(step) for step in self.withdrawn],
            "remarks": [stored_remark(remark) for remark in self.remarks],
            "since": self.since,
        }

    @classmethod
    def from_record(cls, tree: Tree, record: Mapping[str, Any]) -> Interview:
        """A stored walk, walked again. Raises RecordMismatch when the tree is another one."""
        try:
            if record["tree"] != tree.id:
                raise RecordMismatch(f"the walk is of tree {record['tree']}, not {tree.id}")
            walk = cls.begin(tree, int(record["version"]))
            for stored in record["steps"]:
                walk = _walked(walk, stored)
            withdrawn = tuple(_restored(walk, stored) for stored in record["withdrawn"])
            remarks = tuple(remark_of(stored) for stored in record.get("remarks", ()))
        except (KeyError, TypeError, AnswerRefused, StaleAnswer, SkipNeedsChoice) as fault:
            raise RecordMismatch(
                f"a stored walk of tree {tree.id} does not fit it: {fault};"
                " load the version that the walk names"
            ) from fault
        since = record.get("since")
        return replace(walk, withdrawn=withdrawn, remarks=remarks, since=since)


def resumed(tree: Tree | None, record: Mapping[str, Any]) -> Interview | None:
    """A stored walk as `from_record` has it; None where it fits no tree that can be read."""
    try:
        return Interview.from_record(tree, record) if tree is not None else None
    except RecordMismatch:
        return None


def _walked(walk: Interview, stored: Mapping[str, Any]) -> Interview:
    if stored["key"] == UNKNOWN:
        walk = walk.skip(stored["question"], stored["words"])
    else:
        walk = walk.answer(stored["question"], given_of(stored))
    return replace(walk, steps=(*walk.steps[:-1], _timed(walk.steps[-1], stored)))


def _restored(walk: Interview, stored: Mapping[str, Any]) -> Step:
    question = walk.tree.questions[stored["question"]]
    if stored["key"] == UNKNOWN:
        step = skipped(question, question.unknown or "", stored["words"])
    else:
        step = understood(question, given_of(stored))
    return _timed(step, stored)


def _timed(step: Step, stored: Mapping[str, Any]) -> Step:
    return replace(step, at=stored.get("at"), took=stored.get("took"))
