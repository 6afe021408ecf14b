"""The ledger of a call: who rang, who talked, waited or held, from when to when.

It is drawn from where the call is after each event and not from the events one by one, so that
repeated, reordered and missing ones come to the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ivr.domain.records import StretchKind, StretchRecord


@dataclass(frozen=True, slots=True)
class Doing:
    """What goes on just now: in which department, and who does it, "" for a queue."""

    kind: StretchKind
    department: str
    person: str = ""


@dataclass(slots=True)
class Ledger:
    """What goes on in one call, each with its beginning."""

    call: str
    going_on: dict[Doing, float] = field(default_factory=dict)

    def follow(
        self, at: float, now: Mapping[Doing, float], how: Mapping[Doing, str]
    ) -> list[StretchRecord]:
        """Go on with what still goes on; the rows of what has ended, with how it did."""
        over = [
            self._row(doing, began, at, how.get(doing, ""))
            for doing, began in self.going_on.items()
            if doing not in now
        ]
        self.going_on = {
            doing: self.going_on.get(doing, min(began, at)) for doing, began in now.items()
        }
        return over

    def moment(self, at: float, doing: Doing, detail: str) -> StretchRecord:
        """Something that takes no time, such as a transfer."""
        return self._row(doing, at, at, detail)

    def _row(self, doing: Doing, began: float, at: float, detail: str) -> StretchRecord:
        who = doing.person or doing.department
        return StretchRecord(
            # The same stretch told once more after a crash is the same row.
            id=f"{self.call}-{doing.kind}-{who}-{int(began * 1000)}",
            call=self.call,
            kind=doing.kind,
            department=doing.department,
            person=doing.person,
            detail=detail,
            began_at=began,
            ended_at=max(began, at),
        )


def seconds(
    rows: Iterable[StretchRecord], kind: StretchKind, department: str = "", person: str = ""
) -> float:
    """How long this went on in all, in one department or with one person where these are given."""
    return sum(
        row.ended_at - row.began_at
        for row in rows
        if row.kind is kind
        and (not department or row.department == department)
        and (not person or row.person == person)
    )


def talked_with(rows: Iterable[StretchRecord]) -> dict[str, float]:
    """Seconds of talk with each person, in the order of the talks."""
    totals: dict[str, float] = {}
    for row in sorted(rows, key=lambda row: row.began_at):
        if row.kind is StretchKind.TALKED:
            totals[row.person] = totals.get(row.person, 0.0) + row.ended_at - row.began_at
    return totals


def duration(seconds: float) -> str:
    """As people read it: 1:49, and 1:02:05 from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
