"""The task of a missed call: offered to a ready agent, dialled by one key, tried again, or closed.

Every move gives a new record; one that the state does not allow changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import replace

from ivr.domain.records import MissedCallRecord, MissedState

MOST_CALLS = 50
"""Call ids that a task keeps; one number may ring and hang up for ever."""

Key = tuple[str, str]
"""A department and a number: missed calls merge by number, never by company."""


class Tasks(dict[Key, MissedCallRecord]):
    """The open tasks; each department's waiting ones in the order in which they were missed.

    Every event of a call asks what may be offered, and a night without anybody may leave
    thousands of tasks: nothing here looks at all of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ids: dict[str, Key] = {}
        self._calls: dict[str, Key] = {}
        self._waiting: dict[str, list[tuple[float, str, Key]]] = {}
        self._due: list[tuple[float, str]] = []
        self._left: dict[str, list[tuple[float, str, Key]]] = {}
        self._stirred: set[str] = set()

    def __setitem__(self, key: Key, task: MissedCallRecord) -> None:
        self.pop(key, None)
        super().__setitem__(key, task)
        self._ids[task.id] = key
        self._calls.update(dict.fromkeys(task.calls, key))
        if _is_waiting(task):
            insort(self._waiting.setdefault(task.department, []), _place(key, task))
            insort(self._due, (task.due_at, task.id))
        elif is_left(task):
            insort(self._left.setdefault(task.department, []), _place(key, task))
            self._stirred.add(task.department)

    def __delitem__(self, key: Key) -> None:
        self._unlist(key, self[key])
        super().__delitem__(key)

    def pop(self, key: Key, *default: MissedCallRecord | None) -> MissedCallRecord | None:  # type: ignore[override]
        """Take a task out, or give the default."""
        if key in self:
            self._unlist(key, self[key])
        return super().pop(key, *default)

    def of(self, task: str) -> MissedCallRecord | None:
        """The open task of this id."""
        return self.get(self._ids[task]) if task in self._ids else None

    def of_call(self, call: str) -> MissedCallRecord | None:
        """The open task into which this call was counted."""
        return self.get(self._calls[call]) if call in self._calls else None

    def first_waiting(self, department: str, at: float) -> MissedCallRecord | None:
        """What is to be offered now: of those that are due, who was missed first."""
        tasks = (self[key] for _, _, key in self._waiting.get(department, ()))
        return next((task for task in tasks if task.due_at <= at), None)

    def next_due(self, at: float) -> float | None:
        """When the next task that may not be offered yet becomes due."""
        later = bisect_right(self._due, (at, LAST))
        return self._due[later][0] if later < len(self._due) else None

    def departments(self) -> tuple[str, ...]:
        """Where tasks wait, due or not."""
        return tuple(self._waiting)

    def left(self, department: str, most: int) -> tuple[MissedCallRecord, ...]:
        """What machines have left to the department's people, at most so many, oldest first."""
        return tuple(self[key] for _, _, key in self._left.get(department, ())[:most])

    def count_left(self, department: str) -> int:
        """How many tasks are left to the department's people."""
        return len(self._left.get(department, ()))

    def stirred(self) -> set[str]:
        """The departments whose people have other tasks left to them than when asked last."""
        stirred, self._stirred = self._stirred, set()
        return stirred

    def count_waiting(self, department: str) -> int:
        """How many tasks of the department wait to be dialled, due or not."""
        return len(self._waiting.get(department, ()))

    def _unlist(self, key: Key, task: MissedCallRecord) -> None:
        del self._ids[task.id]
        for call in task.calls:
            self._calls.pop(call, None)
        if _is_waiting(task):
            tasks = self._waiting[task.department]
            del tasks[bisect_left(tasks, _place(key, task))]
            del self._due[bisect_left(self._due, (task.due_at, task.id))]
            if not tasks:
                del self._waiting[task.department]
        elif is_left(task):
            left = self._left[task.department]
            del left[bisect_left(left, _place(key, task))]
            self._stirred.add(task.department)


LAST = "\U0010ffff"
"""Sorts behind every id."""


def _is_waiting(task: MissedCallRecord) -> bool:
    return task.state is MissedState.WAITING and bool(task.number)


def is_left(task: MissedCallRecord) -> bool:
    """Whether only a person can go on with the task: a withheld number is dialled by nobody."""
    by_hand = task.state is MissedState.HUMAN
    return by_hand or (task.state is MissedState.WAITING and not task.number)


def _place(key: Key, task: MissedCallRecord) -> tuple[float, str, Key]:
    return task.first_missed_at, task.id, key


def key_of(task: MissedCallRecord) -> Key:
    """What tasks are merged by; one whose number was withheld is a task of its own."""
    return task.department, task.number or task.id


def taken(task: MissedCallRecord) -> MissedCallRecord:
    """An agent dials: nobody else is offered it."""
    return replace(task, state=MissedState.DIALLING)


def dialled(task: MissedCallRecord) -> MissedCallRecord:
    """The client is being dialled, which is what the limit counts."""
    return replace(task, attempts=task.attempts + 1)


def again(task: MissedCallRecord, due_at: float) -> MissedCallRecord:
    """Nobody was reached: offered again from this time on."""
    return replace(task, state=MissedState.WAITING, due_at=due_at)


def for_human(task: MissedCallRecord) -> MissedCallRecord:
    """Machines have done what they may."""
    return replace(task, state=MissedState.HUMAN)


def joined(task: MissedCallRecord, other: MissedCallRecord) -> MissedCallRecord:
    """One task of two for the same number; where the first stands is where it goes on."""
    return replace(
        task,
        first_missed_at=min(task.first_missed_at, other.first_missed_at),
        last_missed_at=max(task.last_missed_at, other.last_missed_at),
        count=task.count + other.count,
        calls=(*other.calls, *task.calls)[-MOST_CALLS:],
        recordings=(*other.recordings, *task.recordings),
    )


def closed(task: MissedCallRecord, at: float, how: str, by: str = "") -> MissedCallRecord:
    """The caller has talked with us, or nobody has to call any more."""
    return replace(task, state=MissedState.CLOSED, closed_at=at, closed_how=how, closed_by=by)
