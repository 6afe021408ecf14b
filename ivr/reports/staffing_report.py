"""A staffing plan as one value for a page: figures, the curve by people, and the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ivr.domain.intake.staffing import BLOCKING_GOAL, SERVICE_GOAL, Plan, plan_for
from ivr.reports.staffing_words import Said, holds, said, waits_too_long

MOST_POINTS = 60
"""People that the curve shows at most: more are no clearer in a picture."""

BEYOND = 3
"""How far the curve goes on behind the last number that matters."""


@dataclass(frozen=True, slots=True)
class StaffingReport:
    """What so many lines, one person at each, do to a load, and how many would be enough.

    `holds` says whether lines = headcount keeps the busy tone within `blocking_goal`, `slow`
    whether callers who may wait would be answered too late for `service_goal`. `curve` is the
    same load on fewer and on more people; it has `rule` and `enough` among its points.
    """

    rule: Plan
    enough: Plan
    holds: bool
    slow: bool
    lost_an_hour: float
    curve: tuple[Plan, ...]
    said: Said
    blocking_goal: float
    service_goal: float


def staffing_report(
    language: str, calls_per_hour: float, talk: float, lines: int, shrinkage: Fraction
) -> StaffingReport:
    """The plan for a load in calls an hour of `talk` seconds. Raises LoadUnplannable."""
    rule = plan_for(calls_per_hour, talk, lines, shrinkage)
    enough = plan_for(calls_per_hour, talk, None, shrinkage)
    return StaffingReport(
        rule=rule,
        enough=enough,
        holds=holds(rule),
        slow=waits_too_long(rule),
        lost_an_hour=calls_per_hour * rule.blocking,
        curve=tuple(
            plan_for(calls_per_hour, talk, people, shrinkage)
            for people in _people(rule.lines, enough.lines)
        ),
        said=said(language, calls_per_hour, talk, rule, shrinkage),
        blocking_goal=BLOCKING_GOAL,
        service_goal=SERVICE_GOAL,
    )


def _people(rule: int, enough: int) -> Iterator[int]:
    """Every number where there are few; else evenly spaced ones, with the two that matter."""
    most = max(rule, enough) + BEYOND
    step = -(-most // MOST_POINTS)
    yield from sorted({*range(1, most + 1, step), rule, enough})
