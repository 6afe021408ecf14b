"""What the documents name exists: commands, targets, files, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from ivr.cli import main

ROOT = Path(__file__).parents[2]
DOCS = (
    "README.md",
    "dialplan/README.md",
    "DECISIONS.md",
    "CHANGELOG.md",
    "docs/webhooks.md",
    "docs/api.md",
    "docs/privacy.md",
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def named(name: str) -> set[str]:
    """Everything in back quotes or in a fenced block, one piece a line."""
    text = text_of(name)
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = (line.split("#")[0].strip() for block in blocks for line in block.splitlines())
    return {*inline, *lines} - {""}


@pytest.mark.parametrize("name", DOCS)
def test_each_command_that_a_document_names_exists(name: str) -> None:
    for piece in named(name):
        words = piece.split()
        if words[0] != "ivr" or len(words) < 2:
            continue
        command: click.Command = main
        for word in words[1:]:
            if not isinstance(command, click.Group):
                break
            known = command.get_command(click.Context(command), word)
            assert known is not None, f"{name}: `{piece}`: ivr knows no {word}"
            command = known


@pytest.mark.parametrize("name", DOCS)
def test_each_make_target_that_a_document_names_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    for piece in named(name):
        for target in re.findall(r"\bmake ([a-z]+)", piece):
            assert target in targets, f"{name}: `{piece}`: the Makefile has no {target}"


@pytest.mark.parametrize("name", DOCS)
def test_each_path_that_a_document_names_exists(name: str) -> None:
    text = text_of(name)
    paths = set(re.findall(r"`((?:ivr|config|dialplan|tests|bench|setup|docs)/[\w./*-]+)`", text))
    paths |= set(re.findall(r"!\[[^]]*\]\(([^)]+)\)", text))
    for path in paths:
        assert list(ROOT.glob(path.rstrip("/"))), f"{name} names {path}, which is not there"


def test_each_dialplan_file_is_explained_to_the_admin() -> None:
    told = text_of("dialplan/README.md")
    for file in (ROOT / "dialplan").glob("*.conf"):
        assert f"`{file.name}`" in told, f"dialplan/README.md does not say what {file.name} is"
