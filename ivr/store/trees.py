"""Published trees in the database: numbered, hashed, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, tuple_

from ivr.ports import TreeVersion
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import TREE_VERSIONS
from ivr.store.tables import tree_versions
from ivr.store.writer import Writer


class SqlTrees:
    """The Trees port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    def publish(self, tree: str, text: str, at: float, by: str) -> TreeVersion:
        """Keep the text as the tree's next version; the current text again changes nothing."""
        draft = TreeVersion(mended(tree), 0, mended(text), "", at, mended(by))
        return self._writer.run(lambda connection: _published(connection, draft))

    def current(self, tree: str) -> TreeVersion | None:
        """The version that new calls walk."""
        newest_first = _of(tree).order_by(tree_versions.c.version.desc())
        return self._readers.one(TREE_VERSIONS, newest_first)

    def version(self, tree: str, version: int) -> TreeVersion | None:
        """The version that an old call walked."""
        return self._readers.one(TREE_VERSIONS, _of(tree).where(tree_versions.c.version == version))

    def versions(self, tree: str) -> Sequence[TreeVersion]:
        """All versions of the tree, newest first."""
        return self._readers.all(TREE_VERSIONS, _of(tree).order_by(tree_versions.c.version.desc()))

    def trees(self) -> Sequence[TreeVersion]:
        """The current version of every tree, by the tree's id."""
        id_, number = tree_versions.c.tree, tree_versions.c.version
        newest = select(id_, func.max(number)).group_by(id_)
        query = select(tree_versions).where(tuple_(id_, number).in_(newest))
        return sorted(self._readers.all(TREE_VERSIONS, query), key=lambda kept: kept.tree)


def sha256_of(text: str) -> str:
    """The hash that tells two texts apart, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _of(tree: str) -> Select[Any]:
    return select(tree_versions).where(tree_versions.c.tree == mended(tree))


def _published(connection: Connection, draft: TreeVersion) -> TreeVersion:
    found = every(
        connection, TREE_VERSIONS, _of(draft.tree).order_by(tree_versions.c.version.desc()).limit(1)
    )
    digest = sha256_of(draft.text)
    if found and found[0].sha256 == digest:
        return found[0]
    number = found[0].version + 1 if found else 1
    kept = TreeVersion(
        draft.tree, number, draft.text, digest, draft.published_at, draft.published_by
    )
    connection.execute(insert(tree_versions), asdict(kept))
    return kept
