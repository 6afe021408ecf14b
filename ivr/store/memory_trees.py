"""Published trees in memory, each new version with its entry of the audit log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ivr.ports import Audit, AuditEntry, TreeVersion, VersionHead
from ivr.store.trees import sha256_of


class MemoryTrees:
    """The Trees port in memory."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._kept: dict[str, list[TreeVersion]] = {}

    def publish(
        self,
        tree: str,
        text: str,
        at: float,
        by: str,
        entry: Callable[[TreeVersion], AuditEntry] | None = None,
    ) -> TreeVersion:
        """Keep the text as the tree's next version, with its entry of the audit log."""
        kept = self._kept.get(tree, [])
        if kept and kept[-1].text == text:
            return kept[-1]
        made = TreeVersion(tree, len(kept) + 1, text, sha256_of(text), at, by)
        if entry is not None:
            self._audit.record(entry(made))
        self._kept[tree] = [*kept, made]
        return made

    def current(self, tree: str) -> TreeVersion | None:
        """The version that new calls walk."""
        kept = self._kept.get(tree)
        return kept[-1] if kept else None

    def version(self, tree: str, version: int) -> TreeVersion | None:
        """The version that an old call walked."""
        kept = self._kept.get(tree, [])
        return kept[version - 1] if 0 < version <= len(kept) else None

    def versions(self, tree: str) -> Sequence[TreeVersion]:
        """All versions of the tree, newest first."""
        return tuple(reversed(self._kept.get(tree, [])))

    def heads(
        self, tree: str, before: int | None = None, most: int | None = None
    ) -> Sequence[VersionHead]:
        """The tree's versions of numbers below `before`, newest first, `most` at the most."""
        found = [one for one in self.versions(tree) if before is None or one.version < before]
        return tuple(
            VersionHead(one.version, one.sha256, one.published_at, one.published_by)
            for one in found[:most]
        )

    def trees(self) -> Sequence[TreeVersion]:
        """The current version of every tree, by the tree's id."""
        return tuple(kept[-1] for _, kept in sorted(self._kept.items()))
