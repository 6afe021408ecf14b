"""How each kind of loss is counted: from sipp's files, Asterisk and the database, never from us.

dropped: a caller cut off by us; lost: a promised outcome without a transfer or a task; dup: more
than one INVITE to the client for one attempt; stuck: a caller more than 3 s without queue, prompt
or fallback; over: admitted beyond the lines; diff: state differs from Asterisk's once drained.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr.asterisk.sip_log import CallOutcome, SipMessage, by_call
from ivr.domain.records import AttemptRecord, MissedCallRecord

STUCK_AFTER = 3.0
"""Seconds that a caller may be without queue, prompt or fallback."""

BUSY = (486,)


def dropped(outcomes: Iterable[CallOutcome], refusals: Collection[int] = BUSY) -> int:
    """Calls that we ended: hung up from our side in a talk, or refused in a way that is none.

    Scripted agents never hang up and callers wait without end, so that each such end is ours.
    """
    return sum(_is_dropped(outcome, refusals) for outcome in outcomes)


def _is_dropped(outcome: CallOutcome, refusals: Collection[int]) -> bool:
    match outcome.ending:
        case "far" | "open":
            return True
        case "refused":
            return outcome.status not in refusals
        case "near" | "cancelled":
            return False


def lost(outcomes: Iterable[CallOutcome], tasks: Iterable[MissedCallRecord]) -> int:
    """Callers who talked with nobody and whose number has no task for it.

    The missed calls of a number are merged into one task, which counts them and names the last.
    """
    missed = Counter(o.invite.caller for o in outcomes if o.status != 200 and o.ending != "near")
    counted: Counter[str] = Counter()
    for task in tasks:
        counted[task.number] += task.count
    return sum(max(0, n - counted[number]) for number, n in missed.items())


def dup(dialled: Sequence[str], attempts: Iterable[AttemptRecord]) -> int:
    """INVITEs to clients beyond the attempts that were allowed to dial them."""
    allowed = Counter(a.number for a in attempts if a.claimed_at is not None)
    return sum(max(0, n - allowed[number]) for number, n in Counter(dialled).items())


def stuck(messages: Sequence[SipMessage], answer_s: float) -> int:
    """Callers who waited too long for an answer that a free agent gives after `answer_s` seconds.

    A refusal is an answer, too.
    """
    return sum(_took(call) > STUCK_AFTER + answer_s for call in by_call(messages).values())


def _took(call: Sequence[SipMessage]) -> float:
    invites = [m.at for m in call if m.is_new_call]
    finals = [m.at for m in call if m.method == "INVITE" and (m.status or 0) >= 200]
    if not invites:
        return 0.0
    return (finals[0] if finals else call[-1].at + STUCK_AFTER + 1.0) - invites[0]


def over(spans: Iterable[tuple[float, float]], lines: int) -> int:
    """Callers who came into the department while `lines` others were in; each (came, went)."""
    ordered = sorted(spans)
    return sum(
        sum(went > came for _, went in ordered[:index]) >= lines
        for index, (came, _) in enumerate(ordered)
    )


_IN = re.compile(r"^\[(.{23})\] .*Executing \[[^@]*@ivr-department:1\] \w+\(\"([^\"]+)\"")
_OUT = re.compile(r"^\[(.{23})\] .*Spawn extension \(ivr-department, .* on '([^']+)'")


def department_spans(log: str) -> list[tuple[float, float]]:
    """When each caller came into the department and went, by Asterisk's own log.

    Talks would not do: who was let in beyond the lines waits for an agent, and is not answered.
    """
    inside: dict[str, float] = {}
    spans = []
    for line in log.splitlines():
        if came := _IN.match(line):
            inside[came[2]] = _seconds(came[1])
        elif (went := _OUT.match(line)) and went[2] in inside:
            spans.append((inside.pop(went[2]), _seconds(went[1])))
    return spans + [(came, float("inf")) for came in inside.values()]


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def in_vain(messages: Sequence[SipMessage], lines: int) -> int:
    """Callers refused while a line was free: fewer than `lines` others were there to hold them.

    Whoever was let in and had not hung up when the refused one came may have held a line.
    """
    calls = [Spoken.of(call) for call in by_call(messages).values()]
    holders = [call for call in calls if call.status == 200]
    refused = [call for call in calls if call.status is not None and call.status != 200]
    return sum(sum(h.hung_up > one.came for h in holders) < lines for one in refused)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One call of a caller's log: when it came and was hung up, and the final status."""

    came: float
    status: int | None
    hung_up: float

    @classmethod
    def of(cls, call: Sequence[SipMessage]) -> Spoken:
        finals = [m.status for m in call if m.method == "INVITE" and (m.status or 0) >= 200]
        byes = [m.at for m in call if m.first.startswith(b"BYE ")]
        return cls(call[0].at, finals[0] if finals else None, byes[0] if byes else float("inf"))


def diff(open_rows: Collection[str], alive: Collection[str], lines_held: int) -> int:
    """Calls that only one of the two holds open, and lines that are held by more than those."""
    return len(set(open_rows) ^ set(alive)) + max(0, lines_held - len(set(alive)))
