"""Every code that the core may give a page has words there, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.domain.choices import BreakReason, Disposition, Notice, OtherCall, TaskClosing
from ivr.domain.reception.ringing import MISSED_RING

ROOT = Path(__file__).parents[2] / "ivr"
WORDS = ROOT / "web" / "static" / "words"
DOMAIN = sorted((ROOT / "domain").rglob("*.py"))

AS_TOLD_BY_THE_DIALPLAN = "phone"
"""The reason of a break that was taken by a code of the phone."""


def keys(language: str, *path: str) -> set[str]:
    """The keys of an object in the desk's words; nested objects by their path."""
    text = (WORDS / language / "desk.js").read_text("utf-8")
    indent = "  "
    for name in path:
        begin = re.search(rf"^{indent}{name}: {{(.*?)^{indent}}},?$", text, re.M | re.S)
        assert begin, f"{language}: no {'.'.join(path)}"
        text, indent = begin[1], indent + "  "
    return set(re.findall(rf"^{indent}(\w+):", text, re.M))


def refusals() -> Iterator[str]:
    """The problem codes in the core's source: of `KeyRefused`, and of what derives from it."""
    for file in DOMAIN:
        tree = ast.parse(file.read_text("utf-8"))
        kinds = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and _is_refusal(n)]
        inits = [call for kind in kinds for call in _calls(kind, "__init__")]
        for call in (*_calls(tree, "KeyRefused"), *inits):
            for part in ast.walk(call.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def _is_refusal(kind: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "KeyRefused" for base in kind.bases)


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name in (
            getattr(node.func, "id", ""),
            getattr(node.func, "attr", ""),
        ):
            yield node


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_notice_has_words(language: str) -> None:
    assert set(Notice) <= keys(language, "notices")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_choice_has_words(language: str) -> None:
    assert set(Disposition) <= keys(language, "wrap", "dispositions")
    assert {*BreakReason, MISSED_RING, AS_TOLD_BY_THE_DIALPLAN} <= keys(language, "reasons")
    assert set(OtherCall) <= keys(language, "other_call", "kinds")
    assert set(TaskClosing) <= keys(language, "left", "closings")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_refusal_of_a_key_has_words(language: str) -> None:
    codes = set(refusals()) - {""}
    assert {"stale_question", "no_such_task", "task_being_dialled", "no_such_company"} <= codes
    elsewhere = keys_of_other_pages(language)
    assert codes - keys(language, "problems") - elsewhere == set()


def keys_of_other_pages(language: str) -> set[str]:
    """Codes that only another page's keys can meet have their words there."""
    others = (file for file in (WORDS / language).glob("*.js") if file.name != "desk.js")
    return {key for file in others for key in re.findall(r"^ +(\w+):", file.read_text(), re.M)}
