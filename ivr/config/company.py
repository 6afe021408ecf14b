"""A whole configuration that was found good: what the composition root builds the service from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.config.people import Person
from ivr.config.scenarios import Scenario
from ivr.config.settings import Settings
from ivr.config.trees import Draft
from ivr.domain.client.company import Directory
from ivr.domain.client.phone import DialPolicy
from ivr.domain.tree.tree import Text, Tree


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the catalogue, in the client's words."""

    id: str
    title: Text
    detail: Text


@dataclass(frozen=True, slots=True)
class Company:
    """Settings, people, tree drafts, accounts, offers and scenarios that fit one another.

    DIDs in `settings.numbers` are E.164. `ami_secret` is "" only when the loader was told that
    secrets are not needed.
    """

    settings: Settings
    people: Mapping[str, Person]
    drafts: Mapping[str, Draft]
    directory: Directory
    offers: Mapping[str, Offer]
    scenarios: tuple[Scenario, ...]
    ami_secret: str = field(default="", repr=False)

    @property
    def trees(self) -> Mapping[str, Tree]:
        """The draft of each tree by its id."""
        return {name: draft.tree for name, draft in self.drafts.items()}

    @property
    def dial_policy(self) -> DialPolicy:
        """What callbacks may dial: never a number of our own, nor an employee's phone."""
        own = {number.did for number in self.settings.numbers}
        own |= {person.mobile for person in self.people.values() if person.mobile}
        callbacks = self.settings.callbacks
        return DialPolicy(frozenset(callbacks.regions), frozenset(callbacks.kinds), frozenset(own))

    def roster(self, department: str) -> tuple[Person, ...]:
        """Everyone of a department, present or not."""
        return tuple(one for one in self.people.values() if one.department == department)

    def lines(self, department: str) -> int | None:
        """How many lines a department has; None: as many as are signed in."""
        lines = self.settings.departments[department].lines
        match lines.rule:
            case "roster":
                return len(self.roster(department))
            case "fixed":
                return lines.fixed
            case "signed_in":
                return None
