"""A whole configuration that was found good: what the composition root builds the service from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo

from ivr.config.mail import Post
from ivr.config.openings import HoursShape
from ivr.config.outside import Receiver
from ivr.config.people import Person
from ivr.config.scenarios import Scenario
from ivr.config.settings import NumberSettings, Settings
from ivr.config.trees import Draft
from ivr.domain.client.company import Directory
from ivr.domain.client.phone import DialPolicy
from ivr.domain.commands import Overflow, Refusal
from ivr.domain.intake.hours import Hours, openings
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

    DIDs in `settings.numbers` are E.164. `ami_secret` is "", and a receiver has no secret, only
    when the loader was told that secrets are not needed.
    """

    settings: Settings
    people: Mapping[str, Person]
    drafts: Mapping[str, Draft]
    directory: Directory
    offers: Mapping[str, Offer]
    scenarios: tuple[Scenario, ...]
    ami_secret: str = field(default="", repr=False)
    receivers: tuple[Receiver, ...] = ()
    post: Post | None = None  # the way for e-mail

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

    def zone(self, number: NumberSettings) -> tzinfo:
        """By which clock the callers of this number tell a time."""
        hours = self._hours_of(number)
        return ZoneInfo((hours and hours.time_zone) or self.settings.company.time_zone)

    @property
    def call_hours(self) -> Hours:
        """When clients may be called back, by the company's clock, on every day of the week."""
        zone = ZoneInfo(self.settings.company.time_zone)
        return Hours(zone, (openings(self.settings.callbacks.hours),) * 7)

    def working_hours(self, department: str) -> Hours:
        """When a department works; where it does not say, as long as clients are called."""
        hours = self.settings.departments[department].hours
        if hours is None:
            return self.call_hours
        return hours.hours(ZoneInfo(hours.time_zone or self.settings.company.time_zone))

    def hours(self, number: NumberSettings) -> Hours | None:
        """When the number is answered; None is always."""
        if self.settings.departments[number.department].closed:
            return Hours(self.zone(number), ((),) * 7)
        hours = self._hours_of(number)
        return hours.hours(self.zone(number)) if hours is not None else None

    def overflow(self, number: NumberSettings) -> Mapping[Refusal, Overflow]:
        """What becomes of the number's callers by cause, once nobody may wait any more."""
        department = self.settings.departments[number.department]
        return {cause: number.steps(cause, department).overflow for cause in Refusal}

    def waiting(self, number: NumberSettings) -> int:
        """How many callers may be in beyond the lines when one of this number comes."""
        department = self.settings.departments[number.department]
        return department.waiting if number.steps(Refusal.NO_LINE, department).waits else 0

    def prompts(self, number: NumberSettings) -> Mapping[str, str]:
        """The admin's own recordings for the number, by what they say."""
        both = (self.settings.departments[number.department].prompts, number.prompts)
        return {name: file for prompts in both for name, file in prompts.items()}

    def _hours_of(self, number: NumberSettings) -> HoursShape | None:
        return number.hours or self.settings.departments[number.department].hours

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
