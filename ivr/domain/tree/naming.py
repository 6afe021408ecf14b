"""Which question, answer and outcome of one version is which of another, renamed or not. Pure.

The same id is the same thing, unless it now stands at the very words of another one: what clients
hear is what counts. What is left over on both sides is compared by three clues: its text, the place
from which it is reached, and where it leads. The text alone is enough, else both others are needed;
where two fit equally well, nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from ivr.domain.tree.tree import (
    UNKNOWN,
    Answer,
    Number,
    OneOf,
    Outcome,
    Question,
    Several,
    ShortText,
    Text,
    Tree,
)
from ivr.domain.tree.ways import branches


class Clue(StrEnum):
    """By what something renamed was recognised."""

    TEXT = "text"
    PLACE = "place"
    TARGETS = "targets"


class Kind(StrEnum):
    """What has a name in a tree."""

    QUESTION = "question"
    ANSWER = "answer"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Rename:
    """One thing under another name; `question` is the old id of an answer's question, else ""."""

    kind: Kind
    question: str
    old: str
    new: str
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of an old version in a new one; what is not in here has no counterpart."""

    questions: Mapping[str, str]
    answers: Mapping[tuple[str, str], str]
    outcomes: Mapping[str, str]
    renames: tuple[Rename, ...] = ()

    def node(self, old: str) -> str | None:
        """What a `then` of the old version is in the new one."""
        return self.questions.get(old) or self.outcomes.get(old)


def named(old: Tree, new: Tree) -> Naming:
    """What each name of `old` is in `new`."""
    search = _Search(old, new)
    while search.go_on():
        pass
    return Naming(search.questions, search.answers, search.outcomes, tuple(search.renames))


@dataclass(slots=True)
class _Search:
    """Names found so far; each round may find more, since clues rest on what is known."""

    old: Tree
    new: Tree
    questions: dict[str, str] = field(default_factory=dict)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    renames: list[Rename] = field(default_factory=list)
    matched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with what kept its id, and with ids that changed places."""
        asked = {name: one.ask for name, one in self.old.questions.items()}
        asks = {name: one.ask for name, one in self.new.questions.items()}
        for old, new in _changed_places(asked, asks).items():
            self.questions[old] = new
            self.renames.append(Rename(Kind.QUESTION, "", old, new, (Clue.TEXT,)))
        taken = set(self.questions.values())
        for name in self.old.questions:
            if name in self.new.questions and name not in self.questions and name not in taken:
                self.questions[name] = name
        self.outcomes = {name: name for name in self.old.outcomes if name in self.new.outcomes}
        for name in self.questions:
            self._match_answers(name)

    def go_on(self) -> bool:
        """One round; whether it found anything."""
        before = len(self.renames)
        for name, found, clues in self._best(self._question_pairs()):
            self.questions[name] = found
            self.renames.append(Rename(Kind.QUESTION, "", name, found, clues))
        for name, found, clues in self._best(self._outcome_pairs()):
            self.outcomes[name] = found
            self.renames.append(Rename(Kind.OUTCOME, "", name, found, clues))
        for name in self.questions:
            self._match_answers(name)
        return len(self.renames) > before

    def _best(self, pairs: Iterable[_Pair]) -> list[_Pair]:
        """Pairs of which each is the only best one of both sides, so that none is a guess."""
        found = [pair for pair in pairs if _weight(pair[2]) >= _ENOUGH]
        kept = []
        for old, new, clues in found:
            rivals = [pair for pair in found if (pair[0] == old) != (pair[1] == new)]
            if all(_weight(clues) > _weight(rival[2]) for rival in rivals):
                kept.append((old, new, clues))
        return kept

    def _question_pairs(self) -> Iterator[_Pair]:
        left = [one for name, one in self.old.questions.items() if name not in self.questions]
        taken = set(self.questions.values())
        free = [one for name, one in self.new.questions.items() if name not in taken]
        if not (left and free):
            return
        came, comes = self._ways_in(self.old, renamed=True), self._ways_in(self.new, renamed=False)
        for one in left:
            for two in free:
                if type(one.form) is type(two.form):
                    place = came.get(one.id, set()) & comes.get(two.id, set())
                    yield one.id, two.id, self._question_clues(one, two, bool(place))

    def _question_clues(self, one: Question, two: Question, placed: bool) -> tuple[Clue, ...]:
        targets = [self._node(branch.then) for branch in branches(one)]
        alike = targets == [branch.then for branch in branches(two)]
        return _clues(text=_same_text(one.ask, two.ask), place=placed, targets=alike)

    def _outcome_pairs(self) -> Iterator[_Pair]:
        left = [one for name, one in self.old.outcomes.items() if name not in self.outcomes]
        taken = set(self.outcomes.values())
        free = [one for name, one in self.new.outcomes.items() if name not in taken]
        if not (left and free):
            return
        came, comes = self._ways_in(self.old, renamed=True), self._ways_in(self.new, renamed=False)
        for one in left:
            for two in free:
                place = came.get(one.id, set()) & comes.get(two.id, set())
                text = _same_text(one.say, two.say)
                clues = _clues(text=text, place=bool(place), targets=_content(one) == _content(two))
                yield one.id, two.id, clues

    def _ways_in(self, tree: Tree, *, renamed: bool) -> dict[str, set[tuple[str, str]]]:
        """By which (question, answer) each node is reached, all in the names of the new tree."""
        found: dict[str, set[tuple[str, str]]] = {tree.first: {("", "")}}
        for question in tree.questions.values():
            for branch in branches(question):
                way: tuple[str, str] | None = (question.id, branch.key)
                if renamed:
                    way = self._way(question, branch.key)
                if way is not None:
                    found.setdefault(branch.then, set()).add(way)
        return found

    def _way(self, question: Question, key: str) -> tuple[str, str] | None:
        """An old way in the names of the new tree, None when either is not known (yet)."""
        name = self.questions.get(question.id)
        listed = isinstance(question.form, OneOf) and key != UNKNOWN
        answer = self.answers.get((question.id, key)) if listed else key
        return None if name is None or answer is None else (name, answer)

    def _node(self, old: str) -> str | None:
        return self.questions.get(old) or self.outcomes.get(old)

    def _match_answers(self, name: str) -> None:
        """The answers of one question that is known on both sides."""
        one, two = self.old.questions[name].form, self.new.questions[self.questions[name]].form
        match one:
            case OneOf(answers) | Several(answers):
                if isinstance(two, OneOf | Several):
                    self._match_listed(name, answers, two.answers)
            case Number() | ShortText():
                pass
            case _:
                assert_never(one)

    def _match_listed(self, name: str, olds: tuple[Answer, ...], news: tuple[Answer, ...]) -> None:
        if name not in self.matched:
            self.matched.add(name)
            self._match_ids(name, {a.id: a.say for a in olds}, {a.id: a.say for a in news})
        taken = {new for (question, _), new in self.answers.items() if question == name}
        pairs = (
            (one.id, two.id, self._answer_clues((olds, one), (news, two)))
            for one in olds
            if (name, one.id) not in self.answers
            for two in news
            if two.id not in taken
        )
        for old, new, clues in self._best(pairs):
            self.answers[name, old] = new
            self.renames.append(Rename(Kind.ANSWER, name, old, new, clues))

    def _match_ids(self, name: str, olds: Mapping[str, Text], news: Mapping[str, Text]) -> None:
        places = _changed_places(olds, news)
        for old, new in places.items():
            self.answers[name, old] = new
            self.renames.append(Rename(Kind.ANSWER, name, old, new, (Clue.TEXT,)))
        taken = set(places.values())
        for one in olds:
            if one in news and one not in places and one not in taken:
                self.answers[name, one] = one

    def _answer_clues(
        self, old: tuple[tuple[Answer, ...], Answer], new: tuple[tuple[Answer, ...], Answer]
    ) -> tuple[Clue, ...]:
        (olds, one), (news, two) = old, new
        return _clues(
            text=_same_text(one.say, two.say),
            place=len(olds) == len(news) and olds.index(one) == news.index(two),
            targets=bool(one.then) and self._node(one.then) == two.then and one.scale == two.scale,
        )


