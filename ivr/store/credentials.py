"""Password hashes in the database, one a person."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ivr.ports import Credential
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers
from ivr.store.rows import CREDENTIALS, upsert
from ivr.store.tables import credentials
from ivr.store.writer import Writer


class SqlCredentials:
    """The Credentials port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    def credential(self, person: str) -> Credential | None:
        """The person's password hash, or None for who has none."""
        query = select(credentials).where(credentials.c.person == mended(person))
        return self._readers.one(CREDENTIALS, query)

    def keep_credential(self, credential: Credential) -> None:
        """Set the person's password hash."""
        row = CREDENTIALS.values(credential)

        def keep(connection: Connection) -> None:
            upsert(connection, CREDENTIALS, key="person").run(connection, [row])

        self._writer.run(keep)
