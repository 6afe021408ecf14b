"""Two versions of a tree: which answers now end elsewhere, renamed ones recognised. Pure.

Every walk of the old version is walked in the new one by the same answers, as a replay does with
real ones; parts that are alike in both are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.domain.client.company import UNKNOWN_CLIENT, Account, Client
from ivr.domain.tree.alike import Alike
from ivr.domain.tree.carrying import Stuck, carried
from ivr.domain.tree.conditions import spans_on
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.naming import Naming, Rename, named
from ivr.domain.tree.outcome import Decision, decide
from ivr.domain.tree.replay import treatment
from ivr.domain.tree.samples import Sample, samples
from ivr.domain.tree.tree import UNKNOWN, Number, Question, Span, Text, Tree
from ivr.domain.tree.wording import Rescaled, Reworded, listed, reordered, rescaled, reworded

MOST_WALKS = 20_000
"""After so many walks that are not alike the comparison stops and says so."""

_KEY_ACCOUNT = Client(Account("", "", key=True))


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a walk, in the names of the old version; "unknown" is a skip."""

    question: str
    answer: str
    say: Text


@dataclass(frozen=True, slots=True)
class Moved:
    """A beginning of walks that all ended alike and now all end alike, but elsewhere.

    `key_account` is set where only clients known as key accounts are treated otherwise.
    """

    path: tuple[Said, ...]
    before: Decision
    after: Decision
    key_account: bool = False

    @property
    def department(self) -> bool:
        """Whether another department would own the client."""
        return self.before.owner is not self.after.owner


@dataclass(frozen=True, slots=True)
class AskedMore:
    """A beginning of walks after which the new version asks what the old one never did."""

    path: tuple[Said, ...]
    stuck: Stuck


@dataclass(frozen=True, slots=True)
class Names:
    """Ids that only one version has; an answer is (question, answer)."""

    questions: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    outcomes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.questions or self.answers or self.outcomes)


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs. `complete` is False when the walks were too many to try them all."""

    moved: tuple[Moved, ...]
    asked_more: tuple[AskedMore, ...]
    renames: tuple[Rename, ...]
    added: Names
    removed: Names
    reworded: tuple[Reworded, ...]
    rescaled: tuple[Rescaled, ...]
    reordered: tuple[str, ...]
    complete: bool = True

    @property
    def same(self) -> bool:
        """Whether the two versions mean the same, in the same words and order."""
        ends = self.moved or self.asked_more or self.added or self.removed
        looks = self.renames or self.reworded or self.rescaled or self.reordered
        return self.complete and not ends and not looks


def difference(old: Tree, new: Tree) -> Difference:
    """What `new` changes for clients and for agents."""
    naming = named(old, new)
    walks = _Walks(old, new, naming)
    found = walks.ends(Interview.begin(old, 0), Interview.begin(new, 1), ())
    return Difference(
        moved=tuple(one for one in found if isinstance(one, Moved)),
        asked_more=tuple(one for one in found if isinstance(one, AskedMore)),
        renames=naming.renames,
        added=_added(new, old, naming),
        removed=_removed(old, new, naming),
        reworded=tuple(reworded(old, new, naming)),
        rescaled=tuple(rescaled(old, new, naming)),
        reordered=tuple(reordered(old, new, naming)),
        complete=walks.left > 0,
    )


_End = Moved | AskedMore | None


class _Walks:
    """Walks both versions by the same answers, from the first question down."""

    def __init__(self, old: Tree, new: Tree, naming: Naming) -> None:
        self._old = old
        self._new = new
        self._naming = naming
        self._alike = Alike(old, new, naming)
        self.left = MOST_WALKS

    def ends(self, old: Interview, new: Interview, path: tuple[Said, ...]) -> list[_End]:
        """How all walks that go on from here end; one entry if all of them end alike."""
        new, stuck = carried(old.steps, new, self._naming)
        if old.question is None:
            self.left -= 1
            return [AskedMore(path, stuck) if stuck else _end(old, new, path)]
        if self.left <= 0 or self._alike.from_here(old, new):
            return [None]
        below = [
            self.ends(_moved(old, one), new, (*path, Said(old.at, one.key, one.say)))
            for one in samples(old.question, self._borders(old.question))
        ]
        return _gathered(below, path)

    def _borders(self, question: Question) -> Iterator[Span]:
        """Every number at which one of the two versions goes another way."""
        yield from spans_on(self._old, question)
        there = self._new.questions.get(self._naming.questions.get(question.id, ""))
        if there is not None and isinstance(there.form, Number):
            yield from (one.span for one in there.form.ranges)
            yield from spans_on(self._new, there)


def _end(old: Interview, new: Interview, path: tuple[Said, ...]) -> Moved | None:
    for client in (UNKNOWN_CLIENT, _KEY_ACCOUNT):
        before, after = decide(old, client), decide(new, client)
        if treatment(before) != treatment(after):
            return Moved(path, before, after, client is _KEY_ACCOUNT)
    return None


def _moved(walk: Interview, sample: Sample) -> Interview:
    if sample.given is None:
        return walk.skip(walk.at)
    return walk.answer(walk.at, sample.given)


def _gathered(below: list[list[_End]], path: tuple[Said, ...]) -> list[_End]:
    """The ends below a question, taken together as one where all of them are alike.

    None stands for walks that nothing has changed for; one of them is kept, for who asks above.
    """
    found = [end for ends in below for end in ends]
    if len({_kind(end) for end in found}) > 1:
        unchanged: list[_End] = [None] if None in found else []
        return [end for end in found if end is not None] + unchanged
    match found[0]:
        case Moved(_, before, after, key_account):
            return [Moved(path, before, after, key_account)]
        case AskedMore(_, stuck):
            return [AskedMore(path, stuck)]
        case None:
            return [None]


def _kind(end: _End) -> object:
    match end:
        case Moved(_, before, after, key_account):
            return (before.outcome, treatment(before), after.outcome, treatment(after), key_account)
        case AskedMore(_, stuck):
            return stuck
        case None:
            return None


def _added(new: Tree, old: Tree, naming: Naming) -> Names:
    """What the new version has and the old one had not, under any name."""
    back = {there: name for name, there in naming.questions.items()}
    known = {(naming.questions[one], there) for (one, _), there in naming.answers.items()}
    known |= {(back_to, UNKNOWN) for back_to, name in back.items() if old.questions[name].unknown}
    return Names(
        tuple(name for name in new.questions if name not in back),
        tuple(
            (name, key)
            for name in new.questions
            if name in back
            for key in _keys(new.questions[name])
            if (name, key) not in known
        ),
        tuple(name for name in new.outcomes if name not in naming.outcomes.values()),
    )


def _removed(old: Tree, new: Tree, naming: Naming) -> Names:
    """What the old version had and the new one has not, under any name."""
    known = set(naming.answers)
    known |= {
        (name, UNKNOWN) for name, there in naming.questions.items() if new.questions[there].unknown
    }
    return Names(
        tuple(name for name in old.questions if name not in naming.questions),
        tuple(
            (name, key)
            for name in naming.questions
            for key in _keys(old.questions[name])
            if (name, key) not in known
        ),
        tuple(name for name in old.outcomes if name not in naming.outcomes),
    )


def _keys(question: Question) -> list[str]:
    """What can be picked at a question, its skip included; no ranges, whose borders may move."""
    skip = [UNKNOWN] if question.unknown else []
    return [one.id for one in listed(question)] + skip
