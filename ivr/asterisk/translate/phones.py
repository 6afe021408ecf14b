"""Whose phone is which."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.domain.errors import LinetreeError

OWN_QUEUE = "person-"
"""How the names of people's own queues begin."""


REACH = "ivr-reach"
"""The dialplan's context whose extensions ring a person in whatever way is configured."""


def reach(person: str) -> str:
    """The device of a person who is rung by the dialplan, on the desk phone or outside."""
    return f"Local/to-{person}@{REACH}"


def behind_reach(channel: str) -> bool:
    """Whether this channel's bridge joins a person's own phone to the leg that stands for it."""
    return f"@{REACH}-" in channel and channel.endswith(";2")


def own_queue(person: str) -> str:
    """The name of this person's own queue."""
    return f"{OWN_QUEUE}{person}"


class UnknownPerson(LinetreeError):
    """An order names a person for whom no phone is configured."""


class Phones:
    """The people of the company by the names that Asterisk has for their phones.

    `interface` is what the queue dials for a person, `PJSIP/101` for example; `state` the device
    whose state counts where that is another one; `more` further interfaces by which Asterisk may
    name a person, each with its owner; `own` the people who have a queue of their own, each with
    the queue of the department.
    """

    def __init__(
        self,
        interface: Mapping[str, str],
        state: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
        own: Mapping[str, str] | None = None,
    ) -> None:
        self._interface = dict(interface)
        self.state = dict(state or {})
        self._owners = {phone: person for person, phone in interface.items()}
        self._owners |= {device: person for person, device in self.state.items()}
        self._owners |= dict(more or {})
        self._own = dict(own or {})

    def learn(self, newer: Phones) -> None:
        """Know these people's phones; who is not named keeps the phone known so far.

        Somebody who has left may still be in a queue, and is taken out of it by that phone. Only
        these people have queues of their own from now on.
        """
        self._interface |= newer._interface
        self._owners |= newer._owners
        known = {person: state for person, state in self.state.items() if person not in newer}
        self.state = known | newer.state
        self._own = newer._own

    def __contains__(self, person: object) -> bool:
        """Whether this person has a phone."""
        return person in self._interface

    def has_own_queue(self, person: str) -> bool:
        """Whether this person may be tried alone."""
        return person in self._own

    def with_own_queue(self) -> tuple[str, ...]:
        """Everybody who may be tried alone."""
        return tuple(self._own)

    def department_queue(self, queue: str) -> str:
        """The queue that is meant: for a person's own queue that of the department."""
        person = queue.removeprefix(OWN_QUEUE)
        return self._own.get(person, queue) if queue.startswith(OWN_QUEUE) else queue

    def of(self, person: str) -> str:
        """The interface of this person's phone; raises UnknownPerson."""
        if person not in self._interface:
            raise UnknownPerson(
                f"{person}: no phone is configured for this person; give one in people.yaml"
            )
        return self._interface[person]

    def person(self, *names: str) -> str | None:
        """The person behind the first of the names that is known: interfaces or member names.

        A member may be dialled through a Local channel and be known by the phone behind it, or
        by nothing but the member's name, which is the person's id.
        """
        for name in names:
            if name in self._owners:
                return self._owners[name]
            if name in self._interface:
                return name
        return None


def device(channel: str) -> str:
    """The phone of a channel: PJSIP/101 of PJSIP/101-0000002a.

    The far half of a Local channel is nobody's phone: the call is on the near one.
    """
    return "" if channel.endswith(";2") else channel.rpartition("-")[0]
