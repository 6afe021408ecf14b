"""What a staffing plan says to a person: one order of sentences, told in Russian or in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ivr.domain.intake.staffing import (
    ANSWER_WITHIN,
    BLOCKING_GOAL,
    SERVICE_GOAL,
    LoadUnplannable,
    Plan,
    plan_for,
)


@dataclass(frozen=True, slots=True)
class Said:
    """The plan as paragraphs: the load and the rule, the verdict, the goals it was judged by."""

    load: tuple[str, ...]
    verdict: tuple[str, ...]
    goals: str


def summary(language: str, calls: float, talk: float, figures: Plan, shrinkage: Fraction) -> str:
    """The plan in plain words; `calls` an hour, `talk` in seconds, `shrinkage` a share."""
    told = said(language, calls, talk, figures, shrinkage)
    return "\n".join([*told.load, "", *told.verdict, "", told.goals])


def said(language: str, calls: float, talk: float, figures: Plan, shrinkage: Fraction) -> Said:
    """The same by paragraphs."""
    tongue = TONGUES[language]
    enough = plan_for(calls, talk, None, shrinkage)
    facts = {**_facts(tongue, calls, talk, figures, enough), "away": tongue.percent(shrinkage)}
    verdict = _verdict(figures, enough, shrinkage)
    return Said(
        load=tuple(tongue.frames[frame].format(**facts) for frame in ("load", "rule")),
        verdict=tuple(tongue.frames[frame].format(**facts) for frame in verdict),
        goals=tongue.frames["goals"].format(**facts),
    )


def refusal(language: str, fault: LoadUnplannable) -> str:
    """Why a number of the plan was refused, and what would do."""
    return TONGUES[language].limits.get(fault.field, str(fault))


def holds(figures: Plan) -> bool:
    """Whether lines = headcount keeps the busy tone within its goal."""
    return figures.blocking <= BLOCKING_GOAL


def waits_too_long(figures: Plan) -> bool:
    """Whether callers who are let in to wait would be answered too late."""
    return figures.within_20_s is None or figures.within_20_s < SERVICE_GOAL


def _verdict(figures: Plan, enough: Plan, shrinkage: Fraction) -> Iterator[str]:
    """Which sentences the figures want, in the order in which they are said."""
    yield "holds" if holds(figures) else "loses"
    if not holds(figures):
        yield "enough"
    elif waits_too_long(figures):
        yield "slow"
    yield "endless" if figures.waiting is None else "waits"
    if shrinkage:
        yield "roster_more" if enough.lines > figures.lines else "roster"


def _facts(
    tongue: Tongue, calls: float, talk: float, figures: Plan, enough: Plan
) -> dict[str, str]:
    number, percent = tongue.number, tongue.percent
    return {
        "calls": number(calls),
        "talk": number(talk),
        "erlangs": number(figures.erlangs),
        "count": str(figures.lines),
        "people": tongue.people(figures.lines),
        "lines": tongue.lines(figures.lines),
        "busy": percent(figures.blocking),
        "lost": number(max(calls * figures.blocking, 0.1)),
        "most": number(figures.lines * 3600 / talk),
        "waiting": percent(figures.waiting or 0.0),
        "wait": number(figures.average_wait_s or 0.0),
        "in_time": percent(figures.within_20_s or 0.0),
        "roster": str(figures.roster),
        "enough": tongue.people(enough.lines),
        "enough_count": str(enough.lines),
        "enough_busy": percent(enough.blocking),
        "enough_roster": str(enough.roster),
        "goal": percent(BLOCKING_GOAL),
        "soon": percent(SERVICE_GOAL),
        "within": number(ANSWER_WITHIN),
    }


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: how it writes a figure, and its sentences by what they say.

    `limits` are its words for a refused number, by field; what it lacks is told in English.
    """

    number: Callable[[float], str]
    percent: Callable[[float | Fraction], str]
    people: Callable[[int], str]
    lines: Callable[[int], str]
    frames: Mapping[str, str]
    limits: Mapping[str, str]


def plural(count: int, one: str, few: str, many: str) -> str:
    """The count with the form of the noun that Russian wants after it."""
    tens, units = count % 100, count % 10
    if units == 1 and tens != 11:
        return f"{count} {one}"
    if units in (2, 3, 4) and tens not in (12, 13, 14):
        return f"{count} {few}"
    return f"{count} {many}"


