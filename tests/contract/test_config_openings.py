"""Hours, overflow, waiting and several numbers in ivr.yaml: what is accepted, and each refusal."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.asterisk.fallback import fallback_notes
from ivr.asterisk.translate import KeptDepartment, KeptDid
from ivr.config.check import load
from ivr.config.company import Company
from ivr.config.openings import Answering
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.settings import Department
from ivr.domain.commands import Overflow, Refusal, Treatment

EXAMPLE = Path(__file__).parents[2] / "config"
SECRET = {"IVR_AMI_SECRET": "long-and-random-0123456789"}
NUMBER = """\
  - did: "8 (495) 000-00-13"
    department: client
    tree: internet
    language: en
    greeting: {ru: "Добрый вечер!", en: "Good evening!"}
"""
DEPARTMENT = """\
    lines: roster               # lines = headcount; or signed_in, or {fixed: 5}
    ring_seconds: 15
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "config"))


def with_lines(folder: Path, department: str = "", number: str = "") -> Path:
    """The example with lines added to the client department and to a second number."""
    path = folder / "ivr.yaml"
    text = path.read_text("utf-8")
    assert DEPARTMENT in text
    text = text.replace(DEPARTMENT, DEPARTMENT + _indented(department), 1)
    text = text.replace("departments:\n", NUMBER + _indented(number) + "\ndepartments:\n", 1)
    path.write_text(text, "utf-8")
    return folder


def _indented(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.splitlines())


def loaded(folder: Path, department: str = "", number: str = "") -> Company:
    return load(with_lines(folder, department, number), environ=SECRET)


def problems(folder: Path, department: str = "", number: str = "") -> list[Problem]:
    with pytest.raises(ConfigRefused) as refusal:
        loaded(folder, department, number)
    return list(refusal.value.problems)


HOURS = """\
hours:
  week: {mon-thu: "09:00-13:00, 14:00-18:00", fri: "22:00-06:00"}
  holidays:
    2027-01-01: closed
    2026-12-31: "10:00-14:00"
"""


def test_without_hours_and_overflow_everything_is_open_and_busy(folder: Path) -> None:
    company = loaded(folder)
    number = company.settings.numbers[0]
    assert company.hours(number) is None
    assert set(company.overflow(number).values()) == {Overflow()}
    assert company.waiting(number) == 0


def test_hours_are_of_the_department_and_by_the_companys_clock(folder: Path) -> None:
    company = loaded(folder, HOURS)
    hours = company.hours(company.settings.numbers[1])
    assert hours is not None

    def open_at(text: str) -> bool:
        moscow = ZoneInfo("Europe/Moscow")
        return hours.open_at(datetime.fromisoformat(text).replace(tzinfo=moscow).timestamp())

    assert open_at("2026-11-23 17:59")
    assert not open_at("2026-11-23 13:30")
    assert open_at("2026-11-28 05:59")
    assert not open_at("2026-11-28 06:00")
    assert open_at("2026-12-31 13:00")
    assert hours.holidays[date(2027, 1, 1)] == ()


def test_a_number_says_only_what_differs_from_its_department(folder: Path) -> None:
    department = HOURS + "waiting: 3\noverflow: {no_line: [wait, callback], closed: voicemail}"
    number = 'hours: {week: {sat: "10:00-16:00"}, time_zone: Asia/Omsk}\noverflow: {no_line: busy}'
    company = loaded(folder, department, number)
    first, second = company.settings.numbers
    assert company.waiting(first) == 3
    assert company.overflow(first)[Refusal.NO_LINE] == Overflow(Treatment.CALLBACK)
    assert company.waiting(second) == 0
    assert company.overflow(second) == {
        Refusal.NO_LINE: Overflow(),
        Refusal.NOBODY: Overflow(),
        Refusal.CLOSED: Overflow(Treatment.VOICEMAIL),
    }
    assert company.zone(second) == ZoneInfo("Asia/Omsk")


def test_a_closed_department_is_never_open(folder: Path) -> None:
    company = loaded(folder, "closed: yes")
    hours = company.hours(company.settings.numbers[0])
    assert hours is not None
    assert hours.next_opening(0.0) is None


def test_other_queues_and_extensions_that_the_admin_has_may_be_named(folder: Path) -> None:
    overflow = "overflow: {nobody: {queue: night-desk}, closed: {extension: 600@from-internal}}"
    company = loaded(folder, HOURS + overflow)
    found = company.overflow(company.settings.numbers[0])
    assert found[Refusal.NOBODY] == Overflow(Treatment.QUEUE, "night-desk")
    assert found[Refusal.CLOSED] == Overflow(Treatment.EXTENSION, "600@from-internal")


def test_the_dialplan_is_told_all_of_it(folder: Path) -> None:
    department = HOURS + "lines: signed_in\nwaiting: 3\nprompts: {offer-callback: custom/ours}"
    path = with_lines(
        folder, department.replace("lines: signed_in\n", ""), "overflow: {no_line: wait}"
    )
    told = [
        note
        for note in fallback_notes(load(path, environ=SECRET), 1_795_000_000.0)
        if isinstance(note, KeptDid)
    ]
    facts = dict(told[1].facts)
    assert told[1].did == "+74950000013"
    assert "84950000013" in told[1].forms
    assert (told[0].first, told[1].first) == (True, False)
    assert (facts["language"], facts["waiting"], facts["over-no_line"]) == ("en", "3", "busy")
    assert facts["say-offer-callback"] == "custom/ours"
    assert facts["hours"] == "told"
    assert len([name for name in facts if name.startswith("hours-")]) == 14


