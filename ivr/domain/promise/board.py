"""The order of work at sales: who is to be called next, and every list of promises.

Overdue before due, key accounts first within each, then whose time came first. A million open
promises cost what a thousand do: each stands in sorted lists, and time moves only those whose
turn it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice, takewhile
from math import inf

from sortedcontainers import SortedList

from ivr.domain.records import EscalationRecord, EscalationState

A_MINUTE = 60.0
"""A time that is told in minutes has passed when its minute is over."""


class Group(IntEnum):
    """The groups of a list, in the order of work."""

    LIVE = 0  # a client who looks for sales now, or is being dialled
    RESULT = 1  # talked, the result is owed
    OVERDUE = 2
    DUE = 3
    HUMAN = 4
    LATER = 5


Rank = tuple[int, bool, float, str]
"""Group, not a key account, the promised time, id."""

Line = tuple[str, str]
"""A department and a person of it, "" for its team."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one promise stands now; `pool` is who may dial it, None while nobody may."""

    line: Line
    rank: Rank
    pool: Line | None
    changes_at: float
    late: bool  # its time has passed without a talk


_CALLED = frozenset({EscalationState.CALLBACK, EscalationState.DIALLING, EscalationState.HUMAN})
"""States in which the client is owed a call, by a machine or by a human."""


def promised(record: EscalationRecord) -> float:
    """The time that counts for overdue: what the client was told, or when it was made."""
    for at in (record.promised_at, record.due_at):
        if at is not None:
            return at
    return record.made_at


