"""What the core has to know of a loaded configuration and of the trees that are published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ivr.config import people
from ivr.config.company import Company
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.settings import NumberSettings
from ivr.config.trees import tree_from_text
from ivr.config.zones import newest
from ivr.domain.promise.callback import CallbackRules
from ivr.domain.promise.toll import TollRules
from ivr.domain.reception import Rules
from ivr.domain.reception.rules import Department, Number, Offer, Person, Published, Transfer
from ivr.domain.tree.tree import Tree
from ivr.ports import Trees, TreeVersion, Versions

READ_AHEAD = 20
"""So many of a tree's newest versions are read at once: those that calls and cards ask for."""


def rules_of(company: Company, trees: Versions) -> Rules:
    """The rules of a company whose trees are published; drafts play no part.

    Raises ConfigRefused when what is in force for a number cannot be read any more.
    """
    settings = company.settings
    newest_first = {one.tree: trees.versions(one.tree) for one in trees.trees()}
    history = KeptTrees(one for kept in newest_first.values() for one in kept)
    for kept in newest_first.values():
        for one in kept[:READ_AHEAD]:
            history.get((one.tree, one.version))
    return Rules(
        numbers={one.did: _number(company, one) for one in settings.numbers},
        departments={name: _department(company, name) for name in settings.departments},
        people={one.id: _person(one) for one in company.people.values()},
        offers={
            one.id: Offer(one.id, one.title.words(), one.detail.words())
            for one in company.offers.values()
        },
        directory=company.directory,
        trees=_published(company, [kept[0] for kept in newest_first.values()], history),
        history=history,
        transfer=Transfer(
            settings.transfer.ring_seconds,
            settings.transfer.on_failure == "return",
            settings.transfer.kind == "warm",
        ),
        callbacks=_callbacks(company),
        dial=company.dial_policy,
        region=settings.company.region,
        toll=TollRules(
            settings.toll.enabled,
            settings.toll.per_number_per_day,
            settings.toll.per_minute,
            settings.toll.per_day,
        ),
        call_hours=company.call_hours,
        zone=settings.company.time_zone,
        zones=newest,
        remind_before=60.0 * settings.meetings.remind_minutes,
    )


def publish_first(company: Company, trees: Trees, at: float) -> list[str]:
    """An empty database takes all drafts as version 1; later only what a number cannot do without.

    Returns the ids of those taken: any other draft goes live by publishing alone.
    """
    used = {one.tree for one in company.settings.numbers}
    wanted = [*company.drafts] if not trees.trees() else [n for n in company.drafts if n in used]
    taken = [name for name in wanted if trees.current(name) is None]
    for name in taken:
        trees.publish(name, company.drafts[name].text, at, "first start")
    return taken


class KeptTrees(Mapping[tuple[str, int], Tree]):
    """Every version that was ever published, each made a tree when it is first asked for.

    A version that today's check refuses is not in it: an old text must not keep the service down.
    """

    def __init__(self, versions: Iterable[TreeVersion]) -> None:
        self._texts = {(one.tree, one.version): one.text for one in versions}

    def __getitem__(self, key: tuple[str, int]) -> Tree:
        try:
            return _tree(*key, self._texts[key])
        except ConfigRefused as refused:
            raise KeyError(key) from refused

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _published(
    company: Company, newest: Iterable[TreeVersion], history: KeptTrees
) -> Mapping[str, Published]:
    """The current versions, as the very trees of the history: one tree, one cache of its ways."""
    needed = {one.tree for one in company.settings.numbers}
    found: dict[str, Published] = {}
    for one in newest:
        tree = history.get((one.tree, one.version))
        if tree is not None:
            found[one.tree] = Published(tree, one.version)
        elif one.tree in needed:
            _refuse(one)
    return found


def _refuse(kept: TreeVersion) -> None:
    """Say what is wrong with the version in force, and the way out. Raises ConfigRefused."""
    file = f"{kept.tree} version {kept.version}"
    try:
        _tree(kept.tree, kept.version, kept.text)
    except ConfigRefused as refused:
        mend = f"mend the draft and run `ivr tree publish {kept.tree}`: it takes this one's place"
        first = Problem(file, 0, 0, "the version in force is refused by the check", mend)
        raise ConfigRefused([first, *refused.problems]) from refused


@lru_cache(maxsize=1000)
def _tree(name: str, version: int, text: str) -> Tree:
    return tree_from_text(text, f"{name} version {version}").tree


def _number(company: Company, one: NumberSettings) -> Number:
    return Number(
        did=one.did,
        department=one.department,
        tree=one.tree,
        greeting=one.greeting.text().words(),
        hours=company.hours(one),
        zone=company.zone(one),
        waiting=company.waiting(one),
        overflow=company.overflow(one),
    )


def _person(one: people.Person) -> Person:
    return Person(
        id=one.id,
        name=one.name.ru,
        phone=one.extension,
        department=one.department,
        deputy=one.deputy or "",
        supervisor="supervisor" in one.roles,
    )


def _department(company: Company, name: str) -> Department:
    settings = company.settings.departments[name]
    return Department(
        id=name,
        queue=settings.queue,
        lines=0 if settings.closed else company.lines(name),
        ring_seconds=settings.ring_seconds,
        wrap_up=settings.wrap_up_seconds,
        sales=settings.sales or "",
        last_within=settings.last_agent.within_days * 86_400.0 if settings.last_agent else 0.0,
        last_ring=settings.last_agent.ring_seconds if settings.last_agent else 0,
        owner_ring=settings.owner_ring_seconds,
        alarm_after=float(settings.alarm_after_seconds),
        hours=company.working_hours(name),
    )


def _callbacks(company: Company) -> CallbackRules:
    settings = company.settings.callbacks
    return CallbackRules(
        attempts=settings.attempts,
        ring_seconds=settings.ring_seconds,
        first_after=float(settings.backoff.first),
        after_busy=float(settings.backoff.busy),
        after_no_answer=float(settings.backoff.no_answer),
        after_trunk_down=float(settings.backoff.trunk_down),
        after_sales_silent=float(settings.backoff.sales_silent),
        owner_keeps=float(settings.owner_keeps_seconds),
    )
