"""What each page's room is given: the parts of the service as it is asked for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ivr.authoring.drafts import Drafts
from ivr.config.company import Company
from ivr.control.acts import Acts
from ivr.domain.client.company import Directory
from ivr.domain.reception.floor import Floor
from ivr.domain.screen import Words
from ivr.erasing import Erasing
from ivr.ports import AuditEntry
from ivr.publishing import Publication
from ivr.reckoning import Reckoning
from ivr.reload import Reloaded, Reloading
from ivr.store.store import SqlStore
from ivr.web.room import Room
from ivr.web.rooms.earnings import Earnings
from ivr.web.rooms.forgetting import Forgetting
from ivr.web.rooms.sales import SalesRoom
from ivr.web.rooms.staffing import Staffing
from ivr.web.rooms.tree import TreeRoom
from ivr.web.rooms.wall import WallRoom
from ivr.web.rooms.why import WhyRoom


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a running service. What is built after the pages comes as a callable."""

    config_dir: Path
    store: SqlStore
    company: Callable[[], Company]
    reloading: Callable[[], Reloading]
    acts: Callable[[], Acts]
    directory: Callable[[], Directory]
    erasing: Callable[[], Erasing]
    reckoning: Reckoning
    floor: Callable[[], Floor]
    now: Callable[[], float]


def rooms(parts: Parts) -> tuple[Room, ...]:
    """All rooms, in the order of the navigation."""
    return (
        SalesRoom(parts.store),
        WallRoom(parts.floor, parts.store, lambda: _names(parts.company()), parts.now),
        _tree(parts),
        _earnings(parts),
        _why(parts),
        Staffing(parts.store.traffic, parts.company, parts.now),
    )


def _earnings(parts: Parts) -> Earnings:
    return Earnings(parts.store.trees, parts.reckoning.tree, parts.company, parts.now)


def _why(parts: Parts) -> WhyRoom:
    store = parts.store
    return WhyRoom(
        store.past_calls,
        store,
        store.history,
        store.trees,
        parts.company,
        parts.directory,
        Forgetting(parts.erasing, parts.company, parts.directory),
    )


def _tree(parts: Parts) -> TreeRoom:
    store = parts.store
    return TreeRoom(
        Drafts(parts.config_dir, store.audit, parts.now),
        store.trees,
        store.history,
        parts.company,
        _Live(parts),
        parts.now,
    )


class _Live:
    """What pages may change of the running service, each change with its entry in the audit."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def publish(self, tree: str, seen: str, by: str) -> list[Publication]:
        return await self._parts.acts().publish([tree], by, {tree: seen})

    async def back(self, tree: str, version: int, by: str) -> Publication:
        return await self._parts.acts().back(tree, version, by)

    async def reload(self, by: str) -> Reloaded:
        done = await self._parts.reloading().reload()
        detail = {"changed": ", ".join(done.changed), "restart": ", ".join(done.restart)}
        entry = AuditEntry.of(self._parts.now(), by, "reload", "configuration", {**detail})
        self._parts.store.audit.record(entry)
        return done


def _names(company: Company) -> dict[str, Words]:
    """What each department is called."""
    departments = company.settings.departments
    return {key: one.name.text().words() for key, one in departments.items()}
