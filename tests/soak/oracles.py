"""How each kind of loss is counted: from sipp's files, Asterisk and the database, never from us.

dropped: a caller cut off by us; lost: a promised outcome without a transfer or a task; dup: more
than one INVITE to the client for one attempt; stuck: a caller more than 3 s without queue, prompt
or fallback; over: admitted beyond the lines; diff: state differs from Asterisk's once drained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

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


def over(talks: Iterable[tuple[float, float]], lines: int) -> int:
    """Answered calls that began while `lines` others were on; each talk is (answered, ended)."""
    spans = sorted(talks)
    beyond = 0
    for index, (began, _) in enumerate(spans):
        beyond += sum(end > began for _, end in spans[:index]) >= lines
    return beyond


def talks_of(messages: Sequence[SipMessage]) -> list[tuple[float, float]]:
    """When each answered call of a caller's log was answered and hung up."""
    found = []
    for call in by_call(messages).values():
        answers = [m.at for m in call if m.method == "INVITE" and m.status == 200]
        byes = [m.at for m in call if m.first.startswith(b"BYE ")]
        if answers:
            found.append((answers[0], byes[0] if byes else float("inf")))
    return found


def diff(open_rows: Collection[str], alive: Collection[str], lines_held: int) -> int:
    """Calls that only one of the two holds open, and lines that are held by more than those."""
    return len(set(open_rows) ^ set(alive)) + max(0, lines_held - len(set(alive)))
