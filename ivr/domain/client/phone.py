"""Phone numbers: one normal form for identity, and an allow-list for what may be dialled."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    timezone,
)


class NumberKind(StrEnum):
    """What a number is for, as the numbering plan says; decides what a call to it may cost."""

    FIXED = "fixed"
    MOBILE = "mobile"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class E164:
    """A full international number: `number` as +digits, `region` as ISO 3166 ("001": no country).

    `valid` says that the numbering plan knows such a number; identity does not need it,
    dialling does.
    """

    number: str
    region: str
    kind: NumberKind
    valid: bool

    @property
    def pretty(self) -> str:
        """As people read it: +7 495 000-00-12."""
        return _pretty(self.number)

    @property
    def masked(self) -> str:
        """For logs: the country and area, and the last two digits."""
        return masked(self.number)


@dataclass(frozen=True, slots=True)
class Withheld:
    """The caller gave no number; two withheld callers are different people."""


@dataclass(frozen=True, slots=True)
class Internal:
    """A short number of the own PBX, or of a public service: nobody's identity outside."""

    digits: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Not a number that could name a caller; `raw` is kept for the audit, `why` for a human."""

    raw: str
    why: str


Caller = E164 | Withheld | Internal | Unusable

_KINDS = {
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.MOBILE,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.TOLL_FREE: NumberKind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: NumberKind.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberKind.SHARED_COST,
    PhoneNumberType.VOIP: NumberKind.VOIP,
}
_WITHHELD = {
    "",
    "anonymous",
    "asterisk",
    "private",
    "restricted",
    "unavailable",
    "unknown",
    "withheld",
    "аноним",
    "скрыт",
    "скрытый",
}
_NOT_COUNTRIES = {"001", "ZZ"}
_DEARER = ("+7954", "+7840", "+7940")
"""Russian by the library's data, and paid for like no number of Russia: satellite phones, and
Abkhazia's fixed and mobile ones, which Russian operators bill as calls abroad."""
_CLOCKS = (("+740", "Europe/Kaliningrad"), ("+7845", "Europe/Saratov"))
"""Where the library names another place's clock: Bucharest's with its summer time, Moscow's."""
_LONGEST = 64
_SHAPE = re.compile(r"\+?[0-9 ()./~\-]+")
_SHORTEST_LOCAL = 7


@lru_cache(maxsize=4096)
def _pretty(number: str) -> str:
    # Each change of a screen shows the number anew; the library takes 0.4 ms for it.
    parsed = phonenumbers.parse(number, None)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=4096)
def normalise(raw: str, region: str = "RU") -> Caller:
    """The caller behind `raw`, as a carrier sends it or an office of `region` types it.

    Total: whatever does not name a number comes back as Withheld, Internal or Unusable.
    Letters never become keypad digits, and an extension is never cut off in silence.
    """
    text = _plain(raw)
    if text.casefold() in _WITHHELD:
        return Withheld()
    fault = _fault(text)
    if fault:
        return Unusable(raw[:_LONGEST], fault)
    digits = re.sub(r"\D", "", text)
    if len(digits) < _SHORTEST_LOCAL and not text.startswith("+"):
        return Internal(digits)
    return _parsed(raw, _international(text, digits), region)


def _plain(raw: str) -> str:
    """Digits of any script as ASCII, spaces and dashes of any kind as one, no invisible marks."""
    shown = (ch for ch in raw if unicodedata.category(ch) != "Cf")
    return "".join(_ascii(ch) for ch in shown).strip(" ")


def _ascii(ch: str) -> str:
    digit = unicodedata.decimal(ch, None)
    if digit is not None:
        return str(digit)
    match unicodedata.category(ch):
        case "Zs":
            return " "
        case "Pd":
            return "-"
        case _:
            return "+" if ch == "＋" else ch


def _fault(text: str) -> str:
    if len(text) > _LONGEST:
        return "too long for a phone number"
    if any(unicodedata.category(ch).startswith("C") for ch in text):
        return "control characters in the number"
    if any(ch.isalpha() for ch in text):
        return "letters in the number"
    if any(ch in text for ch in "*#"):
        return "a service code, not a number"
    if not _SHAPE.fullmatch(text):
        return "characters that no phone number has"
    return "" if re.search(r"\d", text) else "no digits"


def _international(text: str, digits: str) -> str:
    """The 00 that much of the world dials before a country code means +, in Russia too."""
    if digits.startswith("00") and not text.startswith("+") and len(digits) > 9:
        return f"+{digits[2:]}"
    return text


def _parsed(raw: str, text: str, region: str) -> Caller:
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException as fault:
        return Unusable(raw[:_LONGEST], str(fault).removeprefix(f"({fault.error_type}) "))
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return Unusable(raw[:_LONGEST], "no area code")
    if possible != ValidationResult.IS_POSSIBLE:
        return Unusable(raw[:_LONGEST], "not the length of a number of its country")
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    valid = phonenumbers.is_valid_number(parsed)
    kind = _KINDS.get(phonenumbers.number_type(parsed), NumberKind.OTHER)
    kind = NumberKind.OTHER if number.startswith(_DEARER) else kind
    return E164(number, phonenumbers.region_code_for_number(parsed) or "ZZ", kind, valid)


def forget_numbers() -> None:
    """Let no number stay behind that was looked at lately."""
    for remembered in (_pretty, normalise, zones):
        remembered.cache_clear()


@lru_cache(maxsize=4096)
def zones(number: str) -> tuple[str, ...]:
    """The time zones (such as Asia/Almaty) in which a number of this form may be; () if unknown."""
    ours = next((zone for code, zone in _CLOCKS if number.startswith(code)), "")
    if ours:
        return (ours,)
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number, None))
    except NumberParseException:
        return ()
    return tuple(name for name in found if name != timezone.UNKNOWN_TIMEZONE)


def masked(number: str) -> str:
    """A number with its middle hidden, for logs: +7495•••••12."""
    if len(number) < 8:
        return "•" * len(number)
    return number[:5] + "•" * (len(number) - 7) + number[-2:]


@dataclass(frozen=True, slots=True)
class DialPolicy:
    """What may be dialled: regions (ISO 3166) and kinds from a list, own numbers never."""

    regions: frozenset[str] = frozenset({"RU"})
    kinds: frozenset[NumberKind] = frozenset(
        {NumberKind.FIXED, NumberKind.MOBILE, NumberKind.TOLL_FREE}
    )
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Allowed:
    """The number may be dialled; `number` is the E.164 form to dial."""

    number: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The number is left for a human, and `why` says so to that human."""

    why: str


def dialable(caller: Caller, policy: DialPolicy) -> Allowed | Refused:
    """The toll guard: by the numbering plan's region and kind, never by a prefix alone."""
    match caller:
        case Withheld():
            return Refused("the number is withheld")
        case Internal(digits):
            return Refused(f"{digits} is a short number, not a client's")
        case Unusable(why=why):
            return Refused(why)
        case E164():
            return _guarded(caller, policy)


def _guarded(caller: E164, policy: DialPolicy) -> Allowed | Refused:
    if caller.number in policy.own:
        return Refused("one of our own numbers: the call would loop")
    if not caller.valid:
        return Refused("the numbering plan knows no such number")
    if caller.region in _NOT_COUNTRIES or caller.region not in policy.regions:
        return Refused(f"region {caller.region} is not on the list of regions that may be dialled")
    if caller.kind not in policy.kinds:
        return Refused(f"kind {caller.kind} is not on the list of kinds that may be dialled")
    return Allowed(caller.number)
