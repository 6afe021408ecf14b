"""What the wall of a department shows now, put together from the floor and the day's totals."""

from __future__ import annotations

from ivr.domain.client.phone import E164, Withheld
from ivr.domain.intake.call import Call, Phase
from ivr.domain.reception import screens
from ivr.domain.reception.floor import Floor
from ivr.domain.screen import Screen, Stage
from ivr.domain.wall import CrewRow, DayCounts, WaitingCaller, WallScreen

_IDLE = (Stage.SIGNED_OUT, Stage.READY, Stage.PAUSED)


def wall_of(floor: Floor, department: str, day: DayCounts, counted_at: float) -> WallScreen:
    """The whole wall of one department as the last event left it."""
    rules = floor.rules.departments[department]
    group = floor.groups[department]
    overdue = floor.escalations.board.late(rules.sales)
    waited = day.answered_waited + day.missed_waited
    return WallScreen(
        department=department,
        numbers=tuple(n.did for n in floor.rules.numbers.values() if n.department == department),
        lines=group.lines,
        used=group.used,
        headcount=_headcount(floor, department),
        waiting=_waiting(floor, department),
        limit=rules.alarm_after,
        answered=day.answered,
        mean_wait=_mean(day.answered_waited, day.answered),
        mean_wait_all=_mean(waited, day.answered + day.missed),
        missed=day.missed,
        recovered=day.recovered,
        kept=day.kept,
        promises=day.closed + overdue,
        overdue=overdue,
        crew=tuple(_row(floor, one) for one in _crew(floor, department)),
        link_lost_at=floor.link_lost_at,
        counted_at=counted_at,
    )


def departments(floor: Floor) -> tuple[str, ...]:
    """Those that answer a number, in the order of the configuration."""
    answering = {number.department for number in floor.rules.numbers.values()}
    return tuple(name for name in floor.rules.departments if name in answering)


def _mean(total: float, count: int) -> float | None:
    return total / count if count else None


def _headcount(floor: Floor, department: str) -> int:
    if floor.rules.departments[department].lines is None:
        return floor.signed_in(department)
    return len(_crew(floor, department))


def _crew(floor: Floor, department: str) -> list[str]:
    return [one.id for one in floor.rules.people.values() if one.department == department]


def _waiting(floor: Floor, department: str) -> tuple[WaitingCaller, ...]:
    waiting = [
        call
        for call in floor.calls.values()
        if call.phase in (Phase.OFFERED, Phase.WAITING) and call.record.department == department
    ]
    waiting.sort(key=lambda call: (call.record.offered_at, call.id))
    return tuple(_caller(floor, call) for call in waiting)


def _caller(floor: Floor, call: Call) -> WaitingCaller:
    record = call.record
    pretty = call.caller.pretty if isinstance(call.caller, E164) else record.raw_number
    return WaitingCaller(
        call=call.id,
        number="" if isinstance(call.caller, Withheld) else pretty,
        name=record.company or record.name,
        line=floor.groups[record.department].line_of(call.id),
        since=record.offered_at,
    )


def _row(floor: Floor, person: str) -> CrewRow:
    screen = screens.screen_of(floor, person)
    caller = screen.caller if screen.stage not in _IDLE else None
    return CrewRow(
        person=person,
        name=screen.name,
        stage=screen.stage,
        since=screen.since,
        reason=screen.pause_reason,
        desk=floor.agents[person].desks,
        caller=(caller.company or caller.name or caller.number) if caller else "",
        withheld=caller is not None and caller.withheld,
        key_account=caller is not None and caller.key_account,
        known=caller is not None and (caller.known or bool(caller.company)),
        step=screen.question.step if screen.question else 0,
        owner=screen.outcome.owner if screen.outcome else "",
        salesperson=_passed_to(screen),
    )


def _passed_to(screen: Screen) -> str:
    return screen.transfer.salesperson if screen.transfer else ""
