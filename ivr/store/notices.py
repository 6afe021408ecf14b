"""Puts messages to the outside into the database, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.ports import Notice, NoticeState
from ivr.store.mending import mended
from ivr.store.tables import outbox


def keep_notices(connection: Connection, notices: Sequence[Notice]) -> None:
    """Put messages into the outbox in this order; one of a known id changes nothing.

    A state that has come back after another was told is told under an id of its own.
    """
    for notice in notices:
        if not _kept(connection, notice) and notice.may_return:
            last = connection.execute(_last_of_its_kind(notice)).one()
            if not last.id.startswith(notice.id):
                _kept(connection, replace(notice, id=f"{notice.id}-{last.n}"))


def _kept(connection: Connection, notice: Notice) -> bool:
    """Whether the message is a new one, and is kept now."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    once = make(outbox).on_conflict_do_nothing(index_elements=["id"]).returning(outbox.c.n)
    return connection.execute(once, _row(notice)).first() is not None


def _last_of_its_kind(notice: Notice) -> Select[tuple[int, str]]:
    of_it = (
        outbox.c.target == notice.target,
        outbox.c.subject == mended(notice.subject),
        outbox.c.kind == notice.kind,
    )
    return select(outbox.c.n, outbox.c.id).where(*of_it).order_by(outbox.c.n.desc()).limit(1)


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "target": notice.target,
        "kind": notice.kind,
        "subject": mended(notice.subject),
        "body": mended(notice.body),
        "made_at": notice.made_at,
        "state": NoticeState.WAITING.value,
        "tries": 0,
        "first_tried_at": None,
        "next_at": notice.made_at,
        "taken_at": None,
        "last_error": "",
    }
