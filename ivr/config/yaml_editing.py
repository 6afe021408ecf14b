"""YAML changed by program as a careful person would: comments stay, and nothing else moves.

Scalars stay as they are written, as everywhere here: `no`, `0101` and `4,99` are text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from ivr.config.marked_yaml import Plain, plain, read
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.yaml_surgery import cut, rekey, shift, splice
from ivr.config.yaml_writing import Place, dump, inline, load, merged, new_node, scalar
from ivr.domain.errors import LinetreeError


@dataclass(frozen=True, slots=True)
class Put:
    """Write `value` at `place`: a key or an item that is there, or the next new one."""

    place: Place
    value: Plain


@dataclass(frozen=True, slots=True)
class Drop:
    """Take away what stands at `place`, with the comment lines directly above it."""

    place: Place


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the key at the end of `place` another name."""

    place: Place
    to: str


@dataclass(frozen=True, slots=True)
class Move:
    """Bring the entry at `place` to the place `to` among its own, counted from 0."""

    place: Place
    to: int


Edit = Put | Drop | Rename | Move


class EditRefused(LinetreeError):
    """An edit does not fit the text; nothing was changed."""

    def __init__(self, place: Place, why: str) -> None:
        where = ".".join(str(step) for step in place) or "the whole"
        super().__init__(f"{where}: {why}; load the file again and edit what is there now")


def edited(text: str, edits: Iterable[Edit], file: str = "the tree") -> str:
    """The text after all edits, each applied to what the one before left.

    Raises EditRefused when a place does not exist, ConfigRefused when `text` cannot be read.
    """
    line_end = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    for edit in edits:
        for step in _steps(data_of(text, file), edit):
            text = _edited(text, step, file)
    return text.replace("\n", line_end)


