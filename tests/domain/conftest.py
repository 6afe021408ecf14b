"""A small company and a driver that plays Asterisk, the desk and the disk for the pure core."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest
from company import CALLER, DID, rules

from ivr.domain.commands import Command, DialCallback, Save, Show
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    AnswerPressed,
    CallEnded,
    CallerQueued,
    CallOffered,
    DeskOpened,
    Event,
    LegBridged,
    LegEnded,
    MemberSeen,
    MemberStatus,
    OutcomeConfirmed,
    Resynced,
    Saved,
)
from ivr.domain.reception import Reception
from ivr.domain.records import KIND_OF, Record
from ivr.domain.screen import Screen

C = TypeVar("C", bound=Command)
R = TypeVar("R", bound=Record)


@dataclass
class Play:
    """Drives the core: `disk` confirms what asks to be confirmed, unless it is taken away."""

    reception: Reception
    now: float = 1000.0
    disk: bool = True
    orders: list[Command] = field(default_factory=list)
    presses: int = 0

    def happen(self, event: Event) -> list[Command]:
        """Post one event, then what the disk answers to it; all orders that followed."""
        orders = self.reception.receive(event)
        self.orders += orders
        for command in list(orders):
            if self.disk and isinstance(command, Save) and command.confirm:
                kind = KIND_OF[type(command.record)]
                orders += self.happen(Saved(self.now, kind, command.record.id))
        return orders

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def seat(self, *people: str, paused: bool = False) -> None:
        for person in people:
            queue = self.reception.floor.department_of(person).queue
            self.happen(MemberSeen(self.now, person, queue, paused, "", MemberStatus.IDLE))
            self.happen(DeskOpened(self.now, person))

    def offer(self, call: str, number: str = CALLER, name: str = "Марина") -> list[Command]:
        return self.happen(CallOffered(self.now, call, f"PJSIP/trunk-{call}", DID, number, name))

    def queue(self, call: str, number: str = CALLER) -> list[Command]:
        return self.happen(
            CallerQueued(self.now, call, f"PJSIP/trunk-{call}", "client", number, "Марина")
        )

    def ring(self, call: str, person: str) -> list[Command]:
        queue = self.reception.floor.department_of(person).queue
        return self.happen(AgentRang(self.now, call, person, queue, f"PJSIP/{person}-{call}"))

    def answer(self, call: str, person: str) -> list[Command]:
        queue = self.reception.floor.department_of(person).queue
        leg, caller = f"PJSIP/{person}-{call}", f"PJSIP/trunk-{call}"
        orders = self.happen(AgentAnswered(self.now, call, person, queue, leg, caller))
        bridge = f"bridge-{person}-{call}"
        orders += self.happen(LegBridged(self.now, call, leg, bridge))
        return orders + self.happen(LegBridged(self.now, call, caller, bridge))

    def connect(self, call: str, person: str, number: str = CALLER) -> list[Command]:
        """A whole arrival: offered, queued, rung, answered."""
        self.offer(call, number)
        self.queue(call, number)
        self.ring(call, person)
        return self.answer(call, person)

    def say(self, call: str, person: str, question: str, given: str) -> list[Command]:
        return self.happen(AnswerPressed(self.now, person, self.request(), call, question, given))

    def confirm(self, call: str, person: str) -> list[Command]:
        return self.happen(OutcomeConfirmed(self.now, person, self.request(), call, ""))

    def hang_up(self, call: str, person: str) -> list[Command]:
        return self.happen(LegEnded(self.now, call, f"PJSIP/{person}-{call}", 16))

    def leave(self, call: str) -> list[Command]:
        return self.happen(CallEnded(self.now, call, 16))

    def resync(self, **changes: object) -> list[Command]:
        blank = Resynced(self.now, (), (), ())
        return self.happen(replace(blank, **changes))  # type: ignore[arg-type]

    def request(self) -> str:
        self.presses += 1
        return f"r{self.presses}"

    def given(self, kind: type[C]) -> list[C]:
        """All orders of one kind so far."""
        return [o for o in self.orders if isinstance(o, kind)]

    def given_records(self, kind: type[R]) -> list[R]:
        """All records of one kind that were to be kept, in order."""
        return [s.record for s in self.given(Save) if isinstance(s.record, kind)]

    def screen(self, person: str) -> Screen:
        """The screen that this person saw last."""
        return [s.screen for s in self.given(Show) if s.person == person][-1]

    def dialled(self) -> DialCallback:
        return self.given(DialCallback)[-1]


@pytest.fixture
def play() -> Play:
    """Anna and Boris answer, Olga and Pavel sell; everybody is signed in; two lines."""
    driver = Play(Reception(rules()))
    driver.resync()
    driver.seat("anna", "boris", "olga", "pavel")
    return driver


@pytest.fixture
def company() -> type[Play]:
    return Play
