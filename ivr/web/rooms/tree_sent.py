"""What the tree's page sends, as the room checks it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

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
