"""Scenario files: unit tests for trees, and which paths of a tree none of them walks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from ivr.config.marked_yaml import Node, find, find_key
from ivr.config.problems import Problem
from ivr.config.shape import Line, Shape, wrong
from ivr.domain.client.company import Client, Directory, OneMatch
from ivr.domain.client.names import folded
from ivr.domain.client.phone import normalise
from ivr.domain.errors import LinetreeError, did_you_mean
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import Decision, decide
from ivr.domain.tree.tree import (
    UNKNOWN,
    Aim,
    How,
    Number,
    OneOf,
    Owner,
    Question,
    Several,
    ShortText,
    Tree,
    WhyKind,
)
from ivr.domain.tree.ways import branches

MOST_PATHS = 2_000

GivenShape = str | tuple[str, ...]
ProblemAt = Callable[[tuple[str | int, ...], str, str], Problem]


def _given(value: object) -> GivenShape:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise wrong("an answer is one value or a list", "write `who: organisation` or `needs: [a, b]`")


class ExpectShape(Shape):
    """What the tree shall decide; what is left out is not compared."""

    outcome: str | None = None
    offer: tuple[str, ...] | None = None
    owner: Owner
    how: How | None = None
    aim: Aim | None = None
    why: WhyKind | None = None


class ScenarioShape(Shape):
    """One scenario in the file."""

    name: Line
    caller: Line | None = None
    company: Line | None = None
    answers: dict[
        str,
        Annotated[
            GivenShape,
            PlainValidator(_given),
            WithJsonSchema(
                {"anyOf": [{"type": ["string", "number"]}, {"type": "array"}]},
            ),
        ],
    ]
    expect: ExpectShape


class ScenarioFile(Shape):
    """One file of scenarios for one tree."""

    tree: str
    scenarios: Annotated[tuple[ScenarioShape, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A caller, what is answered, and what shall come of it; where it stands in its file."""

    tree: str
    shape: ScenarioShape
    file: str
    line: int

    @property
    def name(self) -> str:
        return self.shape.name


def scenarios_of(shape: ScenarioFile, node: Node, file: str) -> tuple[Scenario, ...]:
    """The scenarios of a file with their places."""
    return tuple(
        Scenario(shape.tree, one, file, find(node, ("scenarios", index)).line)
        for index, one in enumerate(shape.scenarios)
    )


def scenario_problems(
    shape: ScenarioFile,
    node: Node,
    file: str,
    trees: Mapping[str, Tree],
    offers: Collection[str],
    directory: Directory,
) -> Iterator[Problem]:
    """Names in a scenario file that nobody knows: tree, questions, answers, outcomes, offers."""

    def problem(place: tuple[str | int, ...], message: str, mend: str) -> Problem:
        mark = find_key(node, place) if place[-2:-1] == ("answers",) else find(node, place)
        return Problem(file, mark.line, mark.column, message, mend)

    tree = trees.get(shape.tree)
    if tree is None:
        yield problem(
            ("tree",),
            f'tree "{shape.tree}" does not exist' + did_you_mean(shape.tree, trees),
            "name a tree of config/trees",
        )
        return
    for index, one in enumerate(shape.scenarios):
        place: tuple[str | int, ...] = ("scenarios", index)
        for question, given in one.answers.items():
            fault = _answer_fault(tree, question, given)
            if fault:
                yield problem((*place, "answers", question), *fault)
        if one.company is not None and _company(directory, one.company) is None:
            names = [account.name for account in directory.accounts]
            yield problem(
                (*place, "company"),
                f'company "{one.company}" has no account' + did_you_mean(one.company, names),
                "name one of the accounts, or leave the company out",
            )
        yield from _expect_problems(tree, one, place, offers, problem)


def _expect_problems(
    tree: Tree,
    one: ScenarioShape,
    place: tuple[str | int, ...],
    offers: Collection[str],
    problem: ProblemAt,
) -> Iterator[Problem]:
    outcome = one.expect.outcome
    if outcome is not None and outcome not in tree.outcomes:
        yield problem(
            (*place, "expect", "outcome"),
            f'outcome "{outcome}" does not exist' + did_you_mean(outcome, tree.outcomes),
            f"the outcomes are {', '.join(tree.outcomes)}",
        )
    for number, offer in enumerate(one.expect.offer or ()):
        if offer not in offers:
            yield problem(
                (*place, "expect", "offer", number),
                f'offer "{offer}" is not in the catalogue' + did_you_mean(offer, offers),
                "add it to the offers, or name another",
            )


