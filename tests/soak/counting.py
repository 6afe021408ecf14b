"""What a row of the fault matrix comes to: counts that have to be zero, beside what was tried."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Counts:
    """Callers and promises that fared badly, each by its kind; see the oracles for the kinds."""

    dropped: int = 0
    lost: int = 0
    dup: int = 0
    stuck: int = 0
    over: int = 0
    diff: int = 0

    def __add__(self, other: Counts) -> Counts:
        names = (field.name for field in fields(self))
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def __str__(self) -> str:
        return ", ".join(f"{f.name} {getattr(self, f.name)}" for f in fields(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One row's result: a zero counts only with its denominator beside it.

    `faults` says how often which fault was made, "204 kills" for example. `in_vain` are callers
    refused while a line was free, None where the row does not look for them.
    """

    name: str
    calls: int
    faults: str
    counts: Counts
    in_vain: int | None = None

    @property
    def good(self) -> bool:
        """Whether calls and faults were made at all and every count is zero."""
        tried = self.calls > 0 and not self.faults.startswith("0 ")
        return tried and self.counts == Counts() and not self.in_vain

    def __str__(self) -> str:
        vain = "" if self.in_vain is None else f", in vain {self.in_vain}"
        return f"row {self.name}: {self.calls} calls, {self.faults}: {self.counts}{vain}"
