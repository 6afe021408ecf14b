"""Every event that exists, and who in the core takes it."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from ivr.domain.commands import Command, RefuseKey, Show
from ivr.domain.errors import KeyRefused
from ivr.domain.events import (
    AccountsKept,
    AgentAnswered,
    AgentRang,
    AnswerCorrected,
    AnswerPressed,
    BackPressed,
    CallBackPressed,
    CallEnded,
    CallerElsewhere,
    CallerHeld,
    CallerQueued,
    CallerTurnedAway,
    CallerUnheld,
    CallNowPressed,
    CallOffered,
    CallTransferred,
    ClaimAsked,
    ClientAnswered,
    ClientKnown,
    ClientLegEnded,
    CompanyPicked,
    CompanySought,
    DealingsKnown,
    DeskClosed,
    DeskEvent,
    DeskKey,
    DeskOpened,
    DispositionGiven,
    DueAsked,
    DueChanged,
    DueChosen,
    Event,
    HangUpPressed,
    LegBridged,
    LegEnded,
    LegUnbridged,
    LetTalkPressed,
    LinkLost,
    MeetingCancelled,
    MeetingMoved,
    MemberGone,
    MemberSeen,
    MobilePickedUp,
    NotEnquiryPressed,
    NoteWritten,
    NumberForgotten,
    OutcomeConfirmed,
    OutcomeOverridden,
    OwnerChanged,
    PassPressed,
    PausePressed,
    PromiseClosed,
    PromiseOpened,
    PromiseTaken,
    ReadyPressed,
    Restored,
    ResultCoded,
    ResultGiven,
    Resynced,
    RingPassed,
    RingStopped,
    SalesLegAnswered,
    SalesLegFailed,
    Saved,
    SaveRefused,
    SignOutPressed,
    SkipPressed,
    TakeBackPressed,
    TaskClosed,
    TransferFailed,
    TransferUnanswered,
    TreeOpened,
    Woke,
    WrapUpCoded,
    WrapUpProlonged,
)
from ivr.domain.reception import (
    admission,
    bookkeeping,
    calling,
    choosing,
    coding,
    consulting,
    dealings,
    dialling,
    forgetting,
    keys,
    learning,
    leaving,
    meetings,
    passing,
    promising,
    recognising,
    relearning,
    restoring,
    resyncing,
    returning,
    ringing,
    screens,
    selling,
    signing,
    talking,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.rules import Rules
from ivr.domain.records import RecordKind


class Reception:
    """The core. One event at a time; no I/O, no clock: time arrives in the events."""

    def __init__(self, rules: Rules) -> None:
        self.floor = Floor(rules)

    def receive(self, event: Event) -> list[Command]:
        """Digest one event and give the orders that follow, in the order to perform them."""
        floor = self.floor
        try:
            if isinstance(event, DeskEvent) and event.person not in floor.agents:
                floor.report("key_of_somebody_unknown", "", event.person)
            else:
                self._act(event)
                bookkeeping.note(floor, event)
            return self._orders(event.at)
        finally:
            # What a broken event had half ordered must not go out with the next one.
            floor.orders, floor.touched = [], set()

    def relearn(self, at: float, rules: Rules, displaced: Collection[str] = ()) -> list[Command]:
        """Go on by new rules; calls that are on lose nothing. Between two events only.

        `displaced` people have another phone now, and leave their queue until they sign in again.
        """
        relearning.relearn(self.floor, at, rules, displaced)
        return self._orders(at)

    def _orders(self, at: float) -> list[Command]:
        """What the core has decided since it was asked last, screens of the touched last."""
        floor = self.floor
        returning.offer(floor, at)
        returning.list_left(floor)
        relearning.drop_left(floor)
        selling.list_changed(floor, at)
        for person in sorted(floor.touched):
            self._show(person)
        orders, floor.orders = floor.orders, []
        floor.touched = set()
        return orders

    def _show(self, person: str) -> None:
        """Draw the person's page anew, if anything on it has changed.

        Whoever has left the company, and had a meeting, say, has none.
        """
        floor = self.floor
        agent = floor.agents.get(person)
        if agent is None or not agent.desks:
            return
        screen = screens.screen_of(floor, person)
        if floor.shown.get(person) != screen:
            floor.shown[person] = screen
            floor.order(Show(person, screen))

    def _act(self, event: Event) -> None:
        """Whoever pressed a key that does nothing is told why."""
        try:
            self._take(event)
        except KeyRefused as refused:
            if not isinstance(event, DeskKey):
                raise
            why = str(refused)
            self.floor.order(RefuseKey(event.person, event.request, refused.problem, why))

    def _take(self, event: Event) -> None:
        floor = self.floor
        match event:
            case CallOffered():
                admission.offered(floor, event)
            case CallerQueued():
                admission.queued(floor, event)
            case CallerElsewhere():
                leaving.elsewhere(floor, event)
            case CallerTurnedAway():
                leaving.turned_away(floor, event)
            case AgentRang():
                ringing.rang(floor, event)
            case MobilePickedUp():
                ringing.mobile_picked_up(floor, event)
            case RingStopped():
                ringing.ring_stopped(floor, event)
            case AgentAnswered():
                talking.answered(floor, event)
            case LegBridged():
                passing.bridged(floor, event)
            case CallerHeld():
                passing.held(floor, event)
            case CallerUnheld():
                passing.unheld(floor, event)
            case CallTransferred():
                passing.transferred(floor, event)
            case LegUnbridged():
                talking.unbridged(floor, event)
            case LegEnded():
                talking.leg_ended(floor, event)
            case CallEnded():
                talking.ended(floor, event)
            case TransferUnanswered():
                promising.unanswered(floor, event)
            case TransferFailed():
                consulting.failed(floor, event)
            case ClaimAsked():
                dialling.claim_asked(floor, event)
            case SalesLegFailed():
                dialling.phone_silent(floor, event)
            case SalesLegAnswered():
                pass
            case ClientAnswered():
                dialling.client_answered(floor, event)
            case ClientLegEnded():
                dialling.client_leg_ended(floor, event)
            case MemberSeen():
                signing.member_seen(floor, event)
            case MemberGone():
                signing.member_gone(floor, event)
            case ResultCoded():
                coding.coded(floor, event)
            case DueChosen():
                choosing.chosen(floor, event)
            case WrapUpCoded():
                wrapping.coded(floor, event)
            case LinkLost():
                resyncing.link_lost(floor, event)
            case Resynced():
                resyncing.resynced(floor, event)
            case DeskOpened():
                signing.desk_opened(floor, event)
            case DeskClosed():
                signing.desk_closed(floor, event)
            case ReadyPressed():
                signing.ready(floor, event)
            case PausePressed():
                signing.pause(floor, event)
            case SignOutPressed():
                signing.sign_out(floor, event)
            case CompanySought():
                learning.sought(floor, event)
            case CallBackPressed():
                returning.call_back(floor, event)
            case TaskClosed():
                returning.close(floor, event)
            case RingPassed():
                keys.ring_passed(floor, event)
            case TakeBackPressed() | LetTalkPressed() | PassPressed():
                consulting.pressed(floor, event)
            case WrapUpProlonged():
                wrapping.prolong(floor, event)
            case (
                AnswerPressed()
                | BackPressed()
                | SkipPressed()
                | AnswerCorrected()
                | NotEnquiryPressed()
                | NoteWritten()
                | CompanyPicked()
                | TreeOpened()
                | OutcomeConfirmed()
                | OutcomeOverridden()
                | HangUpPressed()
                | DispositionGiven()
                | DueAsked()
            ):
                keys.pressed(floor, event)
            case (
                PromiseOpened()
                | CallNowPressed()
                | PromiseTaken()
                | ResultGiven()
                | PromiseClosed()
                | OwnerChanged()
                | DueChanged()
                | MeetingMoved()
                | MeetingCancelled()
            ):
                selling.pressed(floor, event)
            case Saved():
                self._saved(event)
            case SaveRefused():
                self._save_refused(event)
            case AccountsKept():
                learning.accounts_kept(floor, event)
            case ClientKnown():
                recognising.client_known(floor, event)
            case DealingsKnown():
                dealings.known(floor, event)
            case NumberForgotten():
                forgetting.forgotten(floor, event)
            case Woke():
                self._woke(event)
            case Restored():
                restoring.restored(floor, event)
            case _:
                assert_never(event)

    def _saved(self, event: Saved) -> None:
        match event.kind:
            case RecordKind.ESCALATION:
                promising.saved(self.floor, event.at, event.id)
                leaving.kept(self.floor, event.id)
            case RecordKind.ATTEMPT:
                dialling.attempt_saved(self.floor, event.id)
            case RecordKind.MISSED_CALL:
                leaving.kept(self.floor, event.id)
            case RecordKind.CALL:
                admission.kept(self.floor, event.id)
            case (
                RecordKind.INTERVIEW
                | RecordKind.AGENT_STATE
                | RecordKind.STRETCH
                | RecordKind.ACCOUNT
                | RecordKind.ACCOUNT_NUMBER
                | RecordKind.MEETING
                | RecordKind.OWNER
            ):
                pass

    def _save_refused(self, event: SaveRefused) -> None:
        self.floor.report("save_refused", event.id, event.why)
        match event.kind:
            case RecordKind.ESCALATION:
                promising.not_saved(self.floor, event.id)
            case RecordKind.ATTEMPT:
                dialling.not_saved(self.floor, event.at, event.id)
            case RecordKind.CALL:
                admission.kept(self.floor, event.id)
            case _:
                pass

    def _woke(self, event: Woke) -> None:
        floor = self.floor
        if event.key == calling.WAKE:
            calling.woke(floor, event.at)
        elif event.key == meetings.WAKE:
            meetings.woke(floor, event.at)
        elif event.key.startswith(wrapping.KEY):
            agent = floor.agents[event.key.removeprefix(wrapping.KEY)]
            if agent.wrap and agent.wrap_ends_at <= event.at:
                wrapping.end(floor, event.at, agent)
