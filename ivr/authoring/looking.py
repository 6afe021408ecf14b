"""A tree's text looked at while it is edited: what it means now, and all that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ivr.authoring.fault_words import in_words
from ivr.authoring.views import TreeView, tree_view
from ivr.config.marked_yaml import Fields, Items, Mark, Node, Plain, Scalar, read
from ivr.config.problems import Problem
from ivr.config.trees import draft_of
from ivr.config.yaml_editing import Edit, data_of, edited
from ivr.config.yaml_writing import Place
from ivr.domain.words import Words

NAME = "tree"
"""What stands for the file's name in problems that a page shows."""


@dataclass(frozen=True, slots=True)
class Found:
    """One problem beside what it is about: `place` in the tree, line and column in the text."""

    place: Place
    line: int
    column: int
    message: Words
    mend: Words


@dataclass(frozen=True, slots=True)
class Look:
    """The text, and the tree that it means: None when it has no shape at all.

    `plain` is what the text says where it says it, for who edits by place.
    """

    text: str
    tree: TreeView | None
    plain: Plain
    problems: tuple[Found, ...]


def look(text: str, edits: Sequence[Edit], offers: Collection[str] | None) -> Look:
    """The text after these edits. Raises EditRefused, ConfigRefused when it cannot be edited."""
    if edits:
        text = edited(text, edits, NAME)
    problems: list[Problem] = []
    draft = draft_of(text.encode(), NAME, offers, problems)
    if draft is None:
        return Look(text, None, None, found(problems, text))
    return Look(text, tree_view(draft.tree), data_of(text, NAME), found(problems, text))


def found(problems: Collection[Problem], text: str = "") -> tuple[Found, ...]:
    """Problems in words and with their places; those of other files have no place."""
    node = read(text.encode(), NAME, []) if text and problems else None
    places = {mark: place for place, mark in reversed([*_marks(node, ())])} if node else {}
    return tuple(
        Found(places.get(Mark(one.line, one.column), ()), one.line, one.column, *in_words(one))
        for one in sorted(set(problems))
    )


def _marks(node: Node, place: Place) -> Iterator[tuple[Place, Mark]]:
    """Every place with the mark by which problems name it; the outer one of two comes first."""
    match node:
        case Fields(values=values, keys=keys):
            for name, one in values.items():
                yield (*place, name), keys[name]
                yield from _marks(one, (*place, name))
        case Items(values=items):
            for index, item in enumerate(items):
                yield (*place, index), item.mark
                yield from _marks(item, (*place, index))
        case Scalar(mark=mark):
            yield place, mark
