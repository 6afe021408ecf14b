"""Opening hours by the clock on the wall: weekdays, holidays, ranges past midnight, any time zone.

A range belongs to the day on which it begins: 22:00-06:00 of Friday ends on Saturday morning, and
stays open on that morning even if Saturday is a holiday. A range is one stretch of real time, so
an hour that the clock repeats opens once, and a minute that the clock skips is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count, takewhile

from ivr.domain.errors import LinetreeError

DAY = 24 * 60
"""Minutes of a day on the wall."""

DAY_SECONDS = 86_400
"""Seconds of a day of the epoch, which knows no zones."""


class HoursUnreadable(LinetreeError):
    """A text is no opening range; the message says how one is written."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One range in minutes since the midnight with which its day began.

    `closes` is the first minute that is closed again; above 24 * 60 it lies on the next day.
    """

    opens: int
    closes: int


CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


def openings(text: str) -> tuple[Opening, ...]:
    """Ranges as people write them: `09:00-13:00, 14:00-18:00`, `22:00-06:00`, or `closed`.

    24:00 is the end of the day. Raises HoursUnreadable.
    """
    if text.strip().lower() in ("closed", "закрыто"):
        return ()
    return tuple(_opening(part.strip()) for part in text.split(","))


def local_to_epoch(day: date, at: time, zone: tzinfo) -> float:
    """The moment at which the clock on the wall first shows this time, in epoch seconds.

    A time that a change of the clock repeats is its first occurrence; one that it skips is the
    next minute that exists.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0), zone)
    if _exists(wall):
        return wall.timestamp()
    return _after_gap(wall)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a department is open. `week` holds the ranges of Monday to Sunday.

    `holidays` replaces the ranges of single dates: () is closed, others are that date's own.
    """

    zone: tzinfo
    week: tuple[tuple[Opening, ...], ...]
    holidays: Mapping[date, tuple[Opening, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises HoursUnreadable unless the week has seven days."""
        if len(self.week) != 7:
            raise HoursUnreadable(f"a week of {len(self.week)} days; give Monday to Sunday")

    def open_at(self, at: float) -> bool:
        """Whether it is open at a moment in epoch seconds."""
        return any(opens <= at < closes for opens, closes in self._around(at))

    def next_opening(self, at: float) -> float | None:
        """The first moment from `at` on that is open, `at` itself included; None if there is none.

        Epoch seconds.
        """
        today = self._date(at)
        for day in self._days_to_search(today):
            for opens, closes in self._stretches(day):
                if closes > at:
                    return max(opens, at)
        return None

    def later(self, at: float, seconds: float) -> float:
        """The moment at which so many seconds of open time have passed since `at`.

        Where it never opens, the time of the clock on the wall counts.
        """
        moment, left = at, seconds
        while left > 0:
            opens = self.next_opening(moment)
            if opens is None:
                return at + seconds
            moment = min(self._closes(opens), opens + left)
            left -= moment - opens
        return moment

    def table(self, since: float, days: int) -> dict[int, str]:
        """The verdict as a dialplan can look it up: day of the epoch -> what is open in it.

        The key is `${EPOCH} / 86400`, the value `from-to&from-to` in epoch seconds, `to` excluded,
        or `closed`. So no zone data of Asterisk's own is asked, and both sides say the same; a day
        that the table does not reach says nothing, and nobody is turned away for it.
        """
        first = int(since // DAY_SECONDS)
        return {day: self._row(day * DAY_SECONDS) for day in range(first, first + days)}

    def _row(self, begin: int) -> str:
        end = begin + DAY_SECONDS
        spans = []
        opens = self.next_opening(begin)
        while opens is not None and opens < end:
            closes = min(self._closes(opens), end)
            spans.append(f"{opens:.0f}-{closes:.0f}")
            opens = self.next_opening(closes)
        return "&".join(spans) or "closed"

    def _closes(self, at: float) -> float:
        """The end of the longest range that is open at this moment."""
        return max(closes for opens, closes in self._around(at) if opens <= at < closes)

    def ranges_of(self, day: date) -> Sequence[Opening]:
        """The ranges that begin on this date."""
        return self.holidays.get(day, self.week[day.weekday()])

    def _date(self, at: float) -> date:
        return datetime.fromtimestamp(at, self.zone).date()

    def _around(self, at: float) -> Iterator[tuple[float, float]]:
        today = self._date(at)
        for day in (today - timedelta(1), today):
            yield from self._stretches(day)

    def _stretches(self, day: date) -> Iterator[tuple[float, float]]:
        """The day's ranges as moments in order; one that the clock skipped whole is none."""
        for opening in sorted(self.ranges_of(day), key=lambda o: o.opens):
            opens, closes = (self._moment(day, m) for m in (opening.opens, opening.closes))
            if opens < closes:
                yield opens, closes

    def _moment(self, day: date, minute: int) -> float:
        days, minutes = divmod(minute, DAY)
        at = time(*divmod(minutes, 60))
        return local_to_epoch(day + timedelta(days), at, self.zone)

    def _days_to_search(self, today: date) -> Iterator[date]:
        """From yesterday until no later day could open first.

        Each holiday takes at most one week's turn of its weekday away, and so may a gap.
        """
        most = 7 * (len(self.holidays) + 3) if any(self.week) else 0
        last = max([today + timedelta(most), *self.holidays])
        return takewhile(lambda day: day <= last, _from(today))


def _from(today: date) -> Iterator[date]:
    return (today + timedelta(n) for n in count(-1))


def _opening(text: str) -> Opening:
    opens, dash, closes = text.replace("–", "-").partition("-")
    if not dash:
        raise HoursUnreadable(
            f'"{text}" is no opening range; write 09:00-18:00, several with commas, or closed'
        )
    begin, end = _minute(opens.strip(), text), _minute(closes.strip(), text)
    if begin in (end, DAY):
        raise HoursUnreadable(
            f'"{text}" has no length; the whole day is 00:00-24:00, a day off is closed'
        )
    return Opening(begin, end if end > begin else end + DAY)


def _minute(text: str, whole: str) -> int:
    shown = CLOCK.fullmatch(text)
    hour, minute = (int(part) for part in shown.groups()) if shown else (99, 0)
    if minute > 59 or hour * 60 + minute > DAY:
        raise HoursUnreadable(
            f'"{text}" in "{whole}" is no time of day; write it from 00:00 to 24:00'
        )
    return hour * 60 + minute


def _exists(wall: datetime) -> bool:
    there_and_back = wall.astimezone(UTC).astimezone(wall.tzinfo)
    return there_and_back.replace(tzinfo=None) == wall.replace(tzinfo=None)


def _after_gap(wall: datetime) -> float:
    """The first whole minute after the gap in which `wall` lies.

    In a gap fold 0 reads the time by the offset before it and fold 1 by the one after it (PEP
    495), so the moment of the change lies between the two.
    """
    early, late = int(wall.replace(fold=1).timestamp()), int(wall.timestamp())
    before = datetime.fromtimestamp(early, wall.tzinfo).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, wall.tzinfo).utcoffset() == before:
            early = middle
        else:
            late = middle
    shown = datetime.fromtimestamp(late, wall.tzinfo)
    return float(late + (-shown.second) % 60)
