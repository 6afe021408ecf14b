"""What is wrong with a tree's shape: names, ranges, cycles, dead ends, length. Pure.

Problems carry a path into the tree instead of a position in a file; whoever read the file maps
one to the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ivr.domain.errors import did_you_mean
from ivr.domain.tree.tree import (
    MOST_QUESTIONS,
    UNKNOWN,
    Number,
    OneOf,
    Owner,
    Question,
    Range,
    Several,
    Tree,
)
from ivr.domain.tree.ways import Branch, branches, targets

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a tree: where, what, and how to mend it."""

    place: Place
    message: str
    mend: str


def place_of(question: Question, branch: Branch) -> Place:
    """Where in the tree a branch says where it leads."""
    here: Place = ("questions", question.id)
    if branch.key == UNKNOWN:
        return (*here, UNKNOWN)
    match question.form:
        case OneOf():
            return (*here, "answers", branch.key, "then")
        case Number(ranges):
            return (*here, "number", [span.id for span in ranges].index(branch.key), "then")
        case _:
            return (*here, "then")


def shape_faults(tree: Tree, offers: Collection[str] | None) -> list[Fault]:
    """All that is wrong with names, ranges and the graph. `offers` None: any offer is known."""
    faults = [*_name_faults(tree), *_outcome_faults(tree, offers)]
    for question in tree.questions.values():
        faults += _question_faults(tree, question)
    faults += _graph_faults(tree)
    return faults


def is_walkable(tree: Tree) -> bool:
    """Whether each way leads on to something known, and none in a circle."""
    known = all(
        target in tree.questions or target in tree.outcomes
        for question in tree.questions.values()
        for target in targets(question)
    )
    ends = all(targets(question) for question in tree.questions.values())
    return known and ends and tree.first in tree.questions and not _cycle_faults(tree)


def _name_faults(tree: Tree) -> Iterator[Fault]:
    if tree.first not in tree.questions:
        yield Fault(
            ("first",),
            f'the first question "{tree.first}" is not among the questions',
            "name one of them" + did_you_mean(tree.first, tree.questions),
        )
    for name in tree.questions:
        if name in tree.outcomes:
            yield Fault(
                ("outcomes", name),
                f'"{name}" names both a question and an outcome',
                "rename one of them, since `then` could mean either",
            )


def _outcome_faults(tree: Tree, offers: Collection[str] | None) -> Iterator[Fault]:
    for outcome in tree.outcomes.values():
        here: Place = ("outcomes", outcome.id)
        yield from offer_faults((*here, "offer"), outcome.offers, offers)
        if outcome.owner is Owner.CLIENT:
            for field in ("how", "aim"):
                if getattr(outcome, field) is not None:
                    yield Fault(
                        (*here, field),
                        f"outcome {outcome.id} stays with the client department,"
                        f" so `{field}` means nothing",
                        f"remove `{field}`, or write `owner: sales`",
                    )


def offer_faults(
    place: Place, named: Collection[str], offers: Collection[str] | None
) -> Iterator[Fault]:
    """Offers that the catalogue does not know."""
    for index, offer in enumerate(named):
        if offers is not None and offer not in offers:
            yield Fault(
                (*place, index),
                f'offer "{offer}" is not in the catalogue',
                "add it to the offers, or name another" + did_you_mean(offer, offers),
            )


def _question_faults(tree: Tree, question: Question) -> Iterator[Fault]:
    known = [*tree.questions, *tree.outcomes]
    for branch in branches(question):
        if branch.then not in tree.questions and branch.then not in tree.outcomes:
            yield Fault(
                place_of(question, branch),
                f'question {question.id} leads to "{branch.then}", which does not exist',
                "name a question or an outcome" + did_you_mean(branch.then, known),
            )
    match question.form:
        case OneOf(answers) | Several(answers) if not answers:
            yield Fault(
                ("questions", question.id),
                f"question {question.id} has no answers",
                "write at least one, each with `say`",
            )
        case Number(ranges, decimals):
            yield from _range_faults(question, ranges, Decimal(1).scaleb(-decimals))
        case _:
            pass


