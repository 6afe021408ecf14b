"""Past calls and their load, out of a store that is kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ivr.domain.records import (
    AgentStateRecord,
    CallEnd,
    CallRecord,
    InterviewRecord,
    StretchKind,
    StretchRecord,
)
from ivr.ports import Bookmark, CallsWanted, HourOfCalls, PastCall, PastPage

HOUR = 3600.0


class MemoryPastCalls:
    """The PastCalls port over the dicts of a MemoryStore."""

    def __init__(
        self,
        calls: Mapping[str, CallRecord],
        interviews: Mapping[str, InterviewRecord],
        stretches: Mapping[str, StretchRecord],
    ) -> None:
        self._calls = calls
        self._interviews = interviews
        self._stretches = stretches

    def page(self, wanted: CallsWanted, after: Bookmark | None, most: int) -> PastPage:
        """At most `most` calls behind `after`, and where the next page begins."""
        places = sorted(self._places(wanted), reverse=True)
        left = [
            (at, id, call)
            for at, id, call in places
            if (wanted.since is None or at >= wanted.since)
            and (wanted.until is None or at < wanted.until)
            and (after is None or (at, id) < (after.at, after.id))
        ]
        page = left[:most]
        last = Bookmark(page[-1][0], page[-1][1]) if len(left) > most else None
        ids = dict.fromkeys(call for _, _, call in page)
        return PastPage(
            tuple(PastCall(self._calls[id], self._interviews.get(id)) for id in ids), last
        )

    def _places(self, wanted: CallsWanted) -> list[tuple[float, str, str]]:
        if wanted.person:
            return [
                (talk.began_at, talk.id, talk.call)
                for talk in self._stretches.values()
                if talk.kind is StretchKind.TALKED
                and talk.person == wanted.person
                and talk.call in self._calls
            ]
        return [
            (call.offered_at, call.id, call.id)
            for call in self._calls.values()
            if wanted.number in ("", call.number)
            and (wanted.accounts is None or (call.account and call.account in wanted.accounts))
        ]


class MemoryTraffic:
    """The Traffic port over the dicts of a MemoryStore."""

    def __init__(
        self, calls: Mapping[str, CallRecord], states: Mapping[str, AgentStateRecord]
    ) -> None:
        self._calls = calls
        self._states = states

    def hours(self, department: str, since: float, until: float) -> Sequence[HourOfCalls]:
        """The hours counted from `since` in which calls came, in order."""
        found: dict[int, list[CallRecord]] = defaultdict(list)
        for call in self._calls.values():
            inside = since <= call.offered_at < until and call.department == department
            if inside and not call.task and call.refusal != "closed" and call.end != CallEnd.OPEN:
                found[int((call.offered_at - since) // HOUR)].append(call)
        return tuple(_hour(since + HOUR * hour, found[hour]) for hour in sorted(found))

    def wrapped_up(self, department: str, since: float, until: float) -> float:
        """Seconds of wrap-up that began in this time and are over."""
        return sum(
            span.until - span.since
            for span in self._states.values()
            if span.department == department
            and span.state == "wrap_up"
            and span.until is not None
            and since <= span.since < until
        )


def _refused(call: CallRecord) -> bool:
    """Whether the department did not take the call: turned away, or sent on."""
    return call.refusal != "" or call.end is CallEnd.ELSEWHERE


def _hour(at: float, calls: Sequence[CallRecord]) -> HourOfCalls:
    answered = [call for call in calls if call.answered_at is not None]
    refused = [call for call in calls if _refused(call)]
    unanswered = [c for c in calls if c.answered_at is None and c.ended_at is not None]
    gone = [call for call in unanswered if not _refused(call)]
    return HourOfCalls(
        at=at,
        offered=len(calls),
        answered=len(answered),
        refused=len(refused),
        gone=len(gone),
        waited=sum((call.answered_at or 0.0) - call.offered_at for call in answered),
        gone_waited=sum((call.ended_at or 0.0) - call.offered_at for call in gone),
        talked=sum(call.talked for call in answered),
    )