class Board:
    """All open promises in order. `keeper` names who keeps one, `released` until when."""

    def __init__(
        self,
        keeper: Callable[[EscalationRecord], str],
        released: Callable[[EscalationRecord], float],
    ) -> None:
        self._keeper = keeper
        self._released = released
        self.now = -inf
        self.changed: set[str] = set()  # departments whose lists are not what they were
        self.records: dict[str, EscalationRecord] = {}  # all open ones, by id; only to be read
        self._places: dict[str, Place] = {}
        self._lists: dict[Line, SortedList[Rank]] = {}
        self._pools: dict[Line, SortedList[Rank]] = {}
        self._changes: SortedList[tuple[float, str]] = SortedList()
        self._deferred: dict[str, float] = {}
        self._late: Counter[str] = Counter()

    def put(self, record: EscalationRecord) -> None:
        """Know this promise as it is now; a closed one is forgotten."""
        if record.state is not EscalationState.CALLBACK:
            self._deferred.pop(record.id, None)
        if record.state is EscalationState.CLOSED:
            self.remove(record.id)
            return
        self.records[record.id] = record
        self._stand(record.id)

    def remove(self, promise: str) -> None:
        """Forget this promise."""
        if self.records.pop(promise, None) is not None:
            self._leave(promise)
        self._deferred.pop(promise, None)

    def defer(self, promise: str, until: float) -> None:
        """This promise cannot be dialled before `until`, due or not."""
        self._deferred[promise] = until
        self._stand(promise)

    def advance(self, at: float) -> None:
        """Time has come to `at`: what became due, overdue or the team's moves.

        A clock that was ahead and is put right takes everything back that it had made due.
        """
        if at < self.now - A_MINUTE:
            self.now = at
            self.refit()
        self.now = max(self.now, at)
        while self._changes and self._changes[0][0] <= self.now:
            self._stand(self._changes[0][1])

    def refit(self) -> None:
        """New rules: everybody's place anew."""
        for promise in self.records:
            self._stand(promise)

    def next_change(self) -> float | None:
        """When time moves the next promise, None for never."""
        return self._changes[0][0] if self._changes else None

    def pools(self, department: str) -> list[str]:
        """Who has something to dial now: persons, "" for the team."""
        return [person for (of, person), ids in self._pools.items() if of == department and ids]

    def pool(self, department: str, person: str) -> SortedList[Rank]:
        """What this person, or the team for "", is to dial now, in order."""
        return self._pools.get((department, person), _NOTHING)

    def departments(self) -> set[str]:
        """Where anything is to be dialled now."""
        return {department for (department, _), ids in self._pools.items() if ids}

    def place(self, promise: str) -> Place:
        """Where this promise stands."""
        return self._places[promise]

    def listed(self, department: str, person: str) -> Iterator[Rank]:
        """All open promises that this person keeps, or nobody for "", in the order of work."""
        return iter(self._lists.get((department, person), _NOTHING))

    def live(self) -> list[str]:
        """Whom sales is just now being looked for, or dialled: few, however many are open."""
        lists = (takewhile(lambda rank: rank[0] == Group.LIVE, one) for one in self._lists.values())
        return [rank[3] for ranks in lists for rank in ranks]

    def keepers(self, department: str) -> list[str]:
        """Who keeps anything, "" for the team."""
        return [person for (of, person), ids in self._lists.items() if of == department and ids]

    def count(self, department: str, person: str, group: Group) -> int:
        """How many of this person's promises are in a group."""
        ranks = self._lists.get((department, person), _NOTHING)
        return ranks.bisect_left((group + 1,)) - ranks.bisect_left((group,))

    def late(self, department: str) -> int:
        """How many clients of the department are owed a call whose time has passed."""
        return self._late[department]

    def overdue(self, record: EscalationRecord) -> bool:
        """Whether its time has passed without a talk."""
        talked = record.state is EscalationState.TALKED
        return not talked and self.now >= promised(record) + A_MINUTE

    def _stand(self, promise: str) -> None:
        record = self.records[promise]
        before, now = self._places.get(promise), self._place(record)
        if before == now:
            self.changed.add(record.department)
            return
        self._leave(promise)
        self._places[promise] = now
        self._late[record.department] += now.late
        self._lists.setdefault(now.line, SortedList()).add(now.rank)
        if now.pool is not None:
            self._pools.setdefault(now.pool, SortedList()).add(now.rank)
        if now.changes_at < inf:
            self._changes.add((now.changes_at, promise))
        self.changed.add(record.department)

    def _leave(self, promise: str) -> None:
        place = self._places.pop(promise, None)
        if place is None:
            return
        self.changed.add(place.line[0])
        self._late[place.line[0]] -= place.late
        self._lists[place.line].remove(place.rank)
        if place.pool is not None:
            self._pools[place.pool].remove(place.rank)
        if place.changes_at < inf:
            self._changes.remove((place.changes_at, promise))

    def _place(self, record: EscalationRecord) -> Place:
        keeper = self._keeper(record)
        overdue_at = promised(record) + A_MINUTE
        ready_at = max(record.due_at or -inf, self._deferred.get(record.id, -inf))
        group = self._group(record, overdue_at)
        rank = (int(group), record.scale != "large", promised(record), record.id)
        line = (record.department, keeper)
        late = record.state in _CALLED and overdue_at <= self.now
        if record.state is not EscalationState.CALLBACK:
            turn = overdue_at if record.state in _CALLED and not late else inf
            return Place(line, rank, None, turn, late)
        turns = [at for at in (ready_at, overdue_at) if at > self.now]
        if ready_at > self.now:
            return Place(line, rank, None, min(turns), late)
        released_at = self._released(record) if keeper else -inf
        pool = (record.department, "" if released_at <= self.now else keeper)
        turns += [released_at] if released_at > self.now else []
        return Place(line, rank, pool, min(turns, default=inf), late)

    def _group(self, record: EscalationRecord, overdue_at: float) -> Group:
        match record.state:
            case EscalationState.TALKED:
                return Group.RESULT
            case EscalationState.HUMAN:
                return Group.HUMAN
            case EscalationState.CALLBACK if (record.due_at or -inf) > self.now:
                return Group.LATER
            case EscalationState.CALLBACK:
                return Group.OVERDUE if overdue_at <= self.now else Group.DUE
            case _:
                return Group.LIVE


_NOTHING: SortedList[Rank] = SortedList()


def first(ranks: Iterator[Rank], most: int) -> list[str]:
    """The ids of the first so many."""
    return [rank[3] for rank in islice(ranks, most)]
