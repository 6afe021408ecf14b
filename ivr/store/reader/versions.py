"""Published trees as they are read: by pages, reports and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from ivr.ports import TreeVersion, VersionHead
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers
from ivr.store.rows import TREE_VERSIONS, VERSION_HEADS
from ivr.store.tables import tree_versions

MOST_VERSIONS = 2**31 - 1
"""The greatest number that the column holds."""


class SqlVersions:
    """The Versions port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def current(self, tree: str) -> TreeVersion | None:
        """The version that new calls walk."""
        return self._readers.one(TREE_VERSIONS, newest_first(tree))

    def version(self, tree: str, version: int) -> TreeVersion | None:
        """The version that an old call walked."""
        if not 0 < version <= MOST_VERSIONS:
            return None
        wanted = _of(tree).where(tree_versions.c.version == version)
        return self._readers.one(TREE_VERSIONS, wanted)

    def versions(self, tree: str) -> Sequence[TreeVersion]:
        """All versions of the tree, newest first."""
        return self._readers.all(TREE_VERSIONS, newest_first(tree))

    def heads(
        self, tree: str, before: int | None = None, most: int | None = None
    ) -> Sequence[VersionHead]:
        """The tree's versions of numbers below `before`, newest first, `most` at the most."""
        columns = [tree_versions.c[name] for name in VERSION_HEADS.names]
        query = newest_first(tree).with_only_columns(*columns).limit(most)
        if before is not None:
            query = query.where(tree_versions.c.version < before)
        return self._readers.all(VERSION_HEADS, query)

    def trees(self) -> Sequence[TreeVersion]:
        """The current version of every tree, by the tree's id."""
        id_, number = tree_versions.c.tree, tree_versions.c.version
        newest = select(id_, func.max(number)).group_by(id_)
        query = select(tree_versions).where(tuple_(id_, number).in_(newest))
        return sorted(self._readers.all(TREE_VERSIONS, query), key=lambda kept: kept.tree)


def newest_first(tree: str) -> Select[Any]:
    """All versions of a tree, the current one first."""
    return _of(tree).order_by(tree_versions.c.version.desc())


def _of(tree: str) -> Select[Any]:
    return select(tree_versions).where(tree_versions.c.tree == mended(tree))
