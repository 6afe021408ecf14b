"""A number is erased at an admin's word: told beforehand, refused while something is owed to it.

The files go first, then the core drops it, then the database, a few rows at a time. What is done
is not done again, and the audit log names the number until nothing else does: so an erasure that
was broken off anywhere is known, and is finished by the service or by the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import structlog

from ivr.account_keeping import AccountKeeping, Wanted
from ivr.config.company import Company
from ivr.domain.client.phone import E164, forget_numbers, normalise
from ivr.domain.client.traces import Traces
from ivr.domain.errors import LinetreeError
from ivr.domain.events import NumberForgotten
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.forgetting import Held, held
from ivr.ports import COUNTED, ERASED, Audit, AuditEntry, Erasure, Footprint, Post, Retention
from ivr.threads import in_thread
from ivr.voice_files import VoiceFiles

LONGEST_REASON = 1000

AGAIN_AFTER = 3600.0
"""Seconds until an erasure that could not be finished is tried again."""

log = structlog.get_logger()


class NotErased(LinetreeError):
    """A number is not erased, or not yet: what a call interrupts is finished afterwards."""


class NoSuchNumber(NotErased):
    """What was written names nobody."""


class ErasureStore(Protocol):
    """What an erasure needs of the store."""

    @property
    def erasure(self) -> Erasure: ...

    @property
    def retention(self) -> Retention: ...

    @property
    def audit(self) -> Audit: ...

    def settle(self) -> None: ...


@dataclass(frozen=True, slots=True)
class NumberKept:
    """What there is of a number now: after an erasure, what is left.

    `calls_on` and `owed` are what keeps it from being erased; `files` of the configuration name
    it, and only their admin changes those.
    """

    number: str  # E.164
    kept: Footprint
    companies: tuple[str, ...]
    calls_on: tuple[str, ...]
    owed: tuple[str, ...]
    files: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


class Erasing:
    """Erases numbers, one after the other."""

    def __init__(
        self,
        floor: Callable[[], Floor],
        post: Post,
        store: ErasureStore,
        accounts: AccountKeeping,
        files: VoiceFiles,
        company: Callable[[], Company],
        forget: Callable[[str], None],
        now: Callable[[], float],
    ) -> None:
        """`forget` lets the rest of the service know nothing of a number any more."""
        self._floor = floor
        self._post = post
        self._store = store
        self._accounts = accounts
        self._files = files
        self._company = company
        self._forget = forget
        self._now = now
        self._turn = asyncio.Lock()

    async def look(self, written: str) -> NumberKept:
        """What an erasure would erase. Raises NoSuchNumber, StoreUnreachable."""
        number = self._number(written)
        return await self._looked(number, self._now())

    async def erase(self, by: str, written: str, reason: str = "") -> NumberKept:
        """Erase it; what is left afterwards is returned, since others may still work on it.

        `reason` is a supervisor's, for what is owed: without one that is not closed. Raises
        NotErased, NoSuchNumber, VoiceFilesKept, StoreUnreachable; begun anew, it goes on.
        """
        number, reason = self._number(written), " ".join(reason.split())
        if len(reason) > LONGEST_REASON or Traces(number).stands_in(reason):
            raise NotErased(
                f"the reason is kept: write at most {LONGEST_REASON} characters without the number"
            )
        async with self._turn:
            at = self._now()
            found = await self._looked(number, at)
            self._check(held(self._floor(), number), reason)
            self._note(at, by, reason, found)
            return await self._carry_out(at, by, number, reason)

    async def keep_on(self) -> None:
        """Finish what was broken off: at the start, and every hour what could not be done then."""
        while True:
            try:
                await self._finish()
            except LinetreeError as fault:
                log.warning("erasures_not_looked_at", why=str(fault))
            await asyncio.sleep(AGAIN_AFTER)

    async def _finish(self) -> None:
        async with self._turn:
            for begun in await in_thread(self._store.erasure.unfinished):
                who = {"entry": begun.id, "by": begun.actor}
                try:
                    reason = str(begun.detail.get("reason", ""))
                    await self._carry_out(begun.at, begun.actor, begun.object, reason)
                    log.info("erasure_finished", **who)
                except LinetreeError as fault:
                    log.warning("erasure_not_finished", why=str(fault), **who)

    async def _carry_out(self, at: float, by: str, number: str, reason: str) -> NumberKept:
        """`at` is when the erasure began: what came later stays. Raises as `erase`."""
        traces = Traces(number)
        await in_thread(self._store.settle)
        await self._voices(number)
        self._check(held(self._floor(), number), reason)
        self._post(NumberForgotten(self._now(), number, by, reason))
        await in_thread(self._store.settle)
        await self._leave_companies(by, traces)
        await in_thread(self._store.erasure.erase, traces, at)
        self._forget(number)
        await in_thread(self._store.erasure.scrub)
        left = await self._looked(number, at)
        forget_numbers()
        return left

    def _number(self, written: str) -> str:
        company = self._company()
        caller = normalise(written, company.settings.company.region)
        if not isinstance(caller, E164):
            raise NoSuchNumber(
                "this is no full phone number, and one who withheld it cannot be told again:"
                " write it as +74950000012"
            )
        if caller.number in {one.did for one in company.settings.numbers}:
            raise NoSuchNumber("this is the company's own number, which its callers have dialled")
        return caller.number

    def _check(self, now: Held, reason: str) -> None:
        """Raises NotErased while the number is talked with, or owed what nobody has closed."""
        if now.calls:
            raise NotErased(
                f"a call of this number is on, or is still noted by an agent ({_ids(now.calls)}):"
                " wait until that is over"
            )
        if now.owed and not reason:
            raise NotErased(
                f"this number is still owed something ({_ids(now.owed)}): let it be kept first,"
                " or close it with a reason (--close-promises; close_promises in the API)"
            )

    def _note(self, at: float, by: str, reason: str, found: NumberKept) -> None:
        """On record before anything is done; once all is, it does not tell whose number it was."""
        detail = {name: getattr(found.kept, name) for name in COUNTED} | {"reason": reason}
        entry = AuditEntry.of(at, by, ERASED, found.number, detail)
        self._store.audit.record(entry)

    async def _voices(self, number: str) -> None:
        """Files before rows: a row that names no file would leave it behind for ever."""
        tasks = await in_thread(self._store.erasure.voices, number)
        for task in tasks:
            await in_thread(self._files.remove, task.recordings)
        ids = [task.id for task in tasks]
        await in_thread(self._store.retention.drop_recordings, ids)

    async def _leave_companies(self, by: str, traces: Traces) -> None:
        """The number leaves its companies, and notes of others."""
        found = await asyncio.to_thread(lambda: list(self._naming(traces)))
        for id, wanted in found:
            await self._accounts.change(by, id, wanted)

    def _naming(self, traces: Traces) -> Iterator[tuple[str, Wanted]]:
        for account in self._accounts.directory().accounts:
            phones, note = traces.without(account.phones), traces.without(account.note)
            if (phones, note) != (account.phones, account.note):
                yield account.id, Wanted(phones=phones, note=note)

    async def _looked(self, number: str, at: float) -> NumberKept:
        now = held(self._floor(), number)
        kept = await asyncio.to_thread(self._store.erasure.kept, Traces(number), at)
        caller = normalise(number)
        companies = self._accounts.directory().holding(caller)
        ids = tuple(one.id for one in companies)
        return NumberKept(number, kept, ids, now.calls, now.owed, tuple(self._named(number)))

    def _named(self, number: str) -> Iterator[str]:
        """Files of the configuration in which the number stands."""
        company = self._company()
        if company.directory.holding(normalise(number)):
            yield "accounts.csv"
        if any(person.mobile == number for person in company.people.values()):
            yield "people.yaml"


def _ids(many: tuple[str, ...]) -> str:
    shown = ", ".join(many[:5])
    return shown if len(many) <= 5 else f"{shown} and {len(many) - 5} more"
