"""Changes to single lines of YAML that leave every other character where it was.

Each returns None when the text at that place is written in a way that takes more than this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import yaml

Place = tuple[str | int, ...]
_Entry: TypeAlias = "tuple[yaml.Node | None, yaml.Node]"


def splice(text: str, place: Place, scalar: str) -> str | None:
    """The text with the scalar at `place` written over by another one, ready quoted."""
    found = _entry(text, place)
    if found is None or not isinstance(found[1], yaml.ScalarNode):
        return None
    node = found[1]
    if node.style in ("|", ">") or node.start_mark.line != node.end_mark.line:
        return None
    return _replaced(text, node, scalar)


def rekey(text: str, place: Place, key: str) -> str | None:
    """The text with the key at the end of `place` written over by another one."""
    found = _entry(text, place)
    if found is None or found[0] is None:
        return None
    return _replaced(text, found[0], key)


def cut(text: str, place: Place) -> str | None:
    """The text without the entry at `place` of a block, and without the comments right above it."""
    found = _chunks(text, place)
    if found is None or len(found.starts) < 2:
        return None
    begin, end = found.starts[found.index], found.ends[found.index]
    return "".join([*found.lines[:begin], *found.lines[end:]])


def shift(text: str, place: Place, to: int) -> str | None:
    """The text with the entry at `place` of a block as number `to` of its own, comments along."""
    found = _chunks(text, place)
    if found is None:
        return None
    lines = found.lines
    lines[-1] = lines[-1] if lines[-1].endswith("\n") else lines[-1] + "\n"
    chunks = [lines[one:two] for one, two in zip(found.starts, found.ends, strict=True)]
    chunks.insert(to, chunks.pop(found.index))
    moved = [line for chunk in chunks for line in chunk]
    return "".join([*lines[: found.starts[0]], *moved, *lines[found.ends[-1] :]])


@dataclass(frozen=True, slots=True)
class _Chunks:
    """The lines of a text, and in which of them each entry of a block begins and ends."""

    lines: list[str]
    index: int
    starts: list[int]
    ends: list[int]


def _chunks(text: str, place: Place) -> _Chunks | None:
    """The entries beside that at `place`; None where two of them share a line."""
    holder = _node(text, place[:-1])
    if not isinstance(holder, yaml.CollectionNode) or holder.flow_style:
        return None
    marks = [_first(one) for one in holder.value]
    index = _index(holder, place[-1])
    if index is None or len({mark.line for mark in marks}) < len(marks):
        return None
    lines = text.splitlines(keepends=True)
    starts = [_above(lines, mark.line) for mark in marks]
    dash = isinstance(holder, yaml.SequenceNode)
    last = _below(lines, marks[-1].line, marks[-1].column - 2 * dash)
    return _Chunks(lines, index, starts, [*starts[1:], last])


def _entry(text: str, place: Place) -> _Entry | None:
    """The key (None in a list) and the value at `place`."""
    holder = _node(text, place[:-1]) if place else None
    index = _index(holder, place[-1]) if isinstance(holder, yaml.CollectionNode) else None
    if holder is None or index is None:
        return None
    one = holder.value[index]
    return one if isinstance(one, tuple) else (None, one)


def _node(text: str, place: Place) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    for step in place:
        index = _index(node, step) if isinstance(node, yaml.CollectionNode) else None
        if node is None or index is None:
            return None
        one = node.value[index]
        node = one[1] if isinstance(one, tuple) else one
    return node


def _index(holder: yaml.CollectionNode, step: str | int) -> int | None:
    if isinstance(holder, yaml.SequenceNode):
        return step if isinstance(step, int) and 0 <= step < len(holder.value) else None
    keys = [key.value for key, _ in holder.value]
    return keys.index(step) if step in keys else None


def _first(one: yaml.Node | tuple[yaml.Node, yaml.Node]) -> yaml.Mark:
    return one[0].start_mark if isinstance(one, tuple) else one.start_mark


def _replaced(text: str, node: yaml.Node, new: str) -> str:
    lines = text.splitlines(keepends=True)
    begin, end = node.start_mark, node.end_mark
    line = lines[begin.line]
    lines[begin.line] = line[: begin.column] + new + line[end.column :]
    return "".join(lines)


def _above(lines: list[str], line: int) -> int:
    """The first line of an entry: comment lines directly above it are its own."""
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _below(lines: list[str], line: int, column: int) -> int:
    """The first line after the last entry of a block that does not belong to it."""
    end = line + 1
    for number in range(line + 1, len(lines)):
        bare = lines[number].strip()
        if bare and len(lines[number]) - len(lines[number].lstrip()) <= column:
            break
        if bare:
            end = number + 1
    return end
