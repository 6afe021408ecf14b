"""A small company and a driver that plays Asterisk, the desk and the disk for the pure core."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

import pytest

from ivr.domain.client.company import Account, Directory, Scale
from ivr.domain.client.phone import DialPolicy
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
from ivr.domain.promise.callback import CallbackRules
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Department, Number, Offer, Person, Published, Transfer
from ivr.domain.records import KIND_OF
from ivr.domain.screen import Screen
from ivr.domain.tree.tree import (
    Aim,
    Answer,
    How,
    Measure,
    OneOf,
    Outcome,
    Owner,
    Question,
    Range,
    Text,
    Tree,
)
from ivr.domain.tree.tree import Number as NumberForm

C = TypeVar("C", bound=Command)

DID = "+74950000012"
CALLER = "+74950000081"


def text(word: str) -> Text:
    return Text(f"{word} (ру)", word)


def tree() -> Tree:
    whole = Decimal
    questions = (
        Question(
            "who",
            text("who"),
            OneOf(
                (
                    Answer("person", text("person"), Scale.PRIVATE, "home"),
                    Answer("organisation", text("organisation"), None, "staff"),
                )
            ),
        ),
        Question(
            "staff",
            text("staff"),
            NumberForm(
                (
                    Range("r1", whole(0), whole(199), "seats", text("to 199"), Scale.SMALL),
                    Range("r2", whole(200), None, "corporate", text("200 on"), Scale.LARGE),
                ),
                measure=Measure.SCALE,
            ),
        ),
        Question(
            "seats",
            text("seats"),
            NumberForm(
                (
                    Range("r1", whole(0), whole(9), "office", text("to 9")),
                    Range("r2", whole(10), whole(49), "branch", text("10 to 49")),
                    Range("r3", whole(50), None, "volume", text("50 on")),
                ),
                measure=Measure.VOLUME,
            ),
        ),
    )
    outcomes = (
        Outcome("home", ("home-100",), Owner.CLIENT),
        Outcome("office", ("office-100",), Owner.CLIENT),
        Outcome("branch", ("office-500",), Owner.SALES, How.CALLBACK, Aim.TALK),
        Outcome("volume", ("dedicated",), Owner.SALES, How.TRANSFER, Aim.TALK),
        Outcome("corporate", ("dedicated",), Owner.SALES, How.TRANSFER, Aim.MEETING),
    )
    return Tree(
        "internet",
        text("internet"),
        "who",
        {q.id: q for q in questions},
        {o.id: o for o in outcomes},
    )


def rules(lines: int | None = 2, *, returns: bool = False) -> Rules:
    people = [
        *(Person(p, p.title(), str(101 + n), "client") for n, p in enumerate(("anna", "boris"))),
        *(Person(p, p.title(), str(301 + n), "sales") for n, p in enumerate(("olga", "pavel"))),
    ]
    published = Published(tree(), 1)
    return Rules(
        numbers={DID: Number(DID, "client", "internet", {"ru": "Здравствуйте", "en": "Hello"})},
        departments={
            "client": Department("client", "client", lines, 15, 30, "sales"),
            "sales": Department("sales", "sales", None, 15, 0, ""),
        },
        people={p.id: p for p in people},
        offers={
            o: Offer(o, {"ru": o, "en": o}, {})
            for o in ("home-100", "office-100", "office-500", "dedicated")
        },
        directory=Directory.of(
            (
                Account("vector", "ООО «Вектор»", ("+74950000047",), Scale.LARGE, True, "olga"),
                Account("a", "А", ("+74950000015",)),
                Account("b", "Б", ("+74950000015",)),
            )
        ),
        trees={"internet": published},
        history={("internet", 1): published.tree},
        transfer=Transfer(20, returns),
        callbacks=CallbackRules(
            attempts=3,
            ring_seconds=20,
            first_after=0.0,
            after_busy=300.0,
            after_no_answer=900.0,
            after_trunk_down=60.0,
            after_sales_silent=30.0,
            owner_keeps=7200.0,
        ),
        dial=DialPolicy(own=frozenset({DID})),
    )


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
