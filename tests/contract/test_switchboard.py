"""The inbox when the core or a port has a defect, and the lines that it writes of a call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
import structlog
from company import CALLER, DID, rules
from contract.store_backends import call, escalation, interview
from structlog.testing import capture_logs

from ivr.domain.commands import AdmitCall, Command, LeaveToDialplan, RefuseCall
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerQueued,
    CallOffered,
    LinkLost,
    MemberSeen,
    MemberStatus,
    Restored,
    Resynced,
)
from ivr.domain.reception import Reception, admission
from ivr.domain.records import EscalationState
from ivr.milestones import REMEMBERED
from ivr.switchboard import Switchboard


@dataclass
class Ports:
    """Stands for all four ports, and keeps what Asterisk is told."""

    told: list[Command] = field(default_factory=list)
    fails: bool = False

    def perform(self, command: Command) -> None:
        if self.fails and isinstance(command, AdmitCall):
            self.fails = False
            raise ZeroDivisionError("a port's defect")
        self.told.append(command)

    def __getattr__(self, name: str) -> Any:
        return lambda *_args: None


@pytest.fixture
def ports() -> Ports:
    return Ports()


@pytest.fixture
def board(ports: Ports) -> Switchboard:
    reception = Reception(rules())
    board = Switchboard(reception)
    port = cast(Any, ports)
    board.connect(port, port, port, port)
    person = next(a.person for a in reception.floor.agents.values())
    queue = reception.floor.department_of(person).queue
    board.post(Resynced(1.0, (), (), ()))
    board.post(MemberSeen(2.0, person, queue, False, "", MemberStatus.IDLE))
    return board


def offered(call: str) -> CallOffered:
    return CallOffered(10.0, call, f"PJSIP/trunk-{call}", DID, CALLER, "")


def verdicts(ports: Ports) -> list[str]:
    return [c.call for c in ports.told if isinstance(c, AdmitCall | RefuseCall | LeaveToDialplan)]


def test_a_defect_met_with_one_call_costs_no_other_call(
    board: Switchboard, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = admission.offered

    def broken(floor: Any, event: CallOffered) -> None:
        sound(floor, event)
        if event.call == "1.1":
            raise KeyError("a defect of the core")

    monkeypatch.setattr(admission, "offered", broken)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        board.post(offered("1.1"))
    board.post(offered("1.2"))
    assert verdicts(ports) == ["1.2"]
    assert board.defects == 1
    line = next(line for line in logs if line["event"] == "core_broke")
    assert (line["linkedid"], line["met_by"]) == ("1.1", "CallOffered")
    assert line["exc_info"]


def test_the_events_that_wait_behind_a_broken_one_are_digested(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Switchboard(Reception(rules()))
    taken: list[str] = []

    def take(event: Any) -> list[Command]:
        taken.append(event.call)
        if event.call == "1.1":
            raise KeyError("a defect of the core")
        return []

    monkeypatch.setattr(board._reception, "receive", take)
    for one in ("1.1", "1.2", "1.3"):
        board.post(offered(one))
    port = cast(Any, ports)
    board.connect(port, port, port, port)
    assert taken == ["1.1", "1.2", "1.3"]


def test_an_order_that_a_port_cannot_take_keeps_the_next_call_none(
    board: Switchboard, ports: Ports
) -> None:
    ports.fails = True
    board.post(offered("1.1"))
    board.post(offered("1.2"))
    assert "1.1" not in verdicts(ports)
    assert "1.2" in verdicts(ports)
    assert board.defects == 1


def test_a_call_is_told_in_one_line_each_for_its_answer_and_its_end(
    board: Switchboard, ports: Ports
) -> None:
    agents = board._reception.floor.agents.values()
    person = next(a.person for a in agents if a.member)
    queue = board._reception.floor.department_of(person).queue
    channel = "PJSIP/trunk-1.1"
    with capture_logs() as logs:
        board.post(offered("1.1"))
        board.post(CallerQueued(11.0, "1.1", channel, queue, CALLER, ""))
        board.post(AgentRang(12.0, "1.1", person, queue, "PJSIP/p-1"))
        board.post(AgentAnswered(14.0, "1.1", person, queue, "PJSIP/p-1", channel))
        board.post(LinkLost(15.0, "cut"))
        board.post(CallEnded(20.0, "1.1", 16))
    told = [line for line in logs if line["event"] in ("call_answered", "call_ended")]
    assert [line["event"] for line in told] == ["call_answered", "call_ended"]
    assert all(line["linkedid"] == "1.1" for line in told)
    assert told[0]["agent"] == person
    assert told[1]["end"] == "served"
    assert CALLER not in str(told)


def test_a_restart_writes_no_line_again_that_a_former_life_has_written(ports: Ports) -> None:
    """And an open promise that is saved for days has one line, however much came between."""
    made = escalation(state=EscalationState.PROMISED)
    owed = escalation("e-later", state=EscalationState.CALLBACK)
    answered = call(ended_at=None)
    decided = interview(outcome="office", owner="sales", decided_at=1100.0)
    board = Switchboard(Reception(rules()))
    port = cast(Any, ports)
    board.connect(port, port, port, port)
    with capture_logs() as logs:
        board.post(Restored(1200.0, (answered,), (decided,), (made, owed), (), ()))
        for one in (answered, decided, made, owed, replace(owed, attempts=1)):
            board._milestones.note(one)
        board._milestones.note(escalation("e-new"))
    said = [one["event"] for one in logs if one["event"] in LINES]
    assert said == ["sales_promised"]
    for n in range(REMEMBERED + 1):
        board._milestones.note(call(f"c-{n}"))
    with capture_logs() as logs:
        board._milestones.note(replace(escalation("e-new"), state=EscalationState.HUMAN))
    assert logs == []


LINES = ("call_answered", "call_ended", "outcome_decided", "sales_promised")
