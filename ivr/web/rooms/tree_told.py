"""What the tree's page is told: a draft as it begins with it, and a refusal for each fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from ivr.authoring.drafts import AnotherTree
from ivr.authoring.looking import Look, found
from ivr.config.people import Person
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.tree_saving import (
    DraftChanged,
    DraftExists,
    DraftNotReadable,
    DraftNotWritable,
)
from ivr.config.yaml_editing import EditRefused
from ivr.domain.errors import LinetreeError
from ivr.domain.tree.tree import Text
from ivr.ports import VersionHead
from ivr.publishing import UnknownTree, UnknownVersion
from ivr.web.room import Refused

T = TypeVar("T")

_CODES: Mapping[type[LinetreeError], tuple[int, str]] = {
    UnknownTree: (404, "no_such_tree"),
    UnknownVersion: (404, "no_such_version"),
    DraftChanged: (409, "draft_changed"),
    DraftExists: (409, "tree_exists"),
    DraftNotReadable: (409, "not_readable"),
    DraftNotWritable: (409, "not_writable"),
    AnotherTree: (422, "another_tree"),
    EditRefused: (409, "edit_refused"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft as the page begins with it, and the version that calls walk meanwhile."""

    tree: str
    file: str
    hash: str
    saved_at: float
    look: Look
    in_force: VersionHead | None


@dataclass(frozen=True, slots=True)
class VersionTold:
    """One row of the list of versions; `by` is a name, or the id of somebody who has left."""

    version: int
    published_at: float
    by: Text


def versions_told(
    heads: Sequence[VersionHead], people: Mapping[str, Person]
) -> tuple[VersionTold, ...]:
    """The versions as the page lists them, with people by their names of now."""
    return tuple(
        VersionTold(one.version, one.published_at, _named(one.published_by, people))
        for one in heads
    )


def _named(id: str, people: Mapping[str, Person]) -> Text:
    return people[id].name if id in people else Text(id, id)


@contextmanager
def told() -> Iterator[None]:
    """Turns the faults that this page has words for into refusals with their codes."""
    try:
        yield
    except ConfigRefused as fault:
        raise _faulty(fault.problems) from fault
    except tuple(_CODES) as fault:
        status, code = next(known for kind, known in _CODES.items() if isinstance(fault, kind))
        raise Refused(status, code, str(fault)) from fault


async def waiting(act: Callable[..., T], *given: object) -> T:
    """Do what waits for the disk or reckons for long beside the event loop; faults are told."""
    with told():
        return await asyncio.to_thread(act, *given)


def _faulty(problems: Sequence[Problem]) -> Refused:
    files = [one.file for one in sorted(set(problems))]
    shown = [{"file": file, "found": one} for file, one in zip(files, found(problems), strict=True)]
    return Refused(422, "faulty", str(problems[0]) if problems else "", more={"problems": shown})