def test_the_dialplan_is_told_the_lines_of_a_department_without_a_number_too(folder: Path) -> None:
    path = folder / "ivr.yaml"
    evening = "  evening:\n    name: {ru: Вечер, en: Evening}\n    queue: evening-desk\n"
    lines = "    sales: sales\n    lines: {fixed: 2}\n"
    text = path.read_text("utf-8").replace(
        "  sales:\n    name:", evening + lines + "  sales:\n    name:"
    )
    path.write_text(text, "utf-8")
    people = folder / "people.yaml"
    moved = people.read_text("utf-8").replace("department: client", "department: evening", 1)
    people.write_text(moved, "utf-8")
    notes = fallback_notes(load(folder, environ=SECRET), 1_795_000_000.0)
    assert [note for note in notes if isinstance(note, KeptDepartment)] == [
        KeptDepartment("client", "client", 4),
        KeptDepartment("evening", "evening-desk", 2),
    ]


BROKEN = [
    ('hours: {week: {mon-fry: "09:00-18:00"}}', "no weekday"),
    ('hours: {week: {mon-fri: "09:00-18:00", fri: closed}}', "fri stands here twice"),
    ('hours: {week: {mon: "9-18"}}', "no time of day"),
    ('hours: {week: {mon: "25:00-26:00"}}', "no time of day"),
    ("hours: {week: mon-fri}", "no week"),
    ("hours: {week: {mon: closed}, holidays: {2027-02-30: closed}}", "no date"),
    ("hours: {week: {mon: closed}, time_zone: Europe/Moskow}", "no time zone"),
    ("hours: {holidays: {2027-01-01: closed}}", "`week` is missing"),
    ("overflow: {no_line: bussy}", 'did you mean "busy"?'),
    ("overflow: {no_lines: busy}", "unknown key `no_lines`"),
    ("overflow: {closed: [wait, busy]}", "only `no_line` lets callers wait"),
    ("overflow: {no_line: [busy, callback]}", "too many steps"),
    ("overflow: {no_line: wait}", "has no place to wait"),
    ("overflow: {nobody: {queue: client}}", "the department's own queue"),
    ("overflow: {nobody: {queue: sales}}", "the queue of sales"),
    ('overflow: {nobody: {queue: "a&PJSIP/x"}}', "is not known"),
    ('overflow: {nobody: {extension: "600"}}', "is not known"),
    ('overflow: {nobody: {extension: "${SHELL(id)}@x"}}', "is not known"),
    ("overflow: {closed: voicemail}", "there are no hours"),
    ("waiting: -1", "waiting"),
    ("waiting: 5000", "waiting"),
    ("waiting: 5", "no number of department client lets callers wait for a line"),
    ("owner_ring_seconds: 12", "no department passes its clients to client"),
    ("prompts: {offer-callbak: custom/x}", "offer-callbak"),
    ("prompts: {offer-callback: ../../etc/passwd}", "is not written so"),
]


@pytest.mark.parametrize(("lines", "said"), BROKEN, ids=[lines for lines, _ in BROKEN])
@pytest.mark.parametrize("of", ["department", "number"])
def test_each_mistake_is_refused_at_its_line(folder: Path, lines: str, said: str, of: str) -> None:
    key = lines.partition(":")[0]
    if of == "number" and key in Department.model_fields and key not in Answering.model_fields:
        said = f"unknown key `{key}`"
    found = problems(folder, **{of: lines})
    text = (folder / "ivr.yaml").read_text("utf-8").splitlines()
    line = next(n for n, one in enumerate(text, 1) if one.strip() == lines.splitlines()[0])
    assert [p.line for p in found] == [line], found
    assert said in found[0].message, found[0].message


def test_a_wait_that_each_number_takes_back_is_refused(folder: Path) -> None:
    path = with_lines(folder, "waiting: 5\noverflow: {no_line: wait}", "overflow: {no_line: busy}")
    assert load(path, environ=SECRET).settings.departments["client"].waiting == 5
    text = (path / "ivr.yaml").read_text("utf-8")
    first = "    language: ru\n"
    text = text.replace(first, first + "    overflow: {no_line: busy}\n", 1)
    (path / "ivr.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigRefused) as refusal:
        load(path, environ=SECRET)
    (problem,) = refusal.value.problems
    line = text.splitlines().index("    waiting: 5") + 1
    assert str(problem).startswith(f"{path}/ivr.yaml:{line}:14: waiting: no number"), str(problem)
    assert "overflow: {no_line: wait}" in problem.mend


def test_a_wait_or_hours_of_one_number_are_enough(folder: Path) -> None:
    department = "waiting: 5\noverflow: {closed: voicemail}"
    number = "overflow: {no_line: wait}\n" + HOURS
    company = loaded(folder, department, number)
    assert [company.waiting(one) for one in company.settings.numbers] == [0, 5]


def test_the_person_of_last_time_is_asked_for_only_where_a_number_rings(folder: Path) -> None:
    path = folder / "ivr.yaml"
    text = path.read_text("utf-8")
    sales = "    # owner_ring_seconds: 12"
    path.write_text(text.replace(sales, "    last_agent: {}\n" + sales), "utf-8")
    (problem,) = problems(folder)
    assert "department sales has no number" in problem.message
