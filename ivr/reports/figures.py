"""Figures as people read them; what was not measured is a dash, never a zero."""

from __future__ import annotations

import re
from fractions import Fraction

NOTHING = "—"


def duration(seconds: float | None) -> str:
    """1:49 for 109 seconds, 1:02:05 for 3,725; a dash for None."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def share(part: int, whole: int) -> str:
    """50 % for 1 of 2; a dash where there is nothing to share."""
    return f"{100 * part / whole:.0f} %" if whole else NOTHING


NUMBER = re.compile(r"[+-]?\d{1,12}([.,]\d{1,9})?")
SPACES = re.compile(r"[\s\u00a0\u202f]+")


def typed(text: str) -> Fraction | None:
    """A number as people type it: comma or point, spaces between thousands. None for no number."""
    plain = SPACES.sub("", text)
    return Fraction(plain.replace(",", ".")) if NUMBER.fullmatch(plain) else None
