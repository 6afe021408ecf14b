"""What is kept of one number, and its erasure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Protocol

from ivr.domain.client.traces import Traces
from ivr.domain.records import MissedCallRecord
from ivr.ports.changes import AuditEntry

ERASED = "number_erased"
"""What the audit log calls an erasure. Its entry names the number until all else is erased."""


def _count(what: str) -> int:
    found: int = field(default=0, metadata={"what": what})
    return found


@dataclass(frozen=True, slots=True)
class Footprint:
    """What is kept of a number, counted; `mentions` are rows of others that name it in a text.

    `live` are ids of rows that somebody still works on: they are erased by a later erasure.
    """

    calls: int = _count("calls")
    interviews: int = _count("interviews")
    promises_open: int = _count("promises that are open")
    promises_ended: int = _count("promises that have ended")
    missed_calls_open: int = _count("missed calls that are open")
    missed_calls_ended: int = _count("missed calls that are dealt with")
    attempts: int = _count("attempts to call back")
    meetings: int = _count("meetings")
    voice_messages: int = _count("voice messages")
    owners: int = _count("spans of an owner")
    messages: int = _count("messages to others that wait or are parked")
    audit_entries: int = _count("entries of the audit log that name the number")
    mentions: int = _count("rows of others that name the number")
    live: tuple[str, ...] = ()


COUNTED: Mapping[str, str] = {
    one.name: one.metadata["what"] for one in fields(Footprint) if one.metadata
}
"""What each count of a Footprint is of."""


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
