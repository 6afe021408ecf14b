"""What a tree earns, as one value for a page: figures with their texts, and the days in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from ivr.domain.tree.earnings import (
    AnswerEarned,
    Earned,
    Heard,
    OutcomeEarned,
    Pace,
    QuestionEarned,
    Result,
    Tally,
    earnings,
)
from ivr.domain.tree.tree import Owner, Text, Tree
from ivr.reports.past import Walked, Walks, courses
from ivr.reports.tree_texts import TreeTexts


@dataclass(frozen=True, slots=True)
class TreeAsked:
    """Interviews of a tree (of one version) that began from `since` until before `until`.

    `csv_in` is the language of the CSV; without it the answer is JSON, for both languages.
    """

    tree: str
    since: float
    until: float
    zone: str
    version: int | None = None
    csv_in: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """One answer; `say` is None where only its id is known."""

    id: str
    say: Text | None
    tally: Tally
    pace: Pace


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question with its answers, and what clients said where none of them fitted."""

    id: str
    ask: Text | None
    reached: int
    answered: int
    skipped: int
    stopped: int
    by_hand: int
    pace: Pace
    answers: tuple[AnswerReport, ...]
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """One outcome, "" where an agent chose a department only; `offers` by their ids."""

    id: str
    offers: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class VersionReport:
    """One version beside the others."""

    version: int
    total: Tally
    unfinished: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day by the company's clock, `at` its beginning; counts of interviews that began then."""

    at: float
    date: str  # ISO 8601
    asked: int
    passed: int
    won: int


@dataclass(frozen=True, slots=True)
class TreeReport:
    """A tree over a time. `unreadable` interviews fit no version that is kept."""

    total: Tally
    unasked: int
    unfinished: int
    unreadable: int
    questions: tuple[QuestionReport, ...]
    outcomes: tuple[OutcomeReport, ...]
    versions: tuple[VersionReport, ...]
    days: tuple[Day, ...]


def tree_report(found: Walks, since: float, until: float, zone: tzinfo) -> TreeReport:
    """Everything that a page shows of these interviews, which began from `since` to `until`."""
    earned = earnings(courses(found.walked))
    trees: Mapping[int, Tree] = {one.walk.version: one.walk.tree for one in found.walked}
    texts = TreeTexts.of(earned.total, trees)
    total = earned.total
    return TreeReport(
        total=total.total,
        unasked=total.unasked,
        unfinished=total.unfinished,
        unreadable=len(found.unreadable),
        questions=tuple(_question(one, texts) for one in total.questions),
        outcomes=tuple(_outcome(one, texts) for one in total.outcomes),
        versions=tuple(_version(one) for one in earned.versions),
        days=tuple(_days(found.walked, since, until, zone)),
    )


def _question(one: QuestionEarned, texts: TreeTexts) -> QuestionReport:
    return QuestionReport(
        id=one.question,
        ask=texts.ask(one.question),
        reached=one.reached,
        answered=one.answered,
        skipped=one.skipped,
        stopped=one.stopped,
        by_hand=one.by_hand,
        pace=one.pace,
        answers=tuple(_answer(one.question, answer, texts) for answer in one.answers),
        heard=one.heard,
    )


def _answer(question: str, one: AnswerEarned, texts: TreeTexts) -> AnswerReport:
    return AnswerReport(one.answer, texts.say(question, one.answer), one.tally, one.pace)


def _outcome(one: OutcomeEarned, texts: TreeTexts) -> OutcomeReport:
    return OutcomeReport(one.outcome, texts.offers(one.outcome), one.tally)


def _version(one: Earned) -> VersionReport:
    assert one.version is not None
    return VersionReport(one.version, one.total, one.unfinished)


def _days(found: Sequence[Walked], since: float, until: float, zone: tzinfo) -> Iterable[Day]:
    """Every day of the time, those without a call too."""
    by_day: dict[date, Counter[str]] = {}
    for one, course in zip(found, courses(found), strict=True):
        day = datetime.fromtimestamp(one.kept.interview.began_at, zone).date()
        counted = by_day.setdefault(day, Counter())
        counted["asked"] += 1
        counted["passed"] += course.owner is Owner.SALES
        counted["won"] += course.result is Result.WON
    for day in days_between(since, until, zone):
        counted = by_day.get(day, Counter())
        begins = datetime.combine(day, time(), zone).timestamp()
        yield Day(begins, day.isoformat(), counted["asked"], counted["passed"], counted["won"])


def days_between(since: float, until: float, zone: tzinfo) -> list[date]:
    """The days by this clock of which any moment lies from `since` until before `until`."""
    if until <= since:
        return []
    first = datetime.fromtimestamp(since, zone).date()
    # Where a clock springs at midnight the day begins at one: the moment before `until` decides.
    last = datetime.fromtimestamp(until - 0.001, zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
