"""`ivr diff`, `replay`, `tree back` and `report`: what no database and no file can answer."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from example_folder import example_folder

from ivr.cli import main
from ivr.store.store import SqlStore


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The example company with two trees, both published."""
    made = example_folder(tmp_path)
    tree = (made / "trees/internet.yaml").read_text("utf-8")
    store = SqlStore.open(f"sqlite:///{tmp_path}/linetree.db", time.time)
    store.trees.publish("internet", tree, 1.0, "vera")
    store.trees.publish("phones", tree.replace("tree: internet", "tree: phones"), 1.0, "vera")
    store.close()
    return made


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize(
    "which", ["9" * 10, "9" * 20, "9" * 5000, "\N{SUPERSCRIPT TWO}", "0", "x" * 300]
)
def test_a_version_that_cannot_be_is_refused_in_words(config: Path, which: str) -> None:
    for command in (("diff", which), ("replay", which)):
        code, told = run(*command, "-t", "internet", "-c", str(config))
        assert code == 2, told
        assert "no version" in told or "too long" in told


def test_a_file_that_is_no_text_is_refused_in_words(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_bytes("tree: ёлка".encode("cp1251"))
    code, told = run("diff", "published", str(other), "-t", "internet", "-c", str(config))
    assert (code, f"{other} cannot be read" in told) == (2, True)


def test_numbers_beyond_every_limit_are_refused_by_the_command(config: Path) -> None:
    huge = "9" * 400
    for words in (
        ("tree", "back", "internet", huge, str(config)),
        ("report", "tree", "internet", str(config), "--version", huge),
        ("report", "tree", "internet", str(config), "--days", huge),
        ("replay", "--days", huge, "-c", str(config)),
    ):
        code, told = run(*words)
        assert code == 2, told
        assert "is not in the range" in told


def test_all_trees_are_one_table(config: Path) -> None:
    code, told = run("report", "tree", str(config), "--csv")
    rows = [*csv.reader(io.StringIO(told.lstrip("\ufeff")), delimiter=";")]
    assert (code, [row[0] for row in rows]) == (0, ["tree", "internet", "phones"])
