"""A time asked of or by a client: read in the client's own zone, moved into hours, or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from ivr.domain.errors import KeyRefused
from ivr.domain.intake.hours import Hours, local_to_epoch

LONGEST_AHEAD = 366 * 86_400.0
"""Seconds ahead beyond which a time is a typing mistake: nobody promises a call in ten years."""

_WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)", re.ASCII)
_SAME_MINUTE = 60.0


class DueRefused(KeyRefused):
    """A time that cannot be promised; `problem` is a code that the page has words for."""

    def __init__(self, problem: str, text: str) -> None:
        super().__init__(problem, f'"{text}": {_WHY[problem]}')


_WHY = {
    "due_unreadable": "not a time; write it as 2026-11-26 15:30, by the client's clock",
    "due_past": "this time has passed; give a later one",
    "due_too_far": "more than a year ahead; give an earlier time",
    "due_never": "clients are never called at all; see callbacks.hours",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A time that holds, in epoch seconds; `moved` if it is not the very minute that was asked."""

    at: float
    moved: bool


def asked(text: str, now: float, zone: tzinfo, hours: Hours | None) -> Due:
    """The moment that `text` means on the client's wall, moved to the next within the hours.

    A time that a change of the clock skips is the next minute that exists, one that it repeats
    its first. Raises DueRefused for what has passed, lies too far ahead or cannot be read.
    """
    wanted = wall_time(text, now, zone)
    opens = hours.next_opening(wanted.at) if hours is not None else wanted.at
    if opens is None:
        raise DueRefused("due_never", text)
    return Due(opens, wanted.moved or opens != wanted.at)


def wall_time(text: str, now: float, zone: tzinfo) -> Due:
    """The moment that `text` means on the wall, whatever the hours. Raises DueRefused."""
    day, at = _read(text)
    moment = local_to_epoch(day, at, zone)
    if moment + _SAME_MINUTE <= now:
        raise DueRefused("due_past", text)
    if moment > now + LONGEST_AHEAD:
        raise DueRefused("due_too_far", text)
    shown = datetime.fromtimestamp(moment, zone).replace(tzinfo=None)
    return Due(moment, shown != datetime.combine(day, at))


def shown(at: float, zone: tzinfo) -> str:
    """A moment as the client's wall shows it: 2026-11-26 15:30."""
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"


def _read(text: str) -> tuple[date, time]:
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise DueRefused("due_unreadable", text)
    year, month, day, hour, minute = (int(part) for part in found.groups())
    try:
        return date(year, month, day), time(hour, minute)
    except ValueError:
        raise DueRefused("due_unreadable", text) from None
