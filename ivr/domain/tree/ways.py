"""The ways through a tree: which branches lead on, how far the end is, what can be reached.

`branches` is the one place that says which ways lead on from a question, whatever its kind;
the walk, the proof and the drawings use it. All of it expects a tree that `check` accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from ivr.domain.tree.tree import (
    UNKNOWN,
    Form,
    Number,
    OneOf,
    Question,
    Scale,
    Several,
    ShortText,
    Text,
    Tree,
)


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on from a question: by which answer (`key`), to where, and what it says of scale."""

    key: str
    then: str
    say: Text
    scale: Scale | None = None


SKIPPED = Text("не знает", "not known")
_ANY = Text("любой ответ", "any answer")
ANY = "any"


def branches(question: Question, *, skip: bool = True) -> tuple[Branch, ...]:
    """All ways on from a question in the order of the file, the skip (if it leads on) last."""
    ways = tuple(_answered(question.form))
    if skip and question.unknown is not None:
        ways += (Branch(UNKNOWN, question.unknown, SKIPPED),)
    return ways


def _answered(form: Form) -> Iterator[Branch]:
    match form:
        case OneOf(answers):
            for answer in answers:
                yield Branch(answer.id, answer.then, answer.say, answer.scale)
        case Number(ranges):
            for span in ranges:
                yield Branch(span.id, span.then, span.say, span.scale)
        case Several(then=then) | ShortText(then=then):
            yield Branch(ANY, then, _ANY)
        case _:
            assert_never(form)


def scales(question: Question) -> frozenset[Scale]:
    """What the answers to this question may say of scale."""
    match question.form:
        case OneOf(answers) | Several(answers):
            said = {answer.scale for answer in answers}
        case Number(ranges):
            said = {span.scale for span in ranges}
        case ShortText():
            said = set()
        case _:
            assert_never(question.form)
    return frozenset(scale for scale in said if scale is not None)


def can_answer_large(question: Question) -> bool:
    """Whether somebody answering this question can be found to be a large customer."""
    return Scale.LARGE in scales(question)


def targets(question: Question) -> tuple[str, ...]:
    """Where a question can lead, each once."""
    return tuple(dict.fromkeys(branch.then for branch in branches(question)))


@lru_cache(maxsize=64)
def _distances(tree: Tree) -> Mapping[str, tuple[int, int]]:
    """Fewest and most questions from each node to an outcome, that node included."""
    found: dict[str, tuple[int, int]] = dict.fromkeys(tree.outcomes, (0, 0))

    def measure(node: str) -> tuple[int, int]:
        if node not in found:
            ways = [measure(target) for target in targets(tree.questions[node])]
            found[node] = (1 + min(way[0] for way in ways), 1 + max(way[1] for way in ways))
        return found[node]

    for question in tree.questions:
        measure(question)
    return found


def remaining(tree: Tree, node: str) -> tuple[int, int]:
    """Fewest and most questions still to ask at `node`, itself included; (0, 0) at an outcome."""
    return _distances(tree)[node]


@lru_cache(maxsize=64)
def _reach(tree: Tree) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {outcome: (outcome,) for outcome in tree.outcomes}

    def reach(node: str) -> tuple[str, ...]:
        if node not in found:
            ways = (reach(target) for target in targets(tree.questions[node]))
            found[node] = tuple(dict.fromkeys(outcome for way in ways for outcome in way))
        return found[node]

    for question in tree.questions:
        reach(question)
    return found


def reachable_outcomes(tree: Tree, node: str) -> tuple[str, ...]:
    """The outcomes in which a walk that stands at `node` may still end, nearest branch first."""
    return _reach(tree)[node]


def prepared(tree: Tree) -> Tree:
    """The tree with its distances and reach worked out, so that no call waits for them."""
    remaining(tree, tree.first)
    reachable_outcomes(tree, tree.first)
    return tree


def answer_keys(question: Question) -> tuple[str, ...]:
    """The ids under which answers to this question are counted, the skip (if it has one) last."""
    form = question.form
    picks = [one.id for one in form.answers] if isinstance(form, Several) else None
    keys = picks or [branch.key for branch in branches(question, skip=False)]
    return (*keys, UNKNOWN) if question.unknown is not None else tuple(keys)


def answer_text(question: Question, key: str) -> Text:
    """What people read for an answer's id; the id itself for one that this version has not."""
    form = question.form
    if isinstance(form, Several):
        for answer in form.answers:
            if answer.id == key:
                return answer.say
    for branch in branches(question):
        if branch.key == key:
            return branch.say
    return Text(key, key)
