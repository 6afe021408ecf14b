"""What sipp wrote about the messages it sent and received, read back as SIP messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

_BEGIN = re.compile(
    rb"^-{20,} (\d{4}-\d\d-\d\d[T\t ][\d:.]+)[^\n]*\n"
    rb"[^\n]*message (sent|received)[^\n]*\n\s*\n",
    re.MULTILINE,
)


Ending = Literal["refused", "cancelled", "near", "far", "open"]
"""How a call ended: refused, given up while ringing, hung up here, hung up there; or not yet."""


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One message: `at` in seconds since the epoch, `first` its first line, headers in order."""

    at: float
    sent: bool
    first: bytes
    headers: tuple[tuple[str, bytes], ...]
    body: bytes

    def header(self, name: str) -> bytes:
        """The first header of that name, as its raw bytes; empty when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), b"")

    @property
    def status(self) -> int | None:
        """The status code of a response, None for a request."""
        found = re.match(rb"SIP/2\.0 (\d{3})", self.first)
        return int(found[1]) if found else None

    @property
    def method(self) -> str:
        """The method of a request, or the one that a response answers."""
        return self.header("CSeq").split()[-1].decode("ascii", "replace")

    @property
    def is_new_call(self) -> bool:
        """An INVITE that opens a call, not one that changes it."""
        return self.first.startswith(b"INVITE ") and b";tag=" not in self.header("To")

    @property
    def number(self) -> str:
        """The user part of a request's address: the number that was dialled."""
        found = re.match(rb"\S+ sip:([^@;> ]*)@", self.first)
        return found[1].decode("utf-8", "replace") if found else ""

    @property
    def caller(self) -> str:
        """The user part of From: the number that calls."""
        found = re.search(rb"sips?:([^@;> ]*)@", self.header("From"))
        return found[1].decode("utf-8", "replace") if found else ""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of one call, seen from this end. `status`: the final answer to the INVITE.

    `talked` is in seconds, None unless it was answered.
    """

    status: int | None
    ending: Ending
    talked: float | None
    invite: SipMessage = field(repr=False)


def read_messages(log: Path) -> list[SipMessage]:
    """All messages of a sipp message log so far, oldest first; none when there is no log yet."""
    try:
        raw = log.read_bytes()
    except FileNotFoundError:
        return []
    marks = list(_BEGIN.finditer(raw))
    ends = [*(mark.start() for mark in marks[1:]), len(raw)]
    return [
        _message(mark[1], mark[2] == b"sent", raw[mark.end() : end])
        for mark, end in zip(marks, ends, strict=False)
    ]


def by_call(messages: Sequence[SipMessage]) -> dict[bytes, list[SipMessage]]:
    """The messages of each call, by Call-ID, calls in the order of their first message."""
    calls: dict[bytes, list[SipMessage]] = {}
    for message in messages:
        calls.setdefault(message.header("Call-ID"), []).append(message)
    return calls


def call_outcomes(messages: Sequence[SipMessage]) -> list[CallOutcome]:
    """What became of each call so far, in the order in which they began."""
    calls = by_call(messages).values()
    return [_outcome(call) for call in calls if any(m.is_new_call for m in call)]


def _outcome(call: Sequence[SipMessage]) -> CallOutcome:
    invite = next(message for message in call if message.is_new_call)
    finals = [m for m in call if m.method == "INVITE" and (m.status or 0) >= 200]
    byes = [m for m in call if m.first.startswith(b"BYE ")]
    status = finals[0].status if finals else None
    talked = byes[0].at - finals[0].at if byes and status == 200 else None
    return CallOutcome(status, _ending(status, call, byes), talked, invite)


def _ending(status: int | None, call: Sequence[SipMessage], byes: Sequence[SipMessage]) -> Ending:
    if byes:
        return "near" if byes[0].sent else "far"
    if any(message.first.startswith(b"CANCEL ") for message in call):
        return "cancelled"
    if status is not None and status >= 300:
        return "refused"
    return "open"


def _message(at: bytes, sent: bool, text: bytes) -> SipMessage:
    head, _, body = text.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *lines = head.split(b"\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.decode("latin-1").strip(), value.strip()))
    when = datetime.fromisoformat(re.sub(rb"[\t ]", b"T", at)[:26].decode()).timestamp()
    return SipMessage(when, sent, first.strip(), tuple(headers), body.strip(b"\n"))
