"""Who owns a client now: a company by its account, a private person by the number.

A company of the admin's file that nobody has passed yet belongs to the owner that the file names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ivr.domain.records import OwnerRecord


def client_of(account: str, number: str) -> str:
    """By what an owner is remembered; "" for a client who cannot be told again."""
    if account:
        return f"account:{account}"
    return f"number:{number}" if number else ""


@dataclass(slots=True)
class Owners:
    """The present owners by client."""

    now: dict[str, OwnerRecord] = field(default_factory=dict)

    def restore(self, owners: Iterable[OwnerRecord]) -> None:
        """Take up what the database keeps."""
        self.now = {one.client: one for one in owners}

    def of(self, client: str) -> OwnerRecord | None:
        """Who owns this client, None while nobody was ever said to."""
        return self.now.get(client)

    def give(self, new: OwnerRecord) -> tuple[OwnerRecord, ...]:
        """From now on it is `new`; the rows to keep: the span that ends and the one that begins."""
        before = self.now.get(new.client)
        self.now[new.client] = new
        if before is None or before.id == new.id:
            return (new,)
        return (replace(before, until=new.since), new)
