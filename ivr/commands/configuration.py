"""The commands that need nothing but a configuration folder: check, test, tree show, schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ivr.asterisk import own_queues, reach
from ivr.config.check import load
from ivr.config.drawing import show_mermaid, show_text
from ivr.config.people import PeopleShape
from ivr.config.problems import ConfigRefused
from ivr.config.report import REFUSED, Report, check_report, scenario_report
from ivr.config.scenarios import ScenarioFile
from ivr.config.settings import Settings
from ivr.config.shape import Shape
from ivr.config.tree_shape import TreeShape
from ivr.domain.errors import did_you_mean

SCHEMAS: dict[str, type[Shape]] = {
    "tree": TreeShape,
    "settings": Settings,
    "people": PeopleShape,
    "scenarios": ScenarioFile,
}

_folder = click.argument(
    "config_dir", default="config", type=click.Path(file_okay=False, path_type=Path)
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def _finish(report: Report) -> None:
    click.echo(report.text, nl=False)
    raise SystemExit(report.code)


@click.command()
@_folder
@_as_json
def check(config_dir: Path, as_json: bool) -> None:
    """Check a configuration: 0 good, 2 refused, every problem with file:line:column."""
    _finish(check_report(config_dir, as_json=as_json))


@click.command()
@_folder
@_as_json
def test(config_dir: Path, as_json: bool) -> None:
    """Play the scenarios: 0 all as expected, 1 some not, 2 configuration refused."""
    _finish(scenario_report(config_dir, as_json=as_json))


@click.group()
def tree() -> None:
    """Look at question trees."""


@tree.command()
@click.argument("name")
@_folder
@click.option("--mermaid", is_flag=True, help="Draw a Mermaid flowchart.")
@click.option("--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True)
def show(name: str, config_dir: Path, mermaid: bool, language: str) -> None:
    """Draw the tree NAME of a configuration that `check` finds good."""
    try:
        trees = load(config_dir, need_secrets=False).trees
    except ConfigRefused as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(REFUSED) from None
    if name not in trees:
        known = ", ".join(trees)
        raise click.BadParameter(f"no tree {name}; trees: {known}" + did_you_mean(name, trees))
    draw = show_mermaid if mermaid else show_text
    click.echo(draw(trees[name], language), nl=False)


@click.command()
@click.argument("kind", type=click.Choice(sorted(SCHEMAS)))
def schema(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    found = SCHEMAS[kind].model_json_schema(by_alias=True)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@click.command()
@_folder
def queues(config_dir: Path) -> None:
    """Print queues_ivr_people.conf: a queue for each who may be tried first, time for mobiles."""
    try:
        company = load(config_dir, need_secrets=False)
    except ConfigRefused as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(REFUSED) from None
    click.echo(own_queues.sections(company) + reach.sections(company), nl=False)


COMMANDS: tuple[click.Command, ...] = (check, test, tree, schema, queues)
