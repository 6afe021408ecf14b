"""What a start and a salesperson's card need, out of a store that is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Protocol, TypeVar

from ivr.domain.client.traces import UNSETTLED_SECONDS
from ivr.domain.events import DealingsKnown, Restored
from ivr.domain.records import (
    AccountNumberRecord,
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    LastAgent,
    MeetingRecord,
    MeetingState,
    MissedCallRecord,
    OwnerRecord,
    StretchRecord,
)
from ivr.store.reader.dealings import MOST
from ivr.store.reader.openings import (
    MEETING_SECONDS,
    REMEMBERED_SECONDS,
    TOLL_SECONDS,
)

RowT = TypeVar("RowT")


class Kept(Protocol):
    """The dicts of a MemoryStore, by id."""

    calls: dict[str, CallRecord]
    interviews: dict[str, InterviewRecord]
    escalations: dict[str, EscalationRecord]
    attempts: dict[str, AttemptRecord]
    missed: dict[str, MissedCallRecord]
    states: dict[str, AgentStateRecord]
    stretches: dict[str, StretchRecord]
    accounts: dict[str, AccountRecord]
    numbers: dict[str, AccountNumberRecord]
    meetings: dict[str, MeetingRecord]
    owners: dict[str, OwnerRecord]


def restored(kept: Kept, at: float) -> Restored:
    """Everything that is still open at `at`, each kind in the order in which it began."""
    young = {
        walk.call
        for walk in kept.interviews.values()
        if walk.settled_at is None and walk.began_at >= at - UNSETTLED_SECONDS
    }
    calls = [c for c in kept.calls.values() if c.ended_at is None or c.id in young]
    live = young | {call.id for call in calls}
    walks = [walk for walk in kept.interviews.values() if walk.call in live]
    promises = [p for p in kept.escalations.values() if p.state is not EscalationState.CLOSED]
    joined = {p.id: p.call for p in kept.escalations.values() if _joined_lately(p, at)}
    return Restored(
        at,
        calls=_sorted(calls, "offered_at"),
        interviews=_sorted(walks, "began_at"),
        escalations=_sorted(promises, "made_at"),
        attempts=_open(kept.attempts, "ended_at", "made_at"),
        missed=_open(kept.missed, "closed_at", "first_missed_at"),
        states=_open(kept.states, "until", "since"),
        accounts=_sorted(kept.accounts.values(), "made_at"),
        numbers=_sorted(kept.numbers.values(), "learned_at"),
        last_agents=_last_agents(kept.calls, at - REMEMBERED_SECONDS),
        tried=_tried(kept, {p.id for p in promises} | {*joined}, at - TOLL_SECONDS),
        meetings=_sorted(
            (
                one
                for one in kept.meetings.values()
                if one.state is MeetingState.SET and one.starts_at >= at - MEETING_SECONDS
            ),
            "starts_at",
        ),
        owners=_open(kept.owners, "until", "since"),
        joined=tuple(joined.items()),
    )


def dealings(
    kept: Kept, at: float, promise: str, account: str, numbers: Sequence[str]
) -> DealingsKnown:
    """Earlier dealings with a client, who is known by account or by numbers, newest first."""

    def same(one: EscalationRecord | CallRecord) -> bool:
        return one.number in numbers or one.account == account != ""

    promises = [p for p in kept.escalations.values() if same(p) and p.id != promise]
    calls = _sorted((c for c in kept.calls.values() if same(c)), "offered_at")[::-1][:MOST]
    walks = [kept.interviews[call.id] for call in calls if call.id in kept.interviews]
    return DealingsKnown(
        at, promise, _sorted(promises, "made_at")[::-1][:MOST], calls, tuple(walks)
    )


def _open(rows: Mapping[str, RowT], end: str, began: str) -> tuple[RowT, ...]:
    return _sorted((one for one in rows.values() if getattr(one, end) is None), began)


def _joined_lately(one: EscalationRecord, at: float) -> bool:
    return one.joined_to != "" and (one.closed_at or 0.0) >= at - REMEMBERED_SECONDS


def _sorted(rows: Iterable[RowT], began: str) -> tuple[RowT, ...]:
    return tuple(sorted(rows, key=attrgetter(began, "id")))


def _last_agents(calls: Mapping[str, CallRecord], since: float) -> tuple[LastAgent, ...]:
    talked = [c for c in calls.values() if c.offered_at >= since and c.number and c.agent]
    talked.sort(key=lambda call: call.offered_at)
    return tuple({c.number: LastAgent(c.number, c.agent, c.offered_at) for c in talked}.values())


def _tried(kept: Kept, open_promises: set[str], since: float) -> tuple[AttemptRecord, ...]:
    def wanted(one: AttemptRecord) -> bool:
        lately = one.claimed_at is not None and one.claimed_at >= since
        return one.ended_at is not None and (lately or one.promise in open_promises)

    return _sorted((one for one in kept.attempts.values() if wanted(one)), "made_at")