_Pair = tuple[str, str, tuple[Clue, ...]]
_WEIGHTS = {Clue.TEXT: 2, Clue.PLACE: 1, Clue.TARGETS: 1}
_ENOUGH = 2


def _weight(clues: tuple[Clue, ...]) -> int:
    return sum(_WEIGHTS[clue] for clue in clues)


def _clues(*, text: bool, place: bool, targets: bool) -> tuple[Clue, ...]:
    found = ((Clue.TEXT, text), (Clue.PLACE, place), (Clue.TARGETS, targets))
    return tuple(clue for clue, holds in found if holds)


def _changed_places(olds: Mapping[str, Text], news: Mapping[str, Text]) -> dict[str, str]:
    """Ids that both have, by whose words they go now: old words under an id of another old one."""
    owners: dict[tuple[str, str], list[str]] = {}
    for name, text in olds.items():
        owners.setdefault(_both(text), []).append(name)
    found: dict[str, str] = {}
    for name, text in news.items():
        if name not in olds or _same_text(olds[name], text):
            continue
        said = owners.get(_both(text), [])
        if len(said) == 1 and not _same_text(olds[said[0]], news.get(said[0])):
            found.setdefault(said[0], name)
    return found


def _both(text: Text) -> tuple[str, str]:
    return (_bare(text.ru), _bare(text.en))


def _same_text(one: Text | None, two: Text | None) -> bool:
    """Whether the words are the same in either language, whatever their case and spaces."""
    if one is None or two is None:
        return False
    return _bare(one.ru) == _bare(two.ru) or _bare(one.en) == _bare(two.en)


def _bare(words: str) -> str:
    return "".join(ch for ch in words.casefold() if ch.isalnum()) or words


def _content(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.offers, outcome.owner, outcome.how, outcome.aim)
