"""What a draft changes: for each way to answer, and for the clients of the last weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.authoring.trying import Ends, ends_of
from ivr.config.company import Offer
from ivr.domain.tree.diff import AskedMore, Difference, Moved, Names, Said, difference
from ivr.domain.tree.naming import Rename
from ivr.domain.tree.replay import Elsewhere, Replay, replay
from ivr.domain.tree.tree import Tree
from ivr.domain.tree.ways import answer_text
from ivr.domain.words import Fact, Words
from ivr.ports import History, PastInterview, TreeVersion, Versions
from ivr.reports.past import pasts, walks
from ivr.reports.shelf import Shelf

MOST_LISTED = 50
"""Ways and clients that are listed one by one; how many more there are is said."""

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Way:
    """A way to answer that now ends elsewhere; no answers at all is every way."""

    path: tuple[Fact, ...]
    before: Ends
    after: Ends
    department: bool
    key_account: bool


@dataclass(frozen=True, slots=True)
class More:
    """A way to answer after which the draft asks `question`, which it cannot tell from before."""

    path: tuple[Fact, ...]
    question: Words
    why: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """What goes by another id now."""

    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """A text before and after; {} for none."""

    place: tuple[str, ...]
    before: Words
    after: Words


@dataclass(frozen=True, slots=True)
class Named:
    """A question, an answer to one, or an outcome that only one version has."""

    kind: str
    words: Words
    of: Words


@dataclass(frozen=True, slots=True)
class Client:
    """One real client of the time whom the draft would treat otherwise."""

    call: str
    at: float
    number: str
    company: str
    key_account: bool
    answers: tuple[Words, ...]
    before: Ends
    after: Ends


@dataclass(frozen=True, slots=True)
class Unclear:
    """So many clients of whom nobody can tell, since they were not asked `question`."""

    question: Words
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """The clients of the last `days`; lists end after MOST_LISTED, counts do not."""

    days: int
    compared: int
    moved_count: int
    moved: tuple[Client, ...]
    otherwise_count: int
    otherwise: tuple[Client, ...]
    unclear: tuple[Unclear, ...]
    unfinished: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a draft changes against the version in force (`version` 0: none is).

    Where today's check refuses that version, `readable` is False and nothing is compared.
    """

    version: int
    same: bool
    complete: bool
    ways: tuple[Way, ...]
    more: tuple[More, ...]
    added: tuple[Named, ...]
    removed: tuple[Named, ...]
    renamed: tuple[Renamed, ...]
    reworded: tuple[Rewording, ...]
    rescaled: tuple[Rewording, ...]
    reordered: tuple[Words, ...]
    replayed: Replayed | None
    readable: bool = True


class Comparing:
    """Compares drafts with what is in force. All calls wait for the database."""

    def __init__(self, versions: Versions, history: History) -> None:
        self._versions = versions
        self._history = history

    def changes(self, draft: Tree, offers: Mapping[str, Offer], now: float, days: int) -> Changes:
        """The difference in words' pieces, and the last `days` played again.

        Raises StoreUnreachable.
        """
        current = self._versions.current(draft.id)
        if current is None:
            return _nothing_to_compare(0, readable=True)
        shelf = Shelf(self._versions)
        old = shelf.tree(current.tree, current.version)
        if old is None:
            return _nothing_to_compare(current.version, readable=False)
        again = self._replayed(shelf, draft, offers, now, days)
        return _changes(current, old, draft, difference(old, draft), offers, again)

    def _replayed(
        self, shelf: Shelf, draft: Tree, offers: Mapping[str, Offer], now: float, days: int
    ) -> Replayed:
        found = walks(self._history, shelf, draft.id, now - days * DAY, now)
        result = replay(pasts(found.walked), draft)
        kept = {one.kept.interview.call: one.kept for one in found.walked}
        return Replayed(
            days=days,
            compared=result.compared,
            moved_count=len(result.moved),
            moved=_clients(result.moved, kept, offers),
            otherwise_count=len(result.otherwise),
            otherwise=_clients(result.otherwise, kept, offers),
            unclear=tuple(_unclear(result, draft)),
            unfinished=result.unfinished,
            unreadable=len(found.unreadable),
        )


def _nothing_to_compare(version: int, *, readable: bool) -> Changes:
    return Changes(version, False, True, (), (), (), (), (), (), (), (), None, readable)


def _changes(
    current: TreeVersion,
    old: Tree,
    new: Tree,
    found: Difference,
    offers: Mapping[str, Offer],
    again: Replayed,
) -> Changes:
    rescaled = (
        Rewording(one.place, _scale(one.before), _scale(one.after)) for one in found.rescaled
    )
    return Changes(
        version=current.version,
        same=found.same,
        complete=found.complete,
        ways=tuple(_way(one, old, offers) for one in found.moved[:MOST_LISTED]),
        more=tuple(_more(one, old, new) for one in found.asked_more[:MOST_LISTED]),
        added=tuple(_names(found.added, new)),
        removed=tuple(_names(found.removed, old)),
        renamed=tuple(map(_renamed, found.renames)),
        reworded=tuple(
            Rewording(
                one.place,
                one.before.words() if one.before else {},
                one.after.words() if one.after else {},
            )
            for one in found.reworded
        ),
        rescaled=tuple(rescaled),
        reordered=tuple(new.questions[one].ask.words() for one in found.reordered),
        replayed=again,
    )


def _way(one: Moved, old: Tree, offers: Mapping[str, Offer]) -> Way:
    before, after = ends_of(one.before, offers), ends_of(one.after, offers)
    return Way(_path(one.path, old), before, after, one.department, one.key_account)


def _more(one: AskedMore, old: Tree, new: Tree) -> More:
    question = new.questions[one.stuck.at].ask.words()
    return More(_path(one.path, old), question, one.stuck.why.value)


def _path(path: Sequence[Said], tree: Tree) -> tuple[Fact, ...]:
    return tuple(
        Fact(one.question, tree.questions[one.question].ask.words(), one.say.words())
        for one in path
    )


def _names(names: Names, tree: Tree) -> Iterator[Named]:
    for name in names.questions:
        yield Named("question", tree.questions[name].ask.words(), {})
    for question, answer in names.answers:
        asked = tree.questions[question]
        yield Named("answer", answer_text(asked, answer).words(), asked.ask.words())
    for name in names.outcomes:
        why = tree.outcomes[name].why
        yield Named("outcome", why.words() if why else {"ru": name, "en": name}, {})


def _renamed(one: Rename) -> Renamed:
    return Renamed(str(one.kind), one.old, one.new)


def _scale(scale: str | None) -> Words:
    return {"scale": str(scale or "")}


def _clients(
    found: Sequence[Elsewhere], kept: Mapping[str, PastInterview], offers: Mapping[str, Offer]
) -> tuple[Client, ...]:
    return tuple(_client(one, kept[one.past.call], offers) for one in found[:MOST_LISTED])


def _client(one: Elsewhere, kept: PastInterview, offers: Mapping[str, Offer]) -> Client:
    call = kept.call
    return Client(
        call=one.past.call,
        at=kept.interview.began_at,
        number=call.number if call else "",
        company=call.company if call else "",
        key_account=one.past.client.large,
        answers=tuple(step.say.words() for step in one.past.walk.steps),
        before=ends_of(one.before, offers),
        after=ends_of(one.after, offers),
    )


def _unclear(found: Replay, draft: Tree) -> Iterator[Unclear]:
    for stuck, count in Counter(one.stuck for one in found.unclear).most_common():
        yield Unclear(draft.questions[stuck.at].ask.words(), stuck.why.value, count)
