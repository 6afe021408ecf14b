"""Opening hours and overflow of numbers and departments, as they are written in `ivr.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, tzinfo
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from ivr.config.shape import Like, Line, Shape, wrong
from ivr.domain.commands import Overflow, Refusal, Treatment
from ivr.domain.errors import did_you_mean
from ivr.domain.intake.hours import Hours, HoursUnreadable, Opening, openings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_WAITING = 100
"""More callers than this beyond the lines are a typing mistake: none of them would be answered."""

EXTENSION = r"[0-9A-Za-z_*#+]{1,40}@[0-9A-Za-z_-]{1,79}"
_QUEUE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_WAITS = "wait"
_PLAIN = (Treatment.BUSY.value, _WAITS, Treatment.CALLBACK.value, Treatment.VOICEMAIL.value)


def _days(text: str) -> Iterator[int]:
    """The weekdays of `mon`, `mon-fri` or `fri-mon`, Monday being 0."""
    first, dash, last = text.strip().lower().partition("-")
    for day in (first, last if dash else first):
        if day not in DAYS:
            near = did_you_mean(day, DAYS)
            raise wrong(f'"{text}" is no weekday' + near, "write mon, or mon-fri")
    begin, end = DAYS.index(first), DAYS.index(last if dash else first)
    return (day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))


def _ranges(value: object) -> tuple[Opening, ...]:
    if isinstance(value, tuple):
        return value
    try:
        return openings(str(value))
    except HoursUnreadable as fault:
        raise wrong(str(fault)) from None


def _week(value: object) -> tuple[tuple[Opening, ...], ...]:
    """The ranges of Monday to Sunday; a day that is not named is closed, one named twice wrong."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, Mapping):
        raise wrong(f"{value!r} is no week", 'write {mon-fri: "09:00-18:00", sat: closed}')
    found: dict[int, tuple[Opening, ...]] = {}
    for named, ranges in value.items():
        for day in _days(str(named)):
            if day in found:
                raise wrong(f"{DAYS[day]} stands here twice", "name each day once")
            found[day] = _ranges(ranges)
    return tuple(found.get(day, ()) for day in range(7))


def _holidays(value: object) -> Mapping[date, tuple[Opening, ...]]:
    if not isinstance(value, Mapping):
        raise wrong(f"{value!r} are no holidays", "write {2027-01-01: closed}")
    found: dict[date, tuple[Opening, ...]] = {}
    for day, ranges in value.items():
        try:
            found[day if isinstance(day, date) else date.fromisoformat(str(day))] = _ranges(ranges)
        except ValueError:
            raise wrong(f'"{day}" is no date', "write year-month-day: 2027-01-01") from None
    return found


def _zone(value: object) -> object:
    if value is None:
        return None
    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, KeyError):
        raise wrong(f'"{value}" is no time zone', "write one such as Europe/Moscow") from None
    return value


class HoursShape(Shape):
    """When a number is answered; `time_zone` None is the company's. No week is always open."""

    week: Annotated[tuple[tuple[Opening, ...], ...], BeforeValidator(_week)]
    holidays: Annotated[Mapping[date, tuple[Opening, ...]], BeforeValidator(_holidays)] = Field(
        default_factory=dict
    )
    time_zone: Annotated[str | None, BeforeValidator(_zone)] = None

    def hours(self, zone: tzinfo) -> Hours:
        """The hours by the clock of this zone, unless the file names another one."""
        return Hours(ZoneInfo(self.time_zone) if self.time_zone else zone, self.week, self.holidays)


class Steps(Shape):
    """What becomes of a caller for one cause: first a wait beyond the lines, if so configured."""

    waits: bool = False
    overflow: Overflow = Overflow()


def _steps(value: object) -> Steps:
    """`busy`, `wait`, `[wait, callback]`, `{queue: night}` or `{extension: 600@from-internal}`."""
    if isinstance(value, Steps):
        return value
    steps = list(value) if isinstance(value, list | tuple) else [value]
    waits = steps[:1] == [_WAITS]
    rest = steps[1:] if waits else steps
    if len(rest) > 1 or not steps:
        raise wrong(
            f"{value!r} are too many steps", "write one of them, or wait and then one of them"
        )
    return Steps(waits=waits, overflow=_overflow(rest[0]) if rest else Overflow())


def _overflow(value: object) -> Overflow:
    if isinstance(value, str) and value in _PLAIN and value != _WAITS:
        return Overflow(Treatment(value))
    if isinstance(value, Mapping) and len(value) == 1:
        ((kind, target),) = value.items()
        pattern = {"queue": _QUEUE, "extension": EXTENSION}.get(str(kind))
        if pattern is not None and re.fullmatch(pattern, str(target)):
            return Overflow(Treatment(str(kind)), str(target))
    near = did_you_mean(str(value), _PLAIN)
    raise wrong(
        f"overflow: {value!r} is not known" + near,
        "write busy, wait, callback, voicemail, {queue: name} or {extension: 600@context}",
    )


def _no_wait(value: object) -> Steps:
    steps = _steps(value)
    if steps.waits:
        raise wrong(
            "nobody can wait for a line here, only `no_line` lets callers wait",
            "write busy, callback, voicemail, {queue: name} or {extension: 600@context}",
        )
    return steps


_SCHEMA = {"description": "busy, wait, callback, voicemail, a queue or an extension; or two steps"}
_Wait = Annotated[Steps, BeforeValidator(_steps), Field(json_schema_extra=_SCHEMA)]
_Other = Annotated[Steps, BeforeValidator(_no_wait), Field(json_schema_extra=_SCHEMA)]


class OverflowShape(Shape):
    """What becomes of callers by cause; a number says only what differs from its department."""

    no_line: _Wait | None = None
    nobody: _Other | None = None
    closed: _Other | None = None

    def steps(self, cause: Refusal) -> Steps | None:
        """What is said here for a cause, None for nothing."""
        match cause:
            case Refusal.NO_LINE:
                return self.no_line
            case Refusal.NOBODY:
                return self.nobody
            case Refusal.CLOSED:
                return self.closed


PromptName = Literal[
    "offer-callback",
    "callback-number",
    "confirm-number",
    "enter-number",
    "choose-time",
    "callback-promised",
    "leave-message",
    "message-kept",
    "please-wait",
    "your-place",
    "minutes-left",
    "sales-will-call",
    "other-time",
    "enter-time",
    "nobody-now",
]
PROMPTS: tuple[str, ...] = get_args(PromptName)
"""What callers may hear, each a recording of that name in the folder ivr of their language."""

PromptFile = Annotated[
    Line,
    Like(
        r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,79}$",
        "name the file from the folder of sounds, without its ending: custom/we-are-busy",
    ),
]


class Answering(Shape):
    """What numbers and departments have in common: hours, overflow, the admin's own recordings."""

    hours: HoursShape | None = None
    overflow: OverflowShape = OverflowShape()
    prompts: dict[PromptName, PromptFile] = Field(default_factory=dict)
