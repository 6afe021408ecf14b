"""The Retention port over the dicts of a MemoryStore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivr.domain.client.anonymous import anonymous
from ivr.domain.promise.joining import calls_of
from ivr.domain.records import MeetingState, MissedCallRecord
from ivr.ports import AuditEntry, Bookmark, Voices, Walked
from ivr.store.memory_openings import Kept


class MemoryRetention:
    """Forgets at once whatever is old; there are no refused rows and no messages here."""

    def __init__(self, kept: Kept, entries: dict[str, AuditEntry]) -> None:
        self._kept = kept
        self._entries = entries

    def forget_calls(self, before: float, at: float, after: Bookmark | None, most: int) -> Walked:
        """Ended calls that came before that time and that nothing open names."""
        kept, held, tasks = self._kept, self._held(before), self._open_tasks()
        old = [
            (call.offered_at, call.id)
            for call in kept.calls.values()
            if call.offered_at < before and call.ended_at is not None and call.forgotten_at is None
            if call.id not in held and call.task not in tasks
        ]
        ids, place = _page(old, after, most)
        for id in ids:
            kept.calls[id] = anonymous(kept.calls[id], at)
            if id in kept.interviews:
                kept.interviews[id] = anonymous(kept.interviews[id], at)
            for stretch in [one.id for one in kept.stretches.values() if one.call == id]:
                del kept.stretches[stretch]
        return Walked(len(ids), place)

    def forget_promises(
        self, before: float, at: float, after: Bookmark | None, most: int
    ) -> Walked:
        """Promises that ended before that time and whose meeting is over."""
        kept = self._kept
        coming = {
            one.promise
            for one in kept.meetings.values()
            if one.starts_at >= before and one.state is MeetingState.SET
        }
        old = [
            (one.closed_at, one.id)
            for one in kept.escalations.values()
            if one.closed_at is not None and one.closed_at < before
            if one.forgotten_at is None and one.id not in coming
        ]
        ids, place = _page(old, after, most)
        for id in ids:
            kept.escalations[id] = anonymous(kept.escalations[id], at)
            for meeting in [one for one in kept.meetings.values() if one.promise == id]:
                kept.meetings[meeting.id] = anonymous(meeting, at)
        self._attempts(ids, at)
        return Walked(len(ids), place)

    def forget_missed(self, before: float, at: float, after: Bookmark | None, most: int) -> Walked:
        """Tasks that ended before that time, once they have no voice messages."""
        ended = self._ended(before)
        old = [t for t in ended if not t.recordings and t.forgotten_at is None]
        ids, place = _page([(task.last_missed_at, task.id) for task in old], after, most)
        for id in ids:
            self._kept.missed[id] = anonymous(self._kept.missed[id], at)
        self._attempts(ids, at)
        return Walked(len(ids), place)

    def voices(self, before: float, after: Bookmark | None, most: int) -> Voices:
        """Tasks that ended before that time and have voice messages."""
        old = [(t.last_missed_at, t.id) for t in self._ended(before) if t.recordings]
        ids, place = _page(old, after, most)
        return Voices(tuple(self._kept.missed[id] for id in ids), place)

    def named(self, files: Sequence[str]) -> set[str]:
        """Which of these voice messages a task names."""
        return {*files} & {name for task in self._kept.missed.values() for name in task.recordings}

    def drop_recordings(self, tasks: Sequence[str]) -> None:
        """The files of these tasks are gone."""
        for id in tasks:
            self._kept.missed[id] = replace(self._kept.missed[id], recordings=())

    def drop_owners(self, before: float, most: int) -> int:
        """Spans of private persons."""
        old = [
            one.id
            for one in self._kept.owners.values()
            if one.until is not None and one.until < before and one.client.startswith("number:")
        ]
        for id in old[:most]:
            del self._kept.owners[id]
        return len(old[:most])

    def drop_refused(self, before: float, most: int) -> int:  # noqa: ARG002 - as the port says
        """Memory refuses nothing."""
        return 0

    def drop_audit(self, before: float, most: int) -> int:
        """Audit entries of before that time."""
        old = [one.id for one in self._entries.values() if one.at < before][:most]
        for id in old:
            del self._entries[id]
        return len(old)

    def drop_untaken(self, before: float, most: int) -> int:  # noqa: ARG002 - as the port says
        """Nobody outside is told anything from here."""
        return 0

    def _ended(self, before: float) -> list[MissedCallRecord]:
        tasks = self._kept.missed.values()
        return [t for t in tasks if t.closed_at is not None and t.closed_at < before]

    def _open_tasks(self) -> set[str]:
        return {task.id for task in self._kept.missed.values() if task.closed_at is None}

    def _held(self, before: float) -> set[str]:
        """Calls that an open promise or task names, or a promise that ended lately."""
        promises = self._kept.escalations.values()
        young = {p.call for p in promises if p.closed_at is not None and p.closed_at >= before}
        owed = {call for p in promises if p.closed_at is None for call in calls_of(p)}
        tasks = [task for task in self._kept.missed.values() if task.closed_at is None]
        return young | owed | {call for task in tasks for call in task.calls}

    def _attempts(self, promises: Sequence[str], at: float) -> None:
        for one in [a for a in self._kept.attempts.values() if a.promise in promises]:
            self._kept.attempts[one.id] = anonymous(one, at)


def _page(
    old: list[tuple[float, str]], after: Bookmark | None, most: int
) -> tuple[list[str], Bookmark | None]:
    behind = sorted(one for one in old if after is None or one > (after.at, after.id))
    page = behind[:most]
    more = len(behind) > most
    return [id for _, id in page], Bookmark(*page[-1]) if more else None
