"""Which life of Asterisk this is: after a restart nothing of before lives there any more."""

from __future__ import annotations

import re

from ivr.asterisk.translate.action import Action

STATUS = Action("CoreStatus", {})
"""Asks Asterisk when it started, which it tells by the clock on its own wall."""

_WALL_CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


def epoch_of(date: str, time: str) -> Action | None:
    """Asks Asterisk itself which second a CoreStartupDate and -Time are: only it knows its zone.

    None if they are no date and time. Source: STRPTIME in func_strings.c takes the zone of
    Asterisk if it is given none, and Getvar in manager.c reads a function without a channel.
    """
    wall = f"{date} {time}"
    if not _WALL_CLOCK.fullmatch(wall):
        return None
    return Action("Getvar", {"Variable": f"STRPTIME({wall},,%Y-%m-%d %H:%M:%S)"})


def started_at(epoch: str) -> float | None:
    """The answer to `epoch_of` in seconds since the epoch; None where Asterisk does not know."""
    known = epoch.isascii() and epoch.isdecimal() and int(epoch) > 0
    return float(epoch) if known else None
