"""Tapes of Asterisk's events as others met them, played through the translator into the core."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest
from company import rules

from ivr.asterisk.translate import Ignored, OriginateFailed, Phones, SalesLegStarted, Translator
from ivr.domain.commands import Command, DialCallback, Save, Show
from ivr.domain.events import DeskOpened, Resynced
from ivr.domain.intake.agent import AgentState
from ivr.domain.intake.ledger import talked_with
from ivr.domain.intake.shifts import seconds
from ivr.domain.reception import Reception
from ivr.domain.records import (
    AgentStateRecord,
    CallRecord,
    MissedCallRecord,
    StretchKind,
    StretchRecord,
)
from ivr.store.memory_days import day_counts

R = TypeVar("R", CallRecord, AgentStateRecord, MissedCallRecord, StretchRecord)
TAPES = Path(__file__).parent.parent / "cases"
MISSED = {"anna": "PJSIP/101", "boris": "PJSIP/102"}
RINGALL = {"anna": "PJSIP/200", "boris": "PJSIP/201"}


def time_of(event: dict[str, str]) -> float:
    """When this happened: seconds from the tape's begin, or a time of day."""
    if "at" in event:
        return datetime.fromisoformat(event.pop("at")).timestamp()
    return float(event.pop("t"))


@dataclass
class Spoken:
    name: str
    headers: dict[str, str]

    def get(self, header: str, default: str = "") -> str:
        return self.headers.get(header, default)


class Tape:
    """A core that hears a tape, and the orders that it gave."""

    def __init__(self, phones: Phones) -> None:
        self.reception = Reception(rules(lines=5))
        self.translator = Translator(phones, frozenset({"client", "sales"}))
        self.orders: list[Command] = []
        self.orders += self.reception.receive(Resynced(0.0, (), (), ()))
        for person in ("anna", "boris"):
            self.orders += self.reception.receive(DeskOpened(0.0, person))

    def hear(self, at: float, name: str, **headers: str) -> None:
        meaning = self.translator.meaning(Spoken(name, headers), at)
        if not isinstance(meaning, (Ignored, SalesLegStarted, OriginateFailed)):
            self.orders += self.reception.receive(meaning)

    def play(self, file: str) -> None:
        """Each event of the file; a caller who is gone is also hung up, as Asterisk tells."""
        for line in (TAPES / file).read_text().splitlines():
            event = {key: str(value) for key, value in json.loads(line).items()}
            event.setdefault("Queue", "client")
            at, name = time_of(event), event.pop("Event")
            self.hear(at, name, **event)
            if name in ("QueueCallerAbandon", "AgentComplete"):
                call = event["Uniqueid"]
                self.hear(at, "Hangup", Uniqueid=call, Linkedid=call, Channel=f"PJSIP/trunk-{call}")

    def saved(self, kind: type[R]) -> dict[str, R]:
        """The last state of each record of this kind."""
        records = (o.record for o in self.orders if isinstance(o, Save))
        return {r.id: r for r in records if isinstance(r, kind)}


@pytest.fixture
def missed() -> Tape:
    tape = Tape(Phones(MISSED, more={"101": "anna", "102": "boris"}))
    tape.play("events_missed.jsonl")
    return tape


def test_missed_is_a_caller_whom_nobody_talked_to_once_a_number_with_its_first_time(
    missed: Tape,
) -> None:
    records = [o.record for o in missed.orders if isinstance(o, Save)]
    tasks = [r for r in records if isinstance(r, MissedCallRecord)]
    assert {t.number for t in tasks} == {"+74950000063"}
    assert len({t.id for t in tasks}) == 1
    assert {t.first_missed_at for t in tasks} == {600.0}
    assert max(t.count for t in tasks) == 2
    assert tasks[-1].closed_how == "served"
    assert not [o for o in missed.orders if isinstance(o, DialCallback)]
    calls = missed.saved(CallRecord).values()
    day = day_counts(calls, missed.saved(MissedCallRecord).values(), (), 0.0)
    assert (day.answered, day.missed, day.recovered) == (2, 2, 1)


def test_each_break_is_counted_by_its_own_begin_and_reason() -> None:
    tape = Tape(Phones(MISSED, more={"101": "anna", "102": "boris"}))
    noon = datetime.fromisoformat("2026-12-01T12:00:00+03:00").timestamp()
    tape.hear(noon - 3600, "QueueMemberAdded", Queue="client", MemberName="101", Paused="0")
    tape.play("events_pause.jsonl")
    spans = tape.saved(AgentStateRecord).values()
    breaks = seconds(spans, AgentState.PAUSED, noon - 3600, noon + 6 * 3600)
    assert breaks == {"Обед": 1800.0, "Обучение": 600.0}
    assert sum(breaks.values()) == 2400.0
    ready = seconds(spans, AgentState.READY, noon - 3600, noon + 6 * 3600)
    assert ready == {"": 3600.0 + 2.5 * 3600 + (6 - 3 - 1 / 6) * 3600}


@pytest.mark.parametrize("answers_as", ["Local/201@from-queue/n", "PJSIP/201"])
def test_the_answering_member_has_the_call_and_the_other_is_ready(answers_as: str) -> None:
    phones = RINGALL | {"boris": answers_as}
    tape = Tape(Phones(phones, more={"200": "anna", "201": "boris", "PJSIP/201": "boris"}))
    for person in ("200", "201"):
        tape.hear(
            0.0, "QueueMemberAdded", Queue="client", MemberName=person, Paused="0", Status="1"
        )
    tape.play("events_ringall.jsonl")
    call = tape.saved(CallRecord)["c1"]
    assert call.agent == "boris"
    assert call.talked == pytest.approx(60.0)
    ledger = tape.saved(StretchRecord).values()
    assert talked_with(ledger) == {"boris": pytest.approx(60.0)}
    rings = {row.person: row.detail for row in ledger if row.kind is StretchKind.RANG}
    assert rings == {"anna": "elsewhere", "boris": "answered"}
    agents = tape.reception.floor.agents
    assert agents["anna"].state is AgentState.READY
    assert agents["anna"].talked == 0.0
    asked = {o.person for o in tape.orders if isinstance(o, Show) and o.screen.question}
    assert asked == {"boris"}
