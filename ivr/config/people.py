"""The people of `people.yaml`: who they are, their phones, departments and deputies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ivr.config.mail import Address
from ivr.config.marked_yaml import Node, find
from ivr.config.problems import Problem
from ivr.config.settings import e164
from ivr.config.shape import Id, Line, Shape, TextShape
from ivr.domain.errors import did_you_mean
from ivr.domain.tree.tree import Text

Role = Literal["agent", "sales", "supervisor", "admin"]


def _both(value: object) -> object:
    """A name written once is the same in both languages."""
    return {"ru": value, "en": value} if isinstance(value, str) else value


class PersonShape(Shape):
    """One employee in the file; the page opens in the first of `languages`."""

    name: Annotated[TextShape, BeforeValidator(_both)]
    phone: Annotated[Line, Field(pattern=r"^(PJSIP|SIP|IAX2|Local)/[A-Za-z0-9_.@+-]{1,64}$")]
    department: str
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    languages: Annotated[tuple[Literal["ru", "en"], ...], Field(min_length=1)] = ("ru",)
    deputy: str | None = None
    mobile: Line | None = None
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

    @property
    def extension(self) -> str:
        """The phone as people know it: PJSIP/101 -> 101."""
        return self.phone.split("/", 1)[1].split("@", 1)[0]


class Roster:
    """Turns the file's people into values, and finds what does not fit the settings."""

    def __init__(
        self, node: Node, file: str, departments: Collection[str] | None, region: str
    ) -> None:
        self.node = node
        self.file = file
        self.departments = departments
        self.region = region
        self.problems: list[Problem] = []

    def people(self, shape: PeopleShape) -> dict[str, Person]:
        """All people by id; every problem is in `problems` afterwards."""
        people = {name: self._person(name, one) for name, one in shape.people.items()}
        phones: dict[str, str] = {}
        for person in people.values():
            self._check(person, people)
            holder = phones.setdefault(person.phone, person.id)
            if holder != person.id:
                self._refuse(
                    (person.id, "phone"),
                    f"phone {person.phone} is also {holder}'s",
                    "give each person a phone of their own",
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
        )

    def _mobile(self, name: str, mobile: str | None) -> str | None:
        if mobile is None:
            return None
        number = e164(mobile, self.region)
        if number is None:
            self._refuse(
                (name, "mobile"),
                f'mobile: "{mobile}" is not a full phone number',
                "write it as +79160000012",
            )
        return number

    def _check(self, person: Person, people: dict[str, Person]) -> None:
        departments = self.departments
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
