"""The published trees and the interviews that were walked through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.domain.records import CallRecord, EscalationRecord, InterviewRecord
from ivr.ports.changes import AuditEntry


@dataclass(frozen=True, slots=True)
class TreeVersion:
    """One published tree: its text as it was, under a number that never changes its meaning."""

    tree: str
    version: int
    text: str
    sha256: str  # of the text in UTF-8, in hex
    published_at: float
    published_by: str


@dataclass(frozen=True, slots=True)
class VersionHead:
    """What a list of versions shows: everything but the text."""

    version: int
    sha256: str
    published_at: float
    published_by: str


class Versions(Protocol):
    """The published trees as they are read, which are the truth for calls and for history.

    All of these wait for the database: never call them on the event loop while calls flow.
    """

    def current(self, tree: str) -> TreeVersion | None: ...

    def version(self, tree: str, version: int) -> TreeVersion | None: ...

    def versions(self, tree: str) -> Sequence[TreeVersion]:
        """All versions of the tree, newest first."""
        ...

    def heads(
        self, tree: str, before: int | None = None, most: int | None = None
    ) -> Sequence[VersionHead]:
        """The tree's versions of numbers below `before`, newest first, `most` at the most."""
        ...

    def trees(self) -> Sequence[TreeVersion]:
        """The current version of every tree, by the tree's id."""
        ...


class Trees(Versions, Protocol):
    """The published trees, and the way to one more version; `publish` waits for the database."""

    def publish(
        self,
        tree: str,
        text: str,
        at: float,
        by: str,
        entry: Callable[[TreeVersion], AuditEntry] | None = None,
    ) -> TreeVersion:
        """Keep the text as the tree's next version; the current text again changes nothing.

        A new version and its `entry` of the audit log are kept together or not at all.
        """
        ...


@dataclass(frozen=True, slots=True)
class PastInterview:
    """One interview as it was kept, with its call and what it promised sales, oldest first."""

    interview: InterviewRecord
    call: CallRecord | None
    promises: tuple[EscalationRecord, ...]


class History(Protocol):
    """What was asked and what came of it, for reports; all of these wait for the database."""

    def interviews(
        self, tree: str, since: float, until: float, version: int | None = None
    ) -> Sequence[PastInterview]:
        """Interviews of a tree that began from `since` until before `until`, oldest first."""
        ...

    def interview(self, call: str) -> PastInterview | None: ...
