"""Published trees in the database: numbered, hashed, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import Connection, insert

from ivr.ports import AuditEntry, TreeVersion
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers, every
from ivr.store.reader.versions import SqlVersions, newest_first
from ivr.store.rows import AUDIT, TREE_VERSIONS, upsert
from ivr.store.tables import tree_versions
from ivr.store.writer import Writer


class SqlTrees(SqlVersions):
    """The Trees port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        super().__init__(readers)
        self._writer = writer

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
        draft = TreeVersion(mended(tree), 0, mended(text), "", at, mended(by))
        return self._writer.run(lambda connection: _published(connection, draft, entry))


def sha256_of(text: str) -> str:
    """The hash that tells two texts apart, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _published(
    connection: Connection, draft: TreeVersion, entry: Callable[[TreeVersion], AuditEntry] | None
) -> TreeVersion:
    found = every(connection, TREE_VERSIONS, newest_first(draft.tree).limit(1))
    digest = sha256_of(draft.text)
    if found and found[0].sha256 == digest:
        return found[0]
    number = found[0].version + 1 if found else 1
    kept = TreeVersion(
        draft.tree, number, draft.text, digest, draft.published_at, draft.published_by
    )
    connection.execute(insert(tree_versions), asdict(kept))
    if entry is not None:
        upsert(connection, AUDIT).run(connection, [AUDIT.values(entry(kept))])
    return kept
