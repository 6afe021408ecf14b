"""One attempt to call a client back, and when the next one may be made.

An attempt is committed, then the salesperson rings, then the dialplan claims it, and only then
the client is dialled: so one attempt can never dial a client twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ivr.domain.events import DialResult
from ivr.domain.records import AttemptRecord

VOICEMAIL = "voicemail"
"""The attempt's result when a machine answered: only the salesperson can tell, by one key."""

PHONE_SILENT = "sales_silent"
"""The attempt's result when our own phone was not picked up and nobody was dialled."""


NOT_DIALLED = frozenset({PHONE_SILENT, DialResult.REFUSED.value})
"""Results that say that the client was not dialled at all."""


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """How callbacks are tried: `attempts` counts dials to the client, waits are in seconds."""

    attempts: int
    ring_seconds: int
    first_after: float
    after_busy: float
    after_no_answer: float
    after_trunk_down: float
    after_sales_silent: float
    owner_keeps: float  # seconds of the department's open time


@dataclass(slots=True)
class Attempt:
    """The live attempt around its record."""

    record: AttemptRecord
    dialling: bool = False
    channel: str = ""  # the leg that dials, once it has asked for the claim
    told: str = ""  # what the salesperson has told of it: a machine answered

    @property
    def id(self) -> str:
        """The attempt's id, safe in a channel id and an extension."""
        return self.record.id

    @property
    def call(self) -> str:
        """The linkedid that all its legs share."""
        return call_of(self.id)

    @property
    def open(self) -> bool:
        """Whether its end is still unknown."""
        return self.record.ended_at is None

    def claim(self, at: float) -> bool:
        """Let the dialplan dial the client; True only the first time, and only while open."""
        if not self.open or self.record.claimed_at is not None or not self.dialling:
            return False
        self.record = replace(self.record, claimed_at=at)
        return True

    def end(self, at: float, result: str, talked: float) -> bool:
        """The attempt is over; False if it was already."""
        if not self.open:
            return False
        claimed = self.record.claimed_at
        if claimed is None and result not in NOT_DIALLED:
            # A crash may have come between the claim and its row: the dial counts all the same.
            claimed = at
        self.record = replace(
            self.record, claimed_at=claimed, ended_at=at, result=result, talked=talked
        )
        return True


def call_of(attempt: str) -> str:
    """The linkedid that all legs of an attempt share, and the id of the call that it becomes."""
    return f"{attempt}.1"


def wait_after(result: str, rules: CallbackRules) -> float:
    """Seconds until the next attempt, by what happened to the last one."""
    match result:
        case DialResult.BUSY:
            return rules.after_busy
        case DialResult.TRUNK_DOWN:
            return rules.after_trunk_down
        case s if s == PHONE_SILENT:
            return rules.after_sales_silent
        case _:  # a machine that answered is as good as nobody
            return rules.after_no_answer
