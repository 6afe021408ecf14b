"""What has been kept long enough, and goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.domain.records import MissedCallRecord
from ivr.ports.past import Bookmark


@dataclass(frozen=True, slots=True)
class Walked:
    """One stretch of a walk from the oldest on: how many rows it changed, and where it goes on."""

    count: int
    next: Bookmark | None  # None at the end


@dataclass(frozen=True, slots=True)
class Voices:
    """Ended tasks with voice messages, a page of them, and where the next page begins."""

    tasks: tuple[MissedCallRecord, ...]
    next: Bookmark | None


class Retention(Protocol):
    """Makes old rows anonymous, or drops them; all of these wait for the database.

    Each is one short transaction of at most `most` rows, so that calls go on meanwhile, and does
    no harm when it is done twice. `before` are seconds since the epoch: what is as young as that
    stays, and so does all that is open, with the calls and attempts that it names.
    """

    def forget_calls(self, before: float, at: float, after: Bookmark | None, most: int) -> Walked:
        """Make ended calls that came before that time anonymous, with what was asked in them.

        Their ledgers go. A call stays as long as a promise or a task names it that is open.
        """
        ...

    def forget_promises(
        self, before: float, at: float, after: Bookmark | None, most: int
    ) -> Walked:
        """The same for promises that ended before that time, with their attempts and meetings."""
        ...

    def forget_missed(self, before: float, at: float, after: Bookmark | None, most: int) -> Walked:
        """The same for ended tasks; one that still has voice messages stays."""
        ...

    def voices(self, before: float, after: Bookmark | None, most: int) -> Voices:
        """Tasks that ended before that time and have voice messages."""
        ...

    def named(self, files: Sequence[str]) -> set[str]:
        """Which of these voice messages a task names, an open one or not."""
        ...

    def drop_recordings(self, tasks: Sequence[str]) -> None:
        """The files of these tasks are gone."""
        ...

    def drop_owners(self, before: float, most: int) -> int:
        """Drop who had owned private persons until before that time; how many spans."""
        ...

    def drop_refused(self, before: float, most: int) -> int:
        """Drop rows that the database refused before that time; how many."""
        ...

    def drop_audit(self, before: float, most: int) -> int:
        """Drop audit entries of before that time; how many."""
        ...

    def drop_untaken(self, before: float, most: int) -> int:
        """Drop messages to the outside made before that time that nobody took; how many."""
        ...
