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


class SalesRefusal(StrEnum):
    """Why a key of the sales desk does nothing."""

    NO_SUCH_PROMISE = "no_such_promise"
    NOTHING_IN_HAND = "nothing_in_hand"
    ALREADY_CLOSED = "already_closed"
    NOT_YOURS = "not_yours"
    SUPERVISOR_ONLY = "supervisor_only"
    REASON_REQUIRED = "reason_required"
    NOT_TALKED_YET = "not_talked_yet"  # a result needs a talk of ten seconds
    NOT_POSSIBLE_NOW = "not_possible_now"
    CLIENT_ON_THE_LINE = "client_on_the_line"
    NUMBER_NOT_DIALLED = "number_not_dialled"
    TOO_MANY_DIALS = "too_many_dials"  # five for one agreed time
    DIALLED_TOO_OFTEN = "dialled_too_often"  # a cap of the toll guard
    TIME_REQUIRED = "time_required"
    DUE_UNREADABLE = "due_unreadable"
    DUE_PAST = "due_past"
    DUE_TOO_FAR = "due_too_far"
    DUE_NEVER = "due_never"  # clients are never called, by the hours
    MINUTES_UNREADABLE = "minutes_unreadable"
    NO_SUCH_MEETING = "no_such_meeting"
    NO_SUCH_PERSON = "no_such_person"
