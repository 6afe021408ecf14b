"""What the tree's page sends, as the room checks it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from ivr.config.yaml_editing import Drop, Edit, Move, Put, Rename
from ivr.web.room import Refused

_Text = Annotated[str, Meta(max_length=1_100_000)]
_Name = Annotated[str, Meta(max_length=100)]
_TreeName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}\Z")]
_Steps = Annotated[tuple[str | int, ...], Meta(max_length=12)]


class EditSent(Struct, forbid_unknown_fields=True):
    """One edit: `do` is put, drop, rename or move; `value` is text, lists and mappings of it."""

    do: str
    place: _Steps
    value: Any = None
    to: str | int = ""

    def edit(self) -> Edit:
        """The edit that was meant. Raises Refused when there is no such one."""
        match self.do, self.to:
            case "put", "":
                return Put(self.place, _plain(self.value))
            case "drop", "":
                return Drop(self.place)
            case "rename", str(to) if to:
                return Rename(self.place, to)
            case "move", int(to):
                return Move(self.place, to)
            case _:
                raise Refused(400, "bad_message", f"no such edit: {self.do[:40]}")


class LookAt(Struct, forbid_unknown_fields=True):
    """A text and what to change in it."""

    text: _Text
    edits: Annotated[tuple[EditSent, ...], Meta(max_length=500)] = ()


class MoveSent(Struct, forbid_unknown_fields=True):
    """One key pressed in a trial; `given` None is a skip."""

    question: _Name
    given: Annotated[str, Meta(max_length=2000)] | None


class TryOut(Struct, forbid_unknown_fields=True):
    """A walk to try; `key` is a caller known as a key account."""

    text: _Text
    moves: Annotated[tuple[MoveSent, ...], Meta(max_length=20)] = ()
    key: bool = False


class Compare(Struct, forbid_unknown_fields=True):
    """A text to compare with what is in force."""

    text: _Text


class SaveDraft(Struct, forbid_unknown_fields=True):
    """A text to write over the file that has `hash`."""

    tree: _Name
    hash: _Name
    text: _Text


class NewTree(Struct, forbid_unknown_fields=True):
    """A tree to begin: its name, and a text that is taken over (what it is called included)."""

    tree: _TreeName
    title: dict[Literal["ru", "en"], Annotated[str, Meta(max_length=200)]]
    text: _Text


class RenameTree(Struct, forbid_unknown_fields=True):
    """Another name for a draft that was never published."""

    tree: _Name
    hash: _Name
    to: _TreeName


class PublishDraft(Struct, forbid_unknown_fields=True):
    """The draft to publish, as it was looked at."""

    tree: _Name
    hash: _Name


class VersionsBefore(Struct, forbid_unknown_fields=True):
    """Which versions to list: those of numbers below `before`, or the newest of all."""

    before: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


class GoBack(Struct, forbid_unknown_fields=True):
    """An old version to make current again."""

    tree: _Name
    version: Annotated[int, Meta(ge=1, le=10_000_000)]


class Nothing(Struct, forbid_unknown_fields=True):
    """An act that needs no words."""


def _plain(value: object, deep: int = 0) -> Any:
    """The value if it is made of texts, lists and mappings only. Raises Refused."""
    if deep > 8:
        raise Refused(400, "bad_message", "the value is nested too deep")
    match value:
        case str() | None:
            return value
        case list():
            return [_plain(one, deep + 1) for one in value]
        case dict():
            return {str(key): _plain(one, deep + 1) for key, one in value.items()}
        case _:
            raise Refused(400, "bad_message", "values are texts, lists and mappings")
