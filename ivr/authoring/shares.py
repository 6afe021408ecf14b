"""How often each question was reached and each answer given lately, as the drawn tree shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.domain.tree.earnings import earnings
from ivr.ports import History, Versions
from ivr.reports.past import courses, walks
from ivr.reports.shelf import Shelf

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Share:
    """One question: reached so often, and each answer ("unknown" is a skip) given so often."""

    reached: int
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shares:
    """All versions together over the last `days`."""

    days: int
    calls: int
    questions: Mapping[str, Share]


def shares(history: History, versions: Versions, tree: str, now: float, days: int) -> Shares:
    """The figures of a tree; waits for the database. Raises StoreUnreachable."""
    found = walks(history, Shelf(versions), tree, now - days * DAY, now)
    total = earnings(courses(found.walked)).total
    return Shares(
        days,
        total.total.count,
        {
            one.question: Share(one.reached, {a.answer: a.tally.count for a in one.answers})
            for one in total.questions
        },
    )
