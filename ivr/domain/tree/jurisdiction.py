"""Proof that no large customer can stay with the client department, on any path or skip. Pure.

What is proved, for every walk that the tree allows:

* An answer that says `scale: private` makes the walk a private person's. Every other walk could
  be an organisation's, skips included, and has to learn the scale: it passes by an answer, not
  by a skip, at least one question in which *large* can be answered, or it ends at sales.
  `scale: small` said where nobody could have said *large* does not count: a large customer would
  have had nothing better to say.
* A walk on which *large* was answered ends in an outcome of sales, or a rule sends it there.
* The skip of a question that can answer *large* leads only to another such question or to sales.
* No rule above the tree gives the client department a walk that breaks the first two, and no
  two rules that speak as the same kind send one walk to different departments.

The walks are not listed one by one: at each question only what matters so far is kept (the
largest scale said, whether *large* could be said, which conditions of rules are met).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import combinations, islice

from ivr.domain.tree.given import largest
from ivr.domain.tree.soundness import Fault, place_of
from ivr.domain.tree.tree import (
    UNKNOWN,
    Outcome,
    Owner,
    Question,
    Scale,
    Tree,
    WhyKind,
)
from ivr.domain.tree.turns import Turn, turns, watched_by
from ivr.domain.tree.ways import Branch, can_answer_large, targets

MOST_STANDINGS = 10_000
"""A tree whose rules tangle its walks beyond this is refused rather than proved for minutes."""

MOST_STEPS = 300_000
"""So many answers are tried at so many standings, and no more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that matters of a walk so far: scale said, whether *large* could be, conditions met."""

    scale: Scale | None = None
    asked: bool = False
    met: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Trail:
    """One walk that leads to a standing, to be named in a message."""

    branch: tuple[str, str] = ("", "")
    before: _Trail | None = None

    def __str__(self) -> str:
        here = f"{self.branch[0]}: {self.branch[1]}"
        return f"{self.before}, {here}" if self.before and self.before.branch[0] else here


def skip_faults(tree: Tree) -> Iterator[Fault]:
    """Skips of a question about scale that lead neither to another such nor to sales."""
    for question in tree.questions.values():
        target = question.unknown
        if target is None or not can_answer_large(question):
            continue
        if not _keeps_scale(tree, target):
            yield Fault(
                ("questions", question.id, UNKNOWN),
                f"a skip of {question.id} leads to {target}, so that a large customer"
                " could stay with the client department",
                "lead `unknown` to another question that can answer `scale: large`,"
                " or to an outcome of sales",
            )


def _keeps_scale(tree: Tree, target: str) -> bool:
    if target in tree.questions:
        return can_answer_large(tree.questions[target])
    return target not in tree.outcomes or tree.outcomes[target].owner is Owner.SALES


def walk_faults(tree: Tree) -> list[Fault]:
    """Ways on which a large customer could stay, and rules that no walk can meet.

    Expects a walkable tree (known targets, no cycles).
    """
    survey = _Survey(tree)
    if not survey.complete:
        return [
            Fault(
                ("rules",),
                "the rules look at so many answers that their effect cannot be proved",
                "use fewer rules, or let the questions lead on by themselves",
            )
        ]
    return [*survey.faults.values(), *survey.idle_rules(), *survey.clashes()]


class _Survey:
    """All standings at all nodes, in the order of the tree, with one trail to each."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.conditions = [one for rule in tree.rules for one in rule.conditions]
        self.needs = [frozenset(map(self.conditions.index, one.conditions)) for one in tree.rules]
        self.faults: dict[tuple[object, ...], Fault] = {}
        self.at: dict[str, dict[Standing, _Trail]] = {tree.first: {Standing(): _Trail()}}
        self.held: set[int] = set()
        self.together: set[tuple[int, int]] = set()
        self.ended: dict[tuple[str, Standing], Owner] = {}
        self.count = self.steps = 0
        self.complete = self._survey()

    def _survey(self) -> bool:
        order = {one.id: targets(one) for one in self.tree.questions.values()}
        for node in reversed(tuple(TopologicalSorter(order).static_order())):
            if node in self.tree.questions:
                self._pass(self.tree.questions[node])
            if self._tangled:
                return False
        return True

    @property
    def _tangled(self) -> bool:
        return self.count > MOST_STANDINGS or self.steps > MOST_STEPS

    def _pass(self, question: Question) -> None:
        asks = can_answer_large(question)
        ways = list(islice(turns(question, self.conditions), MOST_STANDINGS + 1))
        if len(ways) > MOST_STANDINGS:
            self.count = len(ways)
            return
        watched = watched_by(question, self.conditions)
        for standing, trail in self.at.pop(question.id, {}).items():
            for turn in ways:
                self._take(question, standing, trail, turn, watched, asks=asks)
                if self._tangled:
                    return

    def _take(
        self,
        question: Question,
        standing: Standing,
        trail: _Trail,
        turn: Turn,
        watched: frozenset[int],
        *,
        asks: bool,
    ) -> None:
        self.steps += 1
        skipped = turn.branch.key == UNKNOWN
        if skipped and asks and not _keeps_scale(self.tree, turn.branch.then):
            return  # reported as a skip, once
        after = Standing(
            largest((standing.scale, turn.scale)),
            standing.asked or (asks and not skipped),
            standing.met if skipped else (standing.met - watched) | turn.met,
        )
        longer = _Trail((question.id, turn.branch.key), trail)
        target = turn.branch.then
        if target in self.tree.outcomes:
            self._end(question, turn.branch, after, longer)
        elif after not in self.at.setdefault(target, {}):
            self.at[target][after] = longer
            self.count += 1

    def _end(self, question: Question, branch: Branch, standing: Standing, trail: _Trail) -> None:
        outcome = self.tree.outcomes[branch.then]
        if (outcome.id, standing) not in self.ended:
            self.count += 1
            self._note_rules(standing)
            self.ended[outcome.id, standing] = self._owner(outcome, standing)
        if self.ended[outcome.id, standing] is Owner.SALES or _may_stay(standing):
            return
        place = place_of(question, branch)
        large = standing.scale is Scale.LARGE
        fault = _large_stays if large else _scale_unknown
        self.faults.setdefault((place, large), fault(place, outcome, trail))

    def _note_rules(self, standing: Standing) -> None:
        held = [
            index
            for index in range(len(self.tree.rules))
            if self._holds(index, standing, account=True)
        ]
        self.held.update(held)
        self.together.update(combinations(held, 2))

    def _owner(self, outcome: Outcome, standing: Standing) -> Owner:
        """Who gets this walk when only the tree and its rules speak, for a caller unknown."""
        for kind in (WhyKind.SCALE, WhyKind.VOLUME, WhyKind.TREE):
            for index, rule in enumerate(self.tree.rules):
                if rule.kind is kind and self._holds(index, standing):
                    return rule.owner
        return outcome.owner

    def _holds(self, index: int, standing: Standing, *, account: bool = False) -> bool:
        rule = self.tree.rules[index]
        if rule.account and not account:
            return False
        if rule.scale is not None and rule.scale is not standing.scale:
            return False
        return self.needs[index] <= standing.met

    def idle_rules(self) -> Iterator[Fault]:
        """Rules whose conditions never meet on one walk."""
        for index in range(len(self.tree.rules)):
            if index not in self.held:
                yield Fault(
                    ("rules", index),
                    f"rule {index + 1} can never hold: no path meets all its conditions",
                    "ask only for answers that stand on one path",
                )

    def clashes(self) -> Iterator[Fault]:
        """Pairs of rules that can hold on one walk and give it to different departments."""
        rules = self.tree.rules
        for one, two in sorted(self.together):
            if rules[one].kind is rules[two].kind and rules[one].owner is not rules[two].owner:
                yield Fault(
                    ("rules", two),
                    f"rule {two + 1} contradicts rule {one + 1}: both can hold for one client,"
                    " and they give it to different departments",
                    "narrow the conditions of one, or take one away",
                )


def _may_stay(standing: Standing) -> bool:
    if standing.scale is Scale.LARGE:
        return False
    return standing.scale is Scale.PRIVATE or standing.asked


def _large_stays(place: tuple[str | int, ...], outcome: Outcome, trail: _Trail) -> Fault:
    return Fault(
        place,
        f"a large customer would stay with the client department: {trail} ends in {outcome.id}",
        "lead it to an outcome of sales, or add a rule `when: {scale: large}` with `owner: sales`",
    )


def _scale_unknown(place: tuple[str | int, ...], outcome: Outcome, trail: _Trail) -> Fault:
    return Fault(
        place,
        f"an organisation reaches {outcome.id} without its scale being asked: {trail}",
        "pass a question in which `scale: large` can be answered, or end at sales,"
        " or say `scale: private` in the answer of a private person",
    )
