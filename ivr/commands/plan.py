"""`ivr plan`: how many lines and people a load needs, and whether lines = headcount is enough."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction

import click

from ivr.domain.intake.staffing import LoadUnplannable, plan_for
from ivr.reports.figures import typed
from ivr.reports.staffing_words import refusal, summary

OPTION_OF = {
    "calls_per_hour": "--calls-per-hour",
    "talk": "--talk",
    "erlangs": "--calls-per-hour",
    "lines": "--lines",
    "shrinkage": "--shrinkage",
}


@click.command("plan")
@click.option(
    "--calls-per-hour",
    "calls",
    required=True,
    metavar="C",
    help="Calls that come in an hour, those that found all lines busy included.",
)
@click.option(
    "--talk", required=True, metavar="SECONDS", help="Mean time of a call, wrap-up included."
)
@click.option(
    "--lines",
    metavar="N",
    help="Lines, one person at each; without it, as many as are enough.",
)
@click.option(
    "--shrinkage",
    default="0",
    metavar="PERCENT",
    help="Share of the people who are away: leave, illness, breaks, training.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--lang",
    type=click.Choice(["ru", "en"]),
    help="Language of the answer; by default that of the system, else Russian.",
)
def plan(
    calls: str, talk: str, lines: str | None, shrinkage: str, as_json: bool, lang: str | None
) -> None:
    """How many lines and people a load needs.

    Erlang B says how many callers hear the busy tone when lines = headcount, Erlang C how long
    they would wait if they were let in to wait.
    """
    language = lang or language_of(os.environ)
    count = None if lines is None else int(_number("--lines", lines, language, whole=True))
    share = _number("--shrinkage", shrinkage.rstrip(" %"), language) / 100
    rate = _number("--calls-per-hour", calls, language)
    seconds = _number("--talk", talk, language)
    try:
        figures = plan_for(float(rate), float(seconds), count, share)
        if as_json:
            click.echo(json.dumps(asdict(figures), indent=2))
        else:
            click.echo(summary(language, float(rate), float(seconds), figures, share))
    except LoadUnplannable as fault:
        raise click.BadParameter(
            refusal(language, fault), param_hint=OPTION_OF[fault.field]
        ) from fault


def language_of(environment: Mapping[str, str]) -> str:
    """`ru` or `en` by the locale variables, in the order in which POSIX hears them; else `ru`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "en" if environment[name].lower().startswith("en") else "ru"
    return "ru"


def _number(option: str, given: str, language: str, *, whole: bool = False) -> Fraction:
    found = typed(given)
    if found is None or (whole and found.denominator != 1):
        raise click.BadParameter(_not_a_number(language, given, whole), param_hint=option)
    return found


def _not_a_number(language: str, given: str, whole: bool) -> str:
    shown = given if len(given) <= 40 else given[:40] + "…"
    if language == "en":
        return f"{shown!r} is not a {'whole ' if whole else ''}number"
    return f"{shown!r} — это не {'целое ' if whole else ''}число"


COMMANDS: tuple[click.Command, ...] = (plan,)
