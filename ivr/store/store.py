"""The Store port on SQL: one writer, a few readers, and what else must outlive the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Lock

import structlog

from ivr.domain.events import ClientKnown, DealingsKnown, Restored, Saved, SaveRefused
from ivr.domain.records import (
    KIND_OF,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
    Record,
    RecordKind,
    StretchRecord,
)
from ivr.domain.wall import DayCounts
from ivr.ports import AuditEntry, Notice, Post, StoreHealth, Tell
from ivr.store.accounts import SqlAccounts
from ivr.store.address import parsed, shown
from ivr.store.audit import SqlAudit
from ivr.store.credentials import SqlCredentials
from ivr.store.erasure import SqlErasure
from ivr.store.groups import RefusedRow
from ivr.store.look_ups import LookUps
from ivr.store.migrate import migrate
from ivr.store.outbox import SqlOutbox
from ivr.store.pending import Group
from ivr.store.reader import openings, records
from ivr.store.reader.calls import SqlPastCalls
from ivr.store.reader.days import day_counts
from ivr.store.reader.dealings import dealings
from ivr.store.reader.history import SqlHistory
from ivr.store.reader.past import past
from ivr.store.reader.pool import Readers
from ivr.store.reader.promises import SqlPromises
from ivr.store.reader.traffic import SqlTraffic
from ivr.store.retention import SqlRetention
from ivr.store.session import Session
from ivr.store.tokens import SqlTokens
from ivr.store.trees import SqlTrees
from ivr.store.writer import Limits, Writer

log = structlog.get_logger()


class SqlStore:
    """SQLite or PostgreSQL behind the Store port, with trees, credentials and audit beside it.

    `open` takes the lease and migrates; `start` says where Saved events go; `close` writes what
    waits and lets the next instance in. `tell` says which messages a record makes: they are
    committed with it.
    """

    def __init__(self, session: Session, now: Callable[[], float], limits: Limits) -> None:
        self._session = session
        self._now = now
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._post: Post | None = None
        self._untold: list[Saved | SaveRefused] = []
        self._told: Callable[[], None] | None = None
        self.tell: Tell | None = None
        self._readers = Readers(session.url)
        self._look_ups = LookUps()
        self._writer = Writer(session, now, limits, self._committed, self._set_aside)
        self.trees = SqlTrees(self._writer, self._readers)
        self.history = SqlHistory(self._readers)
        self.past_calls = SqlPastCalls(self._readers)
        self.traffic = SqlTraffic(self._readers)
        self.credentials = SqlCredentials(self._writer, self._readers)
        self.audit = SqlAudit(self._writer, self._readers)
        self.outbox = SqlOutbox(self._writer, self._readers)
        self.accounts = SqlAccounts(self._writer, self._readers)
        self.tokens = SqlTokens(self._writer, self._readers)
        self.promises = SqlPromises(self._readers)
        self.retention = SqlRetention(self._writer, self._readers)
        self.erasure = SqlErasure(self._writer, self._readers)

    @classmethod
    def open(cls, url: str, now: Callable[[], float], limits: Limits | None = None) -> SqlStore:
        """Take the store for this instance and bring it to this release's version.

        Raises StoreTaken, StoreNewer and StoreUnreachable, each saying how to mend it.
        """
        address = parsed(url)
        session = Session(address)
        try:
            session.open(lambda connection: migrate(connection, shown(address)))
        except BaseException:
            session.close()
            raise
        return cls(session, now, limits or Limits())

    def start(self, loop: asyncio.AbstractEventLoop, post: Post) -> None:
        """From now on Saved events are posted on this loop, those of before first."""
        with self._lock:
            self._loop, self._post = loop, post
            early, self._untold = self._untold, []
        self._look_ups.start(loop, post)
        self._announce(early)

    def close(self, patience: float = 10.0) -> int:
        """Write what waits, at most `patience` seconds; returns how many rows were left."""
        left = self._writer.close(patience)
        self._look_ups.close()
        self._readers.close()
        self._session.close()
        return left

    def health(self) -> StoreHealth:
        """How the database keeps up just now; never waits."""
        return self._writer.health()

    def save(self, record: Record, confirm: bool) -> None:
        """Queue the record. Never waits; Saved follows from the loop if it is to be confirmed."""
        self._writer.put(record, confirm, self._notices(record))

    def _notices(self, record: Record) -> tuple[Notice, ...]:
        """The broad except is meant: a defect in telling others must not cost the record."""
        try:
            return tuple(self.tell(record)) if self.tell is not None else ()
        except Exception:
            log.exception("notices_not_made", kind=KIND_OF[type(record)], record=record.id)
            return ()

    def settle(self) -> None:
        """Wait until all that was saved before is on the disk. Raises StoreUnreachable."""
        self._writer.run(lambda _connection: None)

    def on_notices(self, told: Callable[[], None]) -> None:
        """Call `told` on the loop whenever new messages are on the disk."""
        self._told = told

    def look_up(self, call: str, number: str) -> None:
        """Post ClientKnown once a reader has looked, however long the database is away."""

        def look() -> ClientKnown:
            return ClientKnown(self._now(), call, past(self._readers, call, number))

        self._look_ups.ask(call, look)

    def look_up_dealings(self, promise: str, account: str, numbers: Sequence[str]) -> None:
        """Post DealingsKnown once a reader has looked, however long the database is away."""

        def look() -> DealingsKnown:
            return dealings(self._readers, self._now(), promise, account, tuple(numbers))

        self._look_ups.ask(promise, look)

    def restore(self, at: float) -> Restored:
        """Everything that is still open."""
        return openings.restored(self._readers, at)

    def call(self, call: str) -> CallRecord | None:
        """The call of this id."""
        return records.call(self._readers, call)

    def interview(self, call: str) -> InterviewRecord | None:
        """The walk of this call."""
        return records.interview(self._readers, call)

    def calls_of(self, number: str, most: int) -> Sequence[CallRecord]:
        """This number's calls, newest first; none for a withheld one."""
        return records.calls_of(self._readers, number, most)

    def escalation(self, escalation: str) -> EscalationRecord | None:
        """The promise of this id."""
        return records.escalation(self._readers, escalation)

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]:
        """The promises made in this call, oldest first."""
        return records.escalations_of(self._readers, call)

    def attempts_of(self, promise: str) -> Sequence[AttemptRecord]:
        """The attempts to keep this promise, or to return this missed call, oldest first."""
        return records.attempts_of(self._readers, promise)

    def next_due(self, department: str, at: float) -> EscalationRecord | None:
        """The department's callback that is due longest, None if none is due yet."""
        return records.next_due(self._readers, department, at)

    def meeting(self, meeting: str) -> MeetingRecord | None:
        """The meeting of this id."""
        return records.meeting(self._readers, meeting)

    def owners_of(self, client: str) -> Sequence[OwnerRecord]:
        """Who has owned this client, oldest first."""
        return records.owners_of(self._readers, client)

    def missed_call(self, task: str) -> MissedCallRecord | None:
        """The task of this id, open or closed."""
        return records.missed_call(self._readers, task)

    def open_missed(self, department: str) -> Sequence[MissedCallRecord]:
        """The department's callers who talked with nobody yet, who waits longest first."""
        return records.open_missed(self._readers, department)

    def stretches_of(self, call: str) -> Sequence[StretchRecord]:
        """The ledger of this call, oldest first."""
        return records.stretches_of(self._readers, call)

    def agent_states(self, since: float, until: float) -> Sequence[AgentStateRecord]:
        """People's spans that began in this time, oldest first."""
        return records.agent_states(self._readers, since, until)

    def day_counts(self, department: str, sales: str, since: float) -> DayCounts:
        """The department's day since it began at `since`, and its sales department's promises."""
        return day_counts(self._readers, department, sales, since)

    def _committed(self, group: Group) -> None:
        """On the writer's thread: tell the loop what is on the disk."""
        at = self._now()
        rows = [queued.row for queued in group if queued.confirm]
        self._tell(
            [
                Saved(at, KIND_OF[type(row)], row.id)
                for row in rows
                if not isinstance(row, AuditEntry)  # nobody waits for those
            ]
        )
        if self._told is not None and any(queued.notices for queued in group):
            self._on_loop(self._told)

    def _set_aside(self, rows: list[RefusedRow]) -> None:
        """On the writer's thread: tell the loop what will never be on the disk."""
        at = self._now()
        kinds = {kind.value for kind in RecordKind}
        self._tell(
            [
                SaveRefused(at, RecordKind(row.kind), row.record, row.error)
                for row in rows
                if row.kind in kinds
            ]
        )

    def _tell(self, news: Sequence[Saved | SaveRefused]) -> None:
        with self._lock:
            if self._loop is None:
                self._untold += news
                return
        self._announce(news)

    def _announce(self, news: Sequence[Saved | SaveRefused]) -> None:
        if news:
            self._on_loop(self._deliver, news)

    def _on_loop(self, act: Callable[..., None], *with_what: object) -> None:
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(act, *with_what)
        except RuntimeError as closed:
            log.warning("saved_after_the_loop_closed", error=str(closed))

    def _deliver(self, news: Sequence[Saved | SaveRefused]) -> None:
        assert self._post is not None
        with ExitStack() as each:  # A defect met with one of them must not swallow the others.
            for event in reversed(news):
                each.callback(self._post, event)
