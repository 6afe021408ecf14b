"""The texts of questions and answers by their ids, for figures that span several versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.domain.tree.earnings import Earned
from ivr.domain.tree.tree import Text, Tree
from ivr.domain.tree.ways import answer_text


@dataclass(frozen=True, slots=True)
class TreeTexts:
    """Versions of one tree, newest first: the newest that has a thing says what it is called."""

    trees: Sequence[Tree]

    @classmethod
    def of(cls, earned: Earned, versions: Mapping[int, Tree]) -> TreeTexts:
        """For one version its own words, for all together those of the newest."""
        wanted = sorted(versions, reverse=True) if earned.version is None else [earned.version]
        return cls([versions[one] for one in wanted])

    def ask(self, question: str) -> Text | None:
        """What is asked, None where no version has the question."""
        known = (tree.questions[question].ask for tree in self.trees if question in tree.questions)
        return next(known, None)

    def say(self, question: str, answer: str) -> Text | None:
        """What the answer says, None where no version has it: an unknown one is its own text."""
        said = (
            answer_text(tree.questions[question], answer)
            for tree in self.trees
            if question in tree.questions
        )
        return next((one for one in said if one.en != answer), None)

    def offers(self, outcome: str) -> tuple[str, ...]:
        """The ids of what the outcome offers, () where no version has it."""
        known = (tree.outcomes[outcome].offers for tree in self.trees if outcome in tree.outcomes)
        return next(known, ())
