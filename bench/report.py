"""One row a bench: the medians of interleaved rounds as a table for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Any, Literal

KEYS = ("name", "ours", "peer", "ratio", "goal", "met", "unit", "rounds")

HEADINGS = ("what", "ours", "peer or limit", "ratio", "goal", "met", "rounds")

Better = Literal["less", "more"]


class BenchFault(Exception):
    """A bench could not run, or gave figures that are no figures; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One result. `ratio` is ours / peer, and `goal` is what it is compared with.

    `unit` is that of `ours` and `peer`; a limit stands in the peer's place where there is no peer.
    """

    name: str
    ours: float
    peer: float
    ratio: float
    goal: float
    met: bool
    unit: str
    rounds: int


def compared(
    name: str,
    unit: str,
    ours: Sequence[float],
    peer: Sequence[float],
    goal: float,
    better: Better,
) -> dict[str, Any]:
    """A row from interleaved rounds: medians of each side, and the median of the rounds' ratios."""
    if len(ours) != len(peer) or not ours:
        raise BenchFault(f"{name}: {len(ours)} rounds of ours beside {len(peer)} of the peer")
    if not all(isfinite(figure) and figure > 0 for figure in (*ours, *peer)):
        raise BenchFault(f"{name}: a figure is not above 0: ours {ours}, peer {peer}")
    ratio = median(mine / theirs for mine, theirs in zip(ours, peer, strict=True))
    met = ratio <= goal if better == "less" else ratio >= goal
    return asdict(Row(name, median(ours), median(peer), ratio, goal, met, unit, len(ours)))


def within(name: str, unit: str, ours: Sequence[float], limit: float) -> dict[str, Any]:
    """A row of a bench that has a limit instead of a peer: ours must not pass it."""
    return compared(name, unit, ours, [limit] * len(ours), 1.0, "less")


def checked(given: Mapping[str, Any]) -> Row:
    """A bench's own dict as a row. Raises BenchFault when a key or a figure is missing."""
    missing = [key for key in KEYS if key not in given]
    if missing:
        raise BenchFault(f"{given.get('name', 'a bench')} gave no {', '.join(missing)}")
    figures = {key: given[key] for key in ("ours", "peer", "ratio", "goal", "rounds")}
    for key, value in figures.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise BenchFault(f"{given['name']}: {key} is {value!r}, which is no figure")
    return Row(**{key: given[key] for key in KEYS})


def table(rows: Sequence[Row]) -> str:
    """The rows as an aligned table."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(_aligned(line, widths)).rstrip() for line in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def write(rows: Sequence[Row], file: Path) -> None:
    """The rows as a JSON list, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    unfinished.replace(file)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        f"{_short(row.ours)} {row.unit}",
        f"{_short(row.peer)} {row.unit}",
        f"{row.ratio:.3g}",
        f"{_sign(row)} {row.goal:.3g}",
        "yes" if row.met else "NO",
        str(row.rounds),
    )


def _sign(row: Row) -> str:
    """Whether the ratio has to stay below its goal or reach it, as the verdict tells."""
    return "at most" if (row.ratio <= row.goal) == row.met else "at least"


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
    return [
        first,
        *(cell.strip().rjust(width) for cell, width in zip(rest, widths[1:], strict=True)),
    ]
