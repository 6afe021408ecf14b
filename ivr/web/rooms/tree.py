"""The room of the question tree: drafts edited, checked, tried, compared, published; versions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from aiohttp import web

from ivr.authoring.beginning import BEGINNING
from ivr.authoring.comparing import Changes, Comparing
from ivr.authoring.drafts import AnotherTree, Drafts
from ivr.authoring.looking import Look, found, look
from ivr.authoring.shares import shares
from ivr.authoring.trying import Move, Trial, tried
from ivr.config.company import Offer
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.tree_saving import (
    DraftChanged,
    DraftExists,
    DraftNotReadable,
    DraftNotWritable,
)
from ivr.config.trees import tree_from_text
from ivr.config.yaml_editing import Drop, Edit, EditRefused, Put, Rename, edited
from ivr.config.yaml_editing import Move as Shift
from ivr.domain.errors import LinetreeError
from ivr.ports import History, VersionHead, Versions
from ivr.publishing import Publication, UnknownTree, UnknownVersion
from ivr.web.answers import answer
from ivr.web.room import Asked, Place, Refused, RoomRoute
from ivr.web.rooms.tree_sent import (
    Compare,
    EditSent,
    GoBack,
    LookAt,
    NewTree,
    Nothing,
    PublishDraft,
    RenameTree,
    SaveDraft,
    TryOut,
    VersionsBefore,
)

T = TypeVar("T")

LARGEST = 3_000_000
"""Bytes: a tree of 1 MB, escaped as JSON."""

DAYS = 30
"""How far back shares and replays look."""


VERSIONS_AT_ONCE = 50
"""As many as a person looks through before asking for more; the page counts on it."""


class Reloaded(Protocol):
    """What a reload did."""

    @property
    def changed(self) -> tuple[str, ...]: ...

    @property
    def restart(self) -> tuple[str, ...]: ...


class Live(Protocol):
    """What changes the running service."""

    async def publish(self, tree: str, seen: str, by: str) -> list[Publication]: ...

    async def back(self, tree: str, version: int, by: str) -> Publication: ...

    async def reload(self, by: str) -> Reloaded: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft as the page begins with it, and the version that calls walk meanwhile."""

    tree: str
    file: str
    hash: str
    saved_at: float
    look: Look
    in_force: VersionHead | None


