"""Whether the parts of ivr.yaml fit one another, the people and the trees."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet

from ivr.config.marked_yaml import Node, find
from ivr.config.openings import Answering
from ivr.config.people import Person
from ivr.config.problems import Problem
from ivr.config.settings import Department, NumberSettings, Settings, e164
from ivr.config.trees import Draft
from ivr.domain.commands import Refusal, Treatment
from ivr.domain.errors import did_you_mean

Place = tuple[str | int, ...]


class Fitting:
    """Compares the names and numbers of ivr.yaml; what does not fit is in `problems`."""

    def __init__(self, settings: Settings, node: Node, file: str) -> None:
        self.settings = settings
        self.node = node
        self.file = file
        self.problems: list[Problem] = []

    def fitted(self, people: Mapping[str, Person] | None, drafts: Mapping[str, Draft]) -> Settings:
        """The settings with each DID in E.164."""
        numbers = [self._number(index, one) for index, one in enumerate(self.settings.numbers)]
        for index, one in enumerate(numbers):
            self._links(index, one, drafts)
            self._overflow(("numbers", index), one, one.department)
            if one.did in [earlier.did for earlier in numbers[:index]]:
                self._refuse(
                    ("numbers", index, "did"), f"DID {one.did} stands here twice", "keep one"
                )
        for name, department in self.settings.departments.items():
            self._department(name, department, people)
            self._overflow(("departments", name), department, name)
            self._unasked(name, department)
        self._mobiles(people or {})
        self._retention()
        return self.settings.model_copy(update={"numbers": tuple(numbers)})

    def _mobiles(self, people: Mapping[str, Person]) -> None:
        """Whoever is rung outside needs time to answer; the next one must be rung afterwards."""
        needed = self.settings.transfer.mobile_seconds
        departments = {person.department for person in people.values() if person.outside}
        for place, seconds in self._rings(departments):
            if seconds < needed:
                self._refuse(
                    place,
                    f"{place[-1]}: {seconds} s are over before a salesperson's mobile has rung"
                    f" and its owner has pressed 1, which takes {needed} s",
                    f"write {needed} or more, or a smaller transfer.mobile_ring_seconds",
                )

    def _retention(self) -> None:
        """What still needs a call's number, or hangs on it, fits how long it is kept."""
        kept = self.settings.retention
        if kept.calls_days is None:
            return
        place = ("retention", "calls_days")
        for name, department in self.settings.departments.items():
            last = department.last_agent
            if last is not None and last.within_days > kept.calls_days:
                self._refuse(
                    place,
                    f"calls_days: who talked with a number last is asked for {last.within_days}"
                    f" days (departments.{name}.last_agent), longer than numbers are kept",
                    f"write {last.within_days} or more, or a smaller last_agent.within_days",
                )
        if (kept.voice_messages_days or 0) > kept.calls_days:
            self._refuse(
                ("retention", "voice_messages_days"),
                f"voice_messages_days: a voice cannot stay {kept.voice_messages_days} days when"
                f" who left it is forgotten after {kept.calls_days}",
                f"write {kept.calls_days} or less, or leave it out",
            )

    def _rings(self, departments: AbstractSet[str]) -> Iterator[tuple[Place, int]]:
        """What rings the people of these departments of sales, and for how long."""
        settings = self.settings
        if departments:
            yield ("transfer", "ring_seconds"), settings.transfer.ring_seconds
            yield ("callbacks", "ring_seconds"), settings.callbacks.ring_seconds
        for name in departments & settings.departments.keys():
            if seconds := settings.departments[name].owner_ring_seconds:
                yield ("departments", name, "owner_ring_seconds"), seconds

    def _number(self, index: int, number: NumberSettings) -> NumberSettings:
        did = e164(number.did, self.settings.company.region)
        if did is None:
            self._refuse(
                ("numbers", index, "did"),
                f'"{number.did}" is not a full phone number',
                "write it as +74950000012",
            )
            return number
        return number.model_copy(update={"did": did})

    def _links(self, index: int, number: NumberSettings, drafts: Mapping[str, Draft]) -> None:
        departments = self.settings.departments
        if number.department not in departments:
            self._refuse(
                ("numbers", index, "department"),
                f'department "{number.department}" does not exist',
                "name one of the departments" + did_you_mean(number.department, departments),
            )
        elif departments[number.department].sales is None:
            self._refuse(
                ("departments", number.department),
                f"department {number.department} answers {number.did} but has no sales",
                "say by `sales: …` which department takes its escalations",
            )
        if drafts and number.tree not in drafts:
            self._refuse(
                ("numbers", index, "tree"),
                f'tree "{number.tree}" does not exist',
                "name one of the trees" + did_you_mean(number.tree, drafts),
            )

    def _department(
        self, name: str, department: Department, people: Mapping[str, Person] | None
    ) -> None:
        here: Place = ("departments", name)
        departments = self.settings.departments
        if department.sales is not None and department.sales not in departments:
            self._refuse(
                (*here, "sales"),
                f'department "{department.sales}" does not exist',
                "name one of the departments" + did_you_mean(department.sales, departments),
            )
        for other, one in departments.items():
            if other != name and one.queue == department.queue and other < name:
                self._refuse(
                    (*here, "queue"),
                    f'queue "{one.queue}" is also that of {other}',
                    "give each department its own",
                )
        if people is not None and not department.closed:
            self._headcount(here, name, department, people)

    def _overflow(self, here: Place, answering: Answering, department: str) -> None:
        """Who waits needs places to wait, and another queue must be able to take the caller."""
        own = self.settings.departments.get(department)
        for cause in Refusal:
            steps = answering.overflow.steps(cause)
            if steps is None or own is None:
                continue
            place = (*here, "overflow", cause.value)
            if steps.waits and own.waiting == 0:
                self._refuse(
                    place,
                    f"callers may wait here, but department {department} has no place to wait",
                    "give the department `waiting: 5`, say, or take wait away",
                )
            if steps.overflow.treatment is Treatment.QUEUE:
                self._other_queue(place, steps.overflow.target, own.queue)

    def _unasked(self, name: str, department: Department) -> None:
        """What nothing ever asks for would look as if it were in force."""
        settings = self.settings
        here: Place = ("departments", name)
        numbers = [one for one in settings.numbers if one.department == name]
        if department.waiting and not any(
            one.steps(Refusal.NO_LINE, department).waits for one in numbers
        ):
            self._refuse(
                (*here, "waiting"),
                f"waiting: no number of department {name} lets callers wait for a line",
                "write `overflow: {no_line: wait}`, here or at the number, or take waiting away",
            )
        if department.last_agent is not None and not numbers:
            self._refuse(
                (*here, "last_agent"),
                f"last_agent: department {name} has no number, so nobody rings it again",
                "write it at a department that a number names, or take it away",
            )
        if department.owner_ring_seconds and not any(
            one.sales == name for one in settings.departments.values()
        ):
            self._refuse(
                (*here, "owner_ring_seconds"),
                f"owner_ring_seconds: no department passes its clients to {name}",
                "write it at the department that `sales:` names, or take it away",
            )
        self._never_closed(here, department, department, numbers)
        for index, one in enumerate(settings.numbers):
            if one.department == name:
                self._never_closed(("numbers", index), one, department, [one])

    def _never_closed(
        self,
        here: Place,
        answering: Answering,
        department: Department,
        numbers: Collection[NumberSettings],
    ) -> None:
        """A treatment for a time that never comes: callers at night would find nobody instead."""
        hours = department.closed or department.hours or any(one.hours for one in numbers)
        if answering.overflow.closed is not None and not hours:
            self._refuse(
                (*here, "overflow", "closed"),
                "closed: there are no hours, so callers find it open day and night",
                "say by `hours:` when it is open, or take closed away",
            )

    def _other_queue(self, place: Place, queue: str, own: str) -> None:
        owners = [d for d in self.settings.departments.values() if d.queue == queue]
        if queue == own:
            self._refuse(
                place,
                f'"{queue}" is the department\'s own queue',
                "name another one, or write busy, callback or voicemail",
            )
        elif owners and owners[0].sales is None:
            self._refuse(
                place,
                f'"{queue}" is the queue of sales, which incoming calls must not tear apart',
                "write callback or voicemail, or name a queue of another department",
            )

    def _headcount(
        self, here: Place, name: str, department: Department, people: Mapping[str, Person]
    ) -> None:
        members = sum(one.department == name for one in people.values())
        if department.lines.rule == "fixed" and department.lines.fixed == 0:
            self._refuse(
                (*here, "lines"),
                f"department {name} has no line",
                "give it lines, or write `closed: yes`",
            )
        elif members == 0:
            self._refuse(
                here,
                f"nobody works in department {name}",
                "add people to people.yaml, or write `closed: yes`",
            )

    def _refuse(self, place: Place, message: str, mend: str) -> None:
        mark = find(self.node, place)
        self.problems.append(Problem(self.file, mark.line, mark.column, message, mend))
