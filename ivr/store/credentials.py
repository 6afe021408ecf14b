"""Password hashes in the database, one a person."""

from __future__ import annotations

from sqlalchemy import delete, select

from ivr.ports import Credential
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers
from ivr.store.rows import CREDENTIALS, upsert
from ivr.store.tables import credentials
from ivr.store.writer import Writer


class SqlCredentials:
    """The Credentials port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers, dialect: str) -> None:
        self._writer = writer
        self._readers = readers
        self._keep = upsert(dialect, credentials, keys=("person",))

    def credential(self, person: str) -> Credential | None:
        """The person's password hash, or None for who has none."""
        query = select(credentials).where(credentials.c.person == mended(person))
        return self._readers.one(CREDENTIALS, query)

    def keep_credential(self, credential: Credential) -> None:
        """Set the person's password hash."""
        row = CREDENTIALS.row(credential)
        self._writer.run(lambda connection: connection.execute(self._keep, row))

    def forget_credential(self, person: str) -> None:
        """The person has no password any more."""
        gone = delete(credentials).where(credentials.c.person == mended(person))
        self._writer.run(lambda connection: connection.execute(gone))
