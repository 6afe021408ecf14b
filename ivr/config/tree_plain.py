"""A tree as its file would say it: the shortest of the ways to write the same."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from ivr.config.marked_yaml import Plain
from ivr.config.trees import measure_of, range_id, range_text
from ivr.domain.tree.tree import (
    Answer,
    Condition,
    Number,
    OneOf,
    Outcome,
    Question,
    Range,
    Rule,
    Several,
    ShortText,
    Span,
    Text,
    Tree,
)

Fields = dict[str, Plain]


def plain_tree(tree: Tree) -> Fields:
    """The whole tree; two trees that mean the same give the same."""
    whole: Fields = {"tree": tree.id, "title": _text(tree.title), "first": tree.first}
    if tree.rules:
        whole["rules"] = [_rule(rule) for rule in tree.rules]
    whole["questions"] = {name: plain_question(one) for name, one in tree.questions.items()}
    whole["outcomes"] = {name: plain_outcome(one) for name, one in tree.outcomes.items()}
    return whole


def plain_question(question: Question) -> Fields:
    """One question."""
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


def plain_outcome(outcome: Outcome) -> Fields:
    """One outcome."""
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


def _rule(rule: Rule) -> Plain:
    when: Fields = {}
    if rule.account:
        when["account"] = "key"
    if rule.scale is not None:
        when["scale"] = rule.scale.value
    for condition in rule.conditions:
        when[condition.question or "volume"] = _condition(condition)
    fields: Fields = {"when": when, "owner": rule.owner.value}
    if rule.how is not None:
        fields["how"] = rule.how.value
    if rule.aim is not None:
        fields["aim"] = rule.aim.value
    if rule.why is not None:
        fields["why"] = _text(rule.why)
    if rule.offers is not None:
        fields["offer"] = [*rule.offers]
    return fields


def _condition(condition: Condition) -> Plain:
    if condition.span is not None:
        return _span(condition.span)
    answers = sorted(condition.answers)
    return answers[0] if len(answers) == 1 else [*answers]


def _span(span: Span) -> Plain:
    borders = (("from", span.low), ("to", span.high))
    return {name: f"{border:f}" for name, border in borders if border is not None}
