"""Which life of Asterisk this is: after a restart nothing of before lives there any more."""

from __future__ import annotations

from datetime import datetime

from ivr.asterisk.translate.orders import Action

STATUS = Action("CoreStatus", {})
"""Asks Asterisk when it started."""


def started_at(date: str, time: str) -> float | None:
    """When Asterisk started, by CoreStatus; in the zone of this machine, which is mostly its own.

    None where it does not say so. As a mark of one life of Asterisk it serves in any zone.
    """
    try:
        return datetime.strptime(f"{date} {time}", "%Y-%m-%d %H:%M:%S").astimezone().timestamp()
    except ValueError:
        return None
