"""The task of a missed call: offered to a ready agent, dialled by one key, tried again, or closed.

Every move gives a new record; one that the state does not allow changes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.records import MissedCallRecord, MissedState

Key = tuple[str, str]
"""A department and a number: missed calls merge by number, never by company."""


class Tasks(dict[Key, MissedCallRecord]):
    """The open tasks; each department's waiting ones in the order in which they were missed."""

    def __init__(self) -> None:
        super().__init__()
        self._orders: dict[str, list[MissedCallRecord]] | None = None

    def __setitem__(self, key: Key, task: MissedCallRecord) -> None:
        self._orders = None
        super().__setitem__(key, task)

    def __delitem__(self, key: Key) -> None:
        self._orders = None
        super().__delitem__(key)

    def pop(self, key: Key, *default: MissedCallRecord | None) -> MissedCallRecord | None:  # type: ignore[override]
        """Take a task out, or give the default."""
        self._orders = None
        return super().pop(key, *default)

    def of(self, task: str) -> MissedCallRecord | None:
        """The open task of this id."""
        return next((one for one in self.values() if one.id == task), None)

    def waiting(self, department: str, at: float) -> list[MissedCallRecord]:
        """What may be offered now, who was missed first being first."""
        return [task for task in self._order(department) if task.due_at <= at]

    def next_due(self, at: float) -> float | None:
        """When the next task that may not be offered yet becomes due."""
        later = [t.due_at for d in self._all() for t in self._order(d) if t.due_at > at]
        return min(later, default=None)

    def departments(self) -> tuple[str, ...]:
        """Where tasks wait, due or not."""
        return tuple(self._all())

    def _order(self, department: str) -> list[MissedCallRecord]:
        return self._all().get(department, [])

    def _all(self) -> dict[str, list[MissedCallRecord]]:
        """Made anew only after a change: every event of a call asks."""
        if self._orders is None:
            self._orders = {}
            for task in sorted(self.values(), key=lambda t: (t.first_missed_at, t.id)):
                if task.state is MissedState.WAITING and task.number:
                    self._orders.setdefault(task.department, []).append(task)
        return self._orders


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


def closed(task: MissedCallRecord, at: float, how: str) -> MissedCallRecord:
    """The caller has talked with us, or nobody has to call any more."""
    return replace(task, state=MissedState.CLOSED, closed_at=at, closed_how=how)
