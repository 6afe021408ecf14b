"""What `ivr check` and `ivr test` say, as text or JSON, and the exit status that goes with it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ivr.config.check import load
from ivr.config.company import Company
from ivr.config.problems import ConfigRefused
from ivr.config.scenarios import MOST_PATHS, Result, paths, play
from ivr.config.secrets import AMI_SECRET

GOOD = 0
FAILED = 1
REFUSED = 2


@dataclass(frozen=True, slots=True)
class Report:
    """What to print, and with which status to exit."""

    text: str
    code: int


def check_report(
    config_dir: str | Path, *, as_json: bool = False, environ: Mapping[str, str] | None = None
) -> Report:
    """Whether the configuration is good (0) or refused (2), with everything that is wrong."""
    try:
        company = load(config_dir, environ=environ, need_secrets=False)
    except ConfigRefused as refused:
        return _refusal(refused, as_json=as_json)
    notices = _notices(company, os.environ if environ is None else environ)
    if as_json:
        return Report(_json({"good": True, "problems": [], "notices": notices}), GOOD)
    lines = [f"{config_dir}: good: {_summary(company)}", *(f"note: {one}" for one in notices)]
    return Report("\n".join(lines) + "\n", GOOD)


def _refusal(refused: ConfigRefused, *, as_json: bool) -> Report:
    problems = refused.problems
    if as_json:
        listed = [problem.as_dict() for problem in problems]
        return Report(_json({"good": False, "problems": listed, "notices": []}), REFUSED)
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}: refused"
    return Report("\n".join([*(str(one) for one in problems), count]) + "\n", REFUSED)


def _summary(company: Company) -> str:
    return (
        f"{_count(len(company.settings.numbers), 'number')},"
        f" {_count(len(company.drafts), 'tree')}, {len(company.people)} people,"
        f" {_count(len(company.directory.accounts), 'account')},"
        f" {_count(len(company.scenarios), 'scenario')}"
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _notices(company: Company, environ: Mapping[str, str]) -> list[str]:
    notices = []
    if not company.ami_secret and AMI_SECRET not in environ:
        notices.append(
            f"no AMI secret is set here; `ivr serve` needs {AMI_SECRET} or a secret_file"
        )
    outside = [person.id for person in company.people.values() if person.outside]
    if outside:
        notices.append(
            f"{', '.join(outside)}: rung on a mobile, which needs"
            f" {company.settings.transfer.mobile_seconds} s in the queues of sales;"
            " put what `ivr queues` prints into queues_ivr_people.conf"
        )
    return notices


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many paths a tree has, and those that no scenario walks; `counted` stops at a limit."""

    tree: str
    counted: int
    unwalked: tuple[tuple[tuple[str, str], ...], ...]
    more: bool


def scenario_report(
    config_dir: str | Path, *, as_json: bool = False, environ: Mapping[str, str] | None = None
) -> Report:
    """Plays every scenario: all as expected (0), some not (1), configuration refused (2)."""
    try:
        company = load(config_dir, environ=environ, need_secrets=False)
    except ConfigRefused as refused:
        return _refusal(refused, as_json=as_json)
    results = [
        play(one, company.trees[one.tree], company.directory, company.settings.company.region)
        for one in company.scenarios
    ]
    coverage = [_coverage(company, name, results) for name in company.trees]
    code = FAILED if any(result.differences for result in results) else GOOD
    text = _results_json(results, coverage) if as_json else _results_text(results, coverage)
    return Report(text, code)


def _coverage(company: Company, tree: str, results: Sequence[Result]) -> Coverage:
    walked = {result.path for result in results if result.scenario.tree == tree}
    found = list(islice(paths(company.trees[tree]), MOST_PATHS + 1))
    more = len(found) > MOST_PATHS
    counted = found[:MOST_PATHS]
    return Coverage(tree, len(counted), tuple(one for one in counted if one not in walked), more)


def _results_text(results: Sequence[Result], coverage: Sequence[Coverage]) -> str:
    lines = []
    for result in results:
        scenario = result.scenario
        mark = "FAIL" if result.differences else "ok"
        lines.append(f"{mark:4} {scenario.tree}: {scenario.name}")
        lines += [f"     {scenario.file}:{scenario.line}: {one}" for one in result.differences]
    failed = sum(bool(result.differences) for result in results)
    for one in coverage:
        lines += [f"no scenario walks {one.tree}: {_path(path)}" for path in one.unwalked]
        more = f" (only the first {MOST_PATHS} paths counted)" if one.more else ""
        walked = one.counted - len(one.unwalked)
        lines.append(f"{one.tree}: {walked} of {one.counted} paths walked{more}")
    passed = len(results) - failed
    lines.append(f"{_count(len(results), 'scenario')}: {passed} passed, {failed} failed")
    return "\n".join(lines) + "\n"


def _path(path: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{question}: {key}" for question, key in path)


def _results_json(results: Sequence[Result], coverage: Sequence[Coverage]) -> str:
    return _json(
        {
            "scenarios": [
                {
                    "tree": result.scenario.tree,
                    "name": result.scenario.name,
                    "file": result.scenario.file,
                    "line": result.scenario.line,
                    "passed": not result.differences,
                    "differences": list(result.differences),
                }
                for result in results
            ],
            "coverage": [
                {
                    "tree": one.tree,
                    "paths": one.counted,
                    "walked": one.counted - len(one.unwalked),
                    "unwalked": [_path(path) for path in one.unwalked],
                    "more": one.more,
                }
                for one in coverage
            ],
        }
    )
