"""What reports live on, out of a store that is kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.domain.records import CallRecord, EscalationRecord, InterviewRecord
from ivr.ports import PastInterview
from ivr.store.reader.joined import joined_too


class MemoryHistory:
    """The History port over the dicts of a MemoryStore."""

    def __init__(
        self,
        interviews: Mapping[str, InterviewRecord],
        calls: Mapping[str, CallRecord],
        escalations: Mapping[str, EscalationRecord],
    ) -> None:
        self._interviews = interviews
        self._calls = calls
        self._escalations = escalations

    def interviews(
        self, tree: str, since: float, until: float, version: int | None = None
    ) -> Sequence[PastInterview]:
        """Interviews of a tree that began from `since` until before `until`, oldest first."""
        found = [
            walk
            for walk in self._interviews.values()
            if walk.tree == tree
            and since <= walk.began_at < until
            and version in (None, walk.version)
        ]
        found.sort(key=lambda walk: (walk.began_at, walk.id))
        return tuple(self._whole(walk) for walk in found)

    def interview(self, call: str) -> PastInterview | None:
        """The interview of this call."""
        walk = self._interviews.get(call)
        return self._whole(walk) if walk else None

    def _whole(self, walk: InterviewRecord) -> PastInterview:
        promises = promises_of(self._escalations, walk.call)
        return PastInterview(walk, self._calls.get(walk.call), promises)


def promises_of(
    escalations: Mapping[str, EscalationRecord], call: str
) -> tuple[EscalationRecord, ...]:
    """The promises made in this call and those that they have joined, oldest first."""
    return joined_too([one for one in escalations.values() if one.call == call], escalations)
