"""Interviews that were kept, as the tree's reports and replays want them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ivr.domain.client.company import UNKNOWN_CLIENT, Account, Client
from ivr.domain.records import EscalationRecord, EscalationState
from ivr.domain.tree.earnings import Course, Result
from ivr.domain.tree.interview import Interview, resumed
from ivr.domain.tree.replay import Past
from ivr.domain.tree.tree import Owner, WhyKind
from ivr.ports import History, PastInterview
from ivr.reports.shelf import Shelf

KEY_CLIENT = Client(Account("", "", key=True))
"""A client who was known as a key account; which one is told by the call."""

_RESULTS = frozenset(Result) - {Result.NONE, Result.OPEN}


@dataclass(frozen=True, slots=True)
class Walked:
    """One kept interview with its walk under the version that it was asked by."""

    kept: PastInterview
    walk: Interview


@dataclass(frozen=True, slots=True)
class Walks:
    """The interviews of a time; `unreadable` calls do not fit the version that they name."""

    walked: tuple[Walked, ...]
    unreadable: tuple[str, ...]


def walks(
    history: History,
    shelf: Shelf,
    tree: str,
    since: float,
    until: float,
    version: int | None = None,
) -> Walks:
    """All interviews of a tree that began from `since` until before `until` and were enquiries."""
    found = history.interviews(tree, since, until, version)
    enquiries = [one for one in found if one.call is None or not one.call.not_enquiry]
    read = [(one, walk_of(one, shelf)) for one in enquiries]
    return Walks(
        tuple(Walked(one, walk) for one, walk in read if walk is not None),
        tuple(one.interview.call for one, walk in read if walk is None),
    )


def walk_of(kept: PastInterview, shelf: Shelf) -> Interview | None:
    """The walk of a kept interview, or None when it does not fit the version that it names."""
    record = kept.interview
    return resumed(shelf.tree(record.tree, record.version), record.walk)


def client_of(kept: PastInterview) -> Client:
    """Who called, as far as a decision hangs on it: as the account was flagged at that time."""
    flagged = kept.interview.key_account or kept.interview.why == WhyKind.ACCOUNT
    return KEY_CLIENT if flagged else UNKNOWN_CLIENT


def courses(found: Iterable[Walked]) -> list[Course]:
    """The interviews for `earnings`."""
    return [_course(one) for one in found]


def pasts(found: Iterable[Walked]) -> list[Past]:
    """The interviews for `replay`."""
    return [Past(one.kept.interview.call, one.walk, client_of(one.kept)) for one in found]


def _course(one: Walked) -> Course:
    record, call = one.kept.interview, one.kept.call
    overridden = record.why == WhyKind.OVERRIDE
    return Course(
        call=record.call,
        walk=one.walk,
        over=record.settled_at is not None or (call is not None and call.ended_at is not None),
        owner=Owner(record.owner) if record.owner else None,
        outcome=record.outcome,
        overridden=overridden,
        reason=record.reason if overridden else "",
        result=result_of(one.kept.promises),
    )


def result_of(promises: Sequence[EscalationRecord]) -> Result:
    """What sales made of a client: the newest promise tells, for all that have joined it."""
    told = [one for one in promises if not one.joined_to]
    if not told:
        return Result.NONE
    last = told[-1]
    if last.result in _RESULTS:
        return Result(last.result)
    return Result.CLOSED if last.state is EscalationState.CLOSED else Result.OPEN
