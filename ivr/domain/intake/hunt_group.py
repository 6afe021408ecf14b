"""The lines of one department: as many calls at once as the headcount, and no more.

A line is held from admission until the caller hangs up or is bridged with sales. The group is a
logical cap: it counts calls, not trunk channels.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class HuntGroup:
    """Lines 1..`lines`; each held line carries its call's id."""

    name: str
    lines: int
    held: dict[str, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Calls that hold a line now, those above a shrunk cap included."""
        return len(self.held)

    def admit(self, call: str) -> bool:
        """Give the call a line if one is free; a call that holds one already keeps it."""
        if call in self.held:
            return True
        if self.used >= self.lines:
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

    def resize(self, lines: int) -> None:
        """Change the cap at once; nobody is dropped, nobody admitted until below it."""
        self.lines = lines

    def line_of(self, call: str) -> int | None:
        """The line that the call holds, from 1."""
        return self.held.get(call)

    def _take(self, call: str) -> None:
        taken = set(self.held.values())
        self.held[call] = next(n for n in range(1, len(taken) + 2) if n not in taken)
