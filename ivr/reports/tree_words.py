"""What a tree earns and why a call went where it went, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo

from ivr.domain.records import EscalationRecord
from ivr.domain.tree.earnings import Earned, Earnings, QuestionEarned, Tally
from ivr.domain.tree.given import Step
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import Tree
from ivr.domain.tree.ways import answer_text
from ivr.reports.figures import duration, share
from ivr.reports.why import Why


def earnings_lines(
    tree: str, found: Earnings, versions: Mapping[int, Tree], language: str = "ru"
) -> Iterator[str]:
    """All versions together, question by question, in the words of the newest."""
    total = found.total
    yield f"{tree}: {total.total.count} interviews, {_ends(total.total)}"
    yield (
        f"decided before the first question {total.unasked},"
        f" never came to an outcome {total.unfinished}"
    )
    if len(found.versions) > 1:
        counts = ", ".join(f"v{one.version}: {one.total.count}" for one in found.versions)
        yield f"by version: {counts}"
    newest = versions[max(versions)] if versions else None
    for question in total.questions:
        yield ""
        yield from _question(question, newest, language)
    yield ""
    yield from _outcomes(total)


def _question(one: QuestionEarned, tree: Tree | None, language: str) -> Iterator[str]:
    known = tree.questions.get(one.question) if tree else None
    yield f"{one.question}: {known.ask.in_(language) if known else '(not asked any more)'}"
    yield (
        f"  reached {one.reached}, answered {one.answered}, skipped {one.skipped},"
        f" call ended here {one.stopped}, decided by hand {one.by_hand},"
        f" {duration(one.pace.median)} (mean {duration(one.pace.mean)})"
    )
    given = one.answered + one.skipped
    for answer in one.answers:
        say = answer_text(known, answer.answer).in_(language) if known else answer.answer
        tally = answer.tally
        yield (
            f"  {say}: {tally.count} ({share(tally.count, given)}),"
            f" {duration(answer.pace.median)}, {_ends(tally)}"
        )
    for said in one.heard:
        yield f'  "{said.words}" ({said.call}, v{said.version})'


def _outcomes(earned: Earned) -> Iterator[str]:
    for one in earned.outcomes:
        yield f"outcome {one.outcome or '(a department only)'}: {_ends(one.tally, count=True)}"


def _ends(tally: Tally, *, count: bool = False) -> str:
    words = [f"{tally.count}"] if count else []
    words += [f"stayed {tally.stayed}", f"to sales {tally.passed}"]
    if tally.passed:
        words.append(", ".join(f"{name} {count}" for name, count in _results(tally)))
    if tally.overridden:
        reasons = "; ".join(f"{reason} {times}" for reason, times in tally.reasons)
        words.append(f"overridden {tally.overridden} ({reasons})")
    return ", ".join(words)


def _results(tally: Tally) -> Iterator[tuple[str, int]]:
    """What sales made of them; won, lost and open are told also when they are none."""
    yield from (("won", tally.won), ("lost", tally.lost), ("open", tally.open))
    rare = {
        "meeting": tally.meeting,
        "nothing": tally.nothing,
        "refused": tally.refused,
        "closed": tally.closed,
    }
    yield from ((name, count) for name, count in rare.items() if count)


def why_lines(found: Why, zone: tzinfo, language: str = "ru") -> Iterator[str]:
    """Everything that a call's decision rests on."""
    record, call = found.kept.interview, found.kept.call
    began = _time(record.began_at, zone)
    who = f" from {call.number or call.raw_number}" if call else ""
    company = f", {call.company}" if call and call.company else ""
    yield f"call {record.call}{who}{company}, asked by {record.agent} at {began}"
    yield f"known as a key account: {'yes' if found.key_account else 'no'}"
    yield _version(found, zone)
    if found.walk is None:
        yield "its answers do not fit that version and cannot be shown"
    else:
        yield from (f"  {_answer(step, language)}" for step in found.walk.steps)
        for step in found.walk.withdrawn:
            yield f"  taken back: {_answer(step, language)}"
        for remark in found.walk.remarks:
            yield f'  at {remark.question} nothing fitted: "{remark.words}"'
    yield f"scale: {found.scale or 'not said'}"
    yield from _decided(found, language)
    yield from (_promise(one, zone) for one in found.kept.promises)


def _version(found: Why, zone: tzinfo) -> str:
    record, version = found.kept.interview, found.version
    if version is None:
        return f"tree {record.tree} version {record.version}, which is not kept"
    at = _time(version.published_at, zone)
    return f"tree {record.tree} version {record.version}, published by {version.published_by} {at}"


def _answer(step: Step, language: str) -> str:
    words = f' ("{step.words}")' if step.words else ""
    seconds = "" if step.took is None else f", {duration(step.took)}"
    return f"{step.asked.in_(language)} {step.say.in_(language)}{words}{seconds}"


def _decided(found: Why, language: str) -> Iterator[str]:
    record, tree = found.kept.interview, found.by_itself
    if tree is not None:
        rule = ""
        if tree.rule is not None:
            rule = f" by rule {tree.rule + 1} of the tree"
        yield f"the tree says: {_decision(tree)}{rule}: {tree.because.in_(language)} ({tree.why})"
    if found.overridden:
        yield (
            f"overridden by {found.who or record.agent}: {record.owner}"
            f"{' by ' + record.how if record.how else ''}, because: {record.reason}"
        )
    elif record.owner and tree is None:
        yield f"decided before the tree had ended: {record.owner} ({record.why})"
    elif not record.owner:
        yield "nothing was decided"


def _decision(decision: Decision) -> str:
    way = ", ".join(str(one) for one in (decision.how, decision.aim) if one is not None)
    where = f"{decision.owner}{' by ' + way if way else ''}"
    return (
        f"{decision.outcome or 'no outcome'}, {where} ({', '.join(decision.offers) or 'no offer'})"
    )


def _promise(promise: EscalationRecord, zone: tzinfo) -> str:
    result = " ".join(filter(None, (promise.result or "no result yet", promise.joined_to)))
    owner = promise.owner or "the team"
    made = _time(promise.made_at, zone)
    return f"promise {promise.id} of {made}: {promise.state}, {owner}, {result}"


def _time(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M")
