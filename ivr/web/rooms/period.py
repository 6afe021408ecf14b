"""The days that a report is asked for, by the company's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated

import msgspec
from msgspec import Meta

from ivr.web.room import Refused

LONGEST = 92
"""Days of one report: a quarter."""

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """From the beginning of the day `first` to the end of the day `last`; `since`, `until` in s."""

    first: date
    last: date
    since: float
    until: float


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last `days` days, today included, or those from `first` to `last`."""

    days: Annotated[int, Meta(ge=1, le=LONGEST)] = 30
    first: date | None = None
    last: date | None = None

    def span(self, now: float, zone: tzinfo) -> Span:
        """The days asked for. Raises Refused for days that are in no order, too many or absurd."""
        today = datetime.fromtimestamp(now, zone).date()
        last = self.last or today
        first = self.first or last - timedelta(days=self.days - 1)
        if not FIRST <= first <= last <= LAST:
            raise Refused(400, "bad_period", "the first day must not be after the last")
        if (last - first).days >= LONGEST:
            raise Refused(400, "long_period", f"at most {LONGEST} days")
        return Span(first, last, _begin(first, zone), _begin(last + timedelta(days=1), zone))


def one_day(day: date, zone: tzinfo) -> Span:
    """This day alone. Raises Refused for an absurd one."""
    return Period(first=day, last=day).span(0.0, zone)


def _begin(day: date, zone: tzinfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()
