"""The audit log in the database: only ever added to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ivr.ports import AuditEntry
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers
from ivr.store.rows import AUDIT
from ivr.store.tables import audit
from ivr.store.writer import Writer


class SqlAudit:
    """The Audit port: `record` queues, `entries` reads. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    def record(self, entry: AuditEntry) -> None:
        """Queue the entry; it is never dropped and the same id is kept once."""
        self._writer.put(entry, confirm=False)

    def entries(self, before: float, most: int) -> Sequence[AuditEntry]:
        """At most `most` entries earlier than `before`, newest first."""
        query = select(audit).where(audit.c.at < before)
        return self._readers.all(AUDIT, query.order_by(audit.c.at.desc(), audit.c.id).limit(most))

    def entries_of(self, object: str, before: float, most: int) -> Sequence[AuditEntry]:
        """At most `most` entries of one object earlier than `before`, newest first."""
        query = select(audit).where(audit.c.object == mended(object), audit.c.at < before)
        return self._readers.all(AUDIT, query.order_by(audit.c.at.desc(), audit.c.id).limit(most))
