"""Trees as their files would say them, by the shortest of the ways to write the same.

By these, tests turn any tree into a file, and a file into that of any other tree.
"""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from ivr.authoring.plain_rules import Fields, plain_rule
from ivr.config.marked_yaml import Plain
from ivr.config.problems import Problem
from ivr.config.trees import draft_of, measure_of, range_id, range_text, tree_from_text
from ivr.config.yaml_editing import Drop, changes, data_of, edited, has_place
from ivr.config.yaml_writing import dump, new_node
from ivr.domain.tree.tree import (
    Answer,
    Number,
    OneOf,
    Outcome,
    Question,
    Range,
    Several,
    ShortText,
    Text,
    Tree,
)


def plain_tree(tree: Tree) -> Fields:
    """Two trees that mean the same give the same."""
    whole: Fields = {"tree": tree.id, "title": _text(tree.title), "first": tree.first}
    if tree.rules:
        whole["rules"] = [plain_rule(rule) for rule in tree.rules]
    whole["questions"] = {name: _question(one) for name, one in tree.questions.items()}
    whole["outcomes"] = {name: _outcome(one) for name, one in tree.outcomes.items()}
    return whole


def _question(question: Question) -> Fields:
    fields: Fields = {"ask": _text(question.ask)}
    if question.hint is not None:
        fields["hint"] = _text(question.hint)
    match question.form:
        case OneOf(answers):
            fields["answers"] = {one.id: _answer(one) for one in answers}
        case Several(answers, then):
            fields["several"] = {one.id: _answer(one) for one in answers}
            fields["then"] = then
        case Number() as form:
            fields |= _number(form)
        case ShortText(then, longest):
            fields["text"] = {"longest": str(longest)}
            fields["then"] = then
        case _:
            assert_never(question.form)
    if question.unknown is not None:
        fields["unknown"] = question.unknown
    return fields


def _outcome(outcome: Outcome) -> Fields:
    fields: Fields = {"offer": [*outcome.offers], "owner": outcome.owner.value}
    if outcome.how is not None:
        fields["how"] = outcome.how.value
    if outcome.aim is not None:
        fields["aim"] = outcome.aim.value
    if outcome.why is not None:
        fields["why"] = _text(outcome.why)
    if outcome.say is not None:
        fields["say"] = _text(outcome.say)
    return fields


def _text(text: Text) -> Plain:
    return {"ru": text.ru, "en": text.en}


def _answer(answer: Answer) -> Plain:
    fields: Fields = {"say": _text(answer.say)}
    if answer.scale is not None:
        fields["scale"] = answer.scale.value
    if answer.then:
        fields["then"] = answer.then
    return fields


def _number(form: Number) -> Fields:
    step = Decimal(1).scaleb(-form.decimals)
    due: Decimal | None = Decimal(0)
    ranges: list[Plain] = []
    for one in form.ranges:
        ranges.append(_range(one, due))
        due = None if one.high is None else one.high + step
    fields: Fields = {"number": ranges}
    if form.unit is not None:
        fields["unit"] = _text(form.unit)
    if form.measure is not measure_of(form.ranges):
        fields["measures"] = form.measure.value
    return fields


def _range(one: Range, due: Decimal | None) -> Plain:
    fields: Fields = {}
    if one.id != range_id(one.low, one.high):
        fields["id"] = one.id
    if one.low != due:
        fields["from"] = f"{one.low:f}"
    if one.high is not None:
        fields["to"] = f"{one.high:f}"
    if one.say != range_text(one.low, one.high):
        fields["say"] = _text(one.say)
    if one.scale is not None:
        fields["scale"] = one.scale.value
    fields["then"] = one.then
    return fields


def with_tree(text: str, tree: Tree, file: str = "the tree") -> str:
    """The text changed so that it means `tree`, with everything else as it was written."""
    before, after = plain_tree(tree_from_text(text, file).tree), plain_tree(tree)
    there = data_of(text, file)
    few = [
        edit
        for edit in changes(before, after)
        if not isinstance(edit, Drop) or has_place(there, edit.place)
    ]
    changed = edited(text, few, file)
    if _means(changed, tree):
        return changed
    # What the file says in words of its own (a `from`, an id) stands in the way of the change.
    return edited(text, changes(there, after), file)


def _means(text: str, tree: Tree) -> bool:
    problems: list[Problem] = []
    draft = draft_of(text.encode(), "", None, problems)
    return draft is not None and plain_tree(draft.tree) == plain_tree(tree)


def tree_text(tree: Tree) -> str:
    """A tree as a new file."""
    return dump(new_node(plain_tree(tree), ()))
