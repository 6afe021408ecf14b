"""A look at a database that an instance may be serving: reads only, takes no lease."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ivr.domain.records import (
    AccountNumberRecord,
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MissedCallRecord,
    StretchRecord,
)
from ivr.store import tables
from ivr.store.address import file_of, parsed
from ivr.store.errors import StoreUnreachable
from ivr.store.outbox import OutboxLook
from ivr.store.reader import records
from ivr.store.reader.calls import SqlPastCalls
from ivr.store.reader.history import SqlHistory
from ivr.store.reader.pool import Readers
from ivr.store.reader.promises import SqlPromises
from ivr.store.reader.versions import SqlVersions
from ivr.store.rows import (
    ACCOUNT_NUMBERS,
    ACCOUNTS,
    ATTEMPTS,
    CALLS,
    ESCALATIONS,
    MISSED_CALLS,
)
from ivr.store.tokens import TokensLook


class StoreLook:
    """Everything that is kept, for reports and for whoever checks. Raises StoreUnreachable."""

    def __init__(self, url: str) -> None:
        address = parsed(url)
        if address.get_backend_name() == "sqlite" and not file_of(address).exists():
            raise StoreUnreachable(
                f"there is no database {file_of(address)}: start `ivr serve` once in the folder"
                " where it shall be, or run this in the folder where the service runs"
            )
        self._readers = Readers(address)
        self.trees = SqlVersions(self._readers)
        self.history = SqlHistory(self._readers)
        self.outbox = OutboxLook(self._readers)
        self.past_calls = SqlPastCalls(self._readers)
        self.promises = SqlPromises(self._readers)
        self.tokens = TokensLook(self._readers)

    def close(self) -> None:
        """Let go of the database."""
        self._readers.close()

    def calls_since(self, at: float) -> Sequence[CallRecord]:
        """Calls offered at `at` or later, oldest first."""
        table = tables.calls
        query = select(table).where(table.c.offered_at >= at)
        return self._readers.all(CALLS, query.order_by(table.c.offered_at, table.c.id))

    def interview(self, call: str) -> InterviewRecord | None:
        """The walk of this call."""
        return records.interview(self._readers, call)

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]:
        """The promises made in this call."""
        return records.escalations_of(self._readers, call)

    def escalations_since(self, at: float) -> Sequence[EscalationRecord]:
        """Promises made at `at` or later, oldest first."""
        table = tables.escalations
        query = select(table).where(table.c.made_at >= at)
        return self._readers.all(ESCALATIONS, query.order_by(table.c.made_at, table.c.id))

    def attempts_since(self, at: float) -> Sequence[AttemptRecord]:
        """Attempts made at `at` or later, oldest first."""
        table = tables.attempts
        query = select(table).where(table.c.made_at >= at)
        return self._readers.all(ATTEMPTS, query.order_by(table.c.made_at, table.c.id))

    def missed_since(self, at: float) -> Sequence[MissedCallRecord]:
        """Tasks of callers whom nobody answered, first missed at `at` or later."""
        table = tables.missed_calls
        query = select(table).where(table.c.first_missed_at >= at)
        return self._readers.all(MISSED_CALLS, query.order_by(table.c.first_missed_at))

    def stretches_of(self, call: str) -> Sequence[StretchRecord]:
        """The ledger of this call, oldest first."""
        return records.stretches_of(self._readers, call)

    def agent_states(self, since: float, until: float) -> Sequence[AgentStateRecord]:
        """People's spans that began in this time, oldest first."""
        return records.agent_states(self._readers, since, until)

    def account_numbers(self) -> Sequence[AccountNumberRecord]:
        """The numbers that calls have shown to be a company's, oldest first."""
        table = tables.account_numbers
        return self._readers.all(ACCOUNT_NUMBERS, select(table).order_by(table.c.learned_at))

    def kept_accounts(self) -> Sequence[AccountRecord]:
        """The companies that are kept here, the gone ones too, oldest first."""
        table = tables.accounts
        return self._readers.all(ACCOUNTS, select(table).order_by(table.c.made_at, table.c.id))
