"""What people change, and the audit log that tells who did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from ivr.domain.records import AccountRecord, Plain


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what: written once, never changed. `id` makes a retry count once."""

    id: str
    at: float
    actor: str
    action: str
    object: str
    detail: Mapping[str, Plain]

    @classmethod
    def of(
        cls, at: float, actor: str, action: str, object: str, detail: Mapping[str, Plain]
    ) -> AuditEntry:
        """An entry that was not written yet, under an id of its own."""
        return cls(str(uuid4()), at, actor, action, object, detail)


class Audit(Protocol):
    """The audit log, only ever added to. `record` never waits; `entries` waits for the database."""

    def record(self, entry: AuditEntry) -> None: ...

    def entries(self, before: float, most: int) -> Sequence[AuditEntry]:
        """At most `most` entries earlier than `before`, newest first."""
        ...

    def entries_of(self, object: str, before: float, most: int) -> Sequence[AuditEntry]:
        """The same for what was done to one object."""
        ...


@dataclass(frozen=True, slots=True)
class AccountChange:
    """A company as it is from now on (or is no more), and who said so."""

    account: AccountRecord
    entry: AuditEntry


class Accounts(Protocol):
    """The companies that are kept here; all of these wait for the database."""

    def keep(self, changes: Sequence[AccountChange]) -> None:
        """Keep all of these or none, each with its audit entry, in place of learned numbers."""
        ...

    def record(self, account: str) -> AccountRecord | None:
        """The company's own row, also of one that is gone; None for one of the file alone."""
        ...
