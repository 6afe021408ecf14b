"""The sales desk of one person: the promise in hand, and the lists in the order of work."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import merge

from ivr.domain.client.phone import E164, normalise
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.board import Group, Rank, first
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import calling, in_hand, meetings, promise_cards
from ivr.domain.reception.floor import Floor
from ivr.domain.records import MeetingRecord
from ivr.domain.sales_card import (
    PromiseRow,
    ReminderCard,
    SalesCard,
    SalesCounts,
)

MOST_ROWS = 50
"""Rows of one list: whoever has more works from the top."""


def card(floor: Floor, agent: Agent) -> SalesCard | None:
    """What this person's sales desk shows; None for people of the client department."""
    department = floor.rules.departments.get(agent.department)
    if department is None or department.sales:
        return None
    board = floor.escalations.board
    live = in_hand.in_hand(floor, agent) or floor.escalations.get(
        floor.opened.get(agent.person, "")
    )
    others = [who for who in board.keepers(agent.department) if who != agent.person]
    team: Iterable[Rank] = merge(*(board.listed(agent.department, who) for who in others))
    return SalesCard(
        live=promise_cards.whole(floor, agent, live) if live else None,
        mine=_rows(floor, agent, board.listed(agent.department, agent.person)),
        team=_rows(floor, agent, team),
        counts=_counts(floor, agent, others),
        reminders=tuple(
            _reminder(floor, meeting) for meeting in meetings.near(floor, board.now, agent.person)
        ),
        supervisor=in_hand.is_supervisor(floor, agent),
        people=tuple(
            (one.id, one.name)
            for one in floor.rules.people.values()
            if one.department == agent.department
        ),
        company_zone=floor.rules.zone,
        callers_wait=calling.callers_waiting(floor, agent.department),
    )


def _rows(floor: Floor, agent: Agent, ranks: Iterable[Rank]) -> tuple[PromiseRow, ...]:
    return tuple(
        _row(floor, agent, floor.escalations[one]) for one in first(iter(ranks), MOST_ROWS)
    )


def _row(floor: Floor, agent: Agent, escalation: Escalation) -> PromiseRow:
    record = escalation.record
    number = _pretty(floor, record.number)
    return PromiseRow(
        id=record.id,
        stage=promise_cards.stage_of(floor, agent, escalation),
        who=record.company or record.name or number,
        number=number,
        why=record.why,
        aim=record.aim,
        key_account=promise_cards.is_key(floor, record),
        attempts=record.attempts,
        overdue=floor.escalations.board.overdue(record),
        due_at=record.due_at,
        agreed_by=escalation.due_agreed_by,
        zone=record.zone or floor.rules.zone,
        owner=promise_cards.name_of(floor, record.owner),
        owner_id=record.owner,
        made_at=record.made_at,
        joined=len(record.joined),
    )


def _counts(floor: Floor, agent: Agent, others: list[str]) -> SalesCounts:
    def mine(group: Group) -> int:
        return floor.escalations.board.count(agent.department, agent.person, group)

    def team(group: Group) -> int:
        return sum(floor.escalations.board.count(agent.department, who, group) for who in others)

    return SalesCounts(
        result=mine(Group.RESULT),
        overdue=mine(Group.OVERDUE),
        due=mine(Group.DUE),
        later=mine(Group.LATER),
        human=mine(Group.HUMAN),
        team_overdue=team(Group.OVERDUE),
        team_due=team(Group.DUE),
        team_later=team(Group.LATER),
        team_human=team(Group.HUMAN),
    )


def _reminder(floor: Floor, meeting: MeetingRecord) -> ReminderCard:
    return ReminderCard(
        meeting=promise_cards.meeting_card(floor, meeting),
        promise=meeting.promise,
        company=meeting.company,
        client=meeting.name,
        number=_pretty(floor, meeting.number),
    )


def _pretty(floor: Floor, number: str) -> str:
    caller = normalise(number, floor.rules.region)
    return caller.pretty if isinstance(caller, E164) else number
