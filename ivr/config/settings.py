"""The settings of `ivr.yaml`, typed and frozen: numbers, departments, Asterisk, web, callbacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from ivr.config.connections import Asterisk, Store, Web
from ivr.config.mail import Mail
from ivr.config.openings import MOST_WAITING, Answering, Steps
from ivr.config.outside import Webhook
from ivr.config.shape import Id, Like, Line, Shape, TextShape, wrong
from ivr.domain.client.phone import E164, NumberKind, normalise
from ivr.domain.commands import Refusal
from ivr.domain.errors import did_you_mean

MOST_LINES = 500
"""A department of more people than this is a typing mistake until somebody shows otherwise."""

KEY_SECONDS = 10
"""How long a salesperson outside the PBX may take to hear "press 1" and to press it."""

Seconds = Annotated[int, Field(ge=1, le=86_400)]
QueueName = Annotated[
    Line,
    Like(
        r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "write the queue's name in Asterisk, such as client"
    ),
]


def _time_zone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, KeyError):
        near = did_you_mean(str(value), available_timezones())
        raise wrong(
            f'"{value}" is no time zone' + near, "write one such as Europe/Moscow"
        ) from None
    return value


def _region(value: object) -> object:
    if value not in SUPPORTED_REGIONS:
        raise wrong(f'"{value}" is no region', "write two capital letters such as RU")
    return value


Region = Annotated[str, BeforeValidator(_region)]


class Company(Shape):
    """Whose service this is. `region` is whose habits of writing numbers are followed.

    The first of `languages` is that of the door; a person's page opens in the person's own first.
    """

    name: TextShape
    time_zone: Annotated[str, BeforeValidator(_time_zone)]
    region: Region = "RU"
    languages: Annotated[tuple[Literal["ru", "en"], ...], Field(min_length=1)] = ("ru", "en")


_PATTERN = re.compile(r"[_XZNxzn.!\[\]]")


def _did(value: object) -> object:
    if isinstance(value, str) and _PATTERN.search(value.lstrip("+")):
        raise wrong(f'"{value}" is a pattern', "write one number, such as +74950000012")
    return value


class NumberSettings(Answering):
    """One serial number. `did` is E.164 once loaded, however it was written.

    What it does not say about hours, overflow and prompts is as its department says.
    """

    did: Annotated[Line, BeforeValidator(_did)]
    department: str
    tree: str
    language: Literal["ru", "en"] = "ru"
    greeting: TextShape

    def steps(self, cause: Refusal, department: Answering) -> Steps:
        """What becomes of its callers: as it says itself, else its department, else busy."""
        return self.overflow.steps(cause) or department.overflow.steps(cause) or Steps()


@dataclass(frozen=True, slots=True)
class Lines:
    """How many lines a department has: its roster, those signed in, or a fixed number."""

    rule: Literal["roster", "signed_in", "fixed"]
    fixed: int = 0


def _lines(value: object) -> Lines:
    if value == "roster":
        return Lines("roster")
    if value == "signed_in":
        return Lines("signed_in")
    if isinstance(value, Lines):
        return value
    if isinstance(value, dict) and set(value) == {"fixed"}:
        return Lines("fixed", _count(value["fixed"]))
    near = did_you_mean(str(value), ("roster", "signed_in"))
    raise wrong(f"lines: {value!r} is not known" + near, "write roster, signed_in or {fixed: 5}")


def _count(value: object) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", str(value)):
        raise wrong(f'"{value}" is not a number of lines', "write digits, such as {fixed: 5}")
    count = int(str(value))
    if count < 0:
        raise wrong(f"{count} lines are fewer than none", "write how many people answer")
    if count > MOST_LINES:
        raise wrong(f"{count} lines are absurd, {MOST_LINES} are accepted", "mend the number")
    return count


_LINES_SCHEMA = {
    "anyOf": [
        {"enum": ["roster", "signed_in"]},
        {
            "type": "object",
            "properties": {"fixed": {"type": "integer", "minimum": 0, "maximum": MOST_LINES}},
            "required": ["fixed"],
            "additionalProperties": False,
        },
    ]
}


class LastAgent(Shape):
    """A caller who rings again is tried first with who talked with that number last."""

    within_days: Annotated[int, Field(ge=1, le=90)] = 30
    ring_seconds: Annotated[int, Field(ge=2, le=60)] = 8


class Department(Answering):
    """One department and its queue, which may be one that the admin already has.

    `sales` names the department that takes its escalations; sales itself has none. `closed`
    is the one case in which a department may have nobody. `waiting` is how many callers may wait
    beyond the lines, of those numbers whose overflow for `no_line` begins with wait.

    `last_agent` tries repeat callers with the person they know, `owner_ring_seconds` (0: not at
    all) a client who is passed on with the owner or the owner's deputy, before everybody else.
    `alarm_after_seconds` is how long a caller may wait before the wall says so in red.
    """

    name: TextShape
    queue: QueueName
    sales: str | None = None
    lines: Annotated[Lines, PlainValidator(_lines), WithJsonSchema(_LINES_SCHEMA)] = Lines("roster")
    waiting: Annotated[int, Field(ge=0, le=MOST_WAITING)] = 0
    closed: bool = False
    ring_seconds: Seconds = 15
    wrap_up_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    last_agent: LastAgent | None = None
    owner_ring_seconds: Annotated[int, Field(ge=0, le=60)] = 0
    alarm_after_seconds: Seconds = 30

    @property
    def tries_one_first(self) -> bool:
        """Whether its people need queues of their own."""
        return self.last_agent is not None or self.owner_ring_seconds > 0


class Transfer(Shape):
    """How a live transfer is tried, and what becomes of it when nobody at sales answers.

    `kind` is what the main key does: send the caller at once (straight), or have a word with sales
    first while the caller hears music (warm). The other one has a key of its own.

    `ring_seconds` are those of the whole attempt. A salesperson's mobile rings for
    `mobile_ring_seconds`, and its owner then has KEY_SECONDS for the key that takes the client.
    """

    kind: Literal["straight", "warm"] = "straight"
    ring_seconds: Seconds = 20
    mobile_ring_seconds: Annotated[int, Field(ge=5, le=60)] = 20
    on_failure: Literal["callback", "return"] = "callback"

    @property
    def mobile_seconds(self) -> int:
        """How long it takes until a mobile has been answered by its owner's key, or not."""
        return self.mobile_ring_seconds + KEY_SECONDS


