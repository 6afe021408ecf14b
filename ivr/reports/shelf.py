"""Published trees taken from the store, each read once however often it is needed."""

from __future__ import annotations

from ivr.config.problems import ConfigRefused
from ivr.config.trees import tree_from_text
from ivr.domain.tree.tree import Tree
from ivr.ports import TreeVersion, Versions


class Shelf:
    """Versions of trees by their number. Raises StoreUnreachable."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._published: dict[tuple[str, int], TreeVersion | None] = {}
        self._trees: dict[tuple[str, int], Tree | None] = {}

    def published(self, tree: str, version: int) -> TreeVersion | None:
        """The text of a version, and who published it when; None when there is no such one."""
        key = (tree, version)
        if key not in self._published:
            self._published[key] = self._versions.version(tree, version)
        return self._published[key]

    def tree(self, tree: str, version: int) -> Tree | None:
        """A version as a tree; None when there is none, or none that today's check can read."""
        key = (tree, version)
        if key not in self._trees:
            found = self.published(tree, version)
            self._trees[key] = _read(found) if found else None
        return self._trees[key]


def _read(kept: TreeVersion) -> Tree | None:
    try:
        return tree_from_text(kept.text, f"{kept.tree} version {kept.version}").tree
    except ConfigRefused:
        return None
