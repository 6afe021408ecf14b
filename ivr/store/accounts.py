"""Companies that are kept here, changed from outside: each change with who made it, at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from ivr.domain.records import AccountRecord
from ivr.ports import AccountChange
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers
from ivr.store.rows import ACCOUNTS, AUDIT, upsert
from ivr.store.tables import account_numbers, accounts
from ivr.store.writer import Writer

AT_ONCE = 500
"""Ids in one statement: databases limit how many values it may carry."""


class SqlAccounts:
    """The Accounts port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    def keep(self, changes: Sequence[AccountChange]) -> None:
        """Keep all of these or none, each with its audit entry, in place of learned numbers."""
        if not changes:
            return
        rows = [ACCOUNTS.values(change.account) for change in changes]
        entries = [AUDIT.values(change.entry) for change in changes]
        ids = [mended(change.account.id) for change in changes]

        def keep(connection: Connection) -> None:
            upsert(connection, ACCOUNTS).run(connection, rows)
            upsert(connection, AUDIT).run(connection, entries)
            for start in range(0, len(ids), AT_ONCE):
                known = account_numbers.c.account.in_(ids[start : start + AT_ONCE])
                connection.execute(delete(account_numbers).where(known))

        self._writer.run(keep)

    def record(self, account: str) -> AccountRecord | None:
        """The company's own row, also of one that is gone; None for one of the file alone."""
        return self._readers.one(ACCOUNTS, select(accounts).where(accounts.c.id == mended(account)))