class Backoff(Shape):
    """Seconds until the next attempt, by how the last one ended."""

    first: Annotated[int, Field(ge=0, le=604_800)] = 900
    busy: Seconds = 300
    no_answer: Seconds = 1800
    trunk_down: Seconds = 120
    sales_silent: Seconds = 300


def _hours(value: object) -> object:
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", str(value))
    if match is None or str(value)[:5] >= str(value)[6:] or str(value)[6:] > "24:00":
        raise wrong(f'"{value}" are no hours', 'write them as "09:00-20:00"')
    return value


class Callbacks(Shape):
    """How callbacks are dialled, and what may be dialled at all."""

    attempts: Annotated[int, Field(ge=1, le=5)] = 3
    ring_seconds: Seconds = 45
    backoff: Backoff = Backoff()
    owner_keeps_seconds: Seconds = 7200
    hours: Annotated[Line, BeforeValidator(_hours)] = "09:00-20:00"
    regions: tuple[Region, ...] = ("RU",)
    kinds: tuple[NumberKind, ...] = (NumberKind.FIXED, NumberKind.MOBILE, NumberKind.TOLL_FREE)


class Toll(Shape):
    """Caps of the toll guard, over all callbacks; `enabled: no` dials nothing at all."""

    enabled: bool = True
    per_number_per_day: Annotated[int, Field(ge=1, le=20)] = 3
    per_minute: Annotated[int, Field(ge=1, le=600)] = 10
    per_day: Annotated[int, Field(ge=1, le=100_000)] = 500


class Meetings(Shape):
    """How long before a meeting its salesperson is reminded."""

    remind_minutes: Annotated[int, Field(ge=5, le=10_080)] = 60


Days = Annotated[int, Field(ge=1, le=36_500)]


class Retention(Shape):
    """After how many days what is kept of people goes; what is left out is kept for ever.

    `calls_days`: an ended call, promise or missed call tells nobody any more who called, and what
    was said; its figures stay. `voice_messages_days`: the files of ended missed calls go sooner.
    `audit_days`: older entries of the audit log go. `outbox_days`: so do messages to other
    programs that nobody has taken.
    """

    calls_days: Days | None = None
    voice_messages_days: Days | None = None
    audit_days: Days | None = None
    outbox_days: Annotated[int, Field(ge=2, le=36_500)] | None = None


class OfferShape(Shape):
    """One entry of the catalogue: what may be proposed to a client."""

    title: TextShape
    detail: TextShape


class Settings(Shape):
    """All of `ivr.yaml`."""

    company: Company
    numbers: Annotated[tuple[NumberSettings, ...], Field(min_length=1)]
    departments: dict[Id, Department]
    offers: dict[Id, OfferShape]
    transfer: Transfer = Transfer()
    asterisk: Asterisk = Asterisk()
    web: Web = Web()
    store: Store = Store()
    callbacks: Callbacks = Callbacks()
    toll: Toll = Toll()
    meetings: Meetings = Meetings()
    retention: Retention = Retention()
    webhooks: dict[Id, Webhook] = Field(default_factory=dict)
    mail: Mail | None = None


def e164(number: str, region: str) -> str | None:
    """A configured number in E.164, or None when it is not a full, valid number."""
    found = normalise(number, region)
    return found.number if isinstance(found, E164) and found.valid else None
