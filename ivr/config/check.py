"""Loads a configuration folder whole, or refuses it with every problem at once."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ivr.config.accounts import Imported, read_accounts
from ivr.config.company import Company, Offer
from ivr.config.fitting import Fitting
from ivr.config.mail import Post, post
from ivr.config.marked_yaml import Fields, Node, find, read, yaml_files
from ivr.config.outside import Receiver, receiver
from ivr.config.people import House, PeopleShape, Person, Roster
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.scenarios import Scenario, ScenarioFile, scenario_problems, scenarios_of
from ivr.config.secrets import Secret, ami_secret, mail_secret, webhook_secrets
from ivr.config.settings import Settings, e164
from ivr.config.shape import Shape, shaped
from ivr.config.trees import Draft, draft_of
from ivr.config.zones import ZoneStale, zone
from ivr.domain.client.company import Account, Directory
from ivr.domain.client.phone import DialPolicy
from ivr.domain.errors import did_you_mean

AnyShape = TypeVar("AnyShape", bound=Shape)


def load(
    config_dir: str | Path,
    *,
    environ: Mapping[str, str] | None = None,
    need_secrets: bool = True,
) -> Company:
    """The company in a configuration folder.

    `need_secrets` False lets an AMI secret that nobody has set yet pass, for a check on a
    machine that will not serve. Raises ConfigRefused with every problem, each with its place.
    """
    loading = _Loading(Path(config_dir))
    company = loading.company(os.environ if environ is None else environ, need_secrets)
    if company is None or loading.problems:
        raise ConfigRefused(loading.problems)
    return company


def load_settings(config_dir: str | Path) -> Settings:
    """The settings alone, for what needs no more than the store's address or the time zone.

    Raises ConfigRefused with what is wrong with ivr.yaml.
    """
    loading = _Loading(Path(config_dir))
    settings, _ = loading.shaped(Settings, loading.folder / "ivr.yaml")
    if settings is None or loading.problems:
        raise ConfigRefused(loading.problems)
    return settings


class _Loading:
    """One folder being read; whatever is wrong collects in `problems`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = time.time()
        self.problems: list[Problem] = []

    def company(self, environ: Mapping[str, str], need_secrets: bool) -> Company | None:
        settings, node = self.shaped(Settings, self.folder / "ivr.yaml")
        people = self._people(settings, _names(node, "departments"))
        offers = _names(node, "offers")
        drafts = self._drafts(offers)
        directory = self._directory(settings, people)
        scenarios = self._scenarios(drafts, offers, directory)
        if settings is None or node is None:
            return None
        fitting = Fitting(settings, node, str(self.folder / "ivr.yaml"))
        settings = fitting.fitted(people, drafts)
        self.problems += fitting.problems
        self._zones(settings, node)
        secret = self._secret(settings, node, environ, need_secrets)
        return Company(
            settings=settings,
            people=people or {},
            drafts=drafts,
            directory=directory,
            offers={
                name: Offer(name, one.title.text(), one.detail.text())
                for name, one in settings.offers.items()
            },
            scenarios=scenarios,
            ami_secret=secret,
            receivers=tuple(self._receivers(settings, node, environ, need_secrets)),
            post=self._post(settings, node, environ, need_secrets),
        )

    def refuse(self, path: Path, node: Node | None, place: Place, message: str, mend: str) -> None:
        mark = find(node, place) if node is not None else None
        line, column = (mark.line, mark.column) if mark else (0, 0)
        self.problems.append(Problem(str(path), line, column, message, mend))

    def _bytes(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except OSError as fault:
            reason = fault.strerror or str(fault)
            self.refuse(path, None, (), f"cannot be read: {reason}", "make the file readable")
            return None

    def shaped(self, model: type[AnyShape], path: Path) -> tuple[AnyShape | None, Node | None]:
        data = self._bytes(path)
        node = read(data, str(path), self.problems) if data is not None else None
        if node is None:
            return None, None
        return shaped(model, node, str(path), self.problems), node

    def _people(
        self, settings: Settings | None, departments: Collection[str] | None
    ) -> dict[str, Person] | None:
        path = self.folder / "people.yaml"
        shape, node = self.shaped(PeopleShape, path)
        if shape is None or node is None:
            return None
        house = _house(settings, departments) if settings else House(departments)
        roster = Roster(node, str(path), house)
        people = roster.people(shape)
        self.problems += roster.problems
        return people

    def _drafts(self, offers: Collection[str] | None) -> dict[str, Draft]:
        folder = self.folder / "trees"
        drafts: dict[str, Draft] = {}
        files = yaml_files(folder)
        if not files:
            self.refuse(folder, None, (), "no tree is here", "write a tree, such as internet.yaml")
        for path in files:
            data = self._bytes(path)
            draft = draft_of(data, str(path), offers, self.problems) if data is not None else None
            if draft is None:
                continue
            twin = drafts.setdefault(draft.tree.id, draft)
            if twin is not draft:
                message = f'tree "{draft.tree.id}" is also in {twin.file}'
                self.refuse(path, None, (), message, "give each tree a name of its own")
        return drafts

    def _directory(
        self, settings: Settings | None, people: Mapping[str, Person] | None
    ) -> Directory:
        path = self.folder / "accounts.csv"
        data = self._bytes(path) if path.exists() else None
        if data is None:
            return Directory.of(())
        imported = read_accounts(data, str(path), settings.company.region if settings else "RU")
        self.problems += imported.problems
        if people is None:
            return Directory.of(imported.accounts)
        return Directory.of(self._owned(path, imported, people))

    def _owned(self, path: Path, imported: Imported, people: Mapping[str, Person]) -> list[Account]:
        """Owners are people: by id, by full name, or by a surname that only one of them has."""
        owned = []
        for account in imported.accounts:
            found = account.owner and owner_of(account.owner, people)
            if account.owner and not found:
                names = [word for one in people.values() for word in (one.id, *one.name.ru.split())]
                near = did_you_mean(account.owner, names)
                self.problems.append(
                    Problem(
                        str(path),
                        imported.lines[account.id],
                        1,
                        f'owner "{account.owner}" is not one of the people' + near,
                        "write the id or the surname of a person of people.yaml",
                    )
                )
            owned.append(replace(account, owner=found or account.owner))
        return owned

    def _scenarios(
        self,
        drafts: Mapping[str, Draft],
        offers: Collection[str] | None,
        directory: Directory,
    ) -> tuple[Scenario, ...]:
        trees = {name: draft.tree for name, draft in drafts.items()}
        found: list[Scenario] = []
        for path in yaml_files(self.folder / "scenarios"):
            shape, node = self.shaped(ScenarioFile, path)
            if shape is None or node is None:
                continue
            found += scenarios_of(shape, node, str(path))
            if trees and offers is not None:
                self.problems += scenario_problems(shape, node, str(path), trees, offers, directory)
        return tuple(found)

    def _secret(
        self, settings: Settings, node: Node, environ: Mapping[str, str], needed: bool
    ) -> str:
        secret = ami_secret(settings.asterisk.ami, self.folder, environ)
        if secret.fault and (needed or not secret.absent):
            place: Place = ("asterisk", "ami", "secret_file")
            self.refuse(self.folder / "ivr.yaml", node, place, secret.fault, secret.mend)
        return secret.value

    def _post(
        self, settings: Settings, node: Node, environ: Mapping[str, str], needed: bool
    ) -> Post | None:
        """The way for e-mail, with its password where it asks for one."""
        mail = settings.mail
        if mail is None:
            return None
        secret = Secret()
        if mail.user is not None:
            secret = mail_secret(mail.secret_file, self.folder, environ)
        if secret.fault and (needed or not secret.absent):
            place: Place = ("mail", "secret_file")
            self.refuse(self.folder / "ivr.yaml", node, place, secret.fault, secret.mend)
        return post(mail, secret.value)

    def _zones(self, settings: Settings, node: Node) -> None:
        """Every time zone that the file names is one whose data on this machine can be trusted."""
        for place, name in _zones_of(settings):
            try:
                zone(name, self.now)
            except ZoneStale as fault:
                path = self.folder / "ivr.yaml"
                self.refuse(path, node, place, str(fault), "update the system's tzdata")

    def _receivers(
        self, settings: Settings, node: Node, environ: Mapping[str, str], needed: bool
    ) -> Iterator[Receiver]:
        """The receivers of webhooks with their secrets."""
        for name, hook in settings.webhooks.items():
            secret = webhook_secrets(name, hook.secret_file, self.folder, environ)
            if secret.fault and (needed or not secret.absent):
                place: Place = ("webhooks", name, "secret_file")
                self.refuse(self.folder / "ivr.yaml", node, place, secret.fault, secret.mend)
            yield receiver(name, hook, tuple(secret.value.split()))


Place = tuple[str | int, ...]


def _zones_of(settings: Settings) -> Iterator[tuple[Place, str]]:
    yield ("company", "time_zone"), settings.company.time_zone
    for name, department in settings.departments.items():
        if department.hours is not None and department.hours.time_zone:
            yield ("departments", name, "hours", "time_zone"), department.hours.time_zone
    for index, number in enumerate(settings.numbers):
        if number.hours is not None and number.hours.time_zone:
            yield ("numbers", index, "hours", "time_zone"), number.hours.time_zone


def _house(settings: Settings, departments: Collection[str] | None) -> House:
    region, callbacks = settings.company.region, settings.callbacks
    own = {e164(number.did, region) or number.did for number in settings.numbers}
    return House(
        departments,
        region,
        frozenset(name for name, one in settings.departments.items() if one.sales is None),
        DialPolicy(frozenset(callbacks.regions), frozenset(callbacks.kinds), frozenset(own)),
    )


def _names(node: Node | None, key: str) -> list[str] | None:
    """The names under a key of ivr.yaml, even when what they name is wrong."""
    found = node.values.get(key) if isinstance(node, Fields) else None
    return [*found.values] if isinstance(found, Fields) else None


def owner_of(written: str, people: Mapping[str, Person]) -> str | None:
    """The id of the person whom an accounts file means, None when nobody or several fit."""
    if written in people:
        return written
    wanted = written.casefold()
    fits = [
        person.id
        for person in people.values()
        for name in (person.name.ru.casefold(), person.name.en.casefold())
        if wanted == name or wanted in name.split()
    ]
    return fits[0] if len(set(fits)) == 1 else None