def _rounded(value: float) -> str:
    """One decimal, none where it is nought; thousands apart."""
    return f"{value:,.1f}".removesuffix(".0")


def _russian(value: float) -> str:
    return _rounded(value).replace(",", "\u00a0").replace(".", ",")


def _percent(
    spell: Callable[[float], str], sign: str, less: str, more: str
) -> Callable[[float | Fraction], str]:
    """A share that is neither nothing nor all is never rounded to nothing or all."""

    def spelt(share: float | Fraction) -> str:
        if 0 < share < 0.0005:
            return f"{less} {spell(0.1)}{sign}"
        if 0.9995 < share < 1:
            return f"{more} {spell(99.9)}{sign}"
        return spell(float(share) * 100) + sign

    return spelt


TONGUES: Mapping[str, Tongue] = {
    "ru": Tongue(
        number=_russian,
        percent=_percent(_russian, "\u00a0%", "меньше", "больше"),
        people=lambda count: plural(count, "человек", "человека", "человек"),
        lines=lambda count: plural(count, "линия", "линии", "линий"),
        frames={
            "load": "Нагрузка: {calls}\u00a0зв./ч по {talk}\u00a0с, то есть {erlangs}\u00a0Эрл.",
            "rule": "По правилу «линий столько, сколько сотрудников»: {people} — {lines}.",
            "holds": "Правило работает: «занято» услышит {busy} звонящих.",
            "slow": "Но чтобы ждать не приходилось долго, нужно {enough}.",
            "loses": "При таком правиле звонки теряются: «занято» услышит {busy} звонящих,"
            " это около {lost}\u00a0зв./ч.",
            "enough": "Хватит {enough} и стольких же линий: тогда «занято» услышит {enough_busy}.",
            "waits": "Если вместо «занято» дать звонящим ждать: ждать придётся {waiting},"
            " в среднем на звонок {wait}\u00a0с; за {within}\u00a0с ответят {in_time}.",
            "endless": "Если вместо «занято» дать звонящим ждать, очередь будет расти без конца:"
            " {people} за час примут не больше {most}\u00a0зв.",
            "roster": "При {away} отсутствующих: чтобы на месте было {people},"
            " в штате нужно {roster}.",
            "roster_more": "При {away} отсутствующих: чтобы на месте было {people},"
            " в штате нужно {roster}; чтобы {enough} — {enough_roster}.",
            "goals": "За норму принято: «занято» не чаще {goal}, а если ставить в очередь —"
            " {soon} ответов за {within}\u00a0с.",
        },
        limits={
            "calls_per_hour": "звонков в час должно быть 0 или больше",
            "talk": "разговор должен длиться больше 0 секунд",
            "erlangs": "нагрузка больше 100 000 эрлангов: уменьшите число звонков"
            " или время разговора",
            "lines": "линий должно быть от 1 до 100 000",
            "shrinkage": "доля отсутствующих должна быть от 0 % и меньше 100 %",
        },
    ),
    "en": Tongue(
        number=_rounded,
        percent=_percent(_rounded, "%", "less than", "more than"),
        people=lambda count: "1 person" if count == 1 else f"{count} people",
        lines=lambda count: "1 line" if count == 1 else f"{count} lines",
        frames={
            "load": "Load: {calls} calls an hour of {talk} s, that is {erlangs} erlangs.",
            "rule": "By the rule lines = headcount: {people}, {lines}.",
            "holds": "The rule holds: {busy} of callers hear the busy tone.",
            "slow": "But for short waits it takes {enough}.",
            "loses": "The rule loses calls: {busy} of callers hear the busy tone,"
            " about {lost} calls an hour.",
            "enough": "{enough} with as many lines would be enough: then {enough_busy} hear it.",
            "waits": "If callers may wait instead: {waiting} wait, {wait} s on average over all"
            " calls; {in_time} are answered within {within} s.",
            "endless": "If callers may wait instead, the queue grows without end:"
            " {people} can take no more than {most} calls an hour.",
            "roster": "With {away} away: for {count} present employ {roster}.",
            "roster_more": "With {away} away: for {count} present employ {roster};"
            " for {enough_count}, {enough_roster}.",
            "goals": "Goals: a busy tone for {goal} at most; if callers may wait,"
            " {soon} answered within {within} s.",
        },
        limits={},
    ),
}
