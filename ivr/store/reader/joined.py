"""Promises with those that they have joined: what became of a client is told there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from ivr.domain.records import EscalationRecord
from ivr.store import tables
from ivr.store.reader.pool import every
from ivr.store.rows import ESCALATIONS


def with_joined(connection: Connection, made: Select[Any]) -> dict[str, EscalationRecord]:
    """The promises that `made` selects, and all that they have joined, by id."""
    table = tables.escalations
    found: dict[str, EscalationRecord] = {}
    news = every(connection, ESCALATIONS, made)
    while news:
        found |= {one.id: one for one in news}
        further = {one.joined_to for one in news if one.joined_to} - {*found}
        query = select(table).where(table.c.id.in_(further))
        news = every(connection, ESCALATIONS, query) if further else ()
    return found


def joined_too(
    made: Iterable[EscalationRecord], promises: Mapping[str, EscalationRecord]
) -> tuple[EscalationRecord, ...]:
    """These promises and all of `promises`, which is by id, that they have joined, oldest first."""
    found = {one.id: one for one in made}
    left = list(found.values())
    while left:
        into = promises.get(left.pop().joined_to)
        if into is not None and into.id not in found:
            found[into.id] = into
            left.append(into)
    return tuple(sorted(found.values(), key=lambda one: (one.made_at, one.id)))
