"""The people of `people.yaml`: who they are, their phones, departments and deputies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ivr.config.mail import Address
from ivr.config.marked_yaml import Node, find
from ivr.config.problems import Problem
from ivr.config.settings import e164
from ivr.config.shape import Id, Like, Line, Shape, TextShape
from ivr.domain.client.phone import DialPolicy, Refused, dialable, normalise
from ivr.domain.errors import did_you_mean
from ivr.domain.tree.tree import Text

Role = Literal["agent", "sales", "supervisor", "admin"]
Rings = Literal["desk", "desk_else_mobile", "mobile", "both"]
"""Which phone a client rings: the desk phone, or the mobile, which takes the client by a key."""


def _both(value: object) -> object:
    """A name written once is the same in both languages."""
    return {"ru": value, "en": value} if isinstance(value, str) else value


class PersonShape(Shape):
    """One employee in the file; the page opens in the first of `languages`.

    `rings` left out is `desk_else_mobile` for a salesperson with a mobile: it rings while the desk
    phone is not registered.
    """

    name: Annotated[TextShape, BeforeValidator(_both)]
    phone: Annotated[
        Line,
        Like(
            r"^(PJSIP|SIP|IAX2|Local)/[A-Za-z0-9_.@+-]{1,64}$",
            "write the phone's own device in Asterisk, such as PJSIP/101",
        ),
    ]
    department: str
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    languages: Annotated[tuple[Literal["ru", "en"], ...], Field(min_length=1)] = ("ru",)
    deputy: str | None = None
    mobile: Line | None = None
    rings: Rings | None = None
    email: Address | None = None


class PeopleShape(Shape):
    """All of `people.yaml`."""

    people: dict[Id, PersonShape]


@dataclass(frozen=True, slots=True)
class Person:
    """One employee. `phone` is Asterisk's interface (PJSIP/101), `mobile` E.164 or None."""

    id: str
    name: Text
    phone: str
    department: str
    roles: tuple[Role, ...]
    languages: tuple[str, ...]
    deputy: str | None
    mobile: str | None
    email: str | None = None
    rings: Rings = "desk"

    @property
    def extension(self) -> str:
        """The phone as people know it: PJSIP/101 -> 101."""
        return self.phone.split("/", 1)[1].split("@", 1)[0]

    @property
    def outside(self) -> bool:
        """Whether a client may ring this person outside the PBX."""
        return self.rings != "desk"


@dataclass(frozen=True, slots=True)
class House:
    """What of ivr.yaml the people must fit: `dial` is what may be dialled, DIDs are our own.

    `departments`, and those of sales among them, are None where the file could not be read.
    """

    departments: Collection[str] | None
    region: str = "RU"
    sales: frozenset[str] | None = None
    dial: DialPolicy = field(default_factory=DialPolicy)


class Roster:
    """Turns the file's people into values, and finds what does not fit the settings."""

    def __init__(self, node: Node, file: str, house: House) -> None:
        self.node = node
        self.file = file
        self.house = house
        self.problems: list[Problem] = []

    def people(self, shape: PeopleShape) -> dict[str, Person]:
        """All people by id; every problem is in `problems` afterwards."""
        people = {name: self._person(name, one) for name, one in shape.people.items()}
        holders: dict[str, str] = {}
        for person in people.values():
            self._check(person, people)
            self._reach(person, shape.people[person.id].mobile is not None)
            for what, number in (("phone", person.phone), ("mobile", person.mobile or "")):
                holder = holders.setdefault(number, person.id)
                if number and holder != person.id:
                    self._refuse(
                        (person.id, what),
                        f"{what} {number} is also {holder}'s",
                        f"give each person a {what} of their own",
                    )
        return people

    def _person(self, name: str, shape: PersonShape) -> Person:
        return Person(
            id=name,
            name=shape.name.text(),
            phone=shape.phone,
            department=shape.department,
            roles=shape.roles,
            languages=shape.languages,
            deputy=shape.deputy,
            mobile=self._mobile(name, shape.mobile),
            email=shape.email,
            rings=shape.rings or self._usual(shape),
        )

    def _usual(self, shape: PersonShape) -> Rings:
        sells = shape.department in (self.house.sales or ())
        return "desk_else_mobile" if sells and shape.mobile is not None else "desk"

    def _mobile(self, name: str, mobile: str | None) -> str | None:
        if mobile is None:
            return None
        number = e164(mobile, self.house.region)
        if number is None:
            self._refuse(
                (name, "mobile"),
                f'mobile: "{mobile}" is not a full phone number',
                "write it as +79160000012",
            )
        return number

    def _reach(self, person: Person, has_mobile: bool) -> None:
        """A mobile that clients ring is dialled: the toll guard's list holds for it, too."""
        unreadable = has_mobile and person.mobile is None
        if not person.outside or self.house.sales is None or unreadable:
            return
        place = (person.id, "rings")
        if person.department not in self.house.sales:
            mend = "take `rings` away: the client department is rung at its desks"
            self._refuse(place, f"rings: {person.id} is not in a department of sales", mend)
        elif person.mobile is None:
            mend = "add `mobile`, or write `rings: desk`"
            self._refuse(place, f"rings: {person.rings} needs a mobile that may be dialled", mend)
        else:
            verdict = dialable(normalise(person.mobile, self.house.region), self.house.dial)
            if isinstance(verdict, Refused):
                self._refuse(
                    (person.id, "mobile"),
                    f"mobile {person.mobile} must not be dialled: {verdict.why}",
                    "see regions and kinds of `callbacks` in ivr.yaml, or write `rings: desk`",
                )

    def _check(self, person: Person, people: dict[str, Person]) -> None:
        departments = self.house.departments
        if departments is not None and person.department not in departments:
            self._refuse(
                (person.id, "department"),
                f'department "{person.department}" does not exist'
                + did_you_mean(person.department, departments),
                "name one of ivr.yaml's departments",
            )
        if person.deputy is not None and person.deputy not in people:
            self._refuse(
                (person.id, "deputy"),
                f'deputy "{person.deputy}" is not among the people'
                + did_you_mean(person.deputy, people),
                "name a person by id",
            )
        if person.deputy == person.id:
            self._refuse((person.id, "deputy"), "nobody is their own deputy", "name another person")

    def _refuse(self, place: tuple[str, ...], message: str, mend: str) -> None:
        mark = find(self.node, ("people", *place))
        self.problems.append(Problem(self.file, mark.line, mark.column, message, mend))
