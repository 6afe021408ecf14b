"""What has happened: every fact that may move the core, in the past tense, with its time.

`at` is always seconds since the epoch by the service's own clock. `call` is the caller's
Asterisk linkedid, which stays with the call through queues, redirects and bridges. `person` is
an id of people.yaml. Texts that come from callers are data and arrive already valid UTF-8.
"""

from __future__ import annotations

from ivr.domain.events.call import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerElsewhere,
    CallerHeld,
    CallerQueued,
    CallerServed,
    CallerTurnedAway,
    CallerUnheld,
    CallOffered,
    CallTransferred,
    LegBridged,
    LegEnded,
    LegUnbridged,
    MobilePickedUp,
    RingEnd,
    RingStopped,
    TransferFailed,
    TransferUnanswered,
)
from ivr.domain.events.callback import (
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    SalesLegAnswered,
    SalesLegFailed,
)
from ivr.domain.events.desk import (
    AnswerCorrected,
    AnswerPressed,
    BackPressed,
    CallBackPressed,
    CompanyPicked,
    CompanySought,
    DeskClosed,
    DeskOpened,
    DispositionGiven,
    DueAsked,
    HangUpPressed,
    LetTalkPressed,
    NotEnquiryPressed,
    NoteWritten,
    OutcomeConfirmed,
    OutcomeOverridden,
    PassPressed,
    PausePressed,
    ReadyPressed,
    RingPassed,
    SignOutPressed,
    SkipPressed,
    TakeBackPressed,
    TaskClosed,
    TreeOpened,
    WrapUpProlonged,
)
from ivr.domain.events.kept import (
    AccountsKept,
    ClientKnown,
    DealingsKnown,
    NumberForgotten,
    Restored,
    Saved,
    SaveRefused,
    Woke,
)
from ivr.domain.events.link import (
    LegSeen,
    LinkLost,
    MemberGone,
    MemberSeen,
    MemberStatus,
    Resynced,
    WrapUpCoded,
)
from ivr.domain.events.sales import (
    CallNowPressed,
    DueChanged,
    DueChosen,
    MeetingCancelled,
    MeetingMoved,
    OwnerChanged,
    PromiseClosed,
    PromiseOpened,
    PromiseTaken,
    ResultCoded,
    ResultGiven,
)

SalesKey = (
    PromiseOpened
    | CallNowPressed
    | PromiseTaken
    | ResultGiven
    | PromiseClosed
    | OwnerChanged
    | DueChanged
    | MeetingMoved
    | MeetingCancelled
)
"""Keys for a promise of sales, answered or not."""

CallKey = (
    AnswerPressed
    | BackPressed
    | SkipPressed
    | AnswerCorrected
    | NotEnquiryPressed
    | NoteWritten
    | CompanyPicked
    | TreeOpened
    | OutcomeConfirmed
    | OutcomeOverridden
    | HangUpPressed
    | DispositionGiven
    | DueAsked
)
"""Keys for the call that the person has in hand."""

DeskKey = (
    CallKey
    | SalesKey
    | ReadyPressed
    | PausePressed
    | SignOutPressed
    | CallBackPressed
    | TaskClosed
    | RingPassed
    | CompanySought
    | LetTalkPressed
    | TakeBackPressed
    | PassPressed
    | WrapUpProlonged
)

DeskEvent = DeskKey | DeskOpened | DeskClosed

PbxEvent = (
    CallOffered
    | CallerQueued
    | CallerElsewhere
    | CallerTurnedAway
    | CallerServed
    | AgentRang
    | RingStopped
    | MobilePickedUp
    | AgentAnswered
    | LegBridged
    | LegUnbridged
    | LegEnded
    | CallerHeld
    | CallerUnheld
    | CallTransferred
    | CallEnded
    | TransferUnanswered
    | TransferFailed
    | ClaimAsked
    | SalesLegFailed
    | SalesLegAnswered
    | ClientLegEnded
    | ClientAnswered
    | MemberSeen
    | MemberGone
    | WrapUpCoded
    | ResultCoded
    | DueChosen
    | LinkLost
    | Resynced
)

KeptEvent = (
    Saved
    | SaveRefused
    | AccountsKept
    | ClientKnown
    | DealingsKnown
    | NumberForgotten
    | Woke
    | Restored
)

Event = PbxEvent | DeskEvent | KeptEvent
