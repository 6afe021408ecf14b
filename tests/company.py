"""A small company for tests of the core: one number, two agents, two salespeople, one tree."""

from __future__ import annotations

from decimal import Decimal

from ivr.domain.client.company import Account, Directory, Scale
from ivr.domain.client.phone import DialPolicy
from ivr.domain.promise.callback import CallbackRules
from ivr.domain.reception import Rules
from ivr.domain.reception.rules import Department, Number, Offer, Person, Published, Transfer
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
