"""Companies and numbers that are kept here, over those of the admin's file.

The file stays what the admin wrote. A company that was typed at a desk, or edited since, is kept
in the database and takes the place of the file's company of the same id; a number that turned out
to be a company's in a call is added to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ivr.domain.client.company import Account, Directory, Scale
from ivr.domain.records import AccountNumberRecord, AccountRecord


@dataclass(slots=True)
class Learned:
    """What is kept here, and the directory that it makes together with the file's."""

    accounts: dict[str, Account] = field(default_factory=dict)
    numbers: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by the account's id
    gone: set[str] = field(default_factory=set)  # ids that are no account any more
    _base: Directory | None = None
    _whole: Directory = field(default_factory=Directory)

    def over(self, base: Directory) -> Directory:
        """The file's directory with everything that is kept here; made once a file."""
        if self._base is not base:
            known = {one.id: one for one in base.accounts} | self.accounts
            whole = [self._with_numbers(one) for one in known.values() if one.id not in self.gone]
            self._base, self._whole = base, Directory.of(whole)
        return self._whole

    def restore(
        self, accounts: Iterable[AccountRecord], numbers: Iterable[AccountNumberRecord]
    ) -> None:
        """Take up what the database keeps."""
        for one in numbers:
            self.numbers[one.account] = (*self.numbers.get(one.account, ()), one.number)
        self._take(accounts)

    def replace(self, accounts: Iterable[AccountRecord]) -> None:
        """Know these companies as they are here, without what was learned of their numbers."""
        accounts = tuple(accounts)
        for one in accounts:
            self.numbers.pop(one.id, None)
        self._take(accounts)

    def _take(self, accounts: Iterable[AccountRecord]) -> None:
        for one in accounts:
            self.accounts.pop(one.id, None)
            self.gone.discard(one.id)
            if one.gone_at is None:
                self.accounts[one.id] = account_of(one)
            else:
                self.gone.add(one.id)
        self._base = None

    def keep(self, account: Account) -> None:
        """Know this company from now on."""
        self.accounts[account.id] = account
        self._put(account)
        self._add_numbers(account.id)

    def attach(self, account: str, number: str) -> None:
        """Know the company of this id by this number too."""
        self.numbers[account] = (*self.numbers.get(account, ()), number)
        self._add_numbers(account)

    def _put(self, account: Account) -> None:
        self._whole = self._whole.with_account(account)

    def _add_numbers(self, account_id: str) -> None:
        account = self._whole.get(account_id)
        if account is not None:
            self._put(self._with_numbers(account))

    def _with_numbers(self, account: Account) -> Account:
        learned = self.numbers.get(account.id)
        if not learned:
            return account
        return replace(account, phones=tuple(dict.fromkeys((*account.phones, *learned))))


def account_of(record: AccountRecord) -> Account:
    """The company that this row keeps."""
    return Account(
        id=record.id,
        name=record.name,
        phones=record.phones,
        scale=Scale(record.scale) if record.scale else None,
        key=record.key,
        owner=record.owner or None,
        tax=record.tax,
        note=record.note,
    )
