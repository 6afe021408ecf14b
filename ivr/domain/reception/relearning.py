"""New rules while calls are on: they hold from now on, and nobody on a call loses anything.

Calls keep the tree version they began with, and line caps shrink without dropping anybody. What a
live call still needs of the old rules (a person who has left, a department) is kept until that
call is over; what a department that has gone still owes is another's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ivr.domain.choices import Notice
from ivr.domain.commands import RemoveMember
from ivr.domain.intake.agent import Agent
from ivr.domain.intake.hunt_group import HuntGroup
from ivr.domain.reception import calling, inheriting, naming
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.rules import Rules


def relearn(floor: Floor, at: float, rules: Rules, displaced: Collection[str] = ()) -> None:
    """Go on by these rules. `displaced` people have another phone and have to sign in again."""
    for agent in list(floor.agents.values()):
        _take_out(floor, at, agent, rules, displaced)
    floor.leaving = {person for person in floor.agents if person not in rules.people}
    floor.rules = _kept(floor, rules)
    for person in rules.people.values():
        agent = floor.agents.setdefault(person.id, Agent(person.id, person.department))
        agent.department = person.department
    for department in rules.departments:
        floor.groups.setdefault(department, HuntGroup(department, 0))
        floor.fit_lines(department)
    drop_left(floor)
    inheriting.hand_over(floor, at)
    floor.escalations.board.refit()
    naming.known_anew(floor, at)
    floor.touch(*floor.agents)
    calling.look(floor, at)


def drop_left(floor: Floor) -> None:
    """Forget those who have left the company, as soon as no call needs them any more."""
    gone = {person for person in floor.leaving if not _busy(floor.agents[person])}
    if not gone:
        return
    floor.leaving -= gone
    for person in gone:
        del floor.agents[person]
    people = {name: one for name, one in floor.rules.people.items() if name not in gone}
    floor.rules = replace(floor.rules, people=people)
    floor.touched -= gone


def _busy(agent: Agent) -> bool:
    return bool(agent.call or agent.attempt)


def _take_out(
    floor: Floor, at: float, agent: Agent, rules: Rules, displaced: Collection[str]
) -> None:
    """Whoever is in a queue under a name that holds no longer leaves it."""
    before = floor.department_of(agent.person)
    person = rules.people.get(agent.person)
    after = rules.departments.get(person.department) if person else None
    same = after is not None and (after.id, after.queue) == (before.id, before.queue)
    if agent.member and (not same or agent.person in displaced):
        floor.order(RemoveMember(agent.person, before.queue))
        agent.gone(at)
        agent.notice = Notice.SIGNED_OUT_BY_CHANGE


def _kept(floor: Floor, rules: Rules) -> Rules:
    """The new rules, with what live calls and promises still need of the old ones."""
    old = floor.rules
    people = {name: old.people[name] for name in floor.leaving}
    needed = {floor.agents[name].department for name in floor.leaving}
    needed |= {call.record.department for call in floor.calls.values()}
    needed |= {old.departments[name].sales for name in needed if name in old.departments}
    departments = {name: old.departments[name] for name in needed if name in old.departments}
    return replace(
        rules,
        people={**people, **rules.people},
        departments={**departments, **rules.departments},
    )