def _range_faults(question: Question, ranges: tuple[Range, ...], step: Decimal) -> Iterator[Fault]:
    here: Place = ("questions", question.id, "number")
    if not ranges:
        yield Fault(here, f"question {question.id} has no ranges", "write at least `- {then: …}`")
        return
    for index, span in enumerate(ranges):
        if span.high is not None and span.high < span.low:
            yield Fault(
                (*here, index),
                f"range {index + 1} of {question.id} is empty: it runs"
                f" from {span.low:f} to {span.high:f}",
                "write the ranges in rising order",
            )
    for index, (one, two) in enumerate(pairwise(ranges), start=1):
        yield from _seam_faults(question, (*here, index), one, two, step)
    last = ranges[-1].high
    if last is not None:
        yield Fault(
            (*here, len(ranges) - 1),
            f"nothing in {question.id} says what happens above {last:f}",
            "add a last range without `to`",
        )


def _seam_faults(
    question: Question, place: Place, one: Range, two: Range, step: Decimal
) -> Iterator[Fault]:
    if one.high is None:
        yield Fault(
            place,
            f"ranges of {question.id} overlap: the one before has no `to` and takes all numbers",
            "give it a `to`; only the last range goes without",
        )
        return
    due = one.high + step
    if two.low > due:
        gap = f"{due:f}" if two.low - step == due else f"{due:f} to {two.low - step:f}"
        yield Fault(
            place,
            f"gap in {question.id}: {gap} is in no range",
            f"write `from: {due:f}`, or leave `from` out",
        )
    elif two.low < due and (two.high is None or two.high >= two.low):
        yield Fault(
            place,
            f"ranges of {question.id} overlap at {two.low:f}",
            f"write `from: {due:f}`, or leave `from` out",
        )


def _graph_faults(tree: Tree) -> Iterator[Fault]:
    reached = _reached(tree)
    for kind, nodes in (("questions", tree.questions), ("outcomes", tree.outcomes)):
        for node in nodes:
            if node not in reached and tree.first in tree.questions:
                yield Fault(
                    (kind, node),
                    f"{kind[:-1]} {node} is unreachable: no path leads to it",
                    "lead an answer to it by `then`, or remove it",
                )
    cycles = _cycle_faults(tree)
    yield from cycles
    if not cycles:
        yield from _length_faults(tree)


def _reached(tree: Tree) -> set[str]:
    reached: set[str] = set()
    ahead = [tree.first]
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            question = tree.questions.get(node)
            ahead += targets(question) if question else ()
    return reached


def _cycle_faults(tree: Tree) -> list[Fault]:
    """One fault for each branch that closes a circle, found by a walk in depth."""
    done: set[str] = set()
    faults: list[Fault] = []
    for start in tree.questions:
        trail: dict[str, Iterator[Branch]] = {}
        if start not in done:
            trail[start] = iter(branches(tree.questions[start]))
        while trail:
            node = next(reversed(trail))
            branch = next(trail[node], None)
            if branch is None:
                done.add(node)
                del trail[node]
            elif branch.then in trail:
                faults.append(_cycle_fault(tree.questions[node], branch, [*trail]))
            elif branch.then in tree.questions and branch.then not in done:
                trail[branch.then] = iter(branches(tree.questions[branch.then]))
    return faults


def _cycle_fault(question: Question, branch: Branch, trail: list[str]) -> Fault:
    circle = [*trail[trail.index(branch.then) :], branch.then]
    return Fault(
        place_of(question, branch),
        f"the path goes in a circle: {' -> '.join(circle)}",
        "lead this branch on to another question or to an outcome",
    )


def _length_faults(tree: Tree) -> Iterator[Fault]:
    """Each question that some path reaches as its fifth."""
    level: dict[str, tuple[str, ...]] = {}
    if tree.first in tree.questions:
        level[tree.first] = (tree.first,)
    for _ in range(MOST_QUESTIONS):
        level = {
            target: (*trail, target)
            for node, trail in level.items()
            for target in targets(tree.questions[node])
            if target in tree.questions
        }
    for node, trail in level.items():
        yield Fault(
            ("questions", node),
            f"a path asks more than {MOST_QUESTIONS} questions: {' -> '.join(trail)}",
            "end this path earlier: two to four simple questions are the standard",
        )
