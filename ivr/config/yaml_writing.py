"""Nodes of YAML as this project writes them, with every scalar as text."""

from __future__ import annotations

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString

from ivr.config.marked_yaml import Plain

Place = tuple[str | int, ...]
"""Where a value stands: the keys and the numbers of items that lead to it."""


class _AsWritten(VersionedResolver):
    """No scalar is anything but text; nothing at all is null."""

    @property
    def versioned_resolver(self) -> Any:
        return {"": [("tag:yaml.org,2002:null", re.compile("^$"))]}


def _yaml() -> YAML:
    yaml = YAML()
    yaml.Resolver = _AsWritten
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def load(text: str) -> Any:
    """The document with its comments. Raises ruamel's YAMLError."""
    return _yaml().load(text)


def dump(document: Any) -> str:
    """Its text again; what was not touched is written as it was."""
    out = io.StringIO()
    _yaml().dump(document, out)
    return out.getvalue()


def inline(value: str) -> str:
    """A scalar as it may stand in one line, also between brackets."""
    return dump(_flow([scalar(value)])).strip()[1:-1]


_PLAIN = re.compile(r"[^\W_][^:#\[\]{},&*!|>'\"%@`\\]*")


def scalar(value: str) -> str:
    """Quoted where any of the YAML versions might take a bare word for something else."""
    bare = _PLAIN.fullmatch(value) and value == value.strip()
    return value if bare else DoubleQuotedScalarString(value)


def _flow(items: list[Any]) -> Any:
    node = CommentedSeq(items)
    node.fa.set_flow_style()
    return node


def merged(old: Any, value: Plain, place: Place) -> Any:
    """The old node with a new value: whatever is the same stays the very node it was."""
    if isinstance(old, CommentedMap) and isinstance(value, dict):
        for key in [key for key in old if key not in value]:
            del old[key]
        for index, (key, one) in enumerate(value.items()):
            if key in old:
                old[key] = merged(old[key], one, (*place, key))
            else:
                old.insert(index, scalar(key), new_node(one, (*place, key)))
        return old
    if isinstance(old, CommentedSeq) and isinstance(value, list):
        del old[len(value) :]
        for index, item in enumerate(value):
            if index < len(old):
                old[index] = merged(old[index], item, (*place, index))
            else:
                old.append(new_node(item, (*place, index)))
        return old
    if isinstance(old, ScalarString) and isinstance(value, str):
        return old if old == value else type(old)(value)
    return old if old == value else new_node(value, place)


_TEXT = {"ru", "en"}


def new_node(value: Plain, place: Place) -> Any:
    """A new node: texts, answers and lists of words in one line, the rest in blocks."""
    if isinstance(value, dict):
        node = CommentedMap(
            (scalar(key), new_node(one, (*place, key))) for key, one in value.items()
        )
        if set(value) <= _TEXT or "answers" in place[:-1] or _is_item(place):
            node.fa.set_flow_style()
        return node
    if isinstance(value, list):
        items = [new_node(one, (*place, n)) for n, one in enumerate(value)]
        return _flow(items) if all(isinstance(one, str) for one in value) else CommentedSeq(items)
    return value if value is None else scalar(value)


def _is_item(place: Place) -> bool:
    return bool(place) and isinstance(place[-1], int) and "rules" not in place
