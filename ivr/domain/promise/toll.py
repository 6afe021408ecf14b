"""The toll guard: how much may be dialled at all, whoever asks for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from ivr.domain.records import AttemptRecord

MINUTE, DAY = 60.0, 86_400.0


@dataclass(frozen=True, slots=True)
class TollRules:
    """Caps over all callbacks; `enabled` False dials nothing and leaves everything to people."""

    enabled: bool = True
    per_number_per_day: int = 3
    per_minute: int = 10
    per_day: int = 500


@dataclass(slots=True)
class TollGuard:
    """The dials of the last 24 hours, as they were granted."""

    dials: deque[tuple[float, str]] = field(default_factory=deque)

    def why_not(self, rules: TollRules, at: float, number: str) -> str:
        """Why this number may not be dialled now, "" if it may."""
        self._forget(at)
        if not rules.enabled:
            return "dialling is switched off (toll.enabled)"
        if sum(1 for _, dialled in self.dials if dialled == number) >= rules.per_number_per_day:
            return f"the number was dialled {rules.per_number_per_day} times in a day"
        if sum(1 for when, _ in self.dials if when > at - MINUTE) >= rules.per_minute:
            return f"{rules.per_minute} numbers were dialled in a minute"
        if len(self.dials) >= rules.per_day:
            return f"{rules.per_day} numbers were dialled in a day"
        return ""

    def full_until(self, rules: TollRules, at: float) -> float | None:
        """Until when nobody at all may be dialled; None while the caps leave room."""
        self._forget(at)
        if not rules.enabled:
            return at + DAY
        until = [
            self.dials[-most][0] + span
            for most, span in ((rules.per_minute, MINUTE), (rules.per_day, DAY))
            if len(self.dials) >= most and self.dials[-most][0] + span > at
        ]
        return max(until, default=None)

    def number_full_until(self, rules: TollRules, at: float, number: str) -> float | None:
        """Until when this number may not be dialled; None while it may."""
        self._forget(at)
        times = [when for when, dialled in self.dials if dialled == number and when > at - DAY]
        most = rules.per_number_per_day
        return times[-most] + DAY if len(times) >= most else None

    def restore(self, attempts: Iterable[AttemptRecord]) -> None:
        """Count what was dialled before a restart, so that it opens no cap again."""
        dialled = [(one.claimed_at, one.number) for one in attempts if one.claimed_at is not None]
        self.dials = deque(sorted(dialled))

    def dialled(self, at: float, number: str) -> None:
        """Count a dial that was granted."""
        self.dials.append((at, number))

    def forget_number(self, number: str) -> None:
        """Nobody is told by a dial any more, which goes on to count."""
        self.dials = deque((at, "" if one == number else one) for at, one in self.dials)

    def _forget(self, at: float) -> None:
        """Drop what is older than a day.

        A clock that was ahead, and is put right, leaves dials in the future: they count from now
        on, so that nobody is dialled too often and nobody has to wait for a time that never was.
        """
        if self.dials and self.dials[-1][0] > at + MINUTE:
            self.dials = deque((min(when, at), number) for when, number in self.dials)
        while self.dials and self.dials[0][0] <= at - DAY:
            self.dials.popleft()
