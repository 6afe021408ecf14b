"""Drafts become versions: checked whole, numbered, kept for good; an old one comes back as new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.config.check import load
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.tree_saving import DraftChanged
from ivr.config.trees import tree_from_text
from ivr.domain.errors import LinetreeError, did_you_mean
from ivr.domain.records import Plain
from ivr.domain.tree.tree import Tree
from ivr.ports import AuditEntry, Trees, TreeVersion


class UnknownTree(LinetreeError):
    """No tree has this name."""

    def __init__(self, tree: str, known: Collection[str]) -> None:
        names = ", ".join(sorted(known)) or "none"
        super().__init__(f'there is no tree "{tree}"; trees: {names}' + did_you_mean(tree, known))


class UnknownVersion(LinetreeError):
    """The tree was never published under this number."""

    def __init__(self, tree: str, version: int, newest: int) -> None:
        super().__init__(
            f"tree {tree} has no version {version}:"
            + (f" name one from 1 to {newest}" if newest else " it was never published")
        )


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did: `version` is current now, `before` was (0: none)."""

    tree: str
    version: int
    before: int

    @property
    def changed(self) -> bool:
        """Whether there is a new version; publishing the current text again makes none."""
        return self.version != self.before


class Publishing:
    """Publishes drafts of a configuration folder. All calls wait for the disk: not on the loop.

    `catalogue` tells the offers of the running service, which may be older than the folder's.
    """

    def __init__(
        self,
        config_dir: Path,
        trees: Trees,
        now: Callable[[], float],
        catalogue: Callable[[], Collection[str]] | None = None,
    ) -> None:
        self._config_dir = config_dir
        self._trees = trees
        self._now = now
        self._catalogue = catalogue

    def publish(
        self, names: Sequence[str], by: str, seen: Mapping[str, str] | None = None
    ) -> list[Publication]:
        """Publish these drafts, or all of them; none if anything in the folder is wrong.

        `seen` holds the hash of each draft that somebody has looked at: no other text goes live.
        Raises ConfigRefused with every problem, UnknownTree, DraftChanged, StoreUnreachable.
        """
        company = load(self._config_dir, need_secrets=False)
        drafts = company.drafts
        for name in names:
            if name not in drafts:
                raise UnknownTree(name, drafts)
        chosen = [drafts[name] for name in names or drafts]
        for draft in chosen:
            if seen and seen.get(draft.tree.id, draft.hash) != draft.hash:
                raise DraftChanged(Path(draft.file))
        self._check(company.offers, {draft.file: draft.tree for draft in chosen})
        return [self._kept(draft.tree.id, draft.text, by, "publish") for draft in chosen]

    def back(self, tree: str, version: int, by: str) -> Publication:
        """Make an old text current again, under a new number; the draft's file stays as it is.

        Raises UnknownTree, UnknownVersion, ConfigRefused when it does not fit today's catalogue.
        """
        current = self._trees.current(tree)
        if current is None:
            raise UnknownTree(tree, [one.tree for one in self._trees.trees()])
        found = self._trees.version(tree, version)
        if found is None:
            raise UnknownVersion(tree, version, current.version)
        name = f"{tree} version {version}"
        offers = load(self._config_dir, need_secrets=False).offers
        self._check(offers, {name: tree_from_text(found.text, name).tree})
        return self._kept(tree, found.text, by, f"back to {version}")

    def _check(self, offers: Collection[str], trees: Mapping[str, Tree]) -> None:
        """A tree must not go live with offers that the agents' pages cannot show."""
        known = self._catalogue() if self._catalogue else offers
        problems = [
            problem for file, tree in trees.items() for problem in missing_offers(tree, known, file)
        ]
        if problems:
            raise ConfigRefused(problems)

    def _kept(self, tree: str, text: str, by: str, how: str) -> Publication:
        at = self._now()
        kept = self._trees.publish(tree, text, at, by, lambda made: _entry(made, how))
        stands = kept.published_at != at  # or somebody has just published the same
        return Publication(tree, kept.version, kept.version if stands else kept.version - 1)


def missing_offers(tree: Tree, offers: Collection[str], file: str) -> list[Problem]:
    """Offers of a tree's outcomes and rules that the catalogue has not."""
    named = [offer for outcome in tree.outcomes.values() for offer in outcome.offers]
    named += [offer for rule in tree.rules for offer in rule.offers or ()]
    return [
        Problem(
            file,
            0,
            0,
            f'offer "{offer}" is not in the catalogue of the configuration in use',
            "add it to ivr.yaml and run `ivr reload` first" + did_you_mean(offer, offers),
        )
        for offer in dict.fromkeys(named)
        if offer not in offers
    ]


def _entry(kept: TreeVersion, how: str) -> AuditEntry:
    detail: dict[str, Plain] = {"version": kept.version, "sha256": kept.sha256, "how": how}
    at, by, tree = kept.published_at, kept.published_by, f"tree:{kept.tree}"
    return AuditEntry.of(at, by, "publish", tree, detail)
