"""Who a client is: accounts with all their numbers, and the match of a caller to a company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.domain.client.names import Names
from ivr.domain.client.phone import E164, Caller


class Scale(StrEnum):
    """What the customer is; not to be taken for volume, which is what one request needs."""

    PRIVATE = "private"
    SMALL = "small"
    LARGE = "large"

    @property
    def rank(self) -> int:
        """Order of size: a private person is 0, a large customer 2."""
        return _RANK[self]


_RANK = {Scale.PRIVATE: 0, Scale.SMALL: 1, Scale.LARGE: 2}


class Owner(StrEnum):
    """The department that owns a client from now on (jurisdiction)."""

    CLIENT = "client"
    SALES = "sales"


@dataclass(frozen=True, slots=True)
class Account:
    """A company known by name, with its numbers in E.164 and its owner in sales (a person's id)."""

    id: str
    name: str
    phones: tuple[str, ...] = ()
    scale: Scale | None = None
    key: bool = False
    owner: str | None = None
    tax: str = ""
    note: str = ""

    @property
    def large(self) -> bool:
        """A key account is a large corporate customer, whatever its scale column says."""
        return self.key or self.scale is Scale.LARGE


@dataclass(frozen=True, slots=True)
class Client:
    """What is known of the caller when the tree decides; a number alone proves nothing."""

    account: Account | None = None

    @property
    def large(self) -> bool:
        return self.account is not None and self.account.large


UNKNOWN_CLIENT = Client()


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No account holds this number, or there is no number to look for."""


@dataclass(frozen=True, slots=True)
class OneMatch:
    """Exactly one account holds this number: proposed to the agent, who decides."""

    account: Account


@dataclass(frozen=True, slots=True)
class SeveralMatch:
    """A shared number proves neither company: all are offered, none is assumed."""

    accounts: tuple[Account, ...]


Match = NoMatch | OneMatch | SeveralMatch


def is_tax_number(text: str) -> bool:
    """Whether this may be a Russian tax number: ten digits of a company, twelve of a person."""
    return text.isascii() and text.isdecimal() and len(text) in (10, 12)


@dataclass(frozen=True, slots=True)
class Directory:
    """All accounts, found by full E.164 number only, or by name and tax number as one types."""

    accounts: tuple[Account, ...] = ()
    _by_phone: Mapping[str, tuple[Account, ...]] = field(default_factory=dict, repr=False)
    _by_id: Mapping[str, Account] = field(default_factory=dict, repr=False)
    _names: Names = field(default_factory=lambda: Names([], []), repr=False, compare=False)

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> Directory:
        """Index accounts; the order of the file is the order in which several are offered."""
        rows = tuple(accounts)
        by_phone: dict[str, tuple[Account, ...]] = {}
        for account in rows:
            for phone in dict.fromkeys(account.phones):
                by_phone[phone] = (*by_phone.get(phone, ()), account)
        names = Names.of((account.id, account.name, account.tax) for account in rows)
        return cls(rows, by_phone, {account.id: account for account in rows}, names)

    def with_account(self, account: Account) -> Directory:
        """The same directory with this account new, or in place of the one of its id."""
        old = self._by_id.get(account.id)
        by_phone = dict(self._by_phone)
        for phone in old.phones if old else ():
            by_phone[phone] = tuple(one for one in by_phone[phone] if one.id != account.id)
        for phone in dict.fromkeys(account.phones):
            by_phone[phone] = (*by_phone.get(phone, ()), account)
        rows = tuple(account if one.id == account.id else one for one in self.accounts)
        rows = rows if old else (*rows, account)
        was = (old.name, old.tax) if old else None
        names = self._names
        if was != (account.name, account.tax):
            names = names.changed(account.id, account.name, account.tax, was)
        return Directory(rows, by_phone, {**self._by_id, account.id: account}, names)

    def named(self, name: str) -> Account | None:
        """The account of exactly this name, as names are compared; None if several have it."""
        return self._only(self._names.named(name))

    def said(self, text: str) -> Account | None:
        """The account of exactly this name or this tax number; None where it proves none."""
        return self._only(self._names.taxed(text)) or self.named(text)

    def get(self, account_id: str) -> Account | None:
        return self._by_id.get(account_id)

    def match(self, caller: Caller) -> Match:
        """Accounts that hold exactly this number; the last digits alone never match."""
        found = self.holding(caller)
        if not found:
            return NoMatch()
        return OneMatch(found[0]) if len(found) == 1 else SeveralMatch(found)

    def holding(self, caller: Caller) -> tuple[Account, ...]:
        """All accounts that hold exactly this caller's number."""
        return self.holding_number(caller.number) if isinstance(caller, E164) else ()

    def holding_number(self, number: str) -> tuple[Account, ...]:
        """All accounts that hold exactly this number, which is E.164."""
        return self._by_phone.get(number, ())

    def search(self, typed: str, limit: int = 8) -> tuple[Account, ...]:
        """Type-ahead of the company field: by a word of the name or the start of the tax number."""
        return tuple(self._by_id[one] for one in self._names.search(typed, limit))

    def _only(self, found: list[str]) -> Account | None:
        return self._by_id[found[0]] if len(found) == 1 else None
