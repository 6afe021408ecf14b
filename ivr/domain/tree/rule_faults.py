"""What is wrong with each rule above a tree by itself: unknown names, empty meaning. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ivr.domain.errors import did_you_mean
from ivr.domain.tree.soundness import Fault, Place, offer_faults
from ivr.domain.tree.tree import (
    Condition,
    Number,
    OneOf,
    Owner,
    Question,
    Rule,
    Scale,
    Several,
    ShortText,
    Tree,
)


def name_faults(tree: Tree, offers: Collection[str] | None) -> Iterator[Fault]:
    """Questions, answers and offers that rules name and nobody knows."""
    for index, rule in enumerate(tree.rules):
        here: Place = ("rules", index)
        yield from offer_faults((*here, "offer"), rule.offers or (), offers)
        for condition in rule.conditions:
            yield from _condition_faults(tree, condition, (*here, "when"))


def _condition_faults(tree: Tree, condition: Condition, place: Place) -> Iterator[Fault]:
    if condition.question is None:
        yield from _volume_faults(tree, (*place, "volume"))
        return
    place = (*place, condition.question)
    question = tree.questions.get(condition.question)
    if question is None:
        yield Fault(
            place,
            f'the rule looks at question "{condition.question}", which does not exist',
            "name a question, or account, scale or volume"
            + did_you_mean(condition.question, [*tree.questions, "account", "scale", "volume"]),
        )
        return
    yield from _match_faults(question, condition, place)


def _volume_faults(tree: Tree, place: Place) -> Iterator[Fault]:
    if not any(question.measures_volume for question in tree.questions.values()):
        yield Fault(
            place,
            "the rule looks at the volume, but no question measures it",
            "write `measures: volume` in the question that asks how much is needed",
        )


def _match_faults(question: Question, condition: Condition, place: Place) -> Iterator[Fault]:
    match question.form:
        case OneOf(answers) | Several(answers):
            known = [answer.id for answer in answers]
            if condition.span is not None:
                yield Fault(
                    place,
                    f"the rule gives numbers for {question.id}, which is answered by a choice",
                    f"name one of its answers: {', '.join(known)}",
                )
            for answer in sorted(condition.answers.difference(known)):
                yield Fault(
                    place,
                    f'question {question.id} has no answer "{answer}"',
                    f"its answers are {', '.join(known)}" + did_you_mean(answer, known),
                )
        case Number():
            if condition.span is None:
                yield Fault(
                    place,
                    f"question {question.id} is answered by a number",
                    "write the numbers that are meant, such as {from: 50}",
                )
        case ShortText():
            yield Fault(
                place,
                f"question {question.id} is answered by free text, which no rule can look at",
                "ask by a choice or a number what a rule shall hang on",
            )


def sense_faults(tree: Tree) -> Iterator[Fault]:
    """Rules against the standing rule about large customers, or that say nothing."""
    for index, rule in enumerate(tree.rules):
        here: Place = ("rules", index)
        if not (rule.account or rule.scale or rule.conditions):
            yield Fault((*here, "when"), f"rule {index + 1} always holds", "add a condition")
        if rule.owner is Owner.CLIENT:
            yield from _kept_faults(index, rule, here)


def _kept_faults(index: int, rule: Rule, here: Place) -> Iterator[Fault]:
    if rule.account or rule.scale is Scale.LARGE:
        yield Fault(
            (*here, "owner"),
            f"rule {index + 1} contradicts the standing rule: a large customer ends at sales",
            "write `owner: sales`, or take the rule away",
        )
    if rule.how is not None or rule.aim is not None:
        yield Fault(
            here,
            f"rule {index + 1} stays with the client department, so `how` and `aim` mean nothing",
            "remove them, or write `owner: sales`",
        )
