"""Tree files: YAML to a tree that is proved sound, every problem with its line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from ivr.config.marked_yaml import find, read
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.shape import TextShape, shaped
from ivr.config.tree_shape import (
    OutcomeShape,
    QuestionShape,
    RangeShape,
    RuleShape,
    TreeShape,
    When,
)
from ivr.domain.tree.check import tree_faults
from ivr.domain.tree.tree import (
    Answer,
    Condition,
    Form,
    Measure,
    Number,
    OneOf,
    Outcome,
    Question,
    Range,
    Rule,
    Scale,
    Several,
    ShortText,
    Span,
    Text,
    Tree,
)
from ivr.domain.tree.ways import prepared


@dataclass(frozen=True, slots=True)
class Draft:
    """A tree as it stands in a file: what publishing stores is `text` and its `hash` (SHA-256)."""

    tree: Tree
    file: str
    text: str
    hash: str


def tree_from_text(text: str, file: str, offers: Collection[str] | None = None) -> Draft:
    """A tree from its YAML, checked whole. `offers` None leaves the catalogue out of the check.

    Raises ConfigRefused with every problem at once.
    """
    problems: list[Problem] = []
    draft = draft_of(text.encode(), file, offers, problems)
    if draft is None or problems:
        raise ConfigRefused(problems)
    return draft


def draft_of(
    data: bytes, file: str, offers: Collection[str] | None, problems: list[Problem]
) -> Draft | None:
    """The tree in `data`, or None when it has no shape; all that is wrong joins `problems`."""
    node = read(data, file, problems)
    shape = shaped(TreeShape, node, file, problems) if node is not None else None
    if node is None or shape is None:
        return None
    tree = _tree(shape)
    faults = tree_faults(tree, offers)
    if not faults:
        prepared(tree)
    for fault in faults:
        mark = find(node, fault.place)
        problems.append(Problem(file, mark.line, mark.column, fault.message, fault.mend))
    text = data.decode("utf-8-sig")
    return Draft(tree, file, text, hash_of(text))


def hash_of(text: str) -> str:
    """What tells two texts of a tree apart: SHA-256 in hex, as publishing keeps it."""
    return hashlib.sha256(text.encode()).hexdigest()


def _tree(shape: TreeShape) -> Tree:
    return Tree(
        id=shape.tree,
        title=shape.title.text(),
        first=shape.first,
        questions={name: _question(name, one) for name, one in shape.questions.items()},
        outcomes={name: _outcome(name, one) for name, one in shape.outcomes.items()},
        rules=tuple(_rule(one) for one in shape.rules),
    )


def _text(shape: TextShape | None) -> Text | None:
    return shape.text() if shape is not None else None


def _question(name: str, shape: QuestionShape) -> Question:
    return Question(name, shape.ask.text(), _form(shape), _text(shape.hint), shape.unknown)


def _form(shape: QuestionShape) -> Form:
    if shape.number is not None:
        return _number(shape, shape.number)
    if shape.answers is not None:
        return OneOf(
            tuple(
                Answer(name, one.say.text(), one.scale, one.then)
                for name, one in shape.answers.items()
            )
        )
    if shape.several is not None:
        picks = (Answer(name, one.say.text(), one.scale) for name, one in shape.several.items())
        return Several(tuple(picks), shape.then or "")
    return ShortText(shape.then or "", shape.text.longest if shape.text else 200)


def _number(shape: QuestionShape, ranges: tuple[RangeShape, ...]) -> Number:
    """Ranges fine enough for the finest border that was written; the first begins at 0."""
    borders = [border for one in ranges for border in (one.since, one.to) if border is not None]
    decimals = max((_decimals(border) for border in borders), default=0)
    step = Decimal(1).scaleb(-decimals)
    due = Decimal(0)
    built = []
    for one in ranges:
        low = due if one.since is None else one.since
        built.append(_range(one, low))
        due = low + step if one.to is None else one.to + step
    return Number(tuple(built), decimals, shape.measures or measure_of(built), _text(shape.unit))


def _decimals(border: Decimal) -> int:
    exponent = border.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _range(shape: RangeShape, low: Decimal) -> Range:
    say = _text(shape.say) or range_text(low, shape.to)
    return Range(shape.id or range_id(low, shape.to), low, shape.to, shape.then, say, shape.scale)


def range_id(low: Decimal, high: Decimal | None) -> str:
    """An id that nobody can type as a number."""
    if high is None:
        return f"from-{low:f}"
    return f"to-{high:f}" if low == 0 else f"{low:f}-to-{high:f}"


def range_text(low: Decimal, high: Decimal | None) -> Text:
    """What people read for a range that says nothing of its own."""
    if high is None:
        return Text(f"{_ru(low)} и больше", f"{low:f} or more") if low else Text("любое", "any")
    if low == high:
        return Text(_ru(low), f"{low:f}")
    if low == 0:
        return Text(f"до {_ru(high)}", f"up to {high:f}")
    return Text(f"{_ru(low)}–{_ru(high)}", f"{low:f}–{high:f}")


def _ru(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")


def measure_of(ranges: Iterable[Range]) -> Measure:
    """What a number asks for that does not say: scale if its ranges tell it, else volume."""
    return Measure.SCALE if any(one.scale for one in ranges) else Measure.VOLUME


def _outcome(name: str, shape: OutcomeShape) -> Outcome:
    return Outcome(
        id=name,
        offers=shape.offer,
        owner=shape.owner,
        how=shape.how,
        aim=shape.aim,
        why=_text(shape.why),
        say=_text(shape.say),
    )


def _rule(shape: RuleShape) -> Rule:
    when = dict(shape.when)
    account = when.pop("account", None) is not None
    scale = when.pop("scale", None)
    return Rule(
        owner=shape.owner,
        account=account,
        scale=Scale(scale[0]) if isinstance(scale, tuple) else None,
        conditions=tuple(_condition(name, one) for name, one in when.items()),
        how=shape.how,
        aim=shape.aim,
        why=_text(shape.why),
        offers=shape.offer,
    )


def _condition(name: str, when: When) -> Condition:
    question = None if name == "volume" else name
    if isinstance(when, Span):
        return Condition(question, span=when)
    return Condition(question, frozenset(when))
