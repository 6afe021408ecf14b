"""What shall be done: every order the core gives, in the imperative, frozen, named by its port."""

from __future__ import annotations

from ivr.domain.commands.own import (
    ClockCommand,
    DeskCommand,
    ForgetWake,
    LookUp,
    LookUpDealings,
    OfferCompanies,
    RefuseKey,
    Report,
    Save,
    Show,
    WakeAt,
)
from ivr.domain.commands.pbx import (
    AddMember,
    AdmitCall,
    AnswerKnown,
    ConsultSales,
    DialCallback,
    EndWrapUp,
    ForgetNote,
    FreeLine,
    GrantClaim,
    HangUpChannel,
    LeaveToDialplan,
    LetTalk,
    NoteOnCall,
    Overflow,
    PauseMember,
    PbxCommand,
    ProlongWrapUp,
    PromiseCallback,
    Refusal,
    RefuseCall,
    RefuseClaim,
    RemoveMember,
    ReturnToQueue,
    TakeBack,
    TransferToSales,
    Treatment,
)

Command = PbxCommand | DeskCommand | Save | LookUp | LookUpDealings | ClockCommand | Report
