"""All that is wrong with a tree, at once: its shape, its rules, and whom it could keep. Pure."""

from __future__ import annotations

from collections.abc import Collection

from ivr.domain.tree.jurisdiction import skip_faults, walk_faults
from ivr.domain.tree.rule_faults import name_faults, sense_faults
from ivr.domain.tree.soundness import Fault, is_walkable, shape_faults
from ivr.domain.tree.tree import Tree


def tree_faults(tree: Tree, offers: Collection[str] | None = None) -> list[Fault]:
    """Every fault of a tree; none means that it may be published.

    `offers` is the catalogue; without it any offer is taken as known. The proof about large
    customers needs a graph that can be walked. A rule that names something unknown never holds,
    which is not reported a second time.
    """
    misnamed = list(name_faults(tree, offers))
    faults = [*shape_faults(tree, offers), *misnamed, *sense_faults(tree), *skip_faults(tree)]
    if is_walkable(tree):
        unheld = {fault.place[:2] for fault in misnamed}
        faults += [fault for fault in walk_faults(tree) if fault.place not in unheld]
    return faults
