"""Real interviews through another version of the tree: who would go elsewhere. Pure.

Compared is what each version decides by itself: what an agent chose instead stays an agent's
choice and is no matter of the tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.domain.client.company import UNKNOWN_CLIENT, Client
from ivr.domain.tree.carrying import Stuck, carried
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.naming import Naming, named
from ivr.domain.tree.outcome import Decision, decide
from ivr.domain.tree.tree import Tree


@dataclass(frozen=True, slots=True)
class Past:
    """One real interview under the version that it was asked by; `call` names it."""

    call: str
    walk: Interview
    client: Client = UNKNOWN_CLIENT


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A client whom the other version would treat otherwise."""

    past: Past
    before: Decision
    after: Decision

    @property
    def department(self) -> bool:
        """Whether another department would own the client."""
        return self.before.owner is not self.after.owner


@dataclass(frozen=True, slots=True)
class Unclear:
    """A client of whom nobody can tell: the other version asks what was not asked then."""

    past: Past
    before: Decision
    stuck: Stuck


@dataclass(frozen=True, slots=True)
class Replay:
    """What the other version would do with the clients of a time.

    `compared` interviews had come to an outcome; `unfinished` ones had not, there is nothing to
    compare. `moved` go to another department, `otherwise` get another offer or another way.
    """

    compared: int
    moved: tuple[Elsewhere, ...]
    otherwise: tuple[Elsewhere, ...]
    unclear: tuple[Unclear, ...]
    unfinished: int

    @property
    def same(self) -> bool:
        """Whether nothing would change for anybody, and that is certain."""
        return not (self.moved or self.otherwise or self.unclear)


def replay(pasts: Iterable[Past], tree: Tree, version: int = 0) -> Replay:
    """Walk all interviews again in `tree`, with the answers that were given."""
    namings: dict[Tree, Naming] = {}
    found: list[Elsewhere | Unclear | None] = []
    unfinished = 0
    for past in pasts:
        if past.walk.outcome is None:
            unfinished += 1
            continue
        old = past.walk.tree
        if old not in namings:
            namings[old] = named(old, tree)
        found.append(_again(past, Interview.begin(tree, version), namings[old]))
    elsewhere = [one for one in found if isinstance(one, Elsewhere)]
    return Replay(
        compared=len(found),
        moved=tuple(one for one in elsewhere if one.department),
        otherwise=tuple(one for one in elsewhere if not one.department),
        unclear=tuple(one for one in found if isinstance(one, Unclear)),
        unfinished=unfinished,
    )


def _again(past: Past, start: Interview, naming: Naming) -> Elsewhere | Unclear | None:
    before = decide(past.walk, past.client)
    walk, stuck = carried(past.walk.steps, start, naming)
    if stuck is not None:
        return Unclear(past, before, stuck)
    after = decide(walk, past.client)
    return None if treatment(before) == treatment(after) else Elsewhere(past, before, after)


def treatment(decision: Decision) -> tuple[object, ...]:
    """What the client gets of a decision; the outcome's name is none of it."""
    return (decision.owner, decision.how, decision.aim, decision.offers)
