"""A new configuration for the running service: checked whole, then in force at once, or not at all.

Trees are no part of it: they go live by publishing. Calls that are on keep what they began with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from ivr.asterisk.fallback import fallback_notes
from ivr.asterisk.reach import hint, interface, phones_of
from ivr.asterisk.translate import Kept, Phones
from ivr.config.check import load
from ivr.config.company import Company
from ivr.config.people import Person
from ivr.config.problems import ConfigRefused, Problem
from ivr.domain.errors import LinetreeError
from ivr.domain.reception import Rules
from ivr.in_force import rules_of
from ivr.ports import Versions
from ivr.publishing import missing_offers
from ivr.switchboard import Switchboard

log = structlog.get_logger()


class LearningPbx(Protocol):
    """What a new configuration needs of the adapter to Asterisk."""

    async def relearn(self, phones: Phones, queues: frozenset[str]) -> None: ...

    def remember(self, *notes: Kept) -> None: ...


class LearningWeb(Protocol):
    """What a new configuration needs of the pages."""

    def relearn(self, people: Mapping[str, Person]) -> None: ...


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What is in force now: `changed` parts by name, `restart` parts that wait for a restart."""

    changed: tuple[str, ...]
    restart: tuple[str, ...]


class Reloading:
    """Swaps the configuration of a running service; one at a time.

    `company` is in force; `refused` tells why the last reload was not, nothing when it was.
    """

    def __init__(
        self,
        config_dir: Path,
        company: Company,
        trees: Versions,
        switchboard: Switchboard,
        pbx: LearningPbx,
        web: LearningWeb,
        tell_outside: Callable[[Company], Awaitable[None]],
        now: Callable[[], float],
    ) -> None:
        self.company = company
        self.refused: tuple[Problem, ...] = ()
        self._began_with = company
        self._config_dir = config_dir
        self._trees = trees
        self._switchboard = switchboard
        self._pbx = pbx
        self._web = web
        self._tell_outside = tell_outside
        self._now = now
        self._turn = asyncio.Lock()
        self._asked: asyncio.Task[None] | None = None
        self._again = False

    async def reload(self) -> Reloaded:
        """Read the folder anew and go on by it.

        Raises ConfigRefused with every problem; the old configuration stays in force then.
        """
        async with self._turn:
            try:
                company = await asyncio.to_thread(load, self._config_dir)
                rules = await asyncio.to_thread(self._rules, company)
            except ConfigRefused as refused:
                self.refused = refused.problems
                raise
            old, self.company, self.refused = self.company, company, ()
            await self._take(old, company, rules)
        done = Reloaded(tuple(_changed(old, company)), tuple(_restart(self._began_with, company)))
        log.info("config_reloaded", changed=done.changed, restart_for=done.restart)
        return done

    async def trees_changed(self) -> None:
        """A version was published: new calls walk it, under the configuration in force."""
        async with self._turn:
            rules = await asyncio.to_thread(rules_of, self.company, self._trees)
            self._switchboard.relearn(self._now(), rules)

    def ask(self) -> None:
        """Reload as soon as may be, for a signal: the log tells how it went.

        Who signals while the folder is being read has changed it since: it is read once more.
        """
        self._again = True
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().create_task(self._as_asked())

    async def stop(self) -> None:
        """Leave nothing half begun behind."""
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.wait([self._asked])

    async def _as_asked(self) -> None:
        while self._again:
            self._again = False
            await self._logged()

    async def _logged(self) -> None:
        try:
            await self.reload()
        except ConfigRefused as refused:
            problems = [str(problem) for problem in refused.problems]
            log.error("config_refused", problems=problems, in_force="the one of before")
        except LinetreeError as error:
            log.error("config_not_reloaded", why=str(error), in_force="the one of before")

    def _rules(self, company: Company) -> Rules:
        """The rules of a folder that fits the trees that are published."""
        rules = rules_of(company, self._trees)
        file = str(self._config_dir / "ivr.yaml")
        problems = list(_unpublished(company, rules, file))
        for name in {number.tree for number in company.settings.numbers} & set(rules.trees):
            published = rules.trees[name]
            where = f"{name} version {published.version}"
            problems += missing_offers(published.tree, company.offers, where)
        if problems:
            raise ConfigRefused(problems)
        return rules

    async def _take(self, old: Company, company: Company, rules: Rules) -> None:
        moved = {
            name
            for name, person in company.people.items()
            if name in old.people and _rung_by(old.people[name]) != _rung_by(person)
        }
        self._switchboard.relearn(self._now(), rules, moved)
        self._web.relearn(company.people)
        queues = frozenset(one.queue for one in company.settings.departments.values())
        await self._pbx.relearn(phones_of(company), queues)
        self._pbx.remember(*fallback_notes(company, self._now()))
        await self._tell_outside(company)


def _rung_by(person: Person) -> tuple[str, str]:
    """By what a queue knows this person; whoever is known by something else signs in anew."""
    return interface(person), hint(person) if person.outside else ""


def _unpublished(company: Company, rules: Rules, file: str) -> Iterator[Problem]:
    for number in company.settings.numbers:
        if number.tree not in rules.trees:
            yield Problem(
                file,
                0,
                0,
                f'tree "{number.tree}" of {number.did} was never published',
                f"run `ivr tree publish {number.tree}` first",
            )


def _changed(old: Company, new: Company) -> Iterator[str]:
    before, after = old.settings, new.settings
    for name in type(after).model_fields:
        if name not in _AT_START and getattr(before, name) != getattr(after, name):
            yield name
    if old.people != new.people:
        yield "people"
    if old.directory.accounts != new.directory.accounts:
        yield "accounts"


_AT_START = ("asterisk", "web", "store")
"""Sections that are read when the service starts, and only then."""


def _restart(old: Company, new: Company) -> Iterator[str]:
    for name in _AT_START:
        if getattr(old.settings, name) != getattr(new.settings, name):
            yield name
