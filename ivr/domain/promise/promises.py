"""All open promises: by id, by call, by client, and in the order of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ivr.domain.client.names import folded
from ivr.domain.promise.board import Board
from ivr.domain.promise.escalation import Escalation
from ivr.domain.records import EscalationRecord

Sign = tuple[str, str, str]
"""A department, what kind of sign it is, and the sign: by what a client is known again."""


class Promises(dict[str, Escalation]):
    """The open promises. Nothing here looks at all of them, since there may be a million."""

    def __init__(
        self,
        keeper: Callable[[EscalationRecord], str],
        released: Callable[[EscalationRecord], float],
    ) -> None:
        super().__init__()
        self.board = Board(keeper, released)
        self._calls: dict[str, str] = {}
        self._signs: dict[Sign, tuple[str, ...]] = {}
        self._departments: set[str] = set()

    def __setitem__(self, promise: str, escalation: Escalation) -> None:
        self.pop(promise, None)
        super().__setitem__(promise, escalation)
        escalation.watch = self._changed
        self._enter(escalation.record)
        self.board.put(escalation.record)

    def __delitem__(self, promise: str) -> None:
        escalation = self[promise]
        escalation.watch = None
        self._leave(escalation.record)
        self.board.remove(promise)
        super().__delitem__(promise)

    def pop(self, promise: str, *default: Escalation | None) -> Escalation | None:  # type: ignore[override]  # a default alone, of dict's three forms
        """Take a promise out, or give the default."""
        escalation = self.get(promise)
        if escalation is None:
            return super().pop(promise, *default)
        del self[promise]
        return escalation

    def of_call(self, call: str) -> Escalation | None:
        """The promise into which this call went."""
        return self.get(self._calls.get(call, ""))

    def of_client(
        self, department: str, account: str, company: str, number: str
    ) -> Escalation | None:
        """What the department owes this client already: a company by itself, else by number.

        A number alone proves no company: it tells only a client again whose company nobody named.
        """
        signs: list[Sign] = []
        if account:
            signs.append((department, "account", account))
        if company:
            signs.append((department, "company", folded(company)))
        if number:
            signs.append((department, "person", number))
        return self._first(signs)

    def of_caller(self, account: str, number: str, but: str) -> Escalation | None:
        """What sales owes whoever calls, by company or by any number; not of the call `but`."""
        known = [(kind, of) for kind, of in (("account", account), ("number", number)) if of]
        signs = ((department, *sign) for department in self._departments for sign in known)
        found = (self[one] for sign in signs for one in self._signs.get(sign, ()))
        return next((one for one in found if one.owed and but not in one.calls), None)

    def departments(self) -> frozenset[str]:
        """The departments that owe something, or did since the start."""
        return frozenset(self._departments)

    def _first(self, signs: Iterable[Sign]) -> Escalation | None:
        found = (self[one] for sign in signs for one in self._signs.get(sign, ()))
        return next((one for one in found if one.open), None)

    def _changed(self, before: EscalationRecord, now: EscalationRecord) -> None:
        if _signs(before) != _signs(now) or before.call != now.call:
            self._leave(before)
            self._enter(now)
        self.board.put(now)

    def _enter(self, record: EscalationRecord) -> None:
        for call in _calls(record):
            self._calls[call] = record.id
        self._departments.add(record.department)
        for sign in _signs(record):
            self._signs[sign] = (*self._signs.get(sign, ()), record.id)

    def _leave(self, record: EscalationRecord) -> None:
        for call in _calls(record):
            self._calls.pop(call, None)
        for sign in _signs(record):
            others = tuple(one for one in self._signs[sign] if one != record.id)
            if others:
                self._signs[sign] = others
            else:
                del self._signs[sign]


def _calls(record: EscalationRecord) -> Iterable[str]:
    return (record.call, *(str(one["call"]) for one in record.joined))


def _signs(record: EscalationRecord) -> frozenset[Sign]:
    numbers = {record.number, *(str(one["number"]) for one in record.joined)} - {""}
    signs = {(record.department, "number", number) for number in numbers}
    if record.account:
        signs.add((record.department, "account", record.account))
    if record.company:
        signs.add((record.department, "company", folded(record.company)))
    if not record.account and not record.company:
        signs |= {(record.department, "person", number) for number in numbers}
    return frozenset(signs)