class TreeRoom:
    """The page of the head of the client department."""

    place = Place(
        "tree",
        "/tree",
        "tree.js",
        frozenset({"supervisor", "admin"}),
        ("tree.css",),
        "desk chief",
    )

    def __init__(
        self,
        drafts: Drafts,
        versions: Versions,
        history: History,
        offers: Callable[[], Mapping[str, Offer]],
        live: Live,
        now: Callable[[], float],
    ) -> None:
        self._drafts = drafts
        self._versions = versions
        self._history = history
        self._comparing = Comparing(versions, history)
        self._offers = offers
        self._live = live
        self._now = now

    def routes(self) -> tuple[RoomRoute, ...]:
        """All that the page asks."""
        return (
            RoomRoute("GET", "/drafts", self.list_drafts),
            RoomRoute("GET", "/drafts/{tree}", self.open_draft),
            RoomRoute("GET", "/shares/{tree}", self.read_shares),
            RoomRoute("GET", "/versions/{tree}", self.list_versions),
            RoomRoute("GET", "/versions/{tree}/{version}", self.read_version),
            RoomRoute("POST", "/look", self.look_at),
            RoomRoute("POST", "/try", self.try_out),
            RoomRoute("POST", "/changes", self.compare),
            RoomRoute("POST", "/save", self.save),
            RoomRoute("POST", "/new", self.begin),
            RoomRoute("POST", "/rename", self.rename),
            RoomRoute("POST", "/publish", self.publish),
            RoomRoute("POST", "/back", self.back),
            RoomRoute("POST", "/reload", self.reload),
        )

    async def list_drafts(self, _asked: Asked) -> web.Response:
        """The trees, and the catalogue that their outcomes choose from."""
        trees = await _waiting(self._drafts.names)
        offers = [{"id": one.id, "title": one.title.words()} for one in self._offers().values()]
        return answer({"trees": trees, "offers": offers})

    async def open_draft(self, asked: Asked) -> web.Response:
        """One draft, looked at."""
        return answer(await _waiting(self._open, asked.part("tree")))

    async def read_shares(self, asked: Asked) -> web.Response:
        """How often questions were reached and answers given in the last weeks."""
        tree, now = asked.part("tree"), self._now()
        await _waiting(self._drafts.open, tree)
        return answer(await _waiting(shares, self._history, self._versions, tree, now, DAYS))

    async def list_versions(self, asked: Asked) -> web.Response:
        """Some versions, newest first: those before a number, or the newest of all."""
        tree, before = asked.part("tree"), asked.query(VersionsBefore).before
        return answer(await _waiting(self._versions.heads, tree, before, VERSIONS_AT_ONCE))

    async def read_version(self, asked: Asked) -> web.Response:
        """A published version, looked at; its text may be taken as the draft's next one."""
        number = asked.part("version")
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            raise Refused(404, "no_such_version", number[:40])
        version = await _waiting(self._versions.version, asked.part("tree"), int(number))
        if version is None:
            raise Refused(404, "no_such_version", number)
        return answer(await _waiting(look, version.text, (), None))

    async def look_at(self, asked: Asked) -> web.Response:
        """What a text means after some edits, and what is wrong with it; nothing is kept."""
        sent = await asked.body(LookAt, LARGEST)
        edits = [_edit(one) for one in sent.edits]
        return answer(await _waiting(look, sent.text, edits, self._offers()))

    async def try_out(self, asked: Asked) -> web.Response:
        """Where some answers lead, by the code that walks real calls."""
        sent = await asked.body(TryOut, LARGEST)
        return answer(await _waiting(self._tried, sent))

    async def compare(self, asked: Asked) -> web.Response:
        """What a text would change for clients."""
        sent = await asked.body(Compare, LARGEST)
        return answer(await _waiting(self._changes, sent.text))

    async def save(self, asked: Asked) -> web.Response:
        """Write a text into its file."""
        sent, by = await asked.body(SaveDraft, LARGEST), asked.person.id
        save, offers = self._drafts.save, self._offers()
        await _waiting(save, sent.tree, sent.hash, sent.text, offers, by)
        return answer(await _waiting(self._open, sent.tree))

    async def begin(self, asked: Asked) -> web.Response:
        """A new tree as a file of its own, in the words of the text that was sent."""
        sent, by = await asked.body(NewTree, LARGEST), asked.person.id
        await _waiting(self._begun, sent, by)
        return answer(await _waiting(self._open, sent.tree))

    async def rename(self, asked: Asked) -> web.Response:
        """Another name for a tree that neither calls nor history know yet."""
        sent = await asked.body(RenameTree)
        await _waiting(self._renamed, sent, asked.person.id)
        return answer(await _waiting(self._open, sent.to))

    async def publish(self, asked: Asked) -> web.Response:
        """Publish a draft as it was looked at: new calls walk it."""
        sent = await asked.body(PublishDraft)
        with _Told():
            await self._live.publish(sent.tree, sent.hash, asked.person.id)
        return answer(await _waiting(self._open, sent.tree))

    async def back(self, asked: Asked) -> web.Response:
        """Make an old version current again; the draft stays as it is."""
        sent = await asked.body(GoBack)
        with _Told():
            await self._live.back(sent.tree, sent.version, asked.person.id)
        return answer(await _waiting(self._open, sent.tree))

    async def reload(self, asked: Asked) -> web.Response:
        """Read the whole configuration anew."""
        await asked.body(Nothing)
        with _Told():
            done = await self._live.reload(asked.person.id)
        return answer({"changed": done.changed, "restart": done.restart})

    def _open(self, tree: str) -> Opened:
        draft = self._drafts.open(tree)
        seen, newest = look(draft.text, (), self._offers()), self._versions.heads(tree, most=1)
        in_force = newest[0] if newest else None
        return Opened(draft.tree, draft.file, draft.hash, draft.saved_at, seen, in_force)

    def _begun(self, sent: NewTree, by: str) -> None:
        title = {code: sent.title.get(code, "").strip() for code in ("ru", "en")}
        text = edited(
            sent.text or BEGINNING, [Put(("tree",), sent.tree), Put(("title",), {**title})]
        )
        self._drafts.create(sent.tree, text, self._offers(), by)

    def _renamed(self, sent: RenameTree, by: str) -> None:
        if self._versions.current(sent.tree) is not None:
            raise Refused(409, "tree_in_use", f"{sent.tree} was published: history knows the name")
        text = edited(self._drafts.open(sent.tree).text, [Put(("tree",), sent.to)])
        self._drafts.rename(sent.tree, sent.hash, sent.to, text, by)

    def _tried(self, sent: TryOut) -> Trial:
        tree = tree_from_text(sent.text, "tree", self._offers()).tree
        moves = [Move(one.question, one.given) for one in sent.moves]
        return tried(tree, 0, moves, self._offers(), key=sent.key)

    def _changes(self, text: str) -> Changes:
        tree = tree_from_text(text, "tree", self._offers()).tree
        return self._comparing.changes(tree, self._offers(), self._now(), DAYS)


async def _waiting(act: Callable[..., T], *given: object) -> T:
    """Do what waits for the disk or reckons for long beside the event loop."""
    with _Told():
        return await asyncio.to_thread(act, *given)


class _Told:
    """Turns the facts that this page has words for into refusals with their codes."""

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

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, fact: BaseException | None, _trace: object) -> None:
        if isinstance(fact, ConfigRefused):
            raise _faulty(fact.problems) from fact
        for kind, (status, code) in self._CODES.items():
            if isinstance(fact, kind):
                raise Refused(status, code, str(fact)) from fact


def _faulty(problems: Sequence[Problem]) -> Refused:
    files = [one.file for one in sorted(set(problems))]
    told = [{"file": file, "found": one} for file, one in zip(files, found(problems), strict=True)]
    return Refused(422, "faulty", str(problems[0]) if problems else "", more={"problems": told})


def _edit(sent: EditSent) -> Edit:
    match sent.do, sent.to:
        case "put", "":
            return Put(sent.place, _plain(sent.value))
        case "drop", "":
            return Drop(sent.place)
        case "rename", str(to) if to:
            return Rename(sent.place, to)
        case "move", int(to):
            return Shift(sent.place, to)
        case _:
            raise Refused(400, "bad_message", f"no such edit: {sent.do[:40]}")


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
