"""Short lists that people choose from: one source for the core, the frames and the pages."""

from __future__ import annotations

from enum import StrEnum


class Disposition(StrEnum):
    """How a call ended."""

    KEPT = "kept"
    PASSED = "passed"
    CALLBACK = "callback"
    MEETING = "meeting"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    ADVERTISING = "advertising"
    OTHER = "other"


class BreakReason(StrEnum):
    """Why somebody takes a break; the first is that of a bare key."""

    BREAK = "break"
    LUNCH = "lunch"
    TRAINING = "training"
    OTHER = "other"


class OtherCall(StrEnum):
    """What a call is that is no enquiry."""

    COLLEAGUE = "colleague"
    ORDER = "order"
    SUPPLIER = "supplier"
    WRONG_NUMBER = "wrong_number"


class TaskClosing(StrEnum):
    """Why a person closes a task that machines left to people."""

    CALLED = "called"  # talked with the client by other means
    NOTHING_TO_DO = "nothing_to_do"
    UNREACHABLE = "unreachable"


class Notice(StrEnum):
    """Something that a person's page has to tell once."""

    PAUSED_AFTER_MISSED_RING = "paused_after_missed_ring"
    PROMISE_NOT_SAVED = "promise_not_saved"
    TRANSFER_STEP_FAILED = "transfer_step_failed"
    SIGNED_OUT_BY_CHANGE = "signed_out_by_change"