def _answer_fault(tree: Tree, name: str, given: GivenShape) -> tuple[str, str] | None:
    question = tree.questions.get(name)
    if question is None:
        known = ", ".join(tree.questions)
        return (
            f'question "{name}" does not exist' + did_you_mean(name, tree.questions),
            f"the questions are {known}",
        )
    if given == UNKNOWN:
        return None
    return _unknown_answer(question, given)


def _unknown_answer(question: Question, given: GivenShape) -> tuple[str, str] | None:
    match question.form:
        case OneOf(answers) | Several(answers):
            known = [answer.id for answer in answers]
            for one in (given,) if isinstance(given, str) else given:
                if one not in known:
                    return (
                        f'question {question.id} has no answer "{one}"' + did_you_mean(one, known),
                        f"its answers are {', '.join(known)}, and unknown for a skip",
                    )
        case Number() | ShortText():
            if not isinstance(given, str):
                return (f"question {question.id} takes one value", "write it without brackets")
    return None


def _company(directory: Directory, name: str) -> Client | None:
    for account in directory.accounts:
        if folded(account.name) == folded(name):
            return Client(account)
    return None


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario that was played: `differences` is empty when it came out as expected."""

    scenario: Scenario
    path: tuple[tuple[str, str], ...]
    decision: Decision | None
    differences: tuple[str, ...]


def play(scenario: Scenario, tree: Tree, directory: Directory, region: str) -> Result:
    """Walk the tree as the scenario answers, and compare what was decided."""
    walk = Interview.begin(tree, 0)
    try:
        while walk.question is not None:
            walk = _step(walk, walk.question, scenario.shape.answers)
    except LinetreeError as fault:
        return Result(scenario, _path(walk), None, (str(fault),))
    unasked = sorted(scenario.shape.answers.keys() - {step.question for step in walk.steps})
    decision = decide(walk, _client(scenario.shape, directory, region))
    differences = [f"question {name} was never asked" for name in unasked]
    differences += _differences(scenario.shape.expect, decision)
    return Result(scenario, _path(walk), decision, tuple(differences))


class ScenarioEndsEarly(LinetreeError):
    """A scenario answers fewer questions than its path asks."""


def _step(walk: Interview, question: Question, answers: Mapping[str, GivenShape]) -> Interview:
    given = answers.get(question.id)
    if given is None:
        raise ScenarioEndsEarly(
            f"question {question.id} is asked, but the scenario has no answer; add one, or unknown"
        )
    return walk.skip() if given == UNKNOWN else walk.answer(question.id, given)


def _client(shape: ScenarioShape, directory: Directory, region: str) -> Client:
    if shape.company is not None:
        return _company(directory, shape.company) or Client()
    match = directory.match(normalise(shape.caller or "", region))
    return Client(match.account) if isinstance(match, OneMatch) else Client()


def _path(walk: Interview) -> tuple[tuple[str, str], ...]:
    return tuple((step.question, step.key) for step in walk.steps)


def _differences(expect: ExpectShape, decision: Decision) -> Iterator[str]:
    pairs: Iterable[tuple[str, object, object]] = (
        ("outcome", expect.outcome, decision.outcome),
        ("offer", expect.offer, decision.offers),
        ("owner", expect.owner, decision.owner),
        ("how", expect.how, decision.how),
        ("aim", expect.aim, decision.aim),
        ("why", expect.why, decision.why),
    )
    for name, wanted, found in pairs:
        if wanted is not None and wanted != found:
            yield f"{name}: expected {_shown(wanted)}, got {_shown(found)}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(str(one) for one in value) + "]"
    return "none" if value is None else str(value)


def paths(tree: Tree) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every path through a tree, as (question, answer) pairs; skips that lead on included."""
    ahead: list[tuple[str, tuple[tuple[str, str], ...]]] = [(tree.first, ())]
    while ahead:
        node, path = ahead.pop()
        if node in tree.outcomes:
            yield path
            continue
        ways = branches(tree.questions[node])
        ahead += [(one.then, (*path, (node, one.key))) for one in reversed(ways)]
