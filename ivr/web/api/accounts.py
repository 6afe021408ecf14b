"""Companies: list, read, make, change, remove, and their history."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from heapq import nsmallest
from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ivr.account_keeping import (
    AccountExists,
    AccountKeeping,
    AccountMoved,
    AccountRefused,
    UnknownAccount,
    Wanted,
)
from ivr.config.accounts import MOST_CELL
from ivr.domain.client.company import Account, Directory
from ivr.domain.records import OwnerRecord
from ivr.ports import Audit
from ivr.views import View
from ivr.views.accounts import (
    AccountView,
    ChangeView,
    OwnerSpanView,
    account_view,
    change_view,
    owner_span_view,
    version_of,
)
from ivr.web.api.paging import Limit, Word
from ivr.web.api.route import ApiRoute, Asked, Done, Scope
from ivr.web.room import Refused

Text = Annotated[str, Meta(max_length=MOST_CELL)]
Phones = tuple[Annotated[str, Meta(max_length=100)], ...]
Scale = Literal["", "private", "small", "large"]


class AccountsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By id; `q` finds by a word of the name or the beginning of the tax number, best first."""

    limit: Limit = 50
    after: Word = ""
    q: Word = ""


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A company to be made; an id that is left out is made of the name."""

    name: Text
    id: Word = ""
    phones: Phones = ()
    scale: Scale = ""
    key: bool = False
    owner: Word = ""
    tax: Word = ""
    note: Text = ""


class AccountPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Fields of a company that shall change; what is left out stays."""

    name: Text | UnsetType = UNSET
    phones: Phones | UnsetType = UNSET
    scale: Scale | UnsetType = UNSET
    key: bool | UnsetType = UNSET
    owner: Word | UnsetType = UNSET
    tax: Word | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class AccountPage(View, frozen=True, kw_only=True):
    """A page of companies; `next` is empty on the last one."""

    accounts: tuple[AccountView, ...]
    next: str


class AccountHistory(View, frozen=True, kw_only=True):
    """What was changed, newest first, and who of sales owned the client, oldest first."""

    changes: tuple[ChangeView, ...]
    owners: tuple[OwnerSpanView, ...]


class OwnerReads(Protocol):
    """What is read of owners."""

    def owners_of(self, client: str) -> Sequence[OwnerRecord]: ...


class AccountsResource:
    """The resource. Changes go by AccountKeeping, so that the next call knows of them."""

    def __init__(self, keeping: AccountKeeping, audit: Audit, owners: OwnerReads) -> None:
        self._keeping = keeping
        self._audit = audit
        self._owners = owners

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked."""
        path = "/accounts/{id}"
        return (
            ApiRoute(
                "GET",
                "/accounts",
                Scope.READ,
                "List or find companies",
                self.page,
                AccountPage,
                AccountsQuery,
            ),
            ApiRoute(
                "POST",
                "/accounts",
                Scope.WRITE,
                "Make a company",
                self.create,
                AccountView,
                body=NewAccount,
                status=201,
                refusals=(409, 422),
            ),
            ApiRoute(
                "GET", path, Scope.READ, "One company", self.one, AccountView, refusals=(404,)
            ),
            ApiRoute(
                "PATCH",
                path,
                Scope.WRITE,
                "Change a company; If-Match refuses to overwrite what is newer",
                self.change,
                AccountView,
                body=AccountPatch,
                refusals=(404, 412, 422),
            ),
            ApiRoute(
                "DELETE",
                path,
                Scope.WRITE,
                "Remove a company; its history stays",
                self.remove,
                status=204,
                refusals=(404, 412),
            ),
            ApiRoute(
                "GET",
                path + "/history",
                Scope.READ,
                "What was changed of a company, when and by whom",
                self.history,
                AccountHistory,
            ),
        )

    async def page(self, asked: Asked) -> AccountPage:
        """A page of companies."""
        # All companies are looked at, and there may be a hundred thousand: callers do not wait.
        return await asyncio.to_thread(_page, self._keeping.directory(), asked.query)

    async def one(self, asked: Asked) -> Done:
        """One company by its id."""
        account = self._keeping.directory().get(asked.part("id"))
        if account is None:
            raise Refused(404, "not_found", str(UnknownAccount(asked.part("id")[:100])))
        return _shown(account)

    async def create(self, asked: Asked) -> Done:
        """Make a company."""
        body: NewAccount = asked.body
        wanted = Wanted(
            body.name, body.phones, body.scale, body.key, body.owner, body.tax, body.note
        )
        with _as_refusals():
            account = await self._keeping.create(asked.by, body.id, wanted)
        done = _shown(account)
        place = ("Location", f"{asked.request.path.rstrip('/')}/{account.id}")
        return Done(done.value, 201, (*done.headers, place))

    async def change(self, asked: Asked) -> Done:
        """Change a company."""
        given = {
            name: getattr(asked.body, name)
            for name in asked.body.__struct_fields__
            if getattr(asked.body, name) is not UNSET
        }
        with _as_refusals():
            account = await self._keeping.change(
                asked.by, asked.part("id"), Wanted(**given), asked.version
            )
        return _shown(account)

    async def remove(self, asked: Asked) -> Done:
        """Remove a company."""
        with _as_refusals():
            await self._keeping.remove(asked.by, asked.part("id"), asked.version)
        return Done(None, 204)

    async def history(self, asked: Asked) -> AccountHistory:
        """What was changed of a company; also of one that is gone."""
        id = asked.part("id")
        entries = await asyncio.to_thread(
            self._audit.entries_of, f"account:{id}", float("inf"), 200
        )
        owners = await asyncio.to_thread(self._owners.owners_of, f"account:{id}")
        return AccountHistory(
            changes=tuple(change_view(one) for one in entries),
            owners=tuple(owner_span_view(one) for one in owners),
        )


def _page(directory: Directory, query: AccountsQuery) -> AccountPage:
    if query.q:
        found = directory.search(query.q, query.limit)
        return AccountPage(accounts=tuple(account_view(one) for one in found), next="")
    behind = (one for one in directory.accounts if one.id > query.after)
    page = nsmallest(query.limit + 1, behind, key=lambda one: one.id)
    return AccountPage(
        accounts=tuple(account_view(one) for one in page[: query.limit]),
        next=page[query.limit - 1].id if len(page) > query.limit else "",
    )


def _shown(account: Account) -> Done:
    return Done(account_view(account), 200, (("ETag", f'"{version_of(account)}"'),))


@contextmanager
def _as_refusals() -> Iterator[None]:
    """What AccountKeeping refuses, as a refusal of the API."""
    try:
        yield
    except UnknownAccount as error:
        raise Refused(404, "not_found", str(error)) from error
    except AccountExists as error:
        raise Refused(409, "account_exists", str(error)) from error
    except AccountMoved as error:
        raise Refused(412, "changed_meanwhile", str(error)) from error
    except AccountRefused as error:
        raise Refused(422, "bad_account", str(error)) from error
