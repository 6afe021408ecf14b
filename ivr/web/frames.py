"""What goes over a desk's socket: key presses in, screens and answers out, all JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import Meta, Struct

from ivr.domain import events
from ivr.domain.choices import BreakReason, Disposition, OtherCall, TaskClosing
from ivr.domain.errors import LinetreeError
from ivr.domain.events import DeskKey
from ivr.domain.screen import CompanyHit

KEYS: Mapping[str, type[DeskKey]] = {
    "ready": events.ReadyPressed,
    "pause": events.PausePressed,
    "sign_out": events.SignOutPressed,
    "call_back": events.CallBackPressed,
    "close_task": events.TaskClosed,
    "pass_ring": events.RingPassed,
    "answer": events.AnswerPressed,
    "back": events.BackPressed,
    "skip": events.SkipPressed,
    "correct": events.AnswerCorrected,
    "not_enquiry": events.NotEnquiryPressed,
    "note": events.NoteWritten,
    "find_company": events.CompanySought,
    "company": events.CompanyPicked,
    "open_tree": events.TreeOpened,
    "confirm": events.OutcomeConfirmed,
    "override": events.OutcomeOverridden,
    "let_talk": events.LetTalkPressed,
    "take_back": events.TakeBackPressed,
    "pass": events.PassPressed,
    "hang_up": events.HangUpPressed,
    "prolong": events.WrapUpProlonged,
    "disposition": events.DispositionGiven,
    "due": events.DueAsked,
    "open_promise": events.PromiseOpened,
    "call_now": events.CallNowPressed,
    "take": events.PromiseTaken,
    "result": events.ResultGiven,
    "close_promise": events.PromiseClosed,
    "owner": events.OwnerChanged,
    "promise_due": events.DueChanged,
    "move_meeting": events.MeetingMoved,
    "cancel_meeting": events.MeetingCancelled,
}
"""The `type` of a message and the event that it becomes."""

ALIVE = '{"type":"alive"}'
"""What a page answers to each sign of life; it is no key press and has no answer."""

LARGEST = 64 * 1024
"""Bytes of the largest frame that is read."""

_REQUEST = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{8,64}\Z")]
_SHORT = Annotated[str, Meta(max_length=200)]
_LENGTHS = {
    "text": 4000,
    "note": 4000,
    "given": 2000,
    "words": 500,
    "reason": 500,
    "next_step": 500,
    "place": 500,
    "with_whom": 500,
    "name": 300,
}
_CHOICES: Mapping[tuple[type[DeskKey], str], tuple[str, ...]] = {
    (events.PausePressed, "reason"): tuple(BreakReason),
    (events.NotEnquiryPressed, "kind"): tuple(OtherCall),
    (events.OutcomeOverridden, "owner"): ("", "client", "sales"),
    (events.OutcomeOverridden, "how"): ("", "transfer", "callback"),
    (events.OutcomeConfirmed, "kind"): ("", "straight", "warm"),
    (events.OutcomeOverridden, "kind"): ("", "straight", "warm"),
    (events.PassPressed, "kind"): ("", "straight", "warm"),
    (events.DispositionGiven, "disposition"): tuple(Disposition),
    (events.TaskClosed, "how"): tuple(TaskClosing),
    (events.ResultGiven, "result"): (
        "won",
        "lost",
        "meeting",
        "nothing",
        "refused",
        "voicemail",
        "again",
    ),
}
_NOT_SENT = ("at", "person", "via")


class FrameRefused(LinetreeError):
    """A message means nothing here: nothing was done. `field` is where it is wrong, or ""."""

    def __init__(self, problem: str, field: str, detail: str, request: str = "") -> None:
        self.problem = problem
        self.field = field
        self.request = request
        self.detail = detail
        super().__init__(f"{field or 'message'}: {detail}")


@dataclass(frozen=True, slots=True)
class KeyPress:
    """One message as it came: `request` is the page's own id for it."""

    request: str
    body: Struct
    kind: type[DeskKey]

    def event(self, at: float, person: str) -> DeskKey:
        """The event; the person comes from the session, never from the message."""
        sent: dict[str, Any] = msgspec.structs.asdict(self.body)
        return self.kind(at=at, person=person, **sent)


def _field(kind: type[DeskKey], name: str) -> Any:
    if name == "request":
        return _REQUEST
    if choices := _CHOICES.get((kind, name)):
        return Literal[tuple(str(one) for one in choices)]
    longest = _LENGTHS.get(name)
    return Annotated[str, Meta(max_length=longest)] if longest else _SHORT


def _message(tag: str, kind: type[DeskKey]) -> type[Struct]:
    """The exact shape of one message: the event's own fields, and not one more."""
    shape = [
        (f.name, _field(kind, f.name), *(() if f.default is MISSING else (f.default,)))
        for f in fields(kind)
        if f.name not in _NOT_SENT
    ]
    return msgspec.defstruct(
        kind.__name__, shape, tag=tag, tag_field="type", forbid_unknown_fields=True, frozen=True
    )


_KINDS = {_message(tag, kind): kind for tag, kind in KEYS.items()}
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Union[tuple(_KINDS)])  # noqa: UP007
_ENCODER = msgspec.json.Encoder()


class _Named(Struct):
    """A message of which only the request id is wanted."""

    request: str = ""


_NAMED = msgspec.json.Decoder(_Named)
_PLACE = re.compile(r"at `\$\.?([^`]+)`|field `([^`]+)`")


def read(text: str) -> KeyPress:
    """The key press in a text frame. Raises FrameRefused, naming the field that is wrong."""
    try:
        body = _DECODER.decode(text)
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        named = (place[1] or place[2]) if place else ""
        raise FrameRefused("bad_message", named, str(error), _request_of(text)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise FrameRefused("bad_message", "", str(error)) from None
    return KeyPress(body.request, body, _KINDS[type(body)])


def _request_of(text: str) -> str:
    """The request id of a message that is wrong elsewhere, so that its page can tell."""
    try:
        return _NAMED.decode(text).request
    except (msgspec.DecodeError, RecursionError):
        return ""


def framed(payload: bytes) -> bytes:
    """A text frame as a server sends it (RFC 6455, 5.2): final, uncompressed, unmasked."""
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def screen(seq: int, now: float, what: object) -> bytes:
    """A whole screen with the server's time (seconds since the epoch) at which it was sent."""
    return _ENCODER.encode({"type": "screen", "seq": seq, "now": now, "screen": what})


def companies(request: str, found: Sequence[CompanyHit]) -> bytes:
    """The companies that the letters of this request may mean, the best first."""
    return _ENCODER.encode({"type": "companies", "request": request, "found": found})


def done(request: str) -> bytes:
    """The core has handled this key press."""
    return _ENCODER.encode({"type": "done", "request": request})


def refused(request: str, problem: str, detail: str) -> bytes:
    """The core did nothing on this key press, and why."""
    return _ENCODER.encode(
        {"type": "refused", "request": request, "problem": problem, "detail": detail}
    )


def error(refusal: FrameRefused) -> bytes:
    """The message was not understood."""
    return _ENCODER.encode(
        {
            "type": "error",
            "request": refusal.request,
            "problem": refusal.problem,
            "field": refusal.field,
            "detail": refusal.detail,
        }
    )


def beat(now: float) -> bytes:
    """A sign of life with the server's time."""
    return _ENCODER.encode({"type": "beat", "now": now})
