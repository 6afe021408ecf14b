"""Interviews of a time with their calls and what sales made of them: what reports live on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from ivr.domain.records import EscalationRecord
from ivr.ports import PastInterview
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.joined import joined_too, with_joined
from ivr.store.reader.pool import Readers, every
from ivr.store.rows import CALLS, INTERVIEWS


class SqlHistory:
    """The History port; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def interviews(
        self, tree: str, since: float, until: float, version: int | None = None
    ) -> Sequence[PastInterview]:
        """Interviews of a tree that began from `since` until before `until`, oldest first."""
        walks = tables.interviews
        wanted = select(walks).where(
            walks.c.tree == mended(tree), walks.c.began_at >= since, walks.c.began_at < until
        )
        if version is not None:
            wanted = wanted.where(walks.c.version == version)
        with self._readers.reading() as connection:
            return _whole(connection, wanted.order_by(walks.c.began_at, walks.c.id))

    def interview(self, call: str) -> PastInterview | None:
        """The interview of this call."""
        wanted = select(tables.interviews).where(tables.interviews.c.id == mended(call))
        with self._readers.reading() as connection:
            found = _whole(connection, wanted)
        return found[0] if found else None


def _whole(connection: Connection, wanted: Select[Any]) -> tuple[PastInterview, ...]:
    """Each interview with its call and its promises, all seen at one moment."""
    chosen = wanted.order_by(None).with_only_columns(tables.interviews.c.call)
    calls = {
        call.id: call
        for call in every(
            connection, CALLS, select(tables.calls).where(tables.calls.c.id.in_(chosen))
        )
    }
    made = select(tables.escalations).where(tables.escalations.c.call.in_(chosen))
    rows = with_joined(connection, made)
    promises: dict[str, list[EscalationRecord]] = defaultdict(list)
    for promise in rows.values():
        promises[promise.call].append(promise)
    return tuple(
        PastInterview(walk, calls.get(walk.call), joined_too(promises[walk.call], rows))
        for walk in every(connection, INTERVIEWS, wanted)
    )
