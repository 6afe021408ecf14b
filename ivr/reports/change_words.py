"""What a new version of a tree changes, in words: the difference and the replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ivr.domain.tree.carrying import Untold
from ivr.domain.tree.diff import AskedMore, Difference, Moved, Names, Said
from ivr.domain.tree.naming import Kind, Rename
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.replay import Elsewhere, Replay
from ivr.domain.tree.tree import Owner

MOST_LISTED = 50
"""Clients that are listed one by one; how many more there are is said."""

_STUCK = {
    Untold.NEVER_ASKED: "was never asked then",
    Untold.NOT_KNOWN: "was skipped then and cannot be skipped now",
    Untold.NO_SUCH_ANSWER: "was answered by what it does not offer any more",
    Untold.TOO_ROUGH: "was answered by a range that is parted now",
}


def difference_lines(found: Difference, language: str = "ru") -> Iterator[str]:
    """The difference of two versions; one line says so when there is none."""
    if found.same:
        yield "no difference"
        return
    yield from _listed("ends elsewhere", (_moved(one, language) for one in found.moved))
    yield from _listed("asks more", (_asked_more(one, language) for one in found.asked_more))
    yield from _listed("renamed", map(_renamed, found.renames))
    yield from _listed("new", _names(found.added))
    yield from _listed("gone", _names(found.removed))
    yield from _listed("answers have other keys", found.reordered)
    yield from _listed(
        "says something else of the customer",
        (f"{_place(o.place)}: {o.before or '—'} -> {o.after or '—'}" for o in found.rescaled),
    )
    yield from _listed("in other words", (_place(one.place) for one in found.reworded))
    if not found.complete:
        yield "too many walks differ: only the first of them were compared"


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A title with its lines below it; nothing at all when there are none."""
    found = list(lines)
    if found:
        yield f"{title}:"
        yield from (f"  {line}" for line in found)


def _moved(one: Moved, language: str) -> str:
    who = "key account, " if one.key_account else ""
    department = " [another department]" if one.department else ""
    return (
        f"{who}{_path(one.path, language)}:"
        f" {_decision(one.before)} -> {_decision(one.after)}{department}"
    )


def _asked_more(one: AskedMore, language: str) -> str:
    stuck = one.stuck
    return f"{_path(one.path, language)}: then {stuck.at}, which {_STUCK[stuck.why]}"


def _path(path: Sequence[Said], language: str) -> str:
    if not path:
        return "everybody"
    return ", ".join(f"{one.question}: {one.answer} ({one.say.in_(language)})" for one in path)


def _decision(decision: Decision) -> str:
    offers = ", ".join(decision.offers) or "no offer"
    if decision.owner is Owner.CLIENT:
        return f"{decision.outcome}, stays ({offers})"
    way = ", ".join(str(one) for one in (decision.how, decision.aim) if one is not None)
    return f"{decision.outcome}, sales by {way} ({offers})"


def _renamed(one: Rename) -> str:
    what = f"{one.question}: {one.old}" if one.kind is Kind.ANSWER else one.old
    return f"{one.kind} {what} -> {one.new} (same {' and '.join(one.clues)})"


def _names(names: Names) -> Iterator[str]:
    yield from (f"question {one}" for one in names.questions)
    yield from (f"answer {question}: {answer}" for question, answer in names.answers)
    yield from (f"outcome {one}" for one in names.outcomes)


def _place(place: Sequence[str]) -> str:
    return ".".join(place)


def replay_lines(found: Replay, most: int = MOST_LISTED) -> Iterator[str]:
    """What real clients would have met; the counts first, then who."""
    clients = "client" if found.compared == 1 else "clients"
    yield f"{len(found.moved)} of {found.compared} {clients} would go to another department" + (
        ", these:" if found.moved else ""
    )
    yield from _clients(found.moved, most)
    if found.otherwise:
        yield f"{len(found.otherwise)} would get another offer or go another way:"
        yield from _clients(found.otherwise, most)
    for stuck, count in Counter(one.stuck for one in found.unclear).most_common():
        yield f"{count} cannot be told: {stuck.at} {_STUCK[stuck.why]}"
    if found.unfinished:
        yield f"{found.unfinished} more never came to an outcome and are not compared"


def _clients(found: Sequence[Elsewhere], most: int) -> Iterator[str]:
    for one in found[:most]:
        answers = ", ".join(f"{s.question}: {s.say.en}" for s in one.past.walk.steps)
        key = "key account, " if one.past.client.large else ""
        yield f"  {one.past.call}: {key}{answers}: {_ends(one)}"
    if len(found) > most:
        yield f"  and {len(found) - most} more"


def _ends(one: Elsewhere) -> str:
    return f"{_decision(one.before)} -> {_decision(one.after)}"
