"""Log lines: one JSON object each on stderr, with the call's linkedid bound where there is one."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(level: str = "INFO", *, people: bool | None = None) -> None:
    """Write structured lines; for people on a terminal instead of JSON (by default: if it is one).

    `level` is a name of the logging module.
    """
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
            _renderer(for_people),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _renderer(for_people: bool) -> structlog.types.Processor:
    if for_people:
        return structlog.dev.ConsoleRenderer(colors=False)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
