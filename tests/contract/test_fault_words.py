"""Every sentence of a tree's check has its Russian, with the names in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ivr.authoring.fault_words import MENDS, MESSAGES, in_words, russian
from ivr.config.problems import Problem

ROOT = Path(__file__).parents[2] / "ivr"
SOURCES = [
    ROOT / "domain" / "tree" / name
    for name in ("soundness.py", "rule_faults.py", "jurisdiction.py")
] + [ROOT / "config" / name for name in ("tree_shape.py", "marked_yaml.py", "shape.py")]
CALLS = {"Fault": (1, 2), "wrong": (0, 1), "_refuse": (1, 2), "_stop": (1, 2), "Problem": (3, 4)}


def sentence(node: ast.expr) -> str | None:
    """A sentence of the source with 7 for each name in it; None for one that is put together."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts
            )
        case ast.BinOp(left=left, right=right):
            head, tail = sentence(left), sentence(right)
            return None if head is None else head + (tail or "")
        case _:
            return None


def said(file: Path) -> list[tuple[str, str]]:
    """All messages and mends that a source can say."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        places = CALLS.get(name, ())
        for kind, place in zip(("message", "mend"), places, strict=False):
            if place < len(node.args) and (text := sentence(node.args[place])):
                found.append((kind, text))
    return found


SAID = sorted({one for file in SOURCES for one in said(file)})


def test_the_sources_say_what_this_test_looks_for() -> None:
    assert len(SAID) > 80
    assert ("message", 'offer "7" is not in the catalogue') in SAID


@pytest.mark.parametrize(("kind", "text"), SAID)
def test_a_sentence_of_the_check_has_its_russian(kind: str, text: str) -> None:
    found = russian(text, MESSAGES if kind == "message" else MENDS)
    assert found is not None
    assert re.search("[а-яё]", found)
    assert not re.search(r"\{\d", found)


def test_names_and_what_was_meant_are_told_in_russian_too() -> None:
    problem = Problem(
        "tree",
        1,
        1,
        'offer "sl" is not in the catalogue',
        'add it to the offers, or name another (did you mean "sla"?)',
    )
    message, mend = in_words(problem)
    assert message["ru"] == "предложения «sl» нет в каталоге"
    assert mend["ru"] == "добавьте его в каталог или выберите другое (может быть, «sla»?)"
    assert message["en"] == problem.message


def test_what_is_not_known_stays_as_it_is() -> None:
    message, _ = in_words(Problem("tree", 1, 1, "something {new}"))
    assert message == {"ru": "something {new}", "en": "something {new}"}
