"""How each kind of loss is counted: from sipp's files, Asterisk and the database, never from us.

dropped: a caller cut off by us; lost: a promised outcome without a transfer or a task; dup: more
than one INVITE to the client for one attempt; stuck: a caller more than 3 s without queue, prompt
or fallback; over: admitted beyond the lines; diff: state differs from Asterisk's once drained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ivr.asterisk.private.sip_log import CallOutcome, SipMessage, by_call
from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MissedCallRecord,
)

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


SETTLED = frozenset({EscalationState.TALKED, EscalationState.HUMAN, EscalationState.CLOSED})
"""Where a promise rests: kept, or with a human."""


OWED = frozenset({EscalationState.CALLBACK, EscalationState.DIALLING, EscalationState.HUMAN})
"""Where a promise is a task that somebody still has to do."""


def unkept(
    promised: Iterable[str], promises: Iterable[EscalationRecord], reached: Iterable[str]
) -> int:
    """Callers to whom sales was promised, and for whom no task is open and no phone has rung.

    `reached` are the numbers for whom a phone at sales rang or that were dialled.
    """
    state = {digits(promise.number): promise.state for promise in promises}
    rung = {digits(number) for number in reached}
    kept = {
        n for n, s in state.items() if s in SETTLED and (s != EscalationState.TALKED or n in rung)
    }
    open_tasks = {n for n, s in state.items() if s == EscalationState.CALLBACK}
    return len({digits(number) for number in promised} - kept - open_tasks)


def forgotten(
    numbers: Iterable[str],
    tasks: Iterable[MissedCallRecord],
    promises: Iterable[EscalationRecord],
) -> int:
    """Callers who were cut off, and for whom neither the department nor sales has a task."""
    owed = {digits(task.number) for task in tasks}
    owed |= {digits(p.number) for p in promises if p.state in OWED or p.attempts > 0}
    return len({digits(number) for number in numbers} - owed)


def digits(number: str) -> str:
    """The number as it is compared, however it is written."""
    return "".join(c for c in number if c.isdigit())


def dup(dialled: Sequence[str], attempts: Iterable[AttemptRecord]) -> int:
    """INVITEs to clients beyond the attempts that were allowed to dial them."""
    allowed = Counter(a.number for a in attempts if a.claimed_at is not None)
    return sum(max(0, n - allowed[number]) for number, n in Counter(dialled).items())


def dialled_again(dialled: Iterable[tuple[str, float]], attempts: Iterable[AttemptRecord]) -> int:
    """INVITEs, each a number and a time, that no attempt accounts for, or that one made again.

    An INVITE is of the latest attempt at its number that was made before it: a claim that died
    with the service is on no disk, and its client may have been dialled all the same.
    """
    made: dict[str, list[AttemptRecord]] = {}
    for attempt in sorted(attempts, key=lambda one: one.made_at):
        made.setdefault(attempt.number, []).append(attempt)
    calls: Counter[str] = Counter()
    strangers = 0
    for number, at in dialled:
        earlier = [one.id for one in made.get(number, ()) if one.made_at <= at]
        if earlier:
            calls[earlier[-1]] += 1
        else:
            strangers += 1
    return strangers + sum(times - 1 for times in calls.values())


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


def talks(messages: Sequence[SipMessage]) -> list[tuple[str, str]]:
    """Who talks just now, by the log of the phones: (the phone's name, the caller's digits)."""
    found = []
    for call in by_call(messages).values():
        invite = next((m for m in call if m.is_new_call), None)
        answered = any(m.first.startswith(b"ACK ") for m in call)
        over = any(m.first.startswith((b"BYE ", b"CANCEL ")) for m in call)
        if invite is not None and answered and not over:
            found.append((invite.number, digits(invite.caller)))
    return found


def silenced(shown: str, members: Iterable[str]) -> int:
    """Members whom Asterisk would not ring, by what its console shows of the queue."""
    lines = shown.splitlines()
    ready = [line for line in lines if "(Not in use)" in line]
    able = [line for line in ready if "paused" not in line and "wrapup" not in line]
    return sum(not any(f"PJSIP/{member})" in line for line in able) for member in members)


def over(spans: Iterable[tuple[float, float]], lines: int) -> int:
    """Callers who came into the department while `lines` others were in; each (came, went)."""
    ordered = sorted(spans)
    return sum(
        sum(went > came for _, went in ordered[:index]) >= lines
        for index, (came, _) in enumerate(ordered)
    )


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


_READS = frozenset(
    {"Login", "Ping", "QueueStatus", "CoreShowChannels", "CoreStatus", "Getvar", "DBGetTree"}
)
_LAST_READ = "CoreShowChannels"
"""The last list of a reading: what lives is known once it has been asked for."""

_MENDS = "QueueAdd"
"""Who was taken out to be put in again when the link broke, is put in again before all else."""


def rash(links: Iterable[Sequence[str]]) -> int:
    """Links on which something was ordered before everything that lives had been asked for.

    Each link is the actions that it carried, by name. One that broke before is no rash one.
    """
    return sum(_is_rash(actions) for actions in links)


def _is_rash(actions: Sequence[str]) -> bool:
    orders = [n for n, name in enumerate(actions) if name not in _READS and name != _MENDS]
    return bool(orders) and _LAST_READ not in actions[: orders[0]]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one caller; who of the agents answered is Asterisk's choice, and no part.

    A promise that is owed is owed alike by the next dial and by a human: where the end of a dial
    was never told, nobody can know whether the client was reached, and a human has to look.
    """

    ended: tuple[str, ...]
    answered: int
    outcomes: tuple[str, ...]
    promises: tuple[str, ...]


def fates(
    calls: Iterable[CallRecord],
    walks: Mapping[str, InterviewRecord | None],
    promises: Iterable[EscalationRecord],
) -> dict[str, Fate]:
    """What became of each caller, by the caller's digits."""
    by_number: dict[str, list[CallRecord]] = {}
    for call in calls:
        by_number.setdefault(digits(call.number), []).append(call)
    promised: dict[str, list[str]] = {}
    for promise in promises:
        state = "owed" if promise.state in OWED else promise.state.value
        promised.setdefault(digits(promise.number), []).append(state)
    return {
        number: Fate(
            tuple(sorted(call.end.value for call in theirs)),
            sum(call.answered_at is not None for call in theirs),
            tuple(sorted(walk.outcome for c in theirs if (walk := walks.get(c.id)) is not None)),
            tuple(sorted(promised.get(number, []))),
        )
        for number, theirs in by_number.items()
    }


def differing(one: Mapping[str, Fate], other: Mapping[str, Fate]) -> list[str]:
    """Callers who fared otherwise in one run than in the other, and how."""
    return [
        f"{number}: {one.get(number)}, but {other.get(number)}"
        for number in sorted(one.keys() | other.keys())
        if one.get(number) != other.get(number)
    ]


def mixed(versions: Iterable[Mapping[str, Collection[int]]]) -> int:
    """Callers who were asked questions of more than one version of a tree; by page, by caller."""
    seen: dict[str, set[int]] = {}
    for page in versions:
        for number, those in page.items():
            seen.setdefault(number, set()).update(those)
    return sum(len(those) > 1 for those in seen.values())
