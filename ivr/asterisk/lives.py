"""When Asterisk was started, by which one life of it is told from another."""

from __future__ import annotations

import structlog

from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_errors import AmiRefused
from ivr.asterisk.translate import STATUS, epoch_of, started_at

log = structlog.get_logger()


class Lives:
    """Asks Asterisk for its start, and once a life for that moment as seconds since the epoch."""

    def __init__(self, link: AmiLink) -> None:
        self._link = link
        self._life: tuple[tuple[str, str], float | None] | None = None

    async def started_at(self) -> float | None:
        """When this life began, None if Asterisk does not say. Raises AmiLinkLost, AmiTimeout."""
        try:
            status = await self._link.action(STATUS.name, STATUS.headers)
            date, clock = status.get("CoreStartupDate"), status.get("CoreStartupTime")
            if self._life is None or self._life[0] != (date, clock):
                self._life = ((date, clock), await self._epoch_of(date, clock))
        except AmiRefused as refused:
            log.warning("restarts_of_asterisk_go_unseen", why=str(refused))
            return None
        return self._life[1]

    async def _epoch_of(self, date: str, clock: str) -> float | None:
        question = epoch_of(date, clock)
        if question is None:
            return None
        answer = await self._link.action(question.name, question.headers)
        return started_at(answer.get("Value"))
