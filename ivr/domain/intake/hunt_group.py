"""The lines of one department: as many calls at once as the headcount, and no more.

A line is held from admission until the caller hangs up or is bridged with sales. The group is a
logical cap: it counts calls, not trunk channels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

USUAL_HOLD = 180.0
"""Seconds for which a call is taken to hold its line until this department has shown its own."""

RECENT = 10
"""Of how many calls the mean is mostly made."""


@dataclass(slots=True)
class HuntGroup:
    """Lines 1..`lines`; each held line carries its call's id.

    `mean_hold` is how many seconds a call held its line, recent calls counting most.
    """

    name: str
    lines: int
    held: dict[str, int] = field(default_factory=dict)
    mean_hold: float = USUAL_HOLD

    @property
    def used(self) -> int:
        """Calls that hold a line now, those above a shrunk cap included."""
        return len(self.held)

    def admit(self, call: str, waiting: int = 0) -> bool:
        """Give the call a line if one is free; a call that holds one already keeps it.

        With `waiting`, so many calls may be in beyond the lines: the newest ones wait for a line.
        """
        if call in self.held:
            return True
        if self.used >= self.lines + waiting:
            return False
        self._take(call)
        return True

    def seat(self, call: str) -> None:
        """Count a call that is in already, let in by the dialplan while we were away."""
        if call not in self.held:
            self._take(call)

    def release(self, call: str) -> bool:
        """Free the call's line; False if it held none (a repeated event)."""
        return self.held.pop(call, None) is not None

    @property
    def pace(self) -> int:
        """Whole seconds between two lines becoming free while all are busy, 1 at least."""
        return max(1, round(self.mean_hold / max(1, self.lines)))

    def note_hold(self, seconds: float) -> None:
        """Learn from a call that gave its line back after so many seconds."""
        self.mean_hold += (seconds - self.mean_hold) / RECENT

    def resize(self, lines: int) -> None:
        """Change the cap at once; nobody is dropped, nobody admitted until below it."""
        self.lines = lines

    def line_of(self, call: str) -> int | None:
        """The line that the call holds, from 1."""
        return self.held.get(call)

    def _take(self, call: str) -> None:
        taken = set(self.held.values())
        self.held[call] = next(n for n in range(1, len(taken) + 2) if n not in taken)
