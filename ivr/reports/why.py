"""Why a past call went where it went: the answers, the rule, the version, and who decided."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import Decision, decide
from ivr.domain.tree.tree import Rule, Scale
from ivr.ports import PastInterview, TreeVersion
from ivr.reports.past import client_of, walk_of
from ivr.reports.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that one call's decision rests on, from its stored rows.

    `walk` is None when the row fits no version that is kept. `by_itself` is what the tree decides
    by these answers, whoever overrode it; None while a question is open. `rule` is the tree's own
    rule that spoke, if one did.
    """

    kept: PastInterview
    version: TreeVersion | None
    walk: Interview | None
    by_itself: Decision | None
    rule: Rule | None
    key_account: bool

    @property
    def overridden(self) -> bool:
        """Whether a person decided otherwise than the tree."""
        return self.kept.interview.why == "override"

    @property
    def who(self) -> str:
        """Whose key it was: who overrode or confirmed, "" when nobody pressed any."""
        return self.kept.interview.decided_by

    @property
    def scale(self) -> Scale | None:
        """What the answers say the customer is."""
        return self.walk.scale if self.walk else None


def why(kept: PastInterview, shelf: Shelf) -> Why:
    """The reasons of a kept interview."""
    record = kept.interview
    walk, client = walk_of(kept, shelf), client_of(kept)
    by_itself = decide(walk, client) if walk is not None and walk.outcome is not None else None
    spoken = by_itself.rule if by_itself is not None else None
    return Why(
        kept=kept,
        version=shelf.published(record.tree, record.version),
        walk=walk,
        by_itself=by_itself,
        rule=walk.tree.rules[spoken] if walk is not None and spoken is not None else None,
        key_account=client.large,
    )
