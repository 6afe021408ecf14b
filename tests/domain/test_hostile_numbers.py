"""Ten thousand numbers that must never be dialled, as caller IDs and as what sales would call.

They come from the front door: a call with this caller ID is passed to sales, which owes a call.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from company import DID
from sales_steps import opened

from ivr.domain.client.phone import Allowed, DialPolicy, dialable, normalise
from ivr.domain.commands import DialCallback, GrantClaim
from ivr.domain.events import CallNowPressed, CallOffered, ClaimAsked, Woke
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.toll import TollRules
from ivr.domain.records import EscalationRecord, EscalationState

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.conftest import Play

MOBILE = "+79160000099"
"""An agent's own phone."""

POLICY = DialPolicy(own=frozenset({DID, MOBILE}))
WIDE = TollRules(per_number_per_day=10**6, per_minute=10**6, per_day=10**6)


def digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def dressed(chance: Random, number: str) -> str:
    """The same number in another script, with marks or spaces that nobody sees."""
    script = chance.choice(("0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"))
    shown = "".join(script[int(ch)] if ch.isascii() and ch.isdigit() else ch for ch in number)
    return chance.choice(("", "\u202e", "\u200f", " ", "\u00a0")) + shown


Kind = tuple[str, "Callable[[Random], str]"]
KINDS: tuple[Kind, ...] = (
    ("premium", lambda c: f"+7809{digits(c, 7)}"),
    ("premium abroad", lambda c: f"+979{digits(c, 9)}"),
    (
        "satellite",
        lambda c: c.choice((f"+88{c.choice('1236')}{digits(c, 9)}", f"+7954{digits(c, 7)}")),
    ),
    ("look-alike of the North", lambda c: f"+1{c.choice(('876', '809', '284'))}{digits(c, 7)}"),
    ("beside +7", lambda c: f"+7{c.choice(('7', '6'))}{digits(c, 9)}"),
    ("Abkhazia", lambda c: f"+7{c.choice(('840', '940'))}{digits(c, 7)}"),
    ("another country", lambda c: f"+{c.choice(('44', '49', '225', '960'))}{digits(c, 9)}"),
    ("00 abroad", lambda c: f"00{c.choice(('44', '979', '1876'))}{digits(c, 9)}"),
    ("own number", lambda c: c.choice((DID, "84950000012", "4950000012", "8 (495) 000-00-12"))),
    ("an agent's phone", lambda c: c.choice((MOBILE, "89160000099"))),
    ("emergency", lambda c: c.choice(("112", "101", "102", "103", "911", "+7112", "8112"))),
    ("service code", lambda c: f"*21*{digits(c, 11)}#"),
    ("extension", lambda c: f"+7495{digits(c, 7)};ext={digits(c, 3)}"),
    ("withheld", lambda c: c.choice(("", "anonymous", "unknown", "restricted"))),
    ("too short", lambda c: f"+7{digits(c, c.randrange(1, 9))}"),
    ("too long", lambda c: f"+7{digits(c, c.randrange(12, 60))}"),
    ("a channel", lambda c: f"+7495{digits(c, 7)}&PJSIP/x"),
    ("an expression", lambda c: f"${{SHELL(id)}}{digits(c, 7)}"),
    ("a header", lambda c: f"+7495{digits(c, 7)}\r\nAction: Originate"),
    ("letters", lambda c: f"+7495{digits(c, 6)}O"),
    ("huge", lambda c: digits(c, 4096)),
)
EACH = 500
"""Numbers of each kind: more than 10,000 in all."""


def numbers(place: int) -> list[str]:
    kind, make = KINDS[place]
    chance = Random(f"{kind} 20261125")
    return [
        dressed(chance, number) if chance.random() < 0.3 and len(number) < 60 else number
        for number in (make(chance) for _ in range(EACH))
    ]


@pytest.fixture
def house(company: type[Play]) -> Play:
    return opened(company, "anna", "olga", dial=POLICY, toll=WIDE, call_hours=None)


@pytest.mark.parametrize("place", range(len(KINDS)), ids=[name for name, _ in KINDS])
def test_no_hostile_number_is_ever_dialled(house: Play, place: int) -> None:
    floor = house.reception.floor
    for n, number in enumerate(numbers(place)):
        call = f"h-{n}"
        house.happen(CallOffered(house.now, call, f"PJSIP/{call}", DID, number, number))
        known = floor.calls.pop(call).record.number if call in floor.calls else ""
        floor.groups["client"].release(call)
        plant(house, f"p-{n}", known or number)
        for attempt in list(floor.attempts):
            house.happen(ClaimAsked(house.now, attempt, "PJSIP/olga-1"))
        for promise in list(floor.escalations):
            house.happen(CallNowPressed(house.now, "olga", house.request(), promise))
            floor.escalations.pop(promise)
        house.orders = [o for o in house.orders if isinstance(o, DialCallback | GrantClaim)]
    assert house.orders == []


def plant(house: Play, id: str, number: str) -> None:
    """A promise that asks for this number, as a spoilt database or another program could."""
    record = EscalationRecord(
        id=id,
        call=id,
        department="sales",
        number=number,
        name="",
        account="",
        company="",
        scale="",
        how="callback",
        aim="talk",
        why="tree",
        offer=(),
        answers=[],
        note="",
        agent="anna",
        owner="",
        state=EscalationState.CALLBACK,
        made_at=house.now - 60,
        due_at=house.now - 60,
        bridged_at=None,
        talked=0.0,
        attempts=0,
        result="",
        closed_at=None,
    )
    house.reception.floor.escalations[id] = Escalation(record, committed=True)
    house.happen(Woke(house.now, "callbacks"))


def test_the_generators_are_hostile_and_a_client_s_number_is_not(house: Play) -> None:
    every = [number for place in range(len(KINDS)) for number in numbers(place)]
    assert len(every) >= 10_000
    passed = [n for n in every if isinstance(dialable(normalise(n), POLICY), Allowed)]
    assert passed == []
    plant(house, "good", "+74950000081")
    assert len(house.given(DialCallback)) == 1
    house.happen(ClaimAsked(house.now, house.dialled().attempt, "PJSIP/olga-1"))
    assert [one.number for one in house.given(GrantClaim)] == ["+74950000081"]
