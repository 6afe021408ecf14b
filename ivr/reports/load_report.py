"""The measured load of a department: its hours, the busiest of them, and how long a call takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from statistics import fmean

from ivr.ports import HourOfCalls, Traffic
from ivr.reports.tree_report import days_between

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Calls and their waits; a mean is None, and shown as a dash, where there is nothing to mean.

    `wait` is the mean wait in seconds of those who were answered, `wait_of_all` that of all who
    were let in, those who gave up included. `talk` is the mean talk of the answered.
    """

    offered: int
    answered: int
    refused: int
    gone: int
    wait: float | None
    wait_of_all: float | None
    talk: float | None


@dataclass(frozen=True, slots=True)
class HourOfDay:
    """One hour of the clock over all days: their sum, and how many calls a day came in it."""

    hour: int
    a_day: float
    waits: Waits


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a department had to do over a time, and what it means for an hour.

    `busiest` is the hour with the most callers, `busiest_at` its beginning (None: no calls).
    `daily_peak` is the mean, over days with a call, of each day's busiest hour. `wrap_up` is
    seconds of wrap-up an answered call, `handling` the talk and the wrap-up of one call together.
    """

    days: int
    total: Waits
    busiest: int
    busiest_at: float | None
    daily_peak: float | None
    wrap_up: float | None
    handling: float | None
    hours: tuple[HourOfDay, ...]


def load_report(
    traffic: Traffic, department: str, since: float, until: float, zone: tzinfo
) -> LoadReport:
    """The load from `since` until before `until`, by the hours of this clock.

    `since` has to be the beginning of an hour of that clock. Raises StoreUnreachable.
    """
    hours = traffic.hours(department, since, until)
    total = _waits(hours)
    wrapped = traffic.wrapped_up(department, since, until)
    wrap_up = wrapped / total.answered if total.answered else None
    busiest = max(hours, key=lambda hour: hour.offered, default=None)
    days = len(days_between(since, until, zone))
    return LoadReport(
        days=days,
        total=total,
        busiest=busiest.offered if busiest else 0,
        busiest_at=busiest.at if busiest else None,
        daily_peak=_daily_peak(hours, zone),
        wrap_up=wrap_up,
        handling=total.talk + wrap_up if total.talk is not None and wrap_up is not None else None,
        hours=tuple(_hours_of_day(hours, days, zone)),
    )


def _daily_peak(hours: Iterable[HourOfCalls], zone: tzinfo) -> float | None:
    peaks: dict[object, int] = defaultdict(int)
    for hour in hours:
        day = datetime.fromtimestamp(hour.at, zone).date()
        peaks[day] = max(peaks[day], hour.offered)
    return fmean(peaks.values()) if peaks else None


def _hours_of_day(hours: Iterable[HourOfCalls], days: int, zone: tzinfo) -> Iterator[HourOfDay]:
    """From the first hour of the day that has ever had a call to the last, the empty ones too."""
    found: dict[int, list[HourOfCalls]] = defaultdict(list)
    for hour in hours:
        found[datetime.fromtimestamp(hour.at, zone).hour].append(hour)
    for place in range(min(found, default=0), max(found, default=-1) + 1):
        waits = _waits(found[place])
        yield HourOfDay(place, waits.offered / days, waits)


def _waits(hours: Sequence[HourOfCalls]) -> Waits:
    answered = sum(hour.answered for hour in hours)
    gone = sum(hour.gone for hour in hours)
    waited = sum(hour.waited for hour in hours)
    gone_waited = sum(hour.gone_waited for hour in hours)
    return Waits(
        offered=sum(hour.offered for hour in hours),
        answered=answered,
        refused=sum(hour.refused for hour in hours),
        gone=gone,
        wait=_mean(waited, answered),
        wait_of_all=_mean(waited + gone_waited, answered + gone),
        talk=_mean(sum(hour.talked for hour in hours), answered),
    )


def _mean(whole: float, parts: int) -> float | None:
    return whole / parts if parts else None
