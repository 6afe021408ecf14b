"""A tree drawn for reading: as indented text, and as a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.domain.tree.tree import Outcome, Owner, Question, Tree
from ivr.domain.tree.ways import Branch, branches


def show_text(tree: Tree, language: str = "ru") -> str:
    """The tree from its first question down; a question met again is only named."""
    lines = [f"{tree.id}: {tree.title.in_(language)}", ""]
    drawn: set[str] = set()
    lines += _drawn(tree, tree.first, language, "", drawn)
    if tree.rules:
        lines += ["", "rules, heard before the tree:"]
        lines += [f"  {index}. {_rule(tree, index - 1)}" for index in _numbers(tree)]
    return "\n".join(lines) + "\n"


def _numbers(tree: Tree) -> range:
    return range(1, len(tree.rules) + 1)


def _rule(tree: Tree, index: int) -> str:
    rule = tree.rules[index]
    parts = ["account: key"] if rule.account else []
    parts += [f"scale: {rule.scale}"] if rule.scale else []
    for condition in rule.conditions:
        name = condition.question or "volume"
        if condition.span is None:
            parts.append(f"{name}: {' or '.join(sorted(condition.answers))}")
        else:
            low, high = condition.span.low, condition.span.high
            borders = ("from", low), ("to", high)
            span = " ".join(f"{word} {one:f}" for word, one in borders if one is not None)
            parts.append(f"{name}: {span}")
    how = [str(one) for one in (rule.how, rule.aim) if one is not None]
    return f"{', '.join(parts)} -> {', '.join([str(rule.owner), *how])}"


def _drawn(tree: Tree, node: str, language: str, indent: str, drawn: set[str]) -> Iterator[str]:
    question = tree.questions[node]
    yield f"{indent}{node}: {question.ask.in_(language)}"
    drawn.add(node)
    ways = branches(question)
    for number, branch in enumerate(ways, start=1):
        last = number == len(ways)
        tip, bar = ("└─", "   ") if last else ("├─", "│  ")
        outcome = tree.outcomes.get(branch.then)
        label = f"{indent}{tip} {_label(branch, language)} → "
        if outcome is not None:
            yield label + _outcome(outcome)
        elif branch.then in drawn:
            yield f"{label}{branch.then} (above)"
        else:
            yield label + branch.then
            yield from _drawn(tree, branch.then, language, indent + bar, drawn)


def _label(branch: Branch, language: str) -> str:
    scale = f" [{branch.scale}]" if branch.scale else ""
    return branch.say.in_(language) + scale


def _outcome(outcome: Outcome) -> str:
    offers = ", ".join(outcome.offers) or "no offer"
    if outcome.owner is Owner.CLIENT:
        return f"{outcome.id}: stays ({offers})"
    way = ", ".join(str(one) for one in (outcome.how, outcome.aim) if one is not None)
    return f"{outcome.id}: sales{f', {way}' if way else ''} ({offers})"


def show_mermaid(tree: Tree, language: str = "ru") -> str:
    """The tree as a Mermaid flowchart, texts escaped."""
    names = {node: f"n{index}" for index, node in enumerate((*tree.questions, *tree.outcomes))}
    lines = ["flowchart TD"]
    lines += [_box(names[one.id], one, language) for one in tree.questions.values()]
    for outcome in tree.outcomes.values():
        kind = "sales" if outcome.owner is Owner.SALES else "client"
        text = f"{outcome.id}<br>{_escaped(', '.join(outcome.offers))}"
        lines.append(f'    {names[outcome.id]}(["{text}"]):::{kind}')
    for question in tree.questions.values():
        for branch in branches(question):
            label = _escaped(_label(branch, language))
            lines.append(f'    {names[question.id]} -->|"{label}"| {names[branch.then]}')
    lines.append("    classDef sales stroke-width:3px")
    lines.append("    classDef client stroke-dasharray:4 2")
    return "\n".join(lines) + "\n"


def _box(name: str, question: Question, language: str) -> str:
    return f'    {name}["{_escaped(question.ask.in_(language))}"]'


def _escaped(text: str) -> str:
    """Mermaid's own escapes; whatever could be markup or syntax is written by its number."""
    return "".join(f"#{ord(ch)};" if ch in '#"<>&|[]{}()`\\\n\r' else ch for ch in text)
