"""Once a day: what was kept as long as the configuration says is made anonymous, or goes.

It works in small batches with rests between them, so that neither the database nor a caller waits
for it. Nothing is remembered between two days: each walk begins at the oldest row, and what is
done already is passed over. So a service that is killed in the middle goes on after its start.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from ivr.config.settings import Retention as Kept
from ivr.domain.errors import LinetreeError
from ivr.ports import Audit, AuditEntry, Bookmark, Retention, Voices, Walked
from ivr.threads import in_thread
from ivr.voice_files import VoiceFiles, VoiceFilesKept

A_DAY = 86_400.0
FIRST_AFTER = 600.0
"""Seconds after the start: a start has other things to do."""

AGAIN_AFTER = 3600.0
"""Seconds until a day's work that could not be done is tried again."""

AT_ONCE = 100
"""Rows of one transaction."""

RESTS = 4.0
"""How many times as long as a batch took the database rests after it."""

LONGEST_REST = 5.0

log = structlog.get_logger()
Done = TypeVar("Done")
Page = TypeVar("Page", Walked, Voices)
Walk = Callable[[float, float, Bookmark | None, int], Walked]


@dataclass(frozen=True, slots=True)
class Days:
    """The moments before which things are old, in seconds since the epoch; None: never."""

    calls: float | None
    voices: float | None
    audit: float | None
    untaken: float | None

    @classmethod
    def of(cls, kept: Kept, at: float) -> Days:
        """As the configuration says, seen from `at`; a voice never outlives who left it."""
        calls, voices = _before(at, kept.calls_days), _before(at, kept.voice_messages_days)
        return cls(
            calls,
            calls if voices is None else voices,
            _before(at, kept.audit_days),
            _before(at, kept.outbox_days),
        )


def _before(at: float, days: int | None) -> float | None:
    return None if days is None else at - days * A_DAY


class Ageing:
    """The daily work. `once` does a day's, `keep_on` does it day by day until it is cancelled."""

    def __init__(
        self,
        retention: Retention,
        files: VoiceFiles,
        audit: Audit,
        kept: Callable[[], Kept],
        now: Callable[[], float],
    ) -> None:
        self._retention = retention
        self._files = files
        self._audit = audit
        self._kept = kept
        self._now = now

    async def keep_on(self) -> None:
        """Work once a day."""
        await asyncio.sleep(FIRST_AFTER)
        while True:
            try:
                await self.once()
                rest = A_DAY
            except LinetreeError as fault:
                log.warning("retention_not_done", why=str(fault))
                rest = AGAIN_AFTER
            except Exception:  # as broad as it looks: what is old must not wait for a restart
                log.exception("retention_stumbled")
                rest = A_DAY
            await asyncio.sleep(rest)

    async def once(self) -> Counter[str]:
        """Do what is due now; how many rows of each kind. Raises StoreUnreachable."""
        at = self._now()
        days = Days.of(self._kept(), at)
        done: Counter[str] = Counter()
        if days.voices is not None:
            done["voice_messages"] = await self._voices(days.voices)
            done["voice_messages_of_no_task"] = await self._strays(days.voices)
        if days.calls is not None:
            for kind, walk in self._walks().items():
                done[kind] = await self._walked(walk, days.calls, at)
            done["owners"] = await self._dropped(self._retention.drop_owners, days.calls)
            done["refused_rows"] = await self._dropped(self._retention.drop_refused, days.calls)
        if days.untaken is not None:
            done["messages"] = await self._dropped(self._retention.drop_untaken, days.untaken)
        if days.audit is not None:
            done["audit"] = await self._dropped(self._retention.drop_audit, days.audit)
        self._tell(at, +done)
        return +done

    def _walks(self) -> dict[str, Walk]:
        """Promises and tasks first: the calls that they name follow them."""
        return {
            "promises": self._retention.forget_promises,
            "missed_calls": self._retention.forget_missed,
            "calls": self._retention.forget_calls,
        }

    def _tell(self, at: float, done: Counter[str]) -> None:
        if done:
            log.info("retention_done", **done)
            entry = AuditEntry.of(at, "retention", "forgotten_by_age", "", {**done})
            self._audit.record(entry)

    async def _walked(self, walk: Walk, before: float, at: float) -> int:
        return sum([walked.count async for walked in self._pages(walk, before, at)])

    async def _dropped(self, drop: Callable[[float, int], int], before: float) -> int:
        count = 0
        while dropped := await self._batch(drop, before, AT_ONCE):
            count += dropped
        return count

    async def _voices(self, before: float) -> int:
        """Remove the files first: a row without them that named them still is done again."""
        count = 0
        async for page in self._pages(self._retention.voices, before):
            gone = [one for one in page.tasks if await self._gone(one.recordings, task=one.id)]
            if gone:
                await self._batch(self._retention.drop_recordings, [task.id for task in gone])
            count += sum(len(task.recordings) for task in gone)
        return count

    async def _strays(self, before: float) -> int:
        """Files that no task names: nobody spoke, or the task was lost between the two."""
        try:
            old = await in_thread(self._files.old, before)
        except VoiceFilesKept as kept:
            log.error("voice_messages_not_looked_at", why=str(kept))
            return 0
        named = await self._batch(self._retention.named, old) if old else ()
        return sum([await self._gone([one], file=one) for one in old if one not in named])

    async def _gone(self, files: Sequence[str], **of: str) -> bool:
        """Whether these files are gone; what stays is told."""
        try:
            await in_thread(self._files.remove, files)
        except VoiceFilesKept as kept:
            log.error("voice_message_not_removed", why=str(kept), **of)
            return False
        return True

    async def _pages(self, walk: Callable[..., Page], *words: float) -> AsyncIterator[Page]:
        """A walk from its beginning to its end, a short look or transaction after the other."""
        after: Bookmark | None = None
        while True:
            page = await self._batch(walk, *words, after, AT_ONCE)
            yield page
            after = page.next
            if after is None:
                return

    async def _batch(self, work: Callable[..., Done], *words: object) -> Done:
        """One short look or transaction, and a rest in proportion."""
        began = time.monotonic()
        done = await in_thread(work, *words)
        took = time.monotonic() - began
        await asyncio.sleep(min(LONGEST_REST, RESTS * took))
        return done
