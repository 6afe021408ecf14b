"""What Asterisk says of a call when it opens a FastAGI session, read with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ivr.asterisk.agi_errors import AgiError
from ivr.asterisk.agi_text import readable

LONGEST_NAME = 128
"""Characters of a caller's name or number that go on from here; `raw` keeps the whole of it."""

_LAST = "agi_threadid"
"""Asterisk's last header before the arguments: without it the block was ended by somebody else."""

_NEEDED = ("agi_network_script", "agi_channel", "agi_uniqueid", _LAST)


class Refusal(StrEnum):
    """Why a peer was sent away before any route saw it."""

    PROBE = "probe"
    FULL = "full"
    IDLE_DROPPED = "idle_dropped"
    HEADERS_LATE = "headers_late"
    HEADERS_CUT_OFF = "headers_cut_off"
    HEADERS_TOO_LONG = "headers_too_long"
    HEADERS_MALFORMED = "headers_malformed"
    HEADERS_REPEATED = "headers_repeated"
    HEADERS_MISSING = "headers_missing"
    UNKNOWN_ROUTE = "unknown_route"


class AgiRefused(AgiError):
    """The peer's opening words are not those of an Asterisk that asks for one of our routes."""

    def __init__(self, kind: Refusal, detail: str) -> None:
        self.kind = kind
        self.detail = detail
        super().__init__(f"a FastAGI peer was refused ({kind.value}): {detail}")


@dataclass(frozen=True, slots=True)
class AgiRequest:
    """One call at the door.

    All text is valid, printable or escaped (see `agi_text.readable`), and still a stranger's:
    never markup, SQL, a header or an expression. Asterisk writes `unknown` where it knows neither
    number nor name.
    """

    route: str
    """The path of `AGI(agi://host/path)`."""
    args: tuple[str, ...]
    """The arguments that the dialplan gave to AGI()."""
    channel: str
    uniqueid: str
    caller_number: str
    """At most LONGEST_NAME characters."""
    caller_name: str
    """At most LONGEST_NAME characters."""
    raw: Mapping[str, str]
    """Each header under its name on the wire, whole."""


def parse_request(block: bytes, most_lines: int) -> AgiRequest:
    """The request in a block of headers, given without its blank line. Raises AgiRefused."""
    headers = _headers(block, most_lines)
    for name in _NEEDED:
        if name not in headers:
            raise AgiRefused(Refusal.HEADERS_MISSING, f"no {name}")
    return AgiRequest(
        route=headers["agi_network_script"].partition("?")[0].strip("/"),
        args=_arguments(headers),
        channel=headers["agi_channel"],
        uniqueid=headers["agi_uniqueid"],
        caller_number=headers.get("agi_callerid", "")[:LONGEST_NAME],
        caller_name=headers.get("agi_calleridname", "")[:LONGEST_NAME],
        raw=MappingProxyType(headers),
    )


def _headers(block: bytes, most_lines: int) -> dict[str, str]:
    count = block.count(b"\n") + 1
    if count > most_lines:
        raise AgiRefused(Refusal.HEADERS_TOO_LONG, f"{count} lines, {most_lines} are read")
    lines = _lines(block)
    try:
        headers: dict[str, str] = dict(line.split(": ", 1) for line in lines)
    except ValueError:
        wrong = next(line for line in lines if ": " not in line)
        raise AgiRefused(
            Refusal.HEADERS_MALFORMED, f"a line of {len(wrong)} characters has no value"
        ) from None
    if block.count(b"\nagi_") + 1 != count:
        raise AgiRefused(Refusal.HEADERS_MALFORMED, "a name that is none of AGI's")
    if len(headers) != count:
        raise AgiRefused(Refusal.HEADERS_REPEATED, "a name comes twice")
    return headers


def _lines(block: bytes) -> list[str]:
    """Each line as readable text: all at once where nothing needs mending, which is usual."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return [readable(line) for line in block.split(b"\n")]
    lines = text.split("\n")
    return lines if "".join(lines).isprintable() else [readable(line.encode()) for line in lines]


def _arguments(headers: Mapping[str, str]) -> tuple[str, ...]:
    arguments: list[str] = []
    while (argument := headers.get(f"agi_arg_{len(arguments) + 1}")) is not None:
        arguments.append(argument)
    return tuple(arguments)
