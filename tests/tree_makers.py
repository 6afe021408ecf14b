"""Generated trees and walks, for what must hold for every tree that can be written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ivr.domain.client.company import Account, Client
from ivr.domain.tree.check import tree_faults
from ivr.domain.tree.given import AnswerRefused, Given
from ivr.domain.tree.interview import Interview, SkipNeedsChoice
from ivr.domain.tree.tree import (
    Aim,
    Answer,
    Condition,
    How,
    Measure,
    Number,
    OneOf,
    Outcome,
    Owner,
    Question,
    Range,
    Rule,
    Scale,
    Several,
    ShortText,
    Span,
    Text,
    Tree,
)
from ivr.domain.tree.ways import can_answer_large

SAY = Text("да", "yes")
SCALES = st.sampled_from([None, None, Scale.PRIVATE, Scale.SMALL, Scale.LARGE])
KEY = Client(Account("key", "ООО «Вектор»", key=True))


def _numbers(draw: st.DrawFn, then: st.SearchStrategy[str]) -> Number:
    borders = sorted(draw(st.sets(st.integers(0, 20), max_size=3)))
    ranges = []
    low = 0
    for index, high in enumerate([*borders, None]):
        top = None if high is None else Decimal(high)
        ranges.append(Range(f"r{index}", Decimal(low), top, draw(then), SAY, draw(SCALES)))
        low = 0 if high is None else high + 1
    return Number(tuple(ranges), 0, draw(st.sampled_from(Measure)))


@st.composite
def _forms(draw: st.DrawFn, targets: list[str]) -> OneOf | Number | Several | ShortText:
    then = st.sampled_from(targets)
    kind = draw(st.sampled_from(["one", "one", "number", "several", "text"]))
    answers = draw(st.integers(1, 3))
    match kind:
        case "one":
            return OneOf(
                tuple(Answer(f"a{n}", SAY, draw(SCALES), draw(then)) for n in range(answers))
            )
        case "number":
            return _numbers(draw, then)
        case "several":
            return Several(
                tuple(Answer(f"a{n}", SAY, draw(SCALES)) for n in range(answers)), draw(then)
            )
        case _:
            return ShortText(draw(then))


@st.composite
def _rules(draw: st.DrawFn, questions: dict[str, Question]) -> Rule:
    conditions = []
    for question in draw(st.lists(st.sampled_from([*questions.values()]), max_size=1)):
        match question.form:
            case OneOf(answers) | Several(answers):
                picked = draw(st.sampled_from([one.id for one in answers]))
                conditions.append(Condition(question.id, frozenset({picked})))
            case Number(measure=measure):
                name = draw(st.sampled_from([question.id, None]))
                low = Decimal(draw(st.integers(0, 25)))
                if name is not None or measure is Measure.VOLUME:
                    conditions.append(Condition(name, span=Span(low)))
            case ShortText():
                pass
    owner = draw(st.sampled_from([Owner.SALES, Owner.SALES, Owner.CLIENT]))
    scale = draw(st.sampled_from([None, None, None, Scale.SMALL, Scale.LARGE]))
    return Rule(owner, draw(st.booleans()), scale, tuple(conditions))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A walkable tree: up to five levels of questions, targets only further down."""
    levels = draw(st.integers(1, 5))
    outcomes = {
        name: Outcome(name, ("home-100",), owner)
        for name, owner in (("stays", Owner.CLIENT), ("goes", Owner.SALES), ("asks", Owner.SALES))
    }
    questions: dict[str, Question] = {}
    below: list[str] = [*outcomes]
    for level in reversed(range(levels)):
        width = 1 if level == 0 else draw(st.integers(1, 2))
        ids = [f"q{level}{n}" for n in range(width)]
        for name in ids:
            unknown = draw(st.sampled_from([None, *below]))
            questions[name] = Question(name, SAY, draw(_forms(below)), None, unknown)
        below = [*ids, *outcomes]
    rules = draw(st.lists(_rules(questions), max_size=3))
    return Tree("t", SAY, "q00", questions, outcomes, tuple(rules))


@st.composite
def sound_trees(draw: st.DrawFn) -> Tree:
    """A tree that `check` accepts: rejected ones are mended until it does."""
    tree = draw(trees())
    for _ in range(30):
        faults = tree_faults(tree)
        if not faults:
            return tree
        tree = _mended(tree)
    return _plain_tree()


def _mended(tree: Tree) -> Tree:
    """Nearer to a good tree: what is unreachable goes, what is faulty leads to sales."""
    reached = _reached(tree)
    questions = {name: one for name, one in tree.questions.items() if name in reached}
    outcomes = {name: one for name, one in tree.outcomes.items() if name in reached}
    outcomes.setdefault("goes", tree.outcomes.get("goes") or Outcome("goes", (), Owner.SALES))
    tree = Tree(tree.id, tree.title, tree.first, questions, outcomes, tree.rules)
    for fault in tree_faults(tree):
        match fault.place:
            case ("rules", int() as index, *_):
                rules = tuple(one for n, one in enumerate(tree.rules) if n != index)
                return Tree(tree.id, tree.title, tree.first, questions, outcomes, rules)
            case ("questions", str() as name, *rest) if len(rest) > 0:
                return _to_sales(tree, name, tuple(rest))
            case ("questions", str() as name):
                return _cut_off(tree, name)
            case _:
                continue
    return tree


