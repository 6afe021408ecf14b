"""Companies changed from outside: checked, committed with who did it, then known to the next call.

What may stand in a field is what an accounts file may hold, so that an export can be read again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ivr.config.accounts import MOST_CELL, Imported, account_id, merged, read_accounts
from ivr.config.check import owner_of
from ivr.config.encodings import spoilt
from ivr.config.people import Person
from ivr.config.problems import Problem
from ivr.domain.client.company import Account, Directory, Scale
from ivr.domain.client.phone import E164, normalise
from ivr.domain.errors import LinetreeError, did_you_mean
from ivr.domain.events import AccountsKept
from ivr.domain.records import AccountRecord
from ivr.ports import AccountChange, Accounts, AuditEntry, Post
from ivr.views.accounts import plain_account, version_of

MOST_PHONES = 200
"""Numbers of one company."""


class AccountRefused(LinetreeError):
    """A company cannot be so; `field` names what is wrong with it."""

    def __init__(self, field: str, why: str, mend: str) -> None:
        self.field = field
        super().__init__(f"{field}: {why}; {mend}")


class UnknownAccount(LinetreeError):
    """No company has this id."""

    def __init__(self, id: str) -> None:
        super().__init__(f'there is no account "{id}": list the accounts to find its id')


class AccountExists(LinetreeError):
    """A company of this id is there already."""

    def __init__(self, account: Account) -> None:
        super().__init__(f'account "{account.id}" ({account.name}) is there: change that one')


class AccountMoved(LinetreeError):
    """Somebody else changed the company since it was read."""

    def __init__(self, account: Account) -> None:
        super().__init__(
            f'account "{account.id}" was changed meanwhile and is version {version_of(account)}'
            " now: read it again and decide anew"
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Fields of a company as somebody outside writes them; None leaves what is there."""

    name: str | None = None
    phones: Sequence[str] | None = None
    scale: str | None = None
    key: bool | None = None
    owner: str | None = None
    tax: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import did, or would do: ids added, changed and left alone, or why it is refused."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """Who may own a company, and how numbers are written here."""

    people: Mapping[str, Person]
    region: str


class AccountKeeping:
    """Changes companies one after another; what was committed is posted as AccountsKept."""

    def __init__(
        self,
        directory: Callable[[], Directory],
        office: Callable[[], Office],
        kept: Accounts,
        post: Post,
        now: Callable[[], float],
    ) -> None:
        self._directory = directory
        self._office = office
        self._kept = kept
        self._post = post
        self._now = now
        self._turn = asyncio.Lock()

    def directory(self) -> Directory:
        """All companies as the next call will find them."""
        return self._directory()

    async def create(self, by: str, id: str, wanted: Wanted) -> Account:
        """A new company. Raises AccountRefused, AccountExists, StoreUnreachable."""
        async with self._turn:
            blank = Account(id, "")
            account = _fitted(blank, wanted, self._office())
            account = replace(account, id=id or account_id(account.name))
            there = self.directory().get(account.id)
            if there is not None:
                raise AccountExists(there)
            await self._commit(by, "account_created", [(None, account)])
            return account

    async def change(self, by: str, id: str, wanted: Wanted, version: str = "") -> Account:
        """The company with these fields; `version`, if given, must be the one that is there.

        Raises UnknownAccount, AccountMoved, AccountRefused, StoreUnreachable.
        """
        async with self._turn:
            before = self._there(id, version)
            after = _fitted(before, wanted, self._office())
            if after != before:
                await self._commit(by, "account_changed", [(before, after)])
            return after

    async def remove(self, by: str, id: str, version: str = "") -> None:
        """The company is no account any more; its history stays. Raises as `change` does."""
        async with self._turn:
            before = self._there(id, version)
            await self._commit(by, "account_removed", [(before, None)])

    async def take_in(self, by: str, data: bytes, name: str, *, try_only: bool = False) -> TakenIn:
        """All companies of an accounts file, or none of them when anything is wrong with it."""
        office = self._office()
        imported = await asyncio.to_thread(read_accounts, data, name, office.region)
        async with self._turn:
            directory = self.directory()
            done, pairs = plan(directory, imported, office.people, name)
            if not done.problems and not try_only:
                await self._commit(by, "account_imported", pairs)
            return done

    def _there(self, id: str, version: str) -> Account:
        account = self.directory().get(id)
        if account is None:
            raise UnknownAccount(id)
        if version and version != version_of(account):
            raise AccountMoved(account)
        return account

    async def _commit(self, by: str, action: str, pairs: Iterable[Pair]) -> None:
        at = self._now()
        changes = [change_of(by, action, at, *pair) for pair in pairs]
        await asyncio.to_thread(self._kept.keep, changes)
        self._post(AccountsKept(at, tuple(change.account for change in changes)))


Pair = tuple[Account | None, Account | None]
"""A company before and after."""


def change_of(
    by: str, action: str, at: float, before: Account | None, after: Account | None
) -> AccountChange:
    """The rows that make this change."""
    account = after or before
    assert account is not None
    record = AccountRecord(
        id=account.id,
        name=account.name,
        phones=account.phones,
        scale=account.scale.value if account.scale else "",
        key=account.key,
        owner=account.owner or "",
        tax=account.tax,
        note=account.note,
        made_at=at,
        made_by=by,
        gone_at=at if after is None else None,
    )
    detail = {
        "before": plain_account(before) if before else None,
        "after": plain_account(after) if after else None,
    }
    entry = AuditEntry.of(at, by, action, f"account:{account.id}", detail)
    return AccountChange(record, entry)


def plan(
    directory: Directory, imported: Imported, people: Mapping[str, Person], file: str
) -> tuple[TakenIn, list[Pair]]:
    """What taking in these companies changes; an owner who is there already may stay."""
    problems = list(imported.problems)
    owned = []
    for account in imported.accounts:
        before = directory.get(account.id)
        owner = account.owner
        if owner and not (before and before.owner == owner):
            owner = owner_of(owner, people)
            if owner is None:
                line = imported.lines[account.id]
                near = did_you_mean(str(account.owner), people)
                why = f'owner "{account.owner}" is not one of the people{near}'
                problems.append(Problem(file, line, 1, why, "write the id of one of the people"))
        owned.append(replace(account, owner=owner))
    merge = merged(directory, owned)
    moved = {*merge.added, *merge.changed}
    pairs: list[Pair] = [(directory.get(one.id), one) for one in owned if one.id in moved]
    done = TakenIn(merge.added, merge.changed, merge.same, tuple(problems))
    return done, [] if problems else pairs


def _fitted(account: Account, wanted: Wanted, office: Office) -> Account:
    """The company with what is wanted of it, checked."""
    if wanted.name is not None:
        account = replace(account, name=" ".join(_line("name", wanted.name).split()))
    if wanted.phones is not None:
        account = replace(account, phones=_phones(wanted.phones, office.region))
    if wanted.scale is not None:
        account = replace(account, scale=Scale(wanted.scale) if wanted.scale else None)
    if wanted.key is not None:
        account = replace(account, key=wanted.key)
    if wanted.owner is not None:
        account = replace(account, owner=_owner(wanted.owner, account, office.people))
    if wanted.tax is not None:
        account = replace(account, tax=_line("tax", wanted.tax))
    if wanted.note is not None:
        account = replace(account, note=_line("note", wanted.note))
    if not account.name:
        raise AccountRefused("name", "the company has no name", "write its name")
    if account.key and account.scale not in (None, Scale.LARGE):
        why = f"a key account cannot be {account.scale}"
        raise AccountRefused("scale", why, "write large, or key: false")
    if not re.fullmatch(r"[A-Za-z0-9-]{0,40}", account.id):
        raise AccountRefused("id", "made of other than Latin letters, digits and -", "mend it")
    return account


def _line(field: str, text: str) -> str:
    if len(text) > MOST_CELL or any(ch < " " and ch not in "\t\r\n" for ch in text):
        raise AccountRefused(field, "too long, or with control characters", "shorten and clean it")
    if any("\ud800" <= ch <= "\udfff" for ch in text):
        raise AccountRefused(field, "it is not valid Unicode", "send whole characters")
    if spoilt(text):
        why = "letters were lost in another encoding, and an export could not be imported again"
        raise AccountRefused(field, why, "send it in UTF-8")
    return text.strip()


def _phones(raw: Sequence[str], region: str) -> tuple[str, ...]:
    if len(raw) > MOST_PHONES:
        raise AccountRefused("phones", f"more than {MOST_PHONES} numbers", "leave some out")
    found = []
    for one in raw:
        number = normalise(one, region)
        if not isinstance(number, E164):
            raise AccountRefused("phones", f'"{one[:40]}" is no full number', "write +74950000012")
        found.append(number.number)
    return tuple(dict.fromkeys(found))


def _owner(written: str, account: Account, people: Mapping[str, Person]) -> str | None:
    if not written:
        return None
    found = written if written == account.owner else owner_of(written, people)
    if found is None:
        why = f'"{written[:40]}" is not one of the people' + did_you_mean(written, people)
        raise AccountRefused("owner", why, "write the id of one of the people")
    return found
