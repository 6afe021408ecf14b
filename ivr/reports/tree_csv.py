"""What a tree earns as CSV for Excel: no cell is taken for a formula, and all of it reads back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from ivr.config.formulas import guarded, unguarded
from ivr.domain.tree.earnings import (
    AnswerEarned,
    Earned,
    Earnings,
    Heard,
    OutcomeEarned,
    Pace,
    QuestionEarned,
    Tally,
)
from ivr.domain.tree.tree import Text, Tree
from ivr.reports.tree_texts import TreeTexts

COLUMNS = (
    "tree",
    "version",
    "kind",
    "question",
    "answer",
    "text",
    "reached",
    "count",
    "skipped",
    "stopped",
    "by_hand",
    "mean_seconds",
    "median_seconds",
    "stayed",
    "passed",
    "overridden",
    "open",
    "won",
    "meeting",
    "lost",
    "nothing",
    "refused",
    "closed",
    "reasons",
    "call",
)
"""`version` "all" is every version together; a cell is empty where nothing was measured."""

Row = dict[str, str]


def earned_rows(
    tree: str, found: Earnings, versions: Mapping[int, Tree], language: str = "ru"
) -> Iterator[Row]:
    """A row for the whole, each question, answer, outcome and each of the clients' own words.

    `versions` has every version that is in `found`; the whole is told in the newest's words.
    """
    for one in (found.total, *found.versions):
        words = _Words(tree, one, versions, language)
        yield words.whole()
        for question in one.questions:
            yield words.question(question)
            yield from (words.answer(question, answer) for answer in question.answers)
        yield from (words.outcome(outcome) for outcome in one.outcomes)
        if one.version is not None:
            yield from (words.heard(said) for each in one.questions for said in each.heard)


def write_rows(rows: Iterable[Row]) -> bytes:
    """UTF-8 with BOM, semicolons, no live formulas; `read_rows` gives the same rows back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(guarded(row.get(column, "")) for column in COLUMNS)
    return out.getvalue().encode("utf-8-sig")


def read_rows(data: bytes) -> list[Row]:
    """The rows that `write_rows` wrote."""
    table = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    columns = next(table, [])
    return [
        {name: unguarded(cell) for name, cell in zip(columns, row, strict=True)} for row in table
    ]


class _Words:
    """Rows of one version, in the words of its tree."""

    def __init__(
        self, tree: str, earned: Earned, versions: Mapping[int, Tree], language: str
    ) -> None:
        self._start: Row = dict.fromkeys(COLUMNS, "")
        self._start |= {"tree": tree, "version": "all"}
        self._language = language
        self._earned = earned
        self._texts = TreeTexts.of(earned, versions)
        if earned.version is not None:
            self._start["version"] = str(earned.version)

    def whole(self) -> Row:
        """All interviews."""
        earned = self._earned
        more = {"by_hand": str(earned.unasked), "stopped": str(earned.unfinished)}
        return {**self._start, "kind": "tree", **_tally(earned.total), **more}

    def question(self, one: QuestionEarned) -> Row:
        """One question."""
        return {
            **self._start,
            "kind": "question",
            "question": one.question,
            "text": self._in_words(self._texts.ask(one.question)),
            "reached": str(one.reached),
            "count": str(one.answered),
            "skipped": str(one.skipped),
            "stopped": str(one.stopped),
            "by_hand": str(one.by_hand),
            **_pace(one.pace),
        }

    def answer(self, question: QuestionEarned, one: AnswerEarned) -> Row:
        """One answer."""
        return {
            **self._start,
            "kind": "answer",
            "question": question.question,
            "answer": one.answer,
            "text": self._in_words(self._texts.say(question.question, one.answer)),
            **_tally(one.tally),
            **_pace(one.pace),
        }

    def outcome(self, one: OutcomeEarned) -> Row:
        """One outcome; its id stands in the column of answers."""
        return {
            **self._start,
            "kind": "outcome",
            "answer": one.outcome,
            **_tally(one.tally),
        }

    def heard(self, one: Heard) -> Row:
        """What one client said where nothing fitted."""
        return {
            **self._start,
            "kind": "words",
            "question": one.question,
            "text": one.words,
            "skipped": "1" if one.skipped else "0",
            "call": one.call,
        }

    def _in_words(self, text: Text | None) -> str:
        return text.in_(self._language) if text else ""


def _tally(tally: Tally) -> Row:
    return {
        "count": str(tally.count),
        "stayed": str(tally.stayed),
        "passed": str(tally.passed),
        "overridden": str(tally.overridden),
        "open": str(tally.open),
        "won": str(tally.won),
        "meeting": str(tally.meeting),
        "lost": str(tally.lost),
        "nothing": str(tally.nothing),
        "refused": str(tally.refused),
        "closed": str(tally.closed),
        "reasons": "; ".join(f"{reason} ({count})" for reason, count in tally.reasons),
    }


def _pace(pace: Pace) -> Row:
    return {"mean_seconds": _seconds(pace.mean), "median_seconds": _seconds(pace.median)}


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"
