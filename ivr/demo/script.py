"""The seven callers of the demo: who they are, what they will say, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Ending(StrEnum):
    """How one scripted call goes on after the answers."""

    STAYS = "stays"
    TRANSFER = "transfer"
    CALLBACK = "callback"
    NO_ENQUIRY = "no_enquiry"
    GIVES_UP = "gives_up"


@dataclass(frozen=True, slots=True)
class Part:
    """One caller: `number` "" is withheld; `answers` are by question, as an agent types them."""

    number: str
    name: str
    ending: Ending
    answers: Mapping[str, str] = field(default_factory=dict)


PARTS = (
    Part("+74950000081", "Марина", Ending.STAYS, {"who": "person"}),
    Part(
        "+74950000082",
        "ООО Ромашка",
        Ending.TRANSFER,
        {"who": "organisation", "staff": "120", "seats": "60"},
    ),
    Part(
        "+74950000083",
        "Студия Лад",
        Ending.CALLBACK,
        {"who": "organisation", "staff": "40", "seats": "25"},
    ),
    Part("+74950000084", "Завод Прибор", Ending.TRANSFER, {"who": "organisation", "staff": "1500"}),
    Part("+74950000085", "Бумага оптом", Ending.NO_ENQUIRY),
    Part("+74950000086", "Павел", Ending.GIVES_UP),
    Part("", "", Ending.STAYS, {"who": "person"}),
)
"""The first three walk three branches: one stays, one is passed live, one is called back."""


def cast(calls: int) -> list[Part]:
    """The parts of so many calls: the seven in order, and again from the first."""
    return [PARTS[n % len(PARTS)] for n in range(calls)]
