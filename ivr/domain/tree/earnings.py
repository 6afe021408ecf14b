"""What a tree earns: how often each answer was given, how long it took, what came of it. Pure.

Counted are live answers only: what was taken back is in no figure. Each interview counts under
the version that it was asked by, and by the ids of questions and answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean, median

from ivr.domain.tree.given import Step
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.tree import Owner, Tree
from ivr.domain.tree.ways import answer_keys


class Result(StrEnum):
    """What sales made of the client."""

    NONE = "none"  # the client never went to sales
    OPEN = "open"
    WON = "won"
    MEETING = "meeting"
    LOST = "lost"
    NOTHING = "nothing"  # they talked, and nothing came of it
    REFUSED = "refused"  # the client said so to a human
    CLOSED = "closed"  # a supervisor ended the promise, with a reason


@dataclass(frozen=True, slots=True)
class Course:
    """One interview and what came of it. `owner` is None while nothing is decided.

    `over` says that nobody goes on with it; `reason` is an agent's, if one decided otherwise.
    """

    call: str
    walk: Interview
    over: bool = True
    owner: Owner | None = None
    outcome: str = ""
    overridden: bool = False
    reason: str = ""
    result: Result = Result.NONE


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some interviews; `reasons` are those of overrides, the most frequent first."""

    count: int
    stayed: int
    passed: int
    overridden: int
    open: int
    won: int
    meeting: int
    lost: int
    nothing: int
    refused: int
    closed: int
    reasons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from the question on the screen to its answer; None where nothing was timed."""

    mean: float | None = None
    median: float | None = None


@dataclass(frozen=True, slots=True)
class AnswerEarned:
    """One answer; a skip is the answer "unknown", a range goes by its id."""

    answer: str
    tally: Tally
    pace: Pace


@dataclass(frozen=True, slots=True)
class Heard:
    """What a client said where nothing fitted, for the tree's author."""

    call: str
    version: int
    question: str
    words: str
    at: float | None
    skipped: bool


@dataclass(frozen=True, slots=True)
class QuestionEarned:
    """One question: `reached` by so many, of whom `stopped` are those where the call ended here.

    `by_hand` counts those at whom an agent decided while this question was open.
    """

    question: str
    reached: int
    answered: int
    skipped: int
    stopped: int
    by_hand: int
    pace: Pace
    answers: tuple[AnswerEarned, ...]
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class OutcomeEarned:
    """One outcome, as it was decided."""

    outcome: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Earned:
    """One version of a tree, or all together (`version` None).

    `unasked` interviews were decided before the first question, since sales owns the client.
    """

    version: int | None
    total: Tally
    unasked: int
    unfinished: int
    questions: tuple[QuestionEarned, ...]
    outcomes: tuple[OutcomeEarned, ...]


@dataclass(frozen=True, slots=True)
class Earnings:
    """A tree over a time: all versions together, and each of them, newest first."""

    total: Earned
    versions: tuple[Earned, ...] = field(default=())


def earnings(courses: Iterable[Course]) -> Earnings:
    """What the questions and answers of these interviews earned."""
    found = sorted(courses, key=lambda one: one.walk.version)
    by_version: dict[int, list[Course]] = defaultdict(list)
    for one in found:
        by_version[one.walk.version].append(one)
    versions = [_earned(number, by_version[number]) for number in sorted(by_version, reverse=True)]
    return Earnings(_earned(None, found), tuple(versions))


def _earned(version: int | None, courses: Sequence[Course]) -> Earned:
    asked = [one for one in courses if not _unasked(one)]
    ends = defaultdict(list)
    for one in courses:
        if one.owner is not None:
            ends[one.outcome].append(one)
    # The newest version first: its questions and answers give the order.
    trees = list(dict.fromkeys(one.walk.tree for one in reversed(courses)))
    return Earned(
        version=version,
        total=_tally(courses),
        unasked=len(courses) - len(asked),
        unfinished=sum(one.over and one.owner is None for one in courses),
        questions=tuple(_questions(trees, asked)),
        outcomes=tuple(OutcomeEarned(name, _tally(ends[name])) for name in sorted(ends)),
    )


def _unasked(course: Course) -> bool:
    return not course.walk.steps and course.owner is not None and not course.overridden


def _questions(trees: Sequence[Tree], courses: Sequence[Course]) -> Iterator[QuestionEarned]:
    steps: dict[str, list[tuple[Course, Step]]] = defaultdict(list)
    here: dict[str, list[Course]] = defaultdict(list)
    heard: dict[str, list[Heard]] = defaultdict(list)
    for one in courses:
        for step in one.walk.steps:
            steps[step.question].append((one, step))
        here[one.walk.at].append(one)
        for words in _heard(one):
            heard[words.question].append(words)
    for name in dict.fromkeys(name for tree in trees for name in tree.questions):
        asked = [tree.questions[name] for tree in trees if name in tree.questions]
        keys = dict.fromkeys(key for question in asked for key in answer_keys(question))
        yield _question(name, keys, steps[name], here[name], heard[name])


def _question(
    name: str,
    keys: Iterable[str],
    steps: Sequence[tuple[Course, Step]],
    here: Sequence[Course],
    heard: Sequence[Heard],
) -> QuestionEarned:
    """One question; `keys` are its answers of all versions, also those that nobody gave."""
    given: dict[str, list[tuple[Course, Step]]] = {key: [] for key in keys}
    for course, step in steps:
        for key in _given(step):
            given.setdefault(key, []).append((course, step))
    return QuestionEarned(
        question=name,
        reached=len(steps) + len(here),
        answered=sum(not step.skipped for _, step in steps),
        skipped=sum(step.skipped for _, step in steps),
        stopped=sum(one.over and one.owner is None for one in here),
        by_hand=sum(one.overridden for one in here),
        pace=_pace(step for _, step in steps),
        answers=tuple(
            AnswerEarned(key, _tally([one for one, _ in found]), _pace(step for _, step in found))
            for key, found in given.items()
        ),
        heard=tuple(heard),
    )


def _given(step: Step) -> tuple[str, ...]:
    return step.value if isinstance(step.value, tuple) else (step.key,)


def _tally(courses: Sequence[Course]) -> Tally:
    results = Counter(one.result for one in courses)
    reasons = Counter(one.reason for one in courses if one.overridden and one.reason)
    return Tally(
        count=len(courses),
        stayed=sum(one.owner is Owner.CLIENT for one in courses),
        passed=sum(one.owner is Owner.SALES for one in courses),
        overridden=sum(one.overridden for one in courses),
        open=results[Result.OPEN],
        won=results[Result.WON],
        meeting=results[Result.MEETING],
        lost=results[Result.LOST],
        nothing=results[Result.NOTHING],
        refused=results[Result.REFUSED],
        closed=results[Result.CLOSED],
        reasons=tuple(reasons.most_common()),
    )


def _pace(steps: Iterable[Step]) -> Pace:
    seconds = [step.took for step in steps if step.took is not None]
    return Pace(fmean(seconds), median(seconds)) if seconds else Pace()


def _heard(course: Course) -> Iterator[Heard]:
    version = course.walk.version
    for step in course.walk.steps:
        if step.skipped and step.words:
            yield Heard(course.call, version, step.question, step.words, step.at, True)
    for remark in course.walk.remarks:
        yield Heard(course.call, version, remark.question, remark.words, remark.at, False)
