"""When a caller wants to be called back, as keys of a phone can say it."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo

from ivr.domain.intake.hours import Hours, local_to_epoch

CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)", re.ASCII)
"""A time of day by four keys: 0930, 1805."""


def wished_time(wish: str, at: float, zone: tzinfo, hours: Hours | None) -> float:
    """The moment of a wish in epoch seconds: `asap`, or the next time the wall shows 1430, say.

    A time at which the department is closed moves to its next opening; what cannot be read as a
    time is as soon as possible.
    """
    shown = CLOCK.fullmatch(wish)
    moment = at if shown is None else _next(time(int(shown[1]), int(shown[2])), at, zone)
    opening = hours.next_opening(moment) if hours is not None else None
    return moment if opening is None else opening


def _next(wall: time, at: float, zone: tzinfo) -> float:
    today = datetime.fromtimestamp(at, zone).date()
    moment = local_to_epoch(today, wall, zone)
    return moment if moment > at else local_to_epoch(today + timedelta(1), wall, zone)
