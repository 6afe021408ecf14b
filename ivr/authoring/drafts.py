"""The drafts in config/trees: found by the tree that they hold, opened, saved, and told of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from ivr.config.problems import ConfigRefused
from ivr.config.tree_saving import DraftChanged, Opened, opened, save
from ivr.config.trees import hash_of
from ivr.config.yaml_editing import data_of
from ivr.domain.errors import LinetreeError
from ivr.ports import Audit, AuditEntry
from ivr.publishing import UnknownTree


class AnotherTree(LinetreeError):
    """A draft's text names another tree than the one that was opened."""

    def __init__(self, tree: str, named: str) -> None:
        super().__init__(
            f'the text is of tree "{named}", but "{tree}" was opened: write `tree: {tree}`,'
            " since history and numbers know the tree by this name"
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft's file as it stands now; `saved_at` in seconds since the epoch."""

    tree: str
    file: str
    text: str
    hash: str
    saved_at: float


class Drafts:
    """The tree files of a configuration folder. All calls wait for the disk: not on the loop."""

    def __init__(self, config_dir: Path, audit: Audit, now: Callable[[], float]) -> None:
        self._folder = config_dir / "trees"
        self._audit = audit
        self._now = now

    def all(self) -> list[Draft]:
        """Every draft that names its tree, also a faulty one; the first file of two of a name."""
        found: dict[str, Draft] = {}
        for draft in self._read():
            found.setdefault(draft.tree, draft)
        return list(found.values())

    def open(self, tree: str) -> Draft:
        """The draft of this tree. Raises UnknownTree, DraftNotWritable."""
        drafts = {one.tree: one for one in self.all()}
        if tree not in drafts:
            raise UnknownTree(tree, drafts)
        return drafts[tree]

    def save(
        self, tree: str, expected: str, text: str, offers: Collection[str] | None, by: str
    ) -> Draft:
        """Write the text over the file that has the hash `expected`.

        Raises ConfigRefused when it is faulty, AnotherTree, DraftChanged, DraftNotWritable.
        """
        draft = self.open(tree)
        named = _tree_of(text)
        if named and named != tree:
            raise AnotherTree(tree, named)
        save(Path(draft.file), expected, text, offers)
        done = hash_of(text)
        if done != expected:
            detail = {"before": expected, "sha256": done}
            entry = AuditEntry(str(uuid4()), self._now(), by, "save", f"tree:{tree}", detail)
            self._audit.record(entry)
        return self.open(tree)

    def stands(self, tree: str, expected: str) -> None:
        """Raise DraftChanged unless the file still holds what was looked at."""
        draft = self.open(tree)
        if draft.hash != expected:
            raise DraftChanged(Path(draft.file))

    def _read(self) -> Iterator[Draft]:
        for path in sorted(self._folder.glob("*.yaml")):
            file: Opened = opened(path)
            name = _tree_of(file.text) or path.stem
            yield Draft(name, str(path), file.text, file.hash, path.stat().st_mtime)


def _tree_of(text: str) -> str:
    """The tree's name, as far as the text can be read."""
    try:
        data = data_of(text, "")
    except ConfigRefused:
        return ""
    name = data.get("tree") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""
