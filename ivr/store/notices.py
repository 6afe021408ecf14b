"""Puts messages to the outside into the database, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from ivr.ports import Notice, NoticeState
from ivr.store.mending import mended
from ivr.store.tables import outbox


def keep_notices(connection: Connection, notices: Sequence[Notice]) -> None:
    """Put messages into the outbox in this order; one of a known id changes nothing."""
    if not notices:
        return
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    once = make(outbox).on_conflict_do_nothing(index_elements=["id"])
    connection.execute(once, [_row(notice) for notice in notices])


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