def _reached(tree: Tree) -> set[str]:
    reached, ahead = set[str](), [tree.first]
    while ahead:
        node = ahead.pop()
        if node in reached:
            continue
        reached.add(node)
        if node in tree.questions:
            ahead += _ways(tree.questions[node])
    return reached


def _ways(question: Question) -> list[str]:
    unknown = [question.unknown] if question.unknown else []
    match question.form:
        case OneOf(answers):
            return [one.then for one in answers] + unknown
        case Number(ranges):
            return [one.then for one in ranges] + unknown
        case Several(then=then) | ShortText(then=then):
            return [then, *unknown]


def _led(question: Question, chosen: tuple[str | int, ...], old: str | None = None) -> Question:
    """The question with one branch (or all that led to `old`) led to sales."""

    def then(key: object, now: str) -> str:
        return "goes" if key in chosen or now == old else now

    unknown = question.unknown and then("unknown", question.unknown)
    match question.form:
        case OneOf(answers):
            form: OneOf | Number | Several | ShortText = OneOf(
                tuple(Answer(one.id, one.say, one.scale, then(one.id, one.then)) for one in answers)
            )
        case Number(ranges, decimals, measure):
            form = Number(
                tuple(
                    Range(r.id, r.low, r.high, then(n, r.then), r.say, r.scale)
                    for n, r in enumerate(ranges)
                ),
                decimals,
                measure,
            )
        case Several(answers, now):
            form = Several(answers, then("then", now))
        case ShortText(now, longest):
            form = ShortText(then("then", now), longest)
        case _:
            assert_never(question.form)
    return Question(question.id, question.ask, form, question.hint, unknown)


def _to_sales(tree: Tree, name: str, rest: tuple[str | int, ...]) -> Tree:
    chosen = rest if rest[0] in ("unknown", "then") else rest[1:2]
    questions = {**tree.questions, name: _led(tree.questions[name], chosen)}
    return Tree(tree.id, tree.title, tree.first, questions, tree.outcomes, tree.rules)


def _cut_off(tree: Tree, name: str) -> Tree:
    questions = {key: _led(one, (), name) for key, one in tree.questions.items() if key != name}
    return Tree(tree.id, tree.title, tree.first, questions, tree.outcomes, tree.rules)


def _plain_tree() -> Tree:
    answers = (Answer("a0", SAY, Scale.PRIVATE, "stays"), Answer("a1", SAY, None, "goes"))
    outcomes = {
        "stays": Outcome("stays", (), Owner.CLIENT),
        "goes": Outcome("goes", (), Owner.SALES, How.TRANSFER, Aim.TALK),
    }
    return Tree("t", SAY, "q00", {"q00": Question("q00", SAY, OneOf(answers))}, outcomes)


def moves(question: Question) -> Iterator[Given | None]:
    """Everything worth answering; None is the skip."""
    yield None
    match question.form:
        case OneOf(answers):
            yield from (one.id for one in answers)
        case Number(ranges):
            yield from (one.id for one in ranges)
            yield from map(str, range(27))
        case Several(answers):
            ids = [one.id for one in answers]
            yield from ([one] for one in ids)
            yield from ([one, two] for one in ids for two in ids if one < two)
            yield ids
        case ShortText():
            yield "слова"


def large_moves(question: Question) -> list[Given | None]:
    """What a large customer can say: never private, and *large* where it may be said."""
    said: list[Given | None] = []
    for move in moves(question):
        scale = None if move is None else _scale(question, move)
        if move is None or (
            scale is Scale.LARGE if can_answer_large(question) else scale is not Scale.PRIVATE
        ):
            said.append(move)
    return said


def _scale(question: Question, move: Given) -> Scale | None:
    tree = Tree("t", SAY, question.id, {question.id: question}, {})
    try:
        return Interview.begin(tree, 1).answer(question.id, move).scale
    except AnswerRefused:
        return None


def walk(data: st.DataObject, tree: Tree, *, large: bool = False) -> list[Interview]:
    """A legal walk from the first question as far as it goes, each stand of it."""
    stands = [Interview.begin(tree, 1)]
    while (question := stands[-1].question) is not None:
        options = large_moves(question) if large else [*moves(question)]
        move = data.draw(st.sampled_from(options))
        try:
            stands.append(
                stands[-1].skip() if move is None else stands[-1].answer(question.id, move)
            )
        except SkipNeedsChoice:
            return stands
        except AnswerRefused:
            continue
    return stands


EXAMPLES = int(os.environ.get("EXAMPLES", "40"))
"""How many trees a property is tried on; EXAMPLES=1000 for an hour's search."""

SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
