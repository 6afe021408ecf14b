"""What is kept of one number, and its erasure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.domain.client.traces import Traces
from ivr.domain.records import MissedCallRecord
from ivr.ports.changes import AuditEntry

ERASED = "number_erased"
"""What the audit log calls an erasure. Its entry names the number until all else is erased."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What is kept of a number, counted; `mentions` are rows of others that name it in a text.

    `messages` to other programs are those that nobody has taken yet. `live` are ids of rows that
    somebody still works on, so that they can be erased only afterwards.
    """

    calls: int = 0
    interviews: int = 0
    promises_open: int = 0
    promises_ended: int = 0
    missed_calls_open: int = 0
    missed_calls_ended: int = 0
    attempts: int = 0
    meetings: int = 0
    voice_messages: int = 0
    owners: int = 0
    messages: int = 0
    audit_entries: int = 0
    mentions: int = 0
    live: tuple[str, ...] = ()


class Erasure(Protocol):
    """Erases a number, a few rows a transaction; all of these wait for the database.

    What has been done is not done again, so an erasure that was killed goes on when it is begun
    anew. `at` is when it began: what came later stays.
    """

    def kept(self, traces: Traces, at: float) -> Footprint: ...

    def voices(self, number: str) -> Sequence[MissedCallRecord]:
        """Tasks of this number that have voice messages, open ones too."""
        ...

    def erase(self, traces: Traces, at: float) -> None:
        """Let everything of the number be forgotten that is not live; its own entry last."""
        ...

    def unfinished(self) -> Sequence[AuditEntry]:
        """What the audit log says of erasures that were broken off, the oldest first."""
        ...

    def scrub(self) -> None:
        """Let no file of the database hold what was erased, as far as that is the service's."""
        ...

    def compact(self) -> None:
        """Write the whole database anew, so that no old state of a row is left in a gap of it.

        It may take minutes, and nothing can be saved meanwhile: never while calls flow.
        """
        ...
