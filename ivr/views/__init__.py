"""What programs outside are shown: one plain value a thing, the same in webhooks and in the API.

Numbers are E.164, times are in UTC with their `Z`, enumerations are their values, an unknown time
is null and an unknown text is empty. None of them carries a secret.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that is shown."""


def moment(at: float) -> datetime:
    """Seconds since the epoch as a time with its zone."""
    return datetime.fromtimestamp(at, UTC)


def moment_or_none(at: float | None) -> datetime | None:
    """The same for a time that may not have come yet."""
    return None if at is None else moment(at)
