"""What Asterisk's own log tells of callers: when each came into the department and went."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from soak.oracles import STUCK_AFTER

_LINE = r"^\[(?P<at>.{23})\] \w+\[\d+\](?:\[(?P<call>C-\w+)\])? .*"
_STEP = re.compile(
    _LINE + r"Executing \[[^@]*@(?P<context>[\w-]+):1\] \w+\(\"(?P<channel>[^\"]+)\""
)
_GONE = re.compile(_LINE + r"Spawn extension \(.* on '(?P<channel>[^']+)'")
_BORN = "Asterisk PBX Core Initializing"
"""A new life of Asterisk: nobody of the old one is there any more."""


def department_spans(log: str) -> list[tuple[float, float]]:
    """When each caller came into the department and gave the line back.

    Talks would not do: who was let in beyond the lines waits for an agent, and is not answered. A
    caller who is passed to sales holds the line until somebody there answers.
    """
    inside: dict[str, float] = {}
    passed: dict[str, str] = {}
    spans, at = [], 0.0
    for line in log.splitlines():
        if found := _STEP.match(line) or _GONE.match(line):
            at = _seconds(found["at"])
            context, channel = found.groupdict().get("context", ""), found["channel"]
            if context == "ivr-department":
                inside.setdefault(channel, at)
            elif context == "ivr-sales":
                passed[found["call"]] = channel
            elif context == "ivr-sales-talk":
                channel = passed.get(found["call"], "")
            if context in ("", "ivr-sales-talk") and channel in inside:
                spans.append((inside.pop(channel), at))
        elif line.endswith(_BORN):
            spans += [(came, at) for came in inside.values()]
            inside, passed = {}, {}
    return spans + [(came, float("inf")) for came in inside.values()]


_DECIDED = frozenset({"ivr-department", "ivr-wait", "ivr-refused", ""})


def undecided(log: str, frozen: Iterable[tuple[float, float]] = ()) -> int:
    """Callers who were in the dialplan too long before a queue, a wait or a refusal took them.

    The time in which Asterisk itself was `frozen`, by spans, is nobody's wait.
    """
    spans = list(frozen)
    came: dict[str, float] = {}
    late = 0
    for line in log.splitlines():
        if found := _STEP.match(line) or _GONE.match(line):
            at, channel = _seconds(found["at"]), found["channel"]
            context = found.groupdict().get("context", "")
            if context == "ivr-entry":
                came.setdefault(channel, at)
            elif context in _DECIDED and channel in came:
                late += _awake(came.pop(channel), at, spans) > STUCK_AFTER
        elif line.endswith(_BORN):
            came = {}
    return late + len(came)


_CALLED = re.compile(_LINE + r"app_queue\.c: Called PJSIP/(?P<phone>\S+)")
_ANSWERED = re.compile(_LINE + r"app_queue\.c: PJSIP/(?P<phone>\S+)-\w+ answered ")


def gaps_after(log: str, gone: Collection[str]) -> list[float]:
    """Seconds from each ring of a phone that is `gone` to that of the next for the same caller."""
    rung: dict[str, float] = {}
    gaps = []
    for line in log.splitlines():
        if found := _CALLED.match(line) or _ANSWERED.match(line):
            at, call = _seconds(found["at"]), found["call"]
            if call in rung:
                gaps.append(at - rung.pop(call))
            if found["phone"] in gone:
                rung[call] = at
    return gaps + [float("inf") for _ in rung]


def _awake(since: float, until: float, frozen: Iterable[tuple[float, float]]) -> float:
    asleep = (max(0.0, min(until, end) - max(since, begin)) for begin, end in frozen)
    return until - since - sum(asleep)


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
