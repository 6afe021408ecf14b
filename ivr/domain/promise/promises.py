"""All open promises: by id, by call, by client, and in the order of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ivr.domain.client.names import folded
from ivr.domain.promise.board import Board
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.joining import calls_of, numbers_of
from ivr.domain.records import EscalationRecord, EscalationState

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
        self._twice: dict[Sign, None] = {}  # of companies with several open promises
        self._departments: set[str] = set()
        self.joined: dict[str, str] = {}  # of promises that have joined another: the newest call

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

    def now(self, promise: str) -> Escalation | None:
        """The open promise of this id; of one that has joined another, that which has its call now.

        That is the other one, or a promise of the call's own, where it turned out to be another's.
        """
        call = self.joined.get(promise)
        return self.get(promise) if call is None else self.of_call(call)

    def of_client(
        self, department: str, account: str, company: str, number: str
    ) -> Escalation | None:
        """What the department owes this client already: a company by itself, else by number.

        A number alone proves no company: it tells only a client again whose company nobody named.
        """
        signs = [*_company(department, account, company)]
        if number:
            signs.append((department, "person", number))
        return next(self._of(signs), None)

    def same_company(self, escalation: Escalation) -> list[Escalation]:
        """The other open promises of this one's company and department."""
        found = self._of(_company_of(escalation.record)) if escalation.open else ()
        return [one for one in found if one is not escalation]

    @staticmethod
    def is_same_company(one: Escalation, other: Escalation) -> bool:
        """Whether both are one company's, as far as that is known."""
        return bool({*_company_of(one.record)} & {*_company_of(other.record)})

    def twice(self) -> list[Escalation]:
        """One open promise of each company that has several in one department."""
        return [self[self._signs[sign][0]] for sign in self._twice]

    def of_no_account(self, names: Iterable[str], numbers: Iterable[str]) -> list[Escalation]:
        """Open promises whose company was typed so, or was not named and has such a number."""
        wanted = [("company", folded(name)) for name in names]
        wanted += [("person", number) for number in numbers]
        signs = [(department, *sign) for department in self._departments for sign in wanted]
        return list(dict.fromkeys(self._of(signs)))

    def of_caller(self, account: str, number: str, but: str) -> Escalation | None:
        """What sales owes whoever calls, by company or by any number; not of the call `but`."""
        known = [(kind, of) for kind, of in (("account", account), ("number", number)) if of]
        signs = ((department, *sign) for department in self._departments for sign in known)
        return next((one for one in self._of(signs) if one.owed and but not in one.calls), None)

    def departments(self) -> frozenset[str]:
        """The departments that owe something, or did since the start."""
        return frozenset(self._departments)

    def of_number(self, number: str) -> list[Escalation]:
        """All open promises in which somebody of this number is owed something."""
        signs = [(department, "number", number) for department in self._departments]
        return [one for one in self._of(signs) if one.open]

    def _of(self, signs: Iterable[Sign]) -> Iterator[Escalation]:
        return (self[one] for sign in signs for one in self._signs.get(sign, ()))

    def _changed(self, before: EscalationRecord, now: EscalationRecord) -> None:
        if _signs(before) != _signs(now) or {*calls_of(before)} != {*calls_of(now)}:
            self._leave(before)
            self._enter(now)
        self.board.put(now)

    def _enter(self, record: EscalationRecord) -> None:
        for call in calls_of(record):
            self._calls[call] = record.id
        self._departments.add(record.department)
        for sign in _signs(record):
            self._signs[sign] = (*self._signs.get(sign, ()), record.id)
            self._count(sign)

    def _leave(self, record: EscalationRecord) -> None:
        for call in calls_of(record):
            if self._calls.get(call) == record.id:
                del self._calls[call]
        for sign in _signs(record):
            others = tuple(one for one in self._signs[sign] if one != record.id)
            if others:
                self._signs[sign] = others
            else:
                del self._signs[sign]
            self._count(sign)

    def _count(self, sign: Sign) -> None:
        if sign[1] in _OF_A_COMPANY and len(self._signs.get(sign, ())) > 1:
            self._twice[sign] = None
        else:
            self._twice.pop(sign, None)


def _signs(record: EscalationRecord) -> frozenset[Sign]:
    if record.state is EscalationState.CLOSED:
        return frozenset()  # nobody is owed anything by it
    numbers = numbers_of(record)
    signs = {(record.department, "number", number) for number in numbers}
    signs |= {*_company_of(record)}
    if not record.account and not record.company:
        signs |= {(record.department, "person", number) for number in numbers}
    return frozenset(signs)


_OF_A_COMPANY = ("account", "company")


def _company_of(record: EscalationRecord) -> tuple[Sign, ...]:
    return _company(record.department, record.account, record.company)


def _company(department: str, account: str, company: str) -> tuple[Sign, ...]:
    """A company is told by its account; by its name as long as no account is known of it.

    Two accounts of the same name are two companies.
    """
    if account:
        return ((department, "account", account),)
    return ((department, "company", folded(company)),) if company else ()
