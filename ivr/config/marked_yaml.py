"""YAML read as plain text, lists and mappings that know their line and column.

Only what a configuration needs is taken: scalars stay as they are written (`no`, `12:30`, `0101`
and `4,99` are text until somebody types them); aliases, merge keys, tags, repeated keys, several
documents and absurd sizes are refused by name. Events come from libyaml one by one, so that
what nests or swells without end is refused at its first step too far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml import events

from ivr.config.problems import Problem

MOST_BYTES = 1_000_000
MOST_ENTRIES = 2_000
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value exactly as written; `quoted` tells "" from nothing at all."""

    text: str
    mark: Mark
    quoted: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    mark: Mark
    values: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; `keys` holds the place of each key."""

    mark: Mark
    values: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)


Node = Scalar | Items | Fields


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder by name; hidden ones are an editor's own (`.#internet.yaml`)."""
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def read(data: bytes, file: str, problems: list[Problem]) -> Node | None:
    """The document in `data`, or None when it cannot be read; what is wrong joins `problems`."""
    text = _decoded(data, file, problems)
    if text is None:
        return None
    composer = _Composer(file, problems)
    try:
        return composer.compose(yaml.parse(text, Loader=yaml.CSafeLoader))
    except _Stop:
        return None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = " ".join(part for part in (fault.problem, fault.context) if part)
        problems.append(Problem(file, line, column, f"not YAML: {problem}", "mend the syntax"))
    except yaml.YAMLError as fault:
        problems.append(Problem(file, 0, 0, f"not YAML: {fault}", "mend the syntax"))
    return None


def _decoded(data: bytes, file: str, problems: list[Problem]) -> str | None:
    if len(data) >= MOST_BYTES:
        problems.append(
            Problem(
                file,
                0,
                0,
                f"the file has {len(data):,} bytes; fewer than {MOST_BYTES:,} are accepted",
                "split it, or remove what is not meant to be here",
            )
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line, column = _position(data, fault.start)
        message = "not UTF-8: byte " + f"0x{data[fault.start]:02x}"
        problems.append(Problem(file, line, column, message, "save the file as UTF-8"))
        return None
    for index, ch in enumerate(text):
        if ch < " " and ch not in "\t\r\n":
            line, column = _position(data, len(text[:index].encode()))
            message = f"control character 0x{ord(ch):02x}"
            problems.append(Problem(file, line, column, message, "remove it"))
            return None
    return text


def _position(data: bytes, start: int) -> tuple[int, int]:
    before = data[:start]
    line = before.count(b"\n") + 1
    tail = before[before.rfind(b"\n") + 1 :]
    return line, len(tail.decode("utf-8", "replace")) + 1


class _Stop(Exception):
    """What follows cannot be made sense of; the reason is already among the problems."""


class _Composer:
    """Builds nodes from events, without recursion."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.stack: list[Items | Fields] = []
        self.waiting: list[tuple[str, Mark] | None] = []
        self.root: Node | None = None

    def compose(self, stream: Iterator[events.Event]) -> Node | None:
        for event in stream:
            self._take(event)
        if self.root is None:
            self._refuse(Mark(1, 1), "the file is empty", "write the configuration into it")
        return self.root

    def _take(self, event: events.Event) -> None:
        start = event.start_mark
        mark = Mark(start.line + 1, start.column + 1) if start else Mark(1, 1)
        if isinstance(event, events.NodeEvent):
            self._plain_only(event, mark)
        match event:
            case events.ScalarEvent():
                self._scalar(Scalar(event.value, mark, bool(event.style)))
            case events.SequenceStartEvent():
                self._open(Items(mark), mark)
            case events.MappingStartEvent():
                self._open(Fields(mark), mark)
            case events.SequenceEndEvent() | events.MappingEndEvent():
                self.stack.pop()
                self.waiting.pop()
            case events.DocumentStartEvent() if self.root is not None:
                self._stop(mark, "a second document begins here", "keep one document in a file")
            case _:
                pass

    def _plain_only(self, event: events.NodeEvent, mark: Mark) -> None:
        if isinstance(event, events.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, events.AliasEvent) else "&"
            self._stop(
                mark,
                f"anchors and aliases are not accepted here ({sign}{event.anchor})",
                "write the text out in full",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._stop(mark, f"tags are not accepted here ({tag})", "remove the tag")

    def _scalar(self, scalar: Scalar) -> None:
        if self.stack and isinstance(self.stack[-1], Fields) and self.waiting[-1] is None:
            self._key(self.stack[-1], scalar)
        else:
            self._place(scalar)

    def _key(self, mapping: Fields, key: Scalar) -> None:
        if key.text == "<<" and not key.quoted:
            self._stop(key.mark, "merge keys (<<) are not accepted", "write the keys out in full")
        if key.text in mapping.keys:
            self._refuse(
                key.mark,
                f'key "{key.text}" stands here twice, first in line {mapping.keys[key.text].line}',
                "keep one of the two",
            )
        self.waiting[-1] = (key.text, key.mark)

    def _open(self, node: Items | Fields, mark: Mark) -> None:
        if self.stack and isinstance(self.stack[-1], Fields) and self.waiting[-1] is None:
            self._stop(mark, "a key must be a plain word", "write `key: value`")
        if len(self.stack) >= DEEPEST:
            self._stop(mark, f"nested more than {DEEPEST} deep", "close the brackets earlier")
        self._place(node)
        self.stack.append(node)
        self.waiting.append(None)

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        holder = self.stack[-1]
        if len(holder.values) >= MOST_ENTRIES:
            self._stop(
                node.mark,
                f"more than {MOST_ENTRIES:,} entries in one place",
                "nobody can answer that many; shorten it",
            )
        if isinstance(holder, Items):
            holder.values.append(node)
        elif (key := self.waiting[-1]) is not None:
            self.waiting[-1] = None
            if key[0] not in holder.values:
                holder.values[key[0]] = node
                holder.keys[key[0]] = key[1]

    def _refuse(self, mark: Mark, message: str, mend: str) -> None:
        self.problems.append(Problem(self.file, mark.line, mark.column, message, mend))

    def _stop(self, mark: Mark, message: str, mend: str) -> None:
        self._refuse(mark, message, mend)
        raise _Stop


def find(node: Node, place: tuple[str | int, ...]) -> Mark:
    """Where `place` stands: the value if it is a scalar, else its key; as deep as it exists."""
    mark = node.mark
    for step in place:
        if isinstance(node, Fields) and step in node.values:
            key, node = node.keys[str(step)], node.values[str(step)]
            mark = node.mark if isinstance(node, Scalar) else key
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.values):
            node = node.values[step]
            mark = node.mark
        else:
            break
    return mark


def find_key(node: Node, place: tuple[str | int, ...]) -> Mark:
    """Where the key at the end of `place` stands."""
    for step in place[:-1]:
        if isinstance(node, Fields) and step in node.values:
            node = node.values[str(step)]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.values):
            node = node.values[step]
        else:
            return node.mark
    if isinstance(node, Fields):
        return node.keys.get(str(place[-1]), node.mark)
    return node.mark


Plain = str | list["Plain"] | dict[str, "Plain"] | None


def plain(node: Node) -> Plain:
    """The node without its marks; a value that is not there at all (`key:`) is None."""
    match node:
        case Scalar(text, _, quoted):
            return text if text or quoted else None
        case Items(values=values):
            return [plain(value) for value in values]
        case Fields(values=fields):
            return {key: plain(value) for key, value in fields.items()}
