"""Each person's own queue of one member, so that a caller may try one person first.

app_queue knows no preference of a caller for a person. The person's own queue rings that one
phone, with the same events and the same wrap-up; membership and breaks follow the department's
queue, of which alone the core knows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog

from ivr.asterisk.ami_errors import AmiRefused
from ivr.asterisk.translate import Action, Phones, in_own_queue, own_queue
from ivr.asterisk.translate.legs import Heard
from ivr.config.company import Company
from ivr.domain.events import Resynced

log = structlog.get_logger()


def with_own_queue(company: Company) -> Mapping[str, str]:
    """The people who are tried first for somebody, each with the queue of the department."""
    departments = company.settings.departments
    return {
        one.id: departments[one.department].queue
        for one in company.people.values()
        if departments[one.department].tries_one_first
    }


def sections(company: Company) -> str:
    """The lines of queues.conf that these queues need."""
    return "".join(f"[{own_queue(person)}](ivr-person)\n" for person in with_own_queue(company))


class OwnQueues:
    """Brings the people's own queues into step with the department's after each reading."""

    def __init__(self, phones: Phones, send: Callable[[Action], Awaitable[None]]) -> None:
        self._phones = phones
        self._send = send
        self._missing: set[str] = set()

    async def fit(self, resynced: Resynced, queues: Iterable[Heard]) -> None:
        """Add, pause and remove until each own queue is as its person's department queue.

        A queue that Asterisk does not know is told once, and the department is rung as ever.
        """
        listed = list(queues)
        for person, change in in_own_queue(resynced.members, listed, self._phones):
            try:
                await self._send(change)
            except AmiRefused as refused:
                if person not in self._missing:
                    self._missing.add(person)
                    log.warning(
                        "own_queue_not_usable",
                        person=person,
                        queue=own_queue(person),
                        why=str(refused),
                        mend="`ivr queues` prints its section for queues_ivr_people.conf",
                    )
