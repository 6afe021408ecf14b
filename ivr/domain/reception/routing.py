"""Every event that exists, and who in the core takes it."""

from __future__ import annotations

from typing import assert_never

from ivr.domain import events
from ivr.domain.reception import (
    admission,
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
    restoring,
    resyncing,
    returning,
    ringing,
    selling,
    signing,
    talking,
    transferred,
    unheard,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.records import RecordKind


def take(floor: Floor, event: events.Event) -> None:
    """Hand the event to its handler. Raises KeyRefused for a key that does nothing now."""
    if isinstance(event, events.PbxEvent):
        _happened(floor, event)
    elif isinstance(event, events.DeskEvent):
        _pressed(floor, event)
    else:
        _kept(floor, event)


def _happened(floor: Floor, event: events.PbxEvent) -> None:
    match event:
        case events.CallOffered():
            admission.offered(floor, event)
        case events.CallerQueued():
            admission.queued(floor, event)
        case events.CallerElsewhere():
            leaving.elsewhere(floor, event)
        case events.CallerTurnedAway():
            leaving.turned_away(floor, event)
        case events.CallerServed():
            unheard.served(floor, event)
        case events.AgentRang():
            ringing.rang(floor, event)
        case events.MobilePickedUp():
            ringing.mobile_picked_up(floor, event)
        case events.RingStopped():
            ringing.ring_stopped(floor, event)
        case events.AgentAnswered():
            talking.answered(floor, event)
        case events.LegBridged():
            passing.bridged(floor, event)
        case events.CallerHeld():
            passing.held(floor, event)
        case events.CallerUnheld():
            passing.unheld(floor, event)
        case events.CallTransferred():
            passing.transferred(floor, event)
        case events.LegUnbridged():
            talking.unbridged(floor, event)
        case events.LegEnded():
            talking.leg_ended(floor, event)
        case events.CallEnded():
            talking.ended(floor, event)
        case events.TransferUnanswered():
            transferred.unanswered(floor, event)
        case events.TransferFailed():
            consulting.failed(floor, event)
        case events.ClaimAsked():
            dialling.claim_asked(floor, event)
        case events.SalesLegFailed():
            dialling.phone_silent(floor, event)
        case events.SalesLegAnswered():
            pass
        case events.ClientAnswered():
            dialling.client_answered(floor, event)
        case events.ClientLegEnded():
            dialling.client_leg_ended(floor, event)
        case events.MemberSeen():
            signing.member_seen(floor, event)
        case events.MemberGone():
            signing.member_gone(floor, event)
        case events.ResultCoded():
            coding.coded(floor, event)
        case events.DueChosen():
            choosing.chosen(floor, event)
        case events.WrapUpCoded():
            wrapping.coded(floor, event)
        case events.LinkLost():
            resyncing.link_lost(floor, event)
        case events.Resynced():
            resyncing.resynced(floor, event)
        case _:
            assert_never(event)


def _pressed(floor: Floor, event: events.DeskEvent) -> None:
    if isinstance(event, events.CallKey):
        keys.pressed(floor, event)
        return
    if isinstance(event, events.SalesKey):
        selling.pressed(floor, event)
        return
    match event:
        case events.DeskOpened():
            signing.desk_opened(floor, event)
        case events.DeskClosed():
            signing.desk_closed(floor, event)
        case events.ReadyPressed():
            signing.ready(floor, event)
        case events.PausePressed():
            signing.pause(floor, event)
        case events.SignOutPressed():
            signing.sign_out(floor, event)
        case events.CompanySought():
            learning.sought(floor, event)
        case events.CallBackPressed():
            returning.call_back(floor, event)
        case events.TaskClosed():
            returning.close(floor, event)
        case events.RingPassed():
            keys.ring_passed(floor, event)
        case events.TakeBackPressed() | events.LetTalkPressed() | events.PassPressed():
            consulting.pressed(floor, event)
        case events.WrapUpProlonged():
            wrapping.prolong(floor, event)
        case _:
            assert_never(event)


def _kept(floor: Floor, event: events.KeptEvent) -> None:
    match event:
        case events.Saved():
            _saved(floor, event)
        case events.SaveRefused():
            _save_refused(floor, event)
        case events.AccountsKept():
            learning.accounts_kept(floor, event)
        case events.ClientKnown():
            recognising.client_known(floor, event)
        case events.DealingsKnown():
            dealings.known(floor, event)
        case events.NumberForgotten():
            forgetting.forgotten(floor, event)
        case events.Woke():
            _woke(floor, event)
        case events.Restored():
            restoring.restored(floor, event)
        case _:
            assert_never(event)


def _saved(floor: Floor, event: events.Saved) -> None:
    match event.kind:
        case RecordKind.ESCALATION:
            promising.saved(floor, event.at, event.id)
            leaving.kept(floor, event.id)
        case RecordKind.ATTEMPT:
            dialling.attempt_saved(floor, event.id)
        case RecordKind.MISSED_CALL:
            leaving.kept(floor, event.id)
        case RecordKind.CALL:
            admission.kept(floor, event.id)
            leaving.kept(floor, event.id)
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


def _save_refused(floor: Floor, event: events.SaveRefused) -> None:
    floor.report("save_refused", event.id, event.why)
    match event.kind:
        case RecordKind.ESCALATION:
            promising.not_saved(floor, event.id)
        case RecordKind.ATTEMPT:
            dialling.not_saved(floor, event.at, event.id)
        case RecordKind.CALL:
            admission.kept(floor, event.id)
        case _:
            pass


def _woke(floor: Floor, event: events.Woke) -> None:
    if event.key == calling.WAKE:
        calling.woke(floor, event.at)
    elif event.key == meetings.WAKE:
        meetings.woke(floor, event.at)
    elif event.key.startswith(wrapping.KEY):
        agent = floor.agents[event.key.removeprefix(wrapping.KEY)]
        if agent.wrap and agent.wrap_ends_at <= event.at:
            wrapping.end(floor, event.at, agent)
