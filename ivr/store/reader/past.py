"""What is told of a number that calls: its last call before this one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from ivr.domain.records import CallRecord, ClientPast, InterviewRecord
from ivr.store import tables
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers

PAST_CALLS = 9
"""Earlier calls that are looked at: enough to say "often", few enough for any history."""


_CALLS, _WALKS = tables.calls.c, tables.interviews.c
_NEWEST_FIRST = (
    select(
        _CALLS.id,
        _CALLS.offered_at,
        _CALLS.agent,
        func.coalesce(_WALKS.tree, ""),
        func.coalesce(_WALKS.version, 0),
        func.coalesce(_WALKS.outcome, ""),
        func.coalesce(_WALKS.owner, ""),
    )
    .select_from(tables.calls.outerjoin(tables.interviews, _WALKS.id == _CALLS.id))
    .where(_CALLS.number == bindparam("number"))
    .order_by(_CALLS.offered_at.desc(), _CALLS.id.desc())
    .limit(PAST_CALLS + 1)
)
"""Made once: every call that comes asks it, and putting it together costs more than running it."""


def past(readers: Readers, call: str, number: str) -> ClientPast:
    """The past of `number` as this call finds it; the call itself is no part of it.

    Withheld callers, of whom the number is "", are different people and have none.
    """
    if not number:
        return past_of((), None)
    with readers.reading() as connection:
        found = connection.execute(_NEWEST_FIRST, {"number": mended(number)}).all()
    earlier = [tuple(more) for one, *more in found if one != call]
    return ClientPast(len(earlier), *earlier[0]) if earlier else past_of((), None)


def past_of(earlier: Sequence[CallRecord], walk: InterviewRecord | None) -> ClientPast:
    """The past that these calls, newest first, and the newest one's walk amount to."""
    last = earlier[0] if earlier else None
    return ClientPast(
        calls=len(earlier),
        last_at=last.offered_at if last else None,
        last_agent=last.agent if last else "",
        last_tree=walk.tree if walk else "",
        last_version=walk.version if walk else 0,
        last_outcome=walk.outcome if walk else "",
        last_owner=walk.owner if walk else "",
    )
