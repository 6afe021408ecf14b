"""What the dialplan keeps for us until it is on our disk; a channel speaks for itself only."""

from __future__ import annotations

import re

from ivr.asterisk.translate.legs import UNIQUE, Ignored, digits
from ivr.asterisk.translate.phones import Phones, device
from ivr.domain.events import CallerServed, CallerTurnedAway, DueChosen, ResultCoded
from ivr.domain.intake.wish import CLOCK

_RECORDING = re.compile(r"vm-[0-9]{1,60}\.wav")
_CODED = frozenset({"won", "lost", "nothing", "refused", "voicemail"})
"""What a salesperson may tell of a talk by a code."""

Note = CallerTurnedAway | CallerServed | ResultCoded | DueChosen


def read_note(
    key: str, note: str, at: float, phones: Phones, channel: str = "", call: str = ""
) -> Note | Ignored:
    """What a note says, as it is told by a channel of a call, or as it is read after a break."""
    kind = note.partition("&")[0]
    if kind == "due":
        return due_of(key, note, at, call)
    if kind == "talked":
        return served_of(key, note, at, phones, call)
    if kind == "result":
        return result_of(key, note, at, phones, channel, call)
    return note_of(key, note, at, call)


def result_of(
    key: str, note: str, at: float, phones: Phones, channel: str = "", call: str = ""
) -> ResultCoded | Ignored:
    """A code that a salesperson has dialled; a phone speaks for its own person only."""
    key = key.removeprefix("/ivr-note/")
    own, fields = key.rpartition("-")[0], note.split("&")
    if not UNIQUE.fullmatch(own) or call not in ("", own) or len(fields) != 4:
        return Ignored("posing_note")
    _, phone, result, about = fields
    person = phones.person(phone)
    posing = channel and device(channel) != phone
    if person is None or posing or result not in _CODED or not UNIQUE.fullmatch(about):
        return Ignored("posing_note")
    return ResultCoded(at, person, key, about, result)


def note_of(key: str, note: str, at: float, call: str = "") -> CallerTurnedAway | Ignored:
    """A note that the dialplan keeps of a caller whom it let go; a channel speaks for itself only.

    `key` is as AstDB has it, with or without its family.
    """
    key = key.removeprefix("/ivr-note/")
    own, fields = key.rpartition("-")[0], note.split("&")
    if not UNIQUE.fullmatch(own) or call not in ("", own) or len(fields) != 8:
        return Ignored("posing_note")
    cause, did, number, came, refused, wish, call_to, recording = fields
    if not _RECORDING.fullmatch(recording):
        recording = ""
    return CallerTurnedAway(
        at=at,
        call=own,
        note=key,
        came_at=digits(came) or at,
        did=did,
        number=number,
        cause=cause,
        refused=refused == "1",
        wish=wish,
        call_to=call_to,
        recording=recording,
    )


def served_of(
    key: str, note: str, at: float, phones: Phones, call: str = ""
) -> CallerServed | Ignored:
    """A note of a talk that may have gone unheard; a channel speaks for itself only."""
    key = key.removeprefix("/ivr-note/")
    own, fields = key.rpartition("-")[0], note.split("&")
    if not UNIQUE.fullmatch(own) or call not in ("", own) or len(fields) != 6:
        return Ignored("posing_note")
    _, did, number, since, until, phone = fields
    began, ended = digits(since) / 1000 or at, digits(until) / 1000 or at
    return CallerServed(at, own, key, did, number, began, ended, phones.person(phone) or "")


def due_of(key: str, note: str, at: float, call: str = "") -> DueChosen | Ignored:
    """A note of the time at which a client wants to be called; a channel speaks for itself only."""
    key = key.removeprefix("/ivr-note/")
    own, fields = key.rpartition("-")[0], note.split("&")
    if not UNIQUE.fullmatch(own) or call not in ("", own) or len(fields) != 3:
        return Ignored("posing_note")
    _, wish, chosen_at = fields
    if not CLOCK.fullmatch(wish):
        return Ignored("posing_note")
    return DueChosen(at, own, key, digits(chosen_at) or at, wish)
