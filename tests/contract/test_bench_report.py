"""The benches' table and JSON: agreed keys, fresh figures, and a reason when one cannot run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as benches
from bench.report import KEYS, BenchFault, checked, compared, table, within, write


def figures(**changed: Any) -> dict[str, Any]:
    row = compared("fastagi", "us", [100.0, 120.0, 110.0], [100.0, 100.0, 100.0], 1.25, "less")
    return {**row, **changed}


@pytest.fixture
def bench_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `bench` package of the test's own, and a place for its results."""
    package = tmp_path / "bench"
    package.mkdir()
    for name in ("__init__", "report", "alone"):
        source = Path(benches.__file__).with_name(f"{name}.py")
        (package / f"{name}.py").write_text(source.read_text())
    monkeypatch.setattr(benches, "ROOT", tmp_path)
    monkeypatch.setattr(benches, "RESULT", tmp_path / "build" / "bench.json")
    monkeypatch.setattr(benches, "BENCHES", {"good": ("one", "two"), "bad": ("three",)})
    monkeypatch.delenv("ONLY", raising=False)
    rows = [figures(name="one"), figures(name="two")]
    (package / "good.py").write_text(f"def measure():\n    return {rows!r}\n")
    (package / "bad.py").write_text(
        "def measure():\n    raise SystemExit('sipp is missing: install sip-tester')\n"
    )
    return package


def test_a_row_holds_medians_and_the_median_of_the_rounds_ratios() -> None:
    row = compared("fastagi", "us", [100.0, 300.0, 110.0], [100.0, 100.0, 50.0], 1.25, "less")
    assert list(row) == list(KEYS)
    assert (row["ours"], row["peer"], row["ratio"]) == (110.0, 100.0, 2.2)
    assert (row["met"], row["rounds"], row["unit"]) == (False, 3, "us")


@pytest.mark.parametrize(
    ("ours", "goal", "better", "met"),
    [
        (124, 1.25, "less", True),
        (126, 1.25, "less", False),
        (159, 1.6, "more", False),
        (160, 1.6, "more", True),
    ],
)
def test_a_goal_is_met_from_its_own_side(ours: float, goal: float, better: Any, met: bool) -> None:
    assert compared("x", "us", [ours], [100.0], goal, better)["met"] is met


def test_a_limit_must_not_be_passed() -> None:
    assert within("tree_check", "s", [0.5, 0.9], 1.0)["met"]
    assert not within("tree_check", "s", [1.1], 1.0)["met"]


@pytest.mark.parametrize("ours", [[], [0.0], [float("nan")], [-1.0]])
def test_no_figure_is_made_from_nothing(ours: list[float]) -> None:
    with pytest.raises(BenchFault, match="fastagi"):
        compared("fastagi", "us", ours, [1.0] * len(ours), 1.0, "less")


@pytest.mark.parametrize("key", KEYS)
def test_a_row_without_one_of_its_keys_is_refused(key: str) -> None:
    row = figures()
    del row[key]
    with pytest.raises(BenchFault, match=key):
        checked(row)


@pytest.mark.parametrize("value", [None, "fast", float("inf"), True])
def test_a_figure_that_is_no_figure_is_refused(value: object) -> None:
    with pytest.raises(BenchFault, match="ratio"):
        checked(figures(ratio=value))


def test_the_table_tells_every_column_and_the_goals_side() -> None:
    text = table([checked(figures()), checked(figures(name="ami_decode", goal=1.0, ratio=2.0))])
    head, _, met, more = text.splitlines()
    assert head.startswith("what ")
    assert "at most 1.25" in met
    assert "yes" in met
    assert "at least 1" in more


def test_the_json_is_the_table_as_a_list(tmp_path: Path) -> None:
    write([checked(figures())], tmp_path / "build" / "bench.json")
    (row,) = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert set(row) == set(KEYS)


def test_one_bench_that_cannot_run_fails_the_whole_with_its_reason(
    bench_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert benches.main() == 1
    said = capfd.readouterr()
    assert "sipp is missing: install sip-tester" in said.err
    assert "FAILED bad" in said.err
    assert [row["name"] for row in json.loads(benches.RESULT.read_text())] == ["one", "two"]
    assert "three" not in said.out


def test_an_old_figure_is_gone_when_nothing_could_be_measured(
    bench_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write([checked(figures())], benches.RESULT)
    monkeypatch.setenv("ONLY", "three")
    assert benches.main() == 1
    assert not benches.RESULT.exists()


def test_only_runs_the_named_row(
    bench_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONLY", "two")
    assert benches.main() == 0
    assert [row["name"] for row in json.loads(benches.RESULT.read_text())] == ["two"]
    assert "bad" not in capfd.readouterr().err


def test_a_row_that_a_bench_did_not_measure_is_missed(bench_folder: Path) -> None:
    with pytest.raises(BenchFault, match="not four"):
        benches.rows_of("good", ("one", "four"))


def test_a_bench_may_start_a_process_of_its_own(bench_folder: Path) -> None:
    """Such a process imports the module that runs the bench once more."""
    (bench_folder / "good.py").write_text(
        "import multiprocessing\n\n"
        "def measure():\n"
        "    spawn = multiprocessing.get_context('spawn')\n"
        "    child = spawn.Process(target=print)\n"
        "    child.start()\n"
        "    child.join()\n"
        "    assert child.exitcode == 0\n"
        f"    return {[figures(name='one')]!r}\n"
    )
    assert [row.name for row in benches.rows_of("good", ("one",))] == ["one"]


def test_a_bench_that_hangs_is_ended_and_told(
    bench_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bench_folder / "bad.py").write_text(
        "import threading\n\ndef measure():\n    threading.Event().wait()\n"
    )
    monkeypatch.setattr(benches, "LONGEST", 0.5)
    with pytest.raises(BenchFault, match="bad could not run: no result after"):
        benches.rows_of("bad", ("three",))


def test_an_unknown_name_is_refused_and_the_known_ones_told(
    bench_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONLY", "fastagy")
    assert benches.main() == 2
    assert "one, two, three" in capfd.readouterr().err


def test_every_bench_that_is_listed_can_be_imported() -> None:
    code = "import importlib\n" + "".join(
        f"assert callable(importlib.import_module('bench.{module}').measure)\n"
        for module in benches.BENCHES
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=benches.ROOT)
