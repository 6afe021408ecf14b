"""One promise as the sales desk shows it, whole, with everything that was before it."""

from __future__ import annotations

from typing import Any, cast

from ivr.domain.client.phone import E164, normalise
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.board import Group
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.joining import calls_of
from ivr.domain.reception import meetings, selling
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.questions import told_facts
from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MeetingRecord,
    Plain,
)
from ivr.domain.sales_card import (
    AttemptCard,
    EarlierCard,
    JoinedCard,
    MeetingCard,
    PromiseCard,
    PromiseStage,
)
from ivr.domain.tree.interview import resumed
from ivr.domain.words import Fact, OfferCard

_STAGES = {
    Group.LIVE: PromiseStage.PASSING,
    Group.RESULT: PromiseStage.RESULT,
    Group.OVERDUE: PromiseStage.OVERDUE,
    Group.DUE: PromiseStage.DUE,
    Group.HUMAN: PromiseStage.HUMAN,
    Group.LATER: PromiseStage.LATER,
}


def whole(floor: Floor, agent: Agent, escalation: Escalation) -> PromiseCard:
    """The whole card: what we know of the client is all of it."""
    record = escalation.record
    meeting = meetings.of_promise(floor, record)
    return PromiseCard(
        id=record.id,
        stage=stage_of(floor, agent, escalation),
        client=record.name,
        company=record.company,
        key_account=is_key(floor, record),
        scale=record.scale,
        number=_pretty(floor, record.number),
        numbers=tuple(_pretty(floor, number) for number in escalation.numbers),
        known=_facts(record.answers),
        offers=_offers(floor, record.offer),
        why=record.why,
        aim=record.aim,
        note=record.note,
        agent=name_of(floor, record.agent),
        made_at=record.made_at,
        owner=name_of(floor, record.owner),
        owner_id=record.owner,
        mine=record.owner == agent.person,
        promised_at=record.promised_at,
        agreed_by=record.agreed_by,
        due_at=record.due_at,
        zone=record.zone or floor.rules.zone,
        overdue=record.state is not EscalationState.CLOSED
        and floor.escalations.board.overdue(record),
        attempts=_attempts(floor, escalation),
        attempts_left=max(0, floor.rules.callbacks.attempts - record.attempts),
        joined=tuple(_joined(floor, one) for one in record.joined),
        earlier=_earlier(floor, escalation),
        earlier_known=escalation.dealings is not None,
        talk_since=escalation.talk_since,
        talked=record.talked,
        result=record.result,
        result_note=record.result_note,
        next_step=record.next_step,
        meeting=meeting_card(floor, meeting) if meeting else None,
        why_not_call=selling.why_not_call(floor, agent, escalation),
    )


def stage_of(floor: Floor, agent: Agent, escalation: Escalation) -> PromiseStage:
    """Where the promise stands for this person."""
    if not escalation.open:
        return PromiseStage.CLOSED
    if floor.escalation_of(agent.ring) is escalation and agent.ring:
        return PromiseStage.RINGING
    if escalation.talk_since is not None:
        return PromiseStage.TALKING
    attempt = next((a for a in floor.attempts.values() if a.record.promise == escalation.id), None)
    if attempt is not None and escalation.state is EscalationState.DIALLING:
        claimed = attempt.record.claimed_at is not None
        return PromiseStage.CLIENT if claimed else PromiseStage.PHONE
    if escalation.state is EscalationState.PROMISED:
        return PromiseStage.SAVING
    return _STAGES[Group(floor.escalations.board.place(escalation.id).rank[0])]


def is_key(floor: Floor, record: EscalationRecord) -> bool:
    """Whether the client is a large corporate customer."""
    account = floor.directory.get(record.account)
    return record.scale == "large" or (account is not None and account.large)


def name_of(floor: Floor, person: str) -> str:
    """A person's name, "" for nobody and for whoever has left."""
    somebody = floor.person(person)
    return somebody.name if somebody else ""


def meeting_card(floor: Floor, meeting: MeetingRecord) -> MeetingCard:
    """One meeting as the page shows it."""
    return MeetingCard(
        id=meeting.id,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        place=meeting.place,
        with_whom=meeting.with_whom,
        salesperson=name_of(floor, meeting.salesperson),
        moved=meeting.sequence,
        state=meeting.state.value,
    )


def _attempts(floor: Floor, escalation: Escalation) -> tuple[AttemptCard, ...]:
    live = [a.record for a in floor.attempts.values() if a.record.promise == escalation.id]
    newest_first = [*live, *reversed(escalation.tried)]
    return tuple(_attempt(floor, one) for one in newest_first)


def _attempt(floor: Floor, one: AttemptRecord) -> AttemptCard:
    return AttemptCard(one.made_at, name_of(floor, one.person), one.by_hand, one.result, one.talked)


def _joined(floor: Floor, one: dict[str, Plain]) -> JoinedCard:
    said = cast("dict[str, Any]", one)
    return JoinedCard(
        at=said["at"],
        agent=name_of(floor, said["agent"]),
        client=said["name"],
        number=_pretty(floor, said["number"]),
        known=_facts(said["answers"]),
        offers=_offers(floor, tuple(said["offer"])),
        note=said["note"],
    )


def _earlier(floor: Floor, escalation: Escalation) -> tuple[EarlierCard, ...]:
    dealings = escalation.dealings
    if dealings is None:
        return ()
    told = {call for one in dealings.promises for call in calls_of(one)} | {*escalation.calls}
    walks = {walk.call: walk for walk in dealings.walks}
    others = [one for one in dealings.promises if floor.escalations.now(one.id) is not escalation]
    cards = [_promise(floor, one) for one in others]
    cards += [
        _call(floor, call, walks.get(call.id)) for call in dealings.calls if call.id not in told
    ]
    return tuple(sorted(cards, key=lambda one: one.at, reverse=True))


def _promise(floor: Floor, record: EscalationRecord) -> EarlierCard:
    return EarlierCard(
        at=record.made_at,
        kind="promise",
        agent=name_of(floor, record.agent),
        salesperson=name_of(floor, record.owner),
        known=_facts(record.answers),
        offers=_offers(floor, record.offer),
        result=record.result,
        note=record.result_note or record.close_reason or record.note,
        next_step=record.next_step,
    )


def _call(floor: Floor, call: CallRecord, walk: InterviewRecord | None) -> EarlierCard:
    tree = floor.rules.history.get((walk.tree, walk.version)) if walk else None
    known: tuple[Fact, ...] = ()
    offered: tuple[str, ...] = ()
    if walk is not None and tree is not None:
        again = resumed(tree, walk.walk)
        known = _facts(again.facts()) if again else ()
        outcome = tree.outcomes.get(walk.outcome)
        offered = outcome.offers if outcome else ()
    return EarlierCard(
        at=call.offered_at,
        kind="call",
        agent=name_of(floor, call.agent),
        salesperson="",
        known=known,
        offers=_offers(floor, offered),
        result=call.disposition,
        note=call.note,
        next_step="",
    )


def _facts(answers: list[dict[str, Plain]]) -> tuple[Fact, ...]:
    return told_facts(answers)


def _offers(floor: Floor, ids: tuple[str, ...]) -> tuple[OfferCard, ...]:
    known = (floor.rules.offers[one] for one in ids if one in floor.rules.offers)
    return tuple(OfferCard(n, o.id, o.title, o.detail) for n, o in enumerate(known, start=1))


def _pretty(floor: Floor, number: str) -> str:
    caller = normalise(number, floor.rules.region)
    return caller.pretty if isinstance(caller, E164) else number
