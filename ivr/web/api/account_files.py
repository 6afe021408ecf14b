"""Whole files of companies: all of them out, and a file of them in."""

from __future__ import annotations

import asyncio

import msgspec

from ivr.account_keeping import AccountKeeping, TakenIn
from ivr.config.accounts import MOST_BYTES, write_accounts
from ivr.views import View
from ivr.web.api.route import ApiRoute, Asked, Done, Scope

CSV = "text/csv"


class ImportQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`try_only` says what an import would do."""

    try_only: bool = False


class ImportProblem(View, frozen=True, kw_only=True):
    """What is wrong with the file, and where."""

    line: int
    column: int
    message: str
    mend: str


class Imported(View, frozen=True, kw_only=True):
    """What an import did: nothing when there are problems."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    problems: tuple[ImportProblem, ...]


class AccountFiles:
    """The resource. An import goes by AccountKeeping, so that the next call knows of it."""

    def __init__(self, keeping: AccountKeeping) -> None:
        self._keeping = keeping

    def routes(self) -> tuple[ApiRoute, ...]:
        """What may be asked."""
        return (
            ApiRoute(
                "GET",
                "/accounts.csv",
                Scope.READ,
                "All companies as CSV for Excel, to be imported again",
                self.export,
                file=CSV,
            ),
            ApiRoute(
                "POST",
                "/accounts.csv",
                Scope.WRITE,
                "Import companies: all of the file or nothing",
                self.take_in,
                Imported,
                ImportQuery,
                body=bytes,
                takes=CSV,
                refusals=(422,),
                largest=MOST_BYTES,
            ),
        )

    async def export(self, _asked: Asked) -> bytes:
        """All companies as CSV."""
        return await asyncio.to_thread(write_accounts, self._keeping.directory().accounts)

    async def take_in(self, asked: Asked) -> Done:
        """Import a file of companies."""
        done = await self._keeping.take_in(
            asked.by, asked.body, "the file", try_only=asked.query.try_only
        )
        return Done(_imported(done), 422 if done.problems else 200)


def _imported(done: TakenIn) -> Imported:
    return Imported(
        added=() if done.problems else done.added,
        changed=() if done.problems else done.changed,
        same=len(done.same),
        problems=tuple(
            ImportProblem(line=p.line, column=p.column, message=p.message, mend=p.mend)
            for p in done.problems
        ),
    )
