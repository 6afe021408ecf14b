"""`ivr plan`: the JSON that scripts read, the words that people read, and what it refuses."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.commands.plan import language_of, plan


def ask(*words: str, env: dict[str, str] | None = None) -> Result:
    clean = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": None}
    return CliRunner(env={**clean, **(env or {})}).invoke(plan, words)


def figures(*words: str) -> dict[str, Any]:
    result = ask(*words, "--json")
    assert result.exit_code == 0, result.output
    held: dict[str, Any] = json.loads(result.stdout)
    return held


LOAD = ("--calls-per-hour", "60", "--talk", "180")


def test_json_has_exactly_the_agreed_keys_and_shares_as_fractions() -> None:
    held = figures(*LOAD, "--lines", "4", "--shrinkage", "30")
    assert list(held) == [
        "erlangs",
        "lines",
        "blocking",
        "waiting",
        "within_20_s",
        "average_wait_s",
        "roster",
    ]
    assert (held["erlangs"], held["lines"], held["roster"]) == (3.0, 4, 6)
    assert held["blocking"] == pytest.approx(27 / 131)
    assert held["waiting"] == pytest.approx(27 / 53)
    assert held["average_wait_s"] == pytest.approx(91.698, abs=0.001)


def test_json_says_null_where_the_queue_has_no_steady_state() -> None:
    held = figures(*LOAD, "--lines", "3")
    assert held["waiting"] is held["within_20_s"] is held["average_wait_s"] is None
    assert held["blocking"] == pytest.approx(9 / 26)


def test_without_lines_it_plans_as_many_as_are_enough() -> None:
    held = figures(*LOAD)
    assert held["lines"] == 8
    assert held["blocking"] <= 0.01
    assert held["within_20_s"] >= 0.8


def test_it_says_plainly_that_the_rule_loses_calls_and_how_many_people_would_be_enough() -> None:
    russian = ask(*LOAD, "--lines", "4", "--shrinkage", "30", "--lang", "ru").stdout
    assert "При таком правиле звонки теряются: «занято» услышит 20,6\u00a0% звонящих" in russian
    assert "Хватит 8 человек" in russian
    assert "в штате нужно 6; чтобы 8 человек — 12" in russian
    english = ask(*LOAD, "--lines", "4", "--shrinkage", "30", "--lang", "en").stdout
    assert "The rule loses calls: 20.6% of callers hear the busy tone" in english
    assert "8 people with as many lines would be enough" in english
    assert "employ 6; for 8, 12" in english


def test_it_says_that_the_rule_holds_when_it_does() -> None:
    assert "Правило работает" in ask(*LOAD, "--lines", "8").stdout
    assert "The rule holds" in ask(*LOAD, "--lines", "8", "--lang", "en").stdout


def test_it_says_that_a_queue_would_grow_without_end() -> None:
    assert "расти без конца: 2 человека" in ask(*LOAD, "--lines", "2").stdout
    assert "grows without end: 1 person" in ask(*LOAD, "--lines", "1", "--lang", "en").stdout


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "ru"),
        ({"LANG": "C.UTF-8"}, "ru"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
    ],
)
def test_the_language_is_the_systems_else_russian(
    environment: dict[str, str], language: str
) -> None:
    assert language_of(environment) == language
    said = ask(*LOAD, env=environment).stdout
    assert said.startswith("Нагрузка" if language == "ru" else "Load")


def test_numbers_are_taken_as_people_type_them() -> None:
    typed = ("--calls-per-hour", "1\u00a0200", "--talk", "90,5", "--shrinkage", "12,5 %")
    assert figures(*typed, "--lines", "40")["erlangs"] == pytest.approx(1200 * 90.5 / 3600)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("--calls-per-hour", "many", "--talk", "180"), "--calls-per-hour"),
        (("--calls-per-hour", "-1", "--talk", "180"), "--calls-per-hour"),
        (("--calls-per-hour", "nan", "--talk", "180"), "--calls-per-hour"),
        (("--calls-per-hour", "1e3", "--talk", "180"), "--calls-per-hour"),
        (("--calls-per-hour", "999999999999", "--talk", "180"), "--calls-per-hour"),
        (("--calls-per-hour", "9" * 5000, "--talk", "180"), "--calls-per-hour"),
        (("--calls-per-hour", "60", "--talk", "0"), "--talk"),
        (("--calls-per-hour", "60"), "--talk"),
        ((*LOAD, "--lines", "0"), "--lines"),
        ((*LOAD, "--lines", "4.5"), "--lines"),
        ((*LOAD, "--lines", "five"), "--lines"),
        ((*LOAD, "--shrinkage", "100"), "--shrinkage"),
        ((*LOAD, "--shrinkage", ""), "--shrinkage"),
        ((*LOAD, "--lang", "de"), "--lang"),
    ],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_bad_input_is_refused_with_exit_2_and_the_options_name(
    words: tuple[str, ...], option: str, language: str
) -> None:
    chosen = words if "--lang" in words else (*words, "--lang", language)
    result = ask(*chosen, "--json")
    assert result.exit_code == 2
    assert option in result.stderr
    assert result.stdout == ""
    assert len(result.stderr) < 500
