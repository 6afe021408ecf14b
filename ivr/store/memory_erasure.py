"""The Erasure port over the dicts of a MemoryStore."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ivr.domain.client.anonymous import anonymous
from ivr.domain.client.traces import Traces, live
from ivr.domain.records import CallRecord, InterviewRecord, MissedCallRecord, Record
from ivr.ports import ERASED, AuditEntry, Footprint
from ivr.store.erasure import SHOWN, kind_of_trace, without_number


class MemoryErasure:
    """Erases at once."""

    def __init__(
        self, tables: Mapping[type[Record], dict[str, Any]], entries: dict[str, AuditEntry]
    ) -> None:
        self._tables = tables
        self._entries = entries

    def kept(self, traces: Traces, at: float) -> Footprint:
        """Everything that `erase` would change, counted."""
        found = [record for _, record in self._holding(traces, at)]
        count = Counter(kind_of_trace(record, traces.number) for record in found)
        for task in self._tasks(traces.number):
            count["voice_messages"] += len(task.recordings)
        walks = self._tables[InterviewRecord]
        calls = [call.id for call in self._calls(traces.number)]
        count["interviews"] = sum(id in walks for id in calls)
        count["audit_entries"] = len(self._named(traces))
        waiting = tuple(record.id for record in found if live(record, at))
        return Footprint(**count, live=waiting[:SHOWN])

    def voices(self, number: str) -> Sequence[MissedCallRecord]:
        """Tasks of this number that have voice messages."""
        return [task for task in self._tasks(number) if task.recordings]

    def erase(self, traces: Traces, at: float) -> None:
        """Rows by number first, then every text."""
        walks = self._tables[InterviewRecord]
        for call in self._calls(traces.number):
            if not live(call, at) and call.id in walks:
                walks[call.id] = anonymous(walks[call.id], at)
        for table, record in list(self._holding(traces, at)):
            if live(record, at):
                continue
            now = traces.erased(record, at)
            if now is None:
                del table[record.id]
            else:
                table[record.id] = now
        for entry in self._named(traces):
            self._entries[entry.id] = without_number(entry, traces)

    def unfinished(self) -> Sequence[AuditEntry]:
        """Entries of erasures that still name their number."""
        begun = [one for one in self._entries.values() if one.action == ERASED]
        return sorted((one for one in begun if one.object), key=lambda one: one.at)

    def scrub(self) -> None:
        """Memory has no file."""

    def compact(self) -> None:
        """Nor gaps in one."""

    def _holding(self, traces: Traces, at: float) -> Iterator[tuple[dict[str, Any], Record]]:
        for table in self._tables.values():
            for record in table.values():
                if traces.erased(record, at) != record:
                    yield table, record

    def _calls(self, number: str) -> list[CallRecord]:
        return [one for one in self._tables[CallRecord].values() if one.number == number]

    def _tasks(self, number: str) -> list[MissedCallRecord]:
        return [one for one in self._tables[MissedCallRecord].values() if one.number == number]

    def _named(self, traces: Traces) -> list[AuditEntry]:
        return [one for one in self._entries.values() if without_number(one, traces) != one]
