"""What really came of the demo's calls: counted from Asterisk, SIP and the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.domain.records import (
    AttemptRecord,
    CallEnd,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MissedCallRecord,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Three independent witnesses of one run.

    `queue_log` is Asterisk's own file, `dialled` the numbers in the INVITEs that the trunk got,
    the rest are rows of the database.
    """

    queue_log: Path
    dialled: Sequence[str]
    calls: Sequence[CallRecord]
    interviews: Sequence[InterviewRecord]
    escalations: Sequence[EscalationRecord]
    attempts: Sequence[AttemptRecord]
    missed: Sequence[MissedCallRecord]


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of the demo's last line."""

    calls: int
    answered: int
    outcomes: int
    transferred: int
    called_back: int
    lost: int

    def __str__(self) -> str:
        return (
            f"{self.calls} calls: {self.answered} answered, {self.outcomes} outcomes, "
            f"{self.transferred} transferred, {self.called_back} called back, {self.lost} lost"
        )


def tally(evidence: Evidence, rang: int, client_queue: str, sales_queue: str) -> Tally:
    """Count; `rang` is how many callers' INVITEs went to the serial number.

    A call counts as answered or transferred only if Asterisk's queue_log has the CONNECT, and as
    called back only if the trunk was asked for the number and client and sales talked.
    """
    connected = _connected(evidence.queue_log)
    answered = [c for c in evidence.calls if (client_queue, c.id) in connected]
    passed = [
        e
        for e in evidence.escalations
        if (sales_queue, e.call) in connected and e.bridged_at is not None
    ]
    talked = {a.promise for a in evidence.attempts if a.talked > 0}
    back = [e for e in evidence.escalations if e.id in talked and e.number in evidence.dialled]
    return Tally(
        calls=rang,
        answered=len(answered),
        outcomes=sum(1 for i in evidence.interviews if i.outcome),
        transferred=len(passed),
        called_back=len(back),
        lost=_lost(evidence, rang),
    )


def _lost(evidence: Evidence, rang: int) -> int:
    """Callers without a row, missed ones without a task, promises without a talk or a human."""
    rows = rang - len(evidence.calls)
    tasks = {call for task in evidence.missed for call in task.calls}
    unanswered = (CallEnd.MISSED, CallEnd.REFUSED)
    forgotten = [
        c for c in evidence.calls if c.end in unanswered and c.number and c.id not in tasks
    ]
    kept = (EscalationState.TALKED, EscalationState.HUMAN, EscalationState.CLOSED)
    owed = [e for e in evidence.escalations if e.state not in kept]
    promised = {e.call for e in evidence.escalations}
    unpromised = [i for i in evidence.interviews if i.owner == "sales" and i.call not in promised]
    return max(0, rows) + len(forgotten) + len(owed) + len(unpromised) + _misdialled(evidence)


def _misdialled(evidence: Evidence) -> int:
    """INVITEs that the trunk got beyond the claimed attempts of a number, or fewer than those."""
    asked = Counter(evidence.dialled)
    claimed = Counter(a.number for a in evidence.attempts if a.claimed_at is not None)
    return ((asked - claimed) + (claimed - asked)).total()


def _connected(queue_log: Path) -> set[tuple[str, str]]:
    """(queue, the caller's unique id) of each CONNECT in queue_log."""
    rows = (line.split("|") for line in queue_log.read_text().splitlines())
    return {(row[2], row[1]) for row in rows if len(row) > 4 and row[4] == "CONNECT"}
