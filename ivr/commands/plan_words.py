"""What `ivr plan` says to a person, in Russian and English."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ivr.domain.intake.staffing import (
    ANSWER_WITHIN,
    BLOCKING_GOAL,
    SERVICE_GOAL,
    LoadUnplannable,
    Plan,
    plan_for,
    roster_for,
)


def summary(language: str, calls: float, talk: float, figures: Plan, shrinkage: Fraction) -> str:
    """The plan in plain words; `calls` an hour, `talk` in seconds, `shrinkage` a share."""
    enough = plan_for(calls, talk, None, shrinkage)
    speak = _english if language == "en" else _russian
    return "\n".join(speak(calls, talk, figures, enough, shrinkage))


def refusal(language: str, fault: LoadUnplannable) -> str:
    """Why a number of the plan was refused, and what would do."""
    return str(fault) if language == "en" else RUSSIAN_LIMITS[fault.field]


RUSSIAN_LIMITS = {
    "calls_per_hour": "звонков в час должно быть 0 или больше",
    "talk": "разговор должен длиться больше 0 секунд",
    "erlangs": "нагрузка больше 100 000 эрлангов: уменьшите число звонков или время разговора",
    "lines": "линий должно быть от 1 до 100 000",
    "shrinkage": "доля отсутствующих должна быть от 0 % и меньше 100 %",
}


def holds(figures: Plan) -> bool:
    """Whether lines = headcount keeps the busy tone within its goal."""
    return figures.blocking <= BLOCKING_GOAL


def waits_too_long(figures: Plan) -> bool:
    """Whether callers who are let in to wait would be answered too late."""
    return figures.within_20_s is None or figures.within_20_s < SERVICE_GOAL


# --- Russian ----------------------------------------------------------------------------------


def plural(count: int, one: str, few: str, many: str) -> str:
    """The count with the form of the noun that Russian wants after it."""
    tens, units = count % 100, count % 10
    if units == 1 and tens != 11:
        return f"{count} {one}"
    if units in (2, 3, 4) and tens not in (12, 13, 14):
        return f"{count} {few}"
    return f"{count} {many}"


def _russian(
    calls: float, talk: float, figures: Plan, enough: Plan, shrinkage: Fraction
) -> list[str]:
    lines = plural(figures.lines, "линия", "линии", "линий")
    said = [
        f"Нагрузка: {_ru(calls)} зв./ч по {_ru(talk)} с, то есть {_ru(figures.erlangs)} Эрл.",
        f"По правилу «линий столько, сколько сотрудников»: {_ru_people(figures.lines)} — {lines}.",
        "",
        *_russian_verdict(calls, figures, enough),
        _russian_waiting(talk, figures),
    ]
    if shrinkage:
        said.append(_russian_roster(figures, enough, shrinkage))
    goal = f"«занято» не чаще {_ru_percent(BLOCKING_GOAL)}"
    soon = f"{_ru_percent(SERVICE_GOAL)} ответов за {_ru(ANSWER_WITHIN)} с"
    return [*said, "", f"За норму принято: {goal}, а если ставить в очередь — {soon}."]


def _russian_verdict(calls: float, figures: Plan, enough: Plan) -> list[str]:
    busy = f"«занято» услышит {_ru_percent(figures.blocking)} звонящих"
    if holds(figures):
        said = [f"Правило работает: {busy}."]
        if waits_too_long(figures):
            said.append(f"Но чтобы ждать не приходилось долго, нужно {_ru_people(enough.lines)}.")
        return said
    lost = _ru(max(calls * figures.blocking, 0.1))
    return [
        f"При таком правиле звонки теряются: {busy}, это около {lost} зв./ч.",
        f"Хватит {_ru_people(enough.lines)} и стольких же линий: тогда «занято» услышит"
        f" {_ru_percent(enough.blocking)}.",
    ]


def _russian_waiting(talk: float, figures: Plan) -> str:
    if figures.waiting is None or figures.within_20_s is None or figures.average_wait_s is None:
        most = _ru(figures.lines * 3600 / talk)
        return (
            "Если вместо «занято» дать звонящим ждать, очередь будет расти без конца:"
            f" {_ru_people(figures.lines)} за час примут не больше {most} зв."
        )
    return (
        f"Если вместо «занято» дать звонящим ждать: ждать придётся"
        f" {_ru_percent(figures.waiting)}, в среднем на звонок {_ru(figures.average_wait_s)} с;"
        f" за {_ru(ANSWER_WITHIN)} с ответят {_ru_percent(figures.within_20_s)}."
    )


def _russian_roster(figures: Plan, enough: Plan, shrinkage: Fraction) -> str:
    said = (
        f"При {_ru_percent(float(shrinkage))} отсутствующих: чтобы на месте было"
        f" {_ru_people(figures.lines)}, в штате нужно {figures.roster}"
    )
    if enough.lines > figures.lines:
        said += f"; чтобы {_ru_people(enough.lines)} — {roster_for(enough.lines, shrinkage)}"
    return said + "."


def _ru_people(count: int) -> str:
    return plural(count, "человек", "человека", "человек")


def _ru(value: float) -> str:
    return _rounded(value).replace(",", "\u00a0").replace(".", ",")


def _ru_percent(share: float) -> str:
    return _percent(share, _ru) + "\u00a0%"


# --- English ----------------------------------------------------------------------------------


def _english(
    calls: float, talk: float, figures: Plan, enough: Plan, shrinkage: Fraction
) -> list[str]:
    load = f"{_rounded(calls)} calls an hour of {_rounded(talk)} s"
    said = [
        f"Load: {load}, that is {_rounded(figures.erlangs)} erlangs.",
        f"By the rule lines = headcount: {_people(figures.lines)},"
        f" {figures.lines} {'line' if figures.lines == 1 else 'lines'}.",
        "",
        *_english_verdict(calls, figures, enough),
        _english_waiting(talk, figures),
    ]
    if shrinkage:
        said.append(_english_roster(figures, enough, shrinkage))
    goal = f"a busy tone for {_en_percent(BLOCKING_GOAL)} at most"
    soon = f"{_en_percent(SERVICE_GOAL)} answered within {_rounded(ANSWER_WITHIN)} s"
    return [*said, "", f"Goals: {goal}; if callers may wait, {soon}."]


def _english_verdict(calls: float, figures: Plan, enough: Plan) -> list[str]:
    busy = f"{_en_percent(figures.blocking)} of callers hear the busy tone"
    if holds(figures):
        said = [f"The rule holds: {busy}."]
        if waits_too_long(figures):
            said.append(f"But for short waits it takes {_people(enough.lines)}.")
        return said
    lost = _rounded(max(calls * figures.blocking, 0.1))
    return [
        f"The rule loses calls: {busy}, about {lost} calls an hour.",
        f"{_people(enough.lines)} with as many lines would be enough: then"
        f" {_en_percent(enough.blocking)} hear it.",
    ]


def _english_waiting(talk: float, figures: Plan) -> str:
    if figures.waiting is None or figures.within_20_s is None or figures.average_wait_s is None:
        most = _rounded(figures.lines * 3600 / talk)
        return (
            "If callers may wait instead, the queue grows without end:"
            f" {_people(figures.lines)} can take no more than {most} calls an hour."
        )
    return (
        f"If callers may wait instead: {_en_percent(figures.waiting)} wait,"
        f" {_rounded(figures.average_wait_s)} s on average over all calls;"
        f" {_en_percent(figures.within_20_s)} are answered within {_rounded(ANSWER_WITHIN)} s."
    )


def _english_roster(figures: Plan, enough: Plan, shrinkage: Fraction) -> str:
    said = (
        f"With {_en_percent(float(shrinkage))} away: for {figures.lines} present"
        f" employ {figures.roster}"
    )
    if enough.lines > figures.lines:
        said += f"; for {enough.lines}, {roster_for(enough.lines, shrinkage)}"
    return said + "."


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _en_percent(share: float) -> str:
    return _percent(share, _rounded) + "%"


def _percent(share: float, spell: Callable[[float], str]) -> str:
    """A share that is neither nothing nor all is never rounded to nothing or all."""
    if 0 < share < 0.0005:
        return "<\u00a0" + spell(0.1)
    if 0.9995 < share < 1:
        return ">\u00a0" + spell(99.9)
    return spell(share * 100)


def _rounded(value: float) -> str:
    """One decimal, none where it is nought; thousands apart."""
    return f"{value:,.1f}".removesuffix(".0")
