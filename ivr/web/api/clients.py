"""What is known of a client, by number or by company: who it is, and all that was."""

from __future__ import annotations

import asyncio
from typing import Protocol

import msgspec

from ivr.account_keeping import AccountKeeping
from ivr.domain.client.company import Account
from ivr.domain.client.phone import normalise
from ivr.ports import CallsWanted, PastCalls, Promises, PromisesWanted
from ivr.views import View
from ivr.views.accounts import AccountView, OwnerSpanView, account_view, owner_span_view
from ivr.views.calls import CallView, OutcomeView, call_view, outcome_view
from ivr.views.promises import EscalationView, escalation_view
from ivr.web.api.accounts import OwnerReads
from ivr.web.api.calls import number_of
from ivr.web.api.paging import Word
from ivr.web.api.route import ApiRoute, Asked, Scope
from ivr.web.room import Refused

MOST = 50
"""Calls and promises of the history that are shown; the lists have all of them."""


class ClientReads(OwnerReads, Protocol):
    """What is read of a client."""

    @property
    def past_calls(self) -> PastCalls: ...

    @property
    def promises(self) -> Promises: ...


class ClientQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the two: a full phone number, or the id of an account."""

    number: Word = ""
    account: Word = ""


class PastOfCall(View, frozen=True, kw_only=True):
    """One earlier call with what came of it."""

    call: CallView
    outcome: OutcomeView | None


class ClientView(View, frozen=True, kw_only=True):
    """A client. Several accounts share the number where there are several: none is assumed."""

    number: str
    accounts: tuple[AccountView, ...]
    owners: tuple[OwnerSpanView, ...]
    calls: tuple[PastOfCall, ...]
    escalations: tuple[EscalationView, ...]


class Clients:
    """The resource."""

    def __init__(self, store: ClientReads, keeping: AccountKeeping, region: str) -> None:
        self._store = store
        self._keeping = keeping
        self._region = region

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked."""
        return (
            ApiRoute(
                "GET",
                "/clients",
                Scope.READ,
                "What is known of a number or of a company, with its history",
                self.one,
                ClientView,
                ClientQuery,
                refusals=(404,),
            ),
        )

    async def one(self, asked: Asked) -> ClientView:
        """A client by number or account; a number that never called is one with no history."""
        query: ClientQuery = asked.query
        if bool(query.number) == bool(query.account):
            raise Refused(400, "bad_message", "say either number or account")
        number = number_of(query.number, self._region)
        accounts = self._accounts(number, query.account)
        return await asyncio.to_thread(self._known, number, query.account, accounts)

    def _accounts(self, number: str, id: str) -> tuple[Account, ...]:
        directory = self._keeping.directory()
        if number:
            return directory.holding(normalise(number, self._region))
        account = directory.get(id)
        if account is None:
            raise Refused(404, "not_found", f'no account has the id "{id}"')
        return (account,)

    def _known(self, number: str, account: str, accounts: tuple[Account, ...]) -> ClientView:
        calls = CallsWanted(number=number, accounts=(account,) if account else None)
        promises = PromisesWanted(number=number, account=account)
        client = f"account:{account}" if account else f"number:{number}"
        return ClientView(
            number=number,
            accounts=tuple(account_view(one) for one in accounts),
            owners=tuple(owner_span_view(one) for one in self._store.owners_of(client)),
            calls=tuple(
                PastOfCall(
                    call=call_view(past.call),
                    outcome=outcome_view(past.interview, past.call) if past.interview else None,
                )
                for past in self._store.past_calls.page(calls, None, MOST).calls
            ),
            escalations=tuple(
                escalation_view(one)
                for one in self._store.promises.escalations(promises, None, MOST)
            ),
        )
