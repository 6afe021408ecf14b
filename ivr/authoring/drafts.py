"""The drafts in config/trees: found by the tree that they hold, opened, saved, and told of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.authoring.beginning import BEGINNING
from ivr.config.marked_yaml import yaml_files
from ivr.config.problems import ConfigRefused
from ivr.config.tree_saving import (
    DraftExists,
    DraftNotReadable,
    create,
    opened,
    rename,
    save,
)
from ivr.config.trees import hash_of
from ivr.config.yaml_editing import Put, data_of, edited
from ivr.domain.errors import LinetreeError
from ivr.domain.records import Plain
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

    def names(self) -> list[str]:
        """Every tree that has a draft; a file that cannot be read goes by its own name."""
        return list(dict.fromkeys(name for name, _, _ in self._read()))

    def open(self, tree: str) -> Draft:
        """The draft of this tree; the first file of two. Raises UnknownTree, DraftNotReadable."""
        known = []
        for name, path, draft in self._read():
            if name == tree:
                return draft or _draft(path)
            known.append(name)
        raise UnknownTree(tree, known)

    def save(
        self, tree: str, expected: str, text: str, offers: Collection[str] | None, by: str
    ) -> Draft:
        """Write the text over the file that has the hash `expected`.

        Raises ConfigRefused when it is faulty, UnknownTree, AnotherTree, DraftChanged,
        DraftNotReadable, DraftNotWritable.
        """
        draft = self.open(tree)
        named = _tree_of(text)
        if named and named != tree:
            raise AnotherTree(tree, named)
        save(Path(draft.file), expected, text, offers)
        done = hash_of(text)
        if done != expected:
            self._audited(by, "save", tree, {"before": expected, "sha256": done})
        return self.open(tree)

    def begin(
        self,
        tree: str,
        title: Mapping[str, str],
        text: str,
        offers: Collection[str] | None,
        by: str,
    ) -> Draft:
        """Write the text, or the usual beginning for none, as a new tree of this name and title.

        Raises ConfigRefused when it is faulty, EditRefused, DraftExists, DraftNotWritable.
        """
        if tree in self.names():
            raise DraftExists(tree)
        called = {code: title.get(code, "").strip() for code in ("ru", "en")}
        text = edited(text or BEGINNING, [Put(("tree",), tree), Put(("title",), {**called})])
        create(self._folder / f"{tree}.yaml", text, offers)
        self._audited(by, "create", tree, {"sha256": hash_of(text)})
        return self.open(tree)

    def rename(self, tree: str, expected: str, to: str, by: str) -> Draft:
        """Let the draft with the hash `expected` be that of tree `to`, its file included.

        Raises as `begin` does, UnknownTree, DraftNotReadable and DraftChanged.
        """
        draft = self.open(tree)
        text = edited(draft.text, [Put(("tree",), to)])
        if to in self.names():
            raise DraftExists(to)
        path = Path(draft.file)
        rename(path, expected, path.with_name(f"{to}.yaml"), text)
        self._audited(by, "rename", to, {"before": tree, "sha256": hash_of(text)})
        return self.open(to)

    def _audited(self, by: str, action: str, tree: str, detail: dict[str, Plain]) -> None:
        entry = AuditEntry.of(self._now(), by, action, f"tree:{tree}", detail)
        self._audit.record(entry)

    def _read(self) -> Iterator[tuple[str, Path, Draft | None]]:
        """Each file with the tree that it holds; no draft where it cannot be read."""
        for path in yaml_files(self._folder):
            try:
                draft = _draft(path)
            except DraftNotReadable:
                yield path.stem, path, None
            else:
                yield draft.tree, path, draft


def _draft(path: Path) -> Draft:
    file = opened(path)
    name = _tree_of(file.text) or path.stem
    return Draft(name, str(path), file.text, file.hash, file.saved_at)


def _tree_of(text: str) -> str:
    """The tree's name, as far as the text can be read."""
    try:
        data = data_of(text, "")
    except ConfigRefused:
        return ""
    name = data.get("tree") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""
