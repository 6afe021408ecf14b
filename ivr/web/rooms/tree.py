"""The room of the question tree: drafts edited, checked, tried, compared, published; versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from ivr.authoring.comparing import Changes, Comparing
from ivr.authoring.drafts import Drafts
from ivr.authoring.looking import look
from ivr.authoring.shares import shares
from ivr.authoring.trying import Move, Trial, tried
from ivr.config.company import Company, Offer
from ivr.config.trees import tree_from_text
from ivr.ports import History, Versions
from ivr.web.answers import answer
from ivr.web.room import Asked, Place, Refused, RoomRoute
from ivr.web.rooms.tree_live import Live
from ivr.web.rooms.tree_sent import (
    Compare,
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
from ivr.web.rooms.tree_told import Opened, told, versions_told, waiting

LARGEST = 3_000_000
"""Bytes: a tree of 1 MB, escaped as JSON."""

DAYS = 30
"""How far back shares and replays look."""

VERSIONS_AT_ONCE = 50
"""As many as a person looks through before asking for more."""


class TreeRoom:
    """The page of the head of the client department."""

    place = Place(
        "tree", "/tree", "tree.js", frozenset({"supervisor", "admin"}), ("tree.css",), "desk chief"
    )

    def __init__(
        self,
        drafts: Drafts,
        versions: Versions,
        history: History,
        company: Callable[[], Company],
        live: Live,
        now: Callable[[], float],
    ) -> None:
        self._drafts = drafts
        self._versions = versions
        self._history = history
        self._comparing = Comparing(versions, history)
        self._company = company
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
        trees = await waiting(self._drafts.names)
        offers = [{"id": one.id, "title": one.title.words()} for one in self._offers().values()]
        return answer({"trees": trees, "offers": offers})

    async def open_draft(self, asked: Asked) -> web.Response:
        """One draft, looked at."""
        return answer(await waiting(self._open, asked.part("tree")))

    async def read_shares(self, asked: Asked) -> web.Response:
        """How often questions were reached and answers given in the last weeks."""
        tree, now = asked.part("tree"), self._now()
        await waiting(self._drafts.open, tree)
        return answer(await waiting(shares, self._history, self._versions, tree, now, DAYS))

    async def list_versions(self, asked: Asked) -> web.Response:
        """Some versions, newest first: those before a number, or the newest of all."""
        tree, before = asked.part("tree"), asked.query(VersionsBefore).before
        heads = await waiting(self._versions.heads, tree, before, VERSIONS_AT_ONCE)
        return answer(versions_told(heads, self._company().people))

    async def read_version(self, asked: Asked) -> web.Response:
        """A published version, looked at; its text may be taken as the draft's next one."""
        number = asked.part("version")
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            raise Refused(404, "no_such_version", number[:40])
        version = await waiting(self._versions.version, asked.part("tree"), int(number))
        if version is None:
            raise Refused(404, "no_such_version", number)
        return answer(await waiting(look, version.text, (), None))

    async def look_at(self, asked: Asked) -> web.Response:
        """What a text means after some edits, and what is wrong with it; nothing is kept."""
        sent = await asked.body(LookAt, LARGEST)
        edits = [one.edit() for one in sent.edits]
        return answer(await waiting(look, sent.text, edits, self._offers()))

    async def try_out(self, asked: Asked) -> web.Response:
        """Where some answers lead, by the code that walks real calls."""
        sent = await asked.body(TryOut, LARGEST)
        return answer(await waiting(self._tried, sent))

    async def compare(self, asked: Asked) -> web.Response:
        """What a text would change for clients."""
        sent = await asked.body(Compare, LARGEST)
        return answer(await waiting(self._changes, sent.text))

    async def save(self, asked: Asked) -> web.Response:
        """Write a text into its file."""
        sent, by = await asked.body(SaveDraft, LARGEST), asked.person.id
        save, offers = self._drafts.save, self._offers()
        await waiting(save, sent.tree, sent.hash, sent.text, offers, by)
        return answer(await waiting(self._open, sent.tree))

    async def begin(self, asked: Asked) -> web.Response:
        """A new tree as a file of its own, in the words of the text that was sent."""
        sent, by = await asked.body(NewTree, LARGEST), asked.person.id
        begin, offers = self._drafts.begin, self._offers()
        await waiting(begin, sent.tree, sent.title, sent.text, offers, by)
        return answer(await waiting(self._open, sent.tree))

    async def rename(self, asked: Asked) -> web.Response:
        """Another name for a tree that neither calls nor history know yet."""
        sent = await asked.body(RenameTree)
        await waiting(self._renamed, sent, asked.person.id)
        return answer(await waiting(self._open, sent.to))

    async def publish(self, asked: Asked) -> web.Response:
        """Publish a draft as it was looked at: new calls walk it."""
        sent = await asked.body(PublishDraft)
        with told():
            await self._live.publish(sent.tree, sent.hash, asked.person.id)
        return answer(await waiting(self._open, sent.tree))

    async def back(self, asked: Asked) -> web.Response:
        """Make an old version current again; the draft stays as it is."""
        sent = await asked.body(GoBack)
        with told():
            await self._live.back(sent.tree, sent.version, asked.person.id)
        return answer(await waiting(self._open, sent.tree))

    async def reload(self, asked: Asked) -> web.Response:
        """Read the whole configuration anew."""
        await asked.body(Nothing)
        with told():
            done = await self._live.reload(asked.person.id)
        return answer({"changed": done.changed, "restart": done.restart})

    def _offers(self) -> Mapping[str, Offer]:
        return self._company().offers

    def _open(self, tree: str) -> Opened:
        draft = self._drafts.open(tree)
        seen, newest = look(draft.text, (), self._offers()), self._versions.heads(tree, most=1)
        in_force = newest[0] if newest else None
        return Opened(draft.tree, draft.file, draft.hash, draft.saved_at, seen, in_force)

    def _renamed(self, sent: RenameTree, by: str) -> None:
        if self._versions.current(sent.tree) is not None:
            raise Refused(409, "tree_in_use", f"{sent.tree} was published: history knows the name")
        self._drafts.rename(sent.tree, sent.hash, sent.to, by)

    def _tried(self, sent: TryOut) -> Trial:
        tree = tree_from_text(sent.text, "tree", self._offers()).tree
        moves = [Move(one.question, one.given) for one in sent.moves]
        return tried(tree, 0, moves, self._offers(), key=sent.key)

    def _changes(self, text: str) -> Changes:
        tree = tree_from_text(text, "tree", self._offers()).tree
        return self._comparing.changes(tree, self._offers(), self._now(), DAYS)
