"""One log line for each thing that matters in a call: answered, decided, promised, ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import structlog

from ivr.domain.records import (
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    Record,
)

REMEMBERED = 2000
"""How many lines are known to be written, since a record is saved again with every change."""

log = structlog.get_logger()

Line = tuple[str, str, dict[str, object]]
"""What happened, in which call, and what else there is to say."""


class Milestones:
    """Writes each line once, as the record that first shows it is saved."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str, str], None] = {}

    def note(self, record: Record) -> None:
        """Log what this record shows and no earlier one of the same thing did."""
        for what, call, more in _lines(record):
            if self._is_new(what, record, more):
                log.info(what, linkedid=call, **more)

    def know(self, records: Iterable[Record]) -> None:
        """These were saved by a former life of the service, which has written their lines."""
        for record in records:
            for what, _, more in _lines(record):
                self._is_new(what, record, more)

    def _is_new(self, what: str, record: Record, more: dict[str, object]) -> bool:
        key = (what, record.id, str(more.get("outcome", "")))
        if key in self._written:
            return False
        self._written[key] = None
        if len(self._written) > REMEMBERED:
            del self._written[next(iter(self._written))]
        return True


def _lines(record: Record) -> Iterator[Line]:
    match record:
        case CallRecord():
            yield from _of_call(record)
        case InterviewRecord() if record.decided_at is not None:
            rule = {"tree": record.tree, "version": record.version, "rule": record.rule}
            decision = {"outcome": record.outcome, "owner": record.owner, "why": record.why}
            yield "outcome_decided", record.call, decision | rule
        case EscalationRecord(state=EscalationState.PROMISED):
            # Only as it is made: an open promise is saved again for days.
            promise = {"promise": record.id, "how": record.how, "owner": record.owner}
            yield "sales_promised", record.call, dict(promise)
        case _:
            return


def _of_call(record: CallRecord) -> Iterator[Line]:
    if record.answered_at is not None:
        waited = round(record.answered_at - record.offered_at, 1)
        yield "call_answered", record.id, {"agent": record.agent, "waited": waited}
    if record.ended_at is not None:
        how = {"end": record.end.value, "refusal": record.refusal}
        yield "call_ended", record.id, how | {"talked": round(record.talked, 1)}
