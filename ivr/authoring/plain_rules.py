"""The rules of a tree as its file would say them: the shortest of the ways to write the same."""

from __future__ import annotations

from ivr.config.marked_yaml import Plain
from ivr.domain.tree.tree import Condition, Rule, Span

Fields = dict[str, Plain]


def plain_rule(rule: Rule) -> Fields:
    """One rule."""
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
        fields["why"] = {**rule.why.words()}
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
