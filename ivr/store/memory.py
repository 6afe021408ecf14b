"""A store without a disk, for simulations and rehearsals: the same contract, kept in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from ivr.domain.events import ClientKnown, Restored, Saved
from ivr.domain.records import (
    KIND_OF,
    AccountNumberRecord,
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    ClientPast,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
    Record,
    StretchRecord,
)
from ivr.domain.wall import DayCounts
from ivr.ports import AuditEntry, Credential, Post, StoreHealth, StoreState
from ivr.store.memory_calls import MemoryPastCalls, MemoryTraffic
from ivr.store.memory_days import day_counts
from ivr.store.memory_erasure import MemoryErasure
from ivr.store.memory_history import MemoryHistory, promises_of
from ivr.store.memory_openings import dealings, restored
from ivr.store.memory_retention import MemoryRetention
from ivr.store.memory_trees import MemoryTrees
from ivr.store.reader.past import PAST_CALLS, past_of


class MemoryStore:
    """Keeps committed records in dicts; what is saved waits for `commit`, as on a real disk.

    Without a loop (before `start`) whoever drives the time calls `commit`; with one, each save
    is committed in the loop's next turn, unless `stalled`. `crash` forgets what waits.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._loop: asyncio.AbstractEventLoop | None = None
        self._post: Post | None = None
        self._waiting: list[tuple[Record, bool]] = []
        self.stalled = False
        self.calls: dict[str, CallRecord] = {}
        self.interviews: dict[str, InterviewRecord] = {}
        self.escalations: dict[str, EscalationRecord] = {}
        self.attempts: dict[str, AttemptRecord] = {}
        self.missed: dict[str, MissedCallRecord] = {}
        self.states: dict[str, AgentStateRecord] = {}
        self.stretches: dict[str, StretchRecord] = {}
        self.accounts: dict[str, AccountRecord] = {}
        self.numbers: dict[str, AccountNumberRecord] = {}
        self.meetings: dict[str, MeetingRecord] = {}
        self.owners: dict[str, OwnerRecord] = {}
        self._tables: dict[type[Record], dict[str, Any]] = {
            CallRecord: self.calls,
            InterviewRecord: self.interviews,
            EscalationRecord: self.escalations,
            AttemptRecord: self.attempts,
            MissedCallRecord: self.missed,
            AgentStateRecord: self.states,
            StretchRecord: self.stretches,
            AccountRecord: self.accounts,
            AccountNumberRecord: self.numbers,
            MeetingRecord: self.meetings,
            OwnerRecord: self.owners,
        }
        self.history = MemoryHistory(self.interviews, self.calls, self.escalations)
        self.past_calls = MemoryPastCalls(self.calls, self.interviews, self.stretches)
        self.traffic = MemoryTraffic(self.calls, self.states)
        self.credentials = MemoryCredentials()
        self.audit = MemoryAudit()
        self.retention = MemoryRetention(self, self.audit.kept)
        self.trees = MemoryTrees(self.audit)
        self.erasure = MemoryErasure(self._tables, self.audit.kept)

    def start(self, loop: asyncio.AbstractEventLoop | None, post: Post) -> None:
        """From now on Saved events are posted here, on this loop if there is one."""
        self._loop, self._post = loop, post
        self._soon()

    def close(self, patience: float = 0.0) -> int:  # noqa: ARG002 - as the SQL store
        """Commit what waits; returns how many rows were left."""
        if not self.stalled:
            self._keep_waiting()
        return len(self._waiting)

    def look_up(self, call: str, number: str) -> None:
        """Tell what is committed of this number's calls before this one."""
        known = ClientKnown(self._now(), call, self._past(call, number))
        if self._post is None:
            return
        if self._loop is None:
            self._post(known)
        else:
            self._loop.call_soon(self._post, known)

    def _past(self, call: str, number: str) -> ClientPast:
        earlier = [c for c in self.calls_of(number, PAST_CALLS + 1) if c.id != call]
        return past_of(earlier, self.interviews.get(earlier[0].id) if earlier else None)

    def look_up_dealings(self, promise: str, account: str, numbers: Sequence[str]) -> None:
        """Tell what is committed of earlier dealings with a promise's client."""
        if self._post is None:
            return
        known = dealings(self, self._now(), promise, account, numbers)
        if self._loop is None:
            self._post(known)
        else:
            self._loop.call_soon(self._post, known)

    def health(self) -> StoreHealth:
        """Always ok, or down while stalled."""
        state = StoreState.DOWN if self.stalled else StoreState.OK
        return StoreHealth(state, self._now(), len(self._waiting), 0, 0, "")

    def commit(self) -> None:
        """Commit what waits and post Saved for what is to be confirmed."""
        if self.stalled:
            return
        saved = self._keep_waiting()
        if self._post is not None:
            for event in saved:
                self._post(event)

    def crash(self) -> None:
        """Forget what was not committed, as a killed process does."""
        self._waiting.clear()

    def save(self, record: Record, confirm: bool) -> None:
        """Queue the record."""
        self._waiting.append((record, confirm))
        self._soon()

    def restore(self, at: float) -> Restored:
        """Everything that is still open."""
        return restored(self, at)

    def call(self, call: str) -> CallRecord | None:
        """The call of this id."""
        return self.calls.get(call)

    def interview(self, call: str) -> InterviewRecord | None:
        """The walk of this call."""
        return self.interviews.get(call)

    def calls_of(self, number: str, most: int) -> Sequence[CallRecord]:
        """This number's calls, newest first; none for a withheld one."""
        found = [call for call in self.calls.values() if number and call.number == number]
        found.sort(key=lambda call: (call.offered_at, call.id), reverse=True)
        return tuple(found[: max(0, most)])

    def escalation(self, escalation: str) -> EscalationRecord | None:
        """The promise of this id."""
        return self.escalations.get(escalation)

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]:
        """The promises made in this call and those that they have joined, oldest first."""
        return promises_of(self.escalations, call)

    def attempts_of(self, promise: str) -> Sequence[AttemptRecord]:
        """The attempts to keep this promise, or to return this missed call, oldest first."""
        found = [attempt for attempt in self.attempts.values() if attempt.promise == promise]
        return tuple(sorted(found, key=lambda attempt: (attempt.made_at, attempt.id)))

    def next_due(self, department: str, at: float) -> EscalationRecord | None:
        """The department's callback that is due longest, None if none is due yet."""
        due = [
            (promise.due_at, promise)
            for promise in self.escalations.values()
            if promise.department == department
            and promise.state is EscalationState.CALLBACK
            and promise.due_at is not None
            and promise.due_at <= at
        ]
        return min(due, key=lambda one: one[0])[1] if due else None

    def meeting(self, meeting: str) -> MeetingRecord | None:
        """The meeting of this id."""
        return self.meetings.get(meeting)

    def owners_of(self, client: str) -> Sequence[OwnerRecord]:
        """Who has owned this client, oldest first."""
        found = [span for span in self.owners.values() if span.client == client]
        return tuple(sorted(found, key=lambda span: (span.since, span.id)))

    def missed_call(self, task: str) -> MissedCallRecord | None:
        """The task of this id, open or closed."""
        return self.missed.get(task)

    def open_missed(self, department: str) -> Sequence[MissedCallRecord]:
        """The department's callers who talked with nobody yet, who waits longest first."""
        found = [
            task
            for task in self.missed.values()
            if task.department == department and task.closed_at is None
        ]
        return tuple(sorted(found, key=lambda task: (task.first_missed_at, task.id)))

    def stretches_of(self, call: str) -> Sequence[StretchRecord]:
        """The ledger of this call, oldest first."""
        found = [stretch for stretch in self.stretches.values() if stretch.call == call]
        return tuple(sorted(found, key=lambda stretch: (stretch.began_at, stretch.id)))

    def agent_states(self, since: float, until: float) -> Sequence[AgentStateRecord]:
        """People's spans that began in this time, oldest first."""
        found = [span for span in self.states.values() if since <= span.since < until]
        return tuple(sorted(found, key=lambda span: (span.since, span.id)))

    def day_counts(self, department: str, sales: str, since: float) -> DayCounts:
        """The department's day since it began at `since`, and its sales department's promises."""
        return day_counts(
            [call for call in self.calls.values() if call.department == department],
            [task for task in self.missed.values() if task.department == department],
            [one for one in self.escalations.values() if one.department == sales],
            since,
        )

    def _soon(self) -> None:
        if self._loop is not None and self._waiting:
            self._loop.call_soon_threadsafe(self.commit)

    def _keep_waiting(self) -> list[Saved]:
        waiting, self._waiting = self._waiting, []
        for record, _ in waiting:
            self._tables[type(record)][record.id] = record
        at = self._now()
        return [Saved(at, KIND_OF[type(record)], record.id) for record, ask in waiting if ask]


class MemoryCredentials:
    """The Credentials port in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, Credential] = {}

    def credential(self, person: str) -> Credential | None:
        """The person's password hash, or None for who has none."""
        return self._kept.get(person)

    def keep_credential(self, credential: Credential) -> None:
        """Set the person's password hash."""
        self._kept[credential.person] = credential


class MemoryAudit:
    """The Audit port in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, AuditEntry] = {}

    def record(self, entry: AuditEntry) -> None:
        """Keep the entry; the same id is kept once."""
        self.kept.setdefault(entry.id, entry)

    def entries(self, before: float, most: int) -> Sequence[AuditEntry]:
        """At most `most` entries earlier than `before`, newest first."""
        found = [entry for entry in self.kept.values() if entry.at < before]
        return tuple(sorted(found, key=lambda entry: (-entry.at, entry.id))[:most])

    def entries_of(self, object: str, before: float, most: int) -> Sequence[AuditEntry]:
        """At most `most` entries of one object earlier than `before`, newest first."""
        every = self.entries(before, len(self.kept))
        return tuple(entry for entry in every if entry.object == object)[:most]
