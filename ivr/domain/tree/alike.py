"""Which parts of two versions of a tree treat every client alike, whatever their names. Pure."""

from __future__ import annotations

from ivr.domain.tree.interview import Interview
from ivr.domain.tree.naming import Naming
from ivr.domain.tree.tree import (
    Answer,
    Condition,
    Form,
    Number,
    OneOf,
    Outcome,
    Question,
    Rule,
    Several,
    ShortText,
    Tree,
)


class Alike:
    """Compares what lies below two nodes; each pair is looked at once."""

    def __init__(self, old: Tree, new: Tree, naming: Naming) -> None:
        self._old = old
        self._new = new
        self._naming = naming
        self._known: dict[str, bool] = {}
        self._rules = [_known(one, naming) for one in old.rules] == [
            _plain(one) for one in new.rules
        ]

    def from_here(self, old: Interview, new: Interview) -> bool:
        """Whether two walks of the same answers go on alike, wherever they lead."""
        return (
            self._rules
            and self._naming.node(old.at) == new.at
            and len(old.steps) == len(new.steps)
            and all(self._same_step(old, new, index) for index in range(len(old.steps)))
            and self.below(old.at)
        )

    def below(self, node: str) -> bool:
        """Whether the part below the old version's `node` is the same in the new one."""
        if node not in self._known:
            self._known[node] = self._compared(node)
        return self._known[node]

    def _same_step(self, old: Interview, new: Interview, index: int) -> bool:
        one, two = old.steps[index], new.steps[index]
        return (
            self._naming.questions.get(one.question) == two.question
            and (one.scale, one.span) == (two.scale, two.span)
            and self._old.questions[one.question].measures_volume
            == self._new.questions[two.question].measures_volume
        )

    def _compared(self, node: str) -> bool:
        there = self._naming.node(node) or ""
        if node in self._old.outcomes and there in self._new.outcomes:
            return content(self._old.outcomes[node]) == content(self._new.outcomes[there])
        if node in self._old.questions and there in self._new.questions:
            return self._same_question(self._old.questions[node], self._new.questions[there])
        return False

    def _same_question(self, old: Question, new: Question) -> bool:
        if (old.unknown is None) != (new.unknown is None):
            return False
        if old.unknown is not None and not self._leads(old.unknown, new.unknown or ""):
            return False
        return self._same_form(old, old.form, new.form)

    def _same_form(self, question: Question, old: Form, new: Form) -> bool:
        match old, new:
            case OneOf(), OneOf():
                return self._same_answers(question, old.answers, new.answers)
            case Several(), Several():
                same = self._same_answers(question, old.answers, new.answers)
                return same and self._leads(old.then, new.then)
            case Number(), Number():
                return self._same_numbers(old, new)
            case ShortText(), ShortText():
                return old.longest == new.longest and self._leads(old.then, new.then)
            case _:
                return False

    def _same_answers(
        self, question: Question, olds: tuple[Answer, ...], news: tuple[Answer, ...]
    ) -> bool:
        there = {one.id: one for one in news}
        if len(olds) != len(news):
            return False
        for one in olds:
            two = there.get(self._naming.answers.get((question.id, one.id), ""))
            if two is None or one.scale is not two.scale:
                return False
            if one.then and not self._leads(one.then, two.then):
                return False
        return True

    def _same_numbers(self, old: Number, new: Number) -> bool:
        if (old.decimals, old.measure, len(old.ranges)) != (
            new.decimals,
            new.measure,
            len(new.ranges),
        ):
            return False
        return all(
            (one.low, one.high, one.scale) == (two.low, two.high, two.scale)
            and self._leads(one.then, two.then)
            for one, two in zip(old.ranges, new.ranges, strict=True)
        )

    def _leads(self, old: str, new: str) -> bool:
        return self._naming.node(old) == new and self.below(old)


def content(outcome: Outcome) -> tuple[object, ...]:
    """What a client gets of an outcome; its name is none of it."""
    return (outcome.offers, outcome.owner, outcome.how, outcome.aim)


def _plain(rule: Rule) -> tuple[object, ...]:
    conditions = [(one.question, one.answers, one.span) for one in rule.conditions]
    return (rule.owner, rule.account, rule.scale, conditions, rule.how, rule.aim, rule.offers)


def _known(rule: Rule, naming: Naming) -> tuple[object, ...]:
    """The rule in the names of the new version."""
    conditions = [_renamed(one, naming) for one in rule.conditions]
    return (rule.owner, rule.account, rule.scale, conditions, rule.how, rule.aim, rule.offers)


def _renamed(condition: Condition, naming: Naming) -> tuple[object, ...]:
    question = condition.question
    if question is None:
        return (None, condition.answers, condition.span)
    answers = frozenset(naming.answers.get((question, one), one) for one in condition.answers)
    return (naming.questions.get(question), answers, condition.span)
