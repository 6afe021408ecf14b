"""Log lines: one JSON object each on stderr, with the call's linkedid bound where there is one."""

from __future__ import annotations

import json
import logging
import re
import sys

import msgspec
import structlog

from ivr.domain.client.phone import masked
from ivr.domain.errors import LinetreeError, did_you_mean

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_NUMBER = re.compile(
    r"(?<![\w.+-])"  # not within an id
    r"(?!1[5-9]\d{8}(?:\d{3})?(?!\d))"  # nor seconds or milliseconds since the epoch
    r"\+?\d{7,}"
    r"(?!\w|\.\d|-[0-9a-f]{4}-)"  # nor the beginning of a linkedid or a UUID
)

_SPACED = re.compile(
    r"(?<![\w.+-])"
    r"(?:\+\d{1,3}|8)(?=[ \u00a0]?\(|(?<=\d)[ \u00a0-])"  # a code that is set apart
    r"(?:[ \u00a0()-]{0,2}\d){9,14}(?![\d:.])"
)
"""A number as people write it: +7 495 000-00-81, 8 (495) 000-00-81."""


class LogLevelUnknown(LinetreeError):
    """What to log was asked for by a name that is no level."""

    def __init__(self, level: str) -> None:
        super().__init__(
            f'IVR_LOG: "{level}" is no level of logging{did_you_mean(level.upper(), LEVELS)}; '
            f"write one of {', '.join(LEVELS)}"
        )


def set_up(level: str = "INFO", *, people: bool | None = None) -> None:
    """Write structured lines; for people on a terminal instead of JSON (by default: if it is one).

    `level` is one of LEVELS, in any case. Raises LogLevelUnknown.
    """
    if level.upper() not in LEVELS:
        raise LogLevelUnknown(level)
    for_people = sys.stderr.isatty() if people is None else people
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            mask_numbers,
            _renderer(for_people),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def rare(count: int) -> bool:
    """Whether to log it: the first, second, fourth, eighth ..., since a peer may send millions."""
    return count & (count - 1) == 0


def mask_numbers(
    _logger: object, _method: str, line: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Hide the middle of each phone number in a line: logs are copied and kept for long."""
    return {name: _masked(value) for name, value in line.items()}


def _hidden(found: re.Match[str]) -> str:
    number = found[0]
    return masked(number) if len(number) > 10 else "•" * (len(number) - 2) + number[-2:]


def _closed_up(found: re.Match[str]) -> str:
    return masked("".join(ch for ch in found[0] if ch.isdigit() or ch == "+"))


def _masked(value: object) -> object:
    match value:
        case str():
            return _NUMBER.sub(_hidden, _SPACED.sub(_closed_up, value))
        case dict():
            return {_masked(key): _masked(item) for key, item in value.items()}
        case list() | tuple():
            return [_masked(item) for item in value]
        case _:
            return value


def _renderer(for_people: bool) -> structlog.types.Processor:
    if for_people:
        return structlog.dev.ConsoleRenderer(colors=False)
    return structlog.processors.JSONRenderer(_json)


def _json(line: object, **_options: object) -> str:
    try:
        return msgspec.json.encode(line, enc_hook=repr).decode()
    except (TypeError, ValueError):  # half a surrogate, say: a line of the log is written anyway
        return json.dumps(line, ensure_ascii=True, default=repr, skipkeys=True)
