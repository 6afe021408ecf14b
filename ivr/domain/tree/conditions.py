"""When a rule above the tree holds, and which ranges a rule's threshold cuts in two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.domain.tree.given import Step
from ivr.domain.tree.tree import UNKNOWN, Condition, Question, Range, Span, Tree


def concerns(condition: Condition, question: Question) -> bool:
    """Whether a condition looks at this question, by its id or as a question about volume."""
    if condition.question is None:
        return question.measures_volume
    return condition.question == question.id


def holds(condition: Condition, step: Step) -> bool:
    """Whether a condition on this step's question is met by the answer; a skip meets none."""
    if step.key == UNKNOWN:
        return False
    if condition.span is not None:
        return step.span is not None and within(step.span, condition.span)
    picked = step.value if isinstance(step.value, tuple) else (step.key,)
    return not condition.answers.isdisjoint(picked)


def within(inner: Span, outer: Span) -> bool:
    """Whether every number of `inner` lies in `outer`."""
    low = outer.low is None or (inner.low is not None and inner.low >= outer.low)
    high = outer.high is None or (inner.high is not None and inner.high <= outer.high)
    return low and high


def overlap(one: Span, two: Span) -> bool:
    """Whether some number lies in both."""
    return _begins_by(one, two) and _begins_by(two, one)


def _begins_by(one: Span, two: Span) -> bool:
    return one.low is None or two.high is None or one.low <= two.high


def spans_on(tree: Tree, question: Question) -> Iterator[Span]:
    """The thresholds that the tree's rules set on a number question."""
    for rule in tree.rules:
        for condition in rule.conditions:
            if condition.span is not None and concerns(condition, question):
                yield condition.span


def cut(span: Range, thresholds: Iterable[Span]) -> bool:
    """Whether a threshold parts this range, so that its key alone cannot tell what holds."""
    return any(
        overlap(span.span, threshold) and not within(span.span, threshold)
        for threshold in thresholds
    )