def changes(old: Plain, new: Plain, place: Place = ()) -> Iterator[Edit]:
    """The smallest edits that make `new` of `old`; later places first where items go."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from (Drop((*place, key)) for key in old if key not in new)
        for key, value in new.items():
            yield from changes(old.get(key, _NOTHING), value, (*place, key))
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        for index, value in enumerate(new):
            one = old[index] if index < len(old) else _NOTHING
            yield from changes(one, value, (*place, index))
        yield from (Drop((*place, index)) for index in range(len(old) - 1, len(new) - 1, -1))
    elif old is _NOTHING or old != new:
        yield Put(place, new)


_NOTHING: Any = object()


def has_place(data: Plain, place: Place) -> bool:
    """Whether something stands there."""
    try:
        _inside(data, place, place)
    except EditRefused:
        return False
    return True


def _steps(data: Plain, edit: Edit) -> Iterable[Edit]:
    """A whole mapping or list put over another one is put value by value."""
    if not isinstance(edit, Put) or not isinstance(edit.value, dict | list):
        return [edit]
    if not has_place(data, edit.place):
        return [edit]
    data = _inside(data, edit.place, edit.place)
    return list(changes(data, edit.value, edit.place))


def _edited(text: str, edit: Edit, file: str) -> str:
    wanted = _applied(data_of(text, file), edit)
    match edit:
        case Put():
            text = _put(text, edit)
        case Drop(place):
            text = cut(text, place) or _dropped(text, place)
        case Rename(place, to):
            text = rekey(text, place, inline(to)) or _unusual(place)
        case Move(place, to):
            text = _moved(text, place, to, wanted, file)
    if not _same(data_of(text, file), wanted):
        _unusual(edit.place)
    return text


def _same(one: Plain, two: Plain) -> bool:
    """Whether two values are equal and their keys stand in the same order."""
    if isinstance(one, dict) and isinstance(two, dict):
        same = [*one] == [*two]
        return same and all(_same(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_same, one, two))
    return one == two


def _moved(text: str, place: Place, to: int, wanted: Plain, file: str) -> str:
    """By whole lines where entries stand in lines of their own, else entry by entry."""
    lines = shift(text, place, to)
    if lines is not None and _same(data_of(lines, file), wanted):
        return lines
    document = _load(text)
    holder = _inside(document, place[:-1], place)
    if isinstance(holder, CommentedMap):
        for key in _order([*holder], place[-1], to):
            holder.move_to_end(key)
    else:
        holder.insert(to, holder.pop(place[-1]))
    return dump(document)


def _order(keys: list[Any], key: object, to: int) -> list[Any]:
    kept = [one for one in keys if one != key]
    return [*kept[:to], key, *kept[to:]]


def _unusual(place: Place) -> str:
    raise EditRefused(place, "the text around it is written in an unusual way")


def _dropped(text: str, place: Place) -> str:
    document = _load(text)
    *way, last = place
    del _inside(document, way, place)[last]
    return dump(document)


def data_of(text: str, file: str) -> Plain:
    """What the text says, every scalar as it is written. Raises ConfigRefused."""
    problems: list[Problem] = []
    node = read(text.encode(), file, problems)
    if node is None or problems:
        raise ConfigRefused(problems)
    return plain(node)


def _applied(data: Plain, edit: Edit) -> Plain:
    """The same edit on the bare data: what the text has to mean afterwards."""
    if not edit.place:
        if isinstance(edit, Put):
            return edit.value
        raise EditRefused(edit.place, "the whole can only be put")
    *way, last = edit.place
    holder = _inside(data, way, edit.place)
    match edit, holder:
        case Put(value=value), dict() if isinstance(last, str):
            holder[last] = value
        case Put(value=value), list() if isinstance(last, int) and 0 <= last <= len(holder):
            holder[last : last + 1] = [value]
        case Drop(), dict() if last in holder:
            del holder[str(last)]
        case Drop(), list() if isinstance(last, int) and 0 <= last < len(holder):
            del holder[last]
        case Rename(to=to), dict() if last in holder and to not in holder:
            items = [(to if key == last else key, value) for key, value in holder.items()]
            holder.clear()
            holder.update(items)
        case Move(to=to), dict() if last in holder and 0 <= to < len(holder):
            items = [(key, holder[key]) for key in _order([*holder], last, to)]
            holder.clear()
            holder.update(items)
        case Move(to=to), list() if isinstance(last, int) and _both_in(holder, last, to):
            holder.insert(to, holder.pop(last))
        case _:
            raise EditRefused(edit.place, "there is no such place")
    return data


def _both_in(items: list[Plain], one: int, two: int) -> bool:
    return 0 <= one < len(items) and 0 <= two < len(items)


def _inside(data: Any, way: Iterable[str | int], place: Place) -> Any:
    for step in way:
        try:
            if isinstance(data, str) or (isinstance(step, int) and step < 0):
                raise KeyError(step)
            data = data[step]
        except (KeyError, IndexError, TypeError):
            raise EditRefused(place, "there is no such place") from None
    return data


def _load(text: str) -> Any:
    try:
        return load(text)
    except YAMLError as fault:
        raise EditRefused((), f"it cannot be edited: {fault}") from fault


def _put(text: str, edit: Put) -> str:
    """One scalar is written over another in its place; all else goes through ruamel."""
    if isinstance(edit.value, str):
        spliced = splice(text, edit.place, inline(edit.value))
        if spliced is not None:
            return spliced
    document = _load(text)
    if not edit.place:
        return dump(merged(document, edit.value, ()))
    *way, last = edit.place
    holder = _inside(document, way, edit.place)
    if isinstance(holder, CommentedSeq) and last == len(holder):
        holder.append(new_node(edit.value, edit.place))
    else:
        old = holder.get(last) if isinstance(holder, CommentedMap) else holder[last]
        new = merged(old, edit.value, edit.place)
        if isinstance(last, str) and last not in holder:
            last = scalar(last)
        holder[last] = new
    return dump(document)
