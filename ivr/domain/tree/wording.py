"""What two versions of a tree say in other words, in another order or of another scale. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.domain.tree.naming import Naming
from ivr.domain.tree.tree import (
    Answer,
    Number,
    OneOf,
    Question,
    Range,
    Scale,
    Several,
    Span,
    Text,
    Tree,
)

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A text that people see, before and after; `place` is in the names of the new version."""

    place: Place
    before: Text | None
    after: Text | None


@dataclass(frozen=True, slots=True)
class Rescaled:
    """An answer or range that now says something else of what the customer is."""

    place: Place
    before: Scale | None
    after: Scale | None


def reworded(old: Tree, new: Tree, naming: Naming) -> Iterator[Reworded]:
    """Every text that differs between what both versions have."""
    for place, before, after in _texts(old, new, naming):
        if before != after:
            yield Reworded(place, before, after)


def rescaled(old: Tree, new: Tree, naming: Naming) -> Iterator[Rescaled]:
    """Every answer and range of both versions whose scale differs."""
    for place, one, two in _answers(old, new, naming):
        if one.scale is not two.scale:
            yield Rescaled(place, one.scale, two.scale)


def reordered(old: Tree, new: Tree, naming: Naming) -> Iterator[str]:
    """Questions whose answers have other keys now, in the names of the new version."""
    for name, there in naming.questions.items():
        before = listed(old.questions[name])
        after = [one.id for one in listed(new.questions[there])]
        kept = [naming.answers[name, one.id] for one in before if (name, one.id) in naming.answers]
        moved = kept != [one for one in after if one in kept]
        if moved or _spans(old.questions[name]) != _spans(new.questions[there]):
            yield there


def _texts(
    old: Tree, new: Tree, naming: Naming
) -> Iterator[tuple[Place, Text | None, Text | None]]:
    yield ("title",), old.title, new.title
    for name, there in naming.questions.items():
        one, two = old.questions[name], new.questions[there]
        yield ("questions", there, "ask"), one.ask, two.ask
        yield ("questions", there, "hint"), one.hint, two.hint
        yield ("questions", there, "unit"), _unit(one), _unit(two)
    for place, answer, answers in _answers(old, new, naming):
        yield (*place, "say"), answer.say, answers.say
    for name, there in naming.outcomes.items():
        ends, ended = old.outcomes[name], new.outcomes[there]
        yield ("outcomes", there, "why"), ends.why, ended.why
        yield ("outcomes", there, "say"), ends.say, ended.say
    if len(old.rules) == len(new.rules):
        for number, (rule, ruled) in enumerate(zip(old.rules, new.rules, strict=True), start=1):
            yield ("rules", str(number), "why"), rule.why, ruled.why


def _answers(
    old: Tree, new: Tree, naming: Naming
) -> Iterator[tuple[Place, Answer | Range, Answer | Range]]:
    """Answers and ranges that both versions have, each with its place in the new one."""
    for name, there in naming.questions.items():
        two = {one.id: one for one in listed(new.questions[there])}
        for one in listed(old.questions[name]):
            found = two.get(naming.answers.get((name, one.id), ""))
            if found is not None:
                yield ("questions", there, "answers", found.id), one, found
        yield from _ranges(old.questions[name], new.questions[there])


def _ranges(old: Question, new: Question) -> Iterator[tuple[Place, Range, Range]]:
    if not (isinstance(old.form, Number) and isinstance(new.form, Number)):
        return
    there = {(one.low, one.high): one for one in new.form.ranges}
    for one in old.form.ranges:
        if (one.low, one.high) in there:
            found = there[one.low, one.high]
            yield ("questions", new.id, "number", found.id), one, found


def _spans(question: Question) -> list[Span]:
    form = question.form
    return [one.span for one in form.ranges] if isinstance(form, Number) else []


def listed(question: Question) -> tuple[Answer, ...]:
    """The answers to pick from; none for numbers and texts."""
    return question.form.answers if isinstance(question.form, OneOf | Several) else ()


def _unit(question: Question) -> Text | None:
    return question.form.unit if isinstance(question.form, Number) else None
