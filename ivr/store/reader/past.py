"""What is told of a number that calls: its last call before this one."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.domain.records import CallRecord, ClientPast, InterviewRecord
from ivr.store.reader import records
from ivr.store.reader.pool import Readers

PAST_CALLS = 9
"""Earlier calls that are looked at: enough to say "often", few enough for any history."""


def past(readers: Readers, call: str, number: str) -> ClientPast:
    """The past of `number` as this call finds it; the call itself is no part of it."""
    found = records.calls_of(readers, number, PAST_CALLS + 1)
    earlier = [one for one in found if one.id != call]
    walk = records.interview(readers, earlier[0].id) if earlier else None
    return past_of(earlier, walk)


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
