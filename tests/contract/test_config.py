"""A configuration folder: the example loads, and whatever is wrong is refused at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.commands.configuration import COMMANDS
from ivr.config.check import load
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.report import FAILED, GOOD, REFUSED, check_report, scenario_report
from ivr.domain.client.phone import Refused, dialable, normalise
from ivr.domain.tree.tree import Text

EXAMPLE = Path(__file__).parents[2] / "config"
SECRET = {"IVR_AMI_SECRET": "long-and-random-0123456789"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "config"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def refused(folder: Path, environ: dict[str, str] | None = None) -> list[Problem]:
    with pytest.raises(ConfigRefused) as refusal:
        load(folder, environ=SECRET if environ is None else environ)
    return list(refusal.value.problems)


def test_the_example_company_loads_as_it_is() -> None:
    company = load(EXAMPLE, environ=SECRET)
    assert company.settings.numbers[0].did == "+74950000012"
    assert company.lines("client") == 5
    assert [one.extension for one in company.roster("sales")] == ["301", "302", "303"]
    assert company.people["anna"].name == Text("Анна Воронова", "Anna Voronova")
    assert {one.owner for one in company.directory.accounts} == {"smirnova", "orlov"}
    assert company.ami_secret == SECRET["IVR_AMI_SECRET"]
    assert SECRET["IVR_AMI_SECRET"] not in repr(company)


def test_the_example_scenarios_walk_every_path() -> None:
    report = scenario_report(EXAMPLE, environ=SECRET)
    assert report.code == GOOD
    assert "12 of 12 paths walked" in report.text
    assert "no scenario walks" not in report.text


def test_own_numbers_and_mobiles_are_never_dialled(folder: Path) -> None:
    change(
        folder, "people.yaml", "phone: PJSIP/101", "phone: PJSIP/101\n    mobile: 8 916 000-00-01"
    )
    policy = load(folder, environ=SECRET).dial_policy
    for number in ("+74950000012", "+79160000001"):
        assert isinstance(dialable(normalise(number), policy), Refused)


BROKEN = [
    ("ivr.yaml", 'did: "+74950000012"', "did: _X.", "pattern"),
    ("ivr.yaml", 'did: "+74950000012"', "did: _7495XXXXXXX", "pattern"),
    ("ivr.yaml", 'did: "+74950000012"', "did: 0000012", "not a full phone number"),
    ("ivr.yaml", "    department: client", "    department: klient", 'did you mean "client"?'),
    ("ivr.yaml", "    tree: internet", "    tree: internat", 'did you mean "internet"?'),
    ("ivr.yaml", "    sales: sales", "    sales: saels", 'did you mean "sales"?'),
    ("ivr.yaml", "    sales: sales", "    closed: no", "has no sales"),
    ("ivr.yaml", "time_zone: Europe/Moscow", "time_zone: Europe/Moskow", "Europe/Moscow"),
    ("ivr.yaml", "time_zone: Europe/Moscow", "time_zone: ../../etc/passwd", "no time zone"),
    ("ivr.yaml", "region: RU", "region: Russia", "no region"),
    ("ivr.yaml", "lines: roster", "lines: roaster", 'did you mean "roster"?'),
    ("ivr.yaml", "lines: roster", "lines: {fixed: 0}", "has no line"),
    ("ivr.yaml", "lines: roster", "lines: {fixed: -3}", "fewer than none"),
    ("ivr.yaml", "lines: roster", "lines: {fixed: five}", '"five"'),
    ("ivr.yaml", "lines: roster", "lines: {fixed: 100000}", "absurd"),
    ("ivr.yaml", "ring_seconds: 15", "ring_seconds: soon", "not a whole number"),
    ("ivr.yaml", "ring_seconds: 15", "ring_second: 15", 'did you mean "ring_seconds"?'),
    ("ivr.yaml", "queue: sales", "queue: client", "also that of client"),
    ("ivr.yaml", "    host: 127.0.0.1\n    port: 5038", "    host: pbx.example\n    port: 5038",
     "without TLS"),
    ("ivr.yaml", "user: linetree", "user: linetree\n    secret: hunter22", "does not belong"),
    ("ivr.yaml", "on_failure: callback", "on_failure: calback", 'did you mean "callback"?'),
    ("ivr.yaml", "regions: [RU]", "regions: [RU, XX]", "no region"),
    ("ivr.yaml", "09:00-20:00", "20:00-09:00", "are no hours"),
    ("ivr.yaml", "09:00-20:00", "09:00-25:00", "are no hours"),
    ("ivr.yaml", "attempts: 3", "attempts: 30", "less than or equal to 5"),
    ("ivr.yaml", "enabled: yes", "enabled: maybe", "neither yes nor no"),
    ("ivr.yaml", "origins: []", "origins: [desk.example.com]", "write it as https://desk"),
    ("ivr.yaml", "remind_minutes: 60", "remind_minutes: 60\nretention: {calls_days: 0}",
     "greater than or equal to 1"),
    ("ivr.yaml", "remind_minutes: 60", "remind_minutes: 60\nretention: {calls_days: five}",
     "not a whole number"),
    ("ivr.yaml", "remind_minutes: 60", "remind_minutes: 60\nretention: {audit_days: 99999}",
     "less than or equal to 36500"),
    ("ivr.yaml", "remind_minutes: 60", "remind_minutes: 60\nretention: {outbox_days: 1}",
     "greater than or equal to 2"),
    ("ivr.yaml", "remind_minutes: 60", "remind_minutes: 60\nretention: {call_days: 9}",
     'did you mean "calls_days"?'),
    ("ivr.yaml", "remind_minutes: 60",
     "remind_minutes: 60\nretention: {calls_days: 9, voice_messages_days: 10}",
     "a voice cannot stay 10 days"),
    ("people.yaml", "phone: PJSIP/102", "phone: PJSIP/101", "also anna's"),
    ("people.yaml", "phone: PJSIP/102", "phone: PJSIP/1&SIP/2", "PJSIP/1&SIP/2"),
    ("people.yaml", "phone: PJSIP/102", "phone: 102", "such as PJSIP/101"),
    ("people.yaml", "phone: PJSIP/102", "phone: Local/102@from-queue/n", "such as PJSIP/101"),
    ("ivr.yaml", "queue: sales", "queue: отдел продаж", "the queue's name in Asterisk"),
    ("people.yaml", "deputy: boris", "deputy: borys", 'did you mean "boris"?'),
    ("people.yaml", "deputy: boris", "deputy: anna", "own deputy"),
    ("people.yaml", "department: client", "department: clients", 'did you mean "client"?'),
    ("people.yaml", "roles: [agent]", "roles: [agnet]", 'did you mean "agent"?'),
    ("people.yaml", "phone: PJSIP/101", "phone: PJSIP/101\n    mobile: 12", "mobile"),
    ("trees/internet.yaml", "then: staff}", "then: stuff}", 'did you mean "staff"?'),
    ("trees/internet.yaml", "[office-100]", "[office-101]", 'did you mean "office-100"?'),
    ("accounts.csv", "Смирнова", "Смирнов", "not one of the people"),
    ("accounts.csv", "+74950000031", "+7495000003l", "letters in the number"),
    ("scenarios/internet.yaml", "{who: person}", "{who: persom}", 'did you mean "person"?'),
    ("scenarios/internet.yaml", "{who: person}", "{hwo: person}", 'did you mean "who"?'),
    ("scenarios/internet.yaml", "outcome: home", "outcome: hone", 'did you mean "home"?'),
    ("scenarios/internet.yaml", "[home-100,", "[home-10,", 'did you mean "home-100"?'),
    ("scenarios/internet.yaml", "tree: internet", "tree: internets", 'did you mean "internet"?'),
    ("scenarios/internet.yaml", "why: tree", "why: because", "because"),
    ("scenarios/internet.yaml", "company: АО", "company: ООО", "has no account"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN)
def test_a_broken_configuration_is_refused_where_it_is_broken(
    folder: Path, name: str, old: str, new: str, message: str
) -> None:
    change(folder, name, old, new)
    found = [one for one in refused(folder) if message in str(one)]
    assert found, refused(folder)
    file = folder / ("ivr.yaml" if message == "has no sales" else name)
    assert found[0].file == str(file)
    text = file.read_text("utf-8")
    line = text[: text.rindex(new)].count("\n") + 1 + new.count("\n")
    if message not in ("has no sales", "without TLS", "does not belong"):
        assert line in [one.line for one in found] or text.count(new) > 1


def test_numbers_are_kept_as_long_as_somebody_asks_who_talked_with_them(folder: Path) -> None:
    change(folder, "ivr.yaml", "# last_agent:", "last_agent:")
    change(folder, "ivr.yaml", "toll:", "retention:\n  calls_days: 29\ntoll:")
    (problem,) = refused(folder)
    assert "departments.client.last_agent" in problem.message
    line = (folder / "ivr.yaml").read_text("utf-8").split("calls_days: 29")[0].count("\n") + 1
    assert (problem.line, problem.column) == (line, 15)
    change(folder, "ivr.yaml", "calls_days: 29", "calls_days: 30")
    assert load(folder, environ=SECRET).settings.retention.calls_days == 30


def test_the_only_number_as_a_pattern_is_one_complaint_and_not_that_there_is_none(
    folder: Path,
) -> None:
    change(folder, "ivr.yaml", 'did: "+74950000012"', 'did: "_+7495XXXXXXX"')
    (problem,) = refused(folder)
    assert "is a pattern" in problem.message


def test_one_did_in_two_spellings_is_refused(folder: Path) -> None:
    twin = "numbers:\n  - {did: 8 (495) 000-00-12, department: client, tree: internet,"
    twin += " greeting: {ru: Да, en: Yes}}"
    change(folder, "ivr.yaml", "numbers:", twin)
    (problem,) = refused(folder)
    assert "+74950000012 stands here twice" in problem.message


def test_a_department_of_nobody_is_refused_unless_it_is_closed(folder: Path) -> None:
    path = folder / "people.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("  smirnova:")], "utf-8")
    (folder / "accounts.csv").unlink()
    change(folder, "scenarios/internet.yaml", "company: АО «Меридиан Логистика»", "caller: 101")
    assert "nobody works in department sales" in str(refused(folder)[0])
    change(folder, "ivr.yaml", "queue: sales", "queue: sales\n    closed: yes")
    assert load(folder, environ=SECRET).roster("sales") == ()


def test_a_closed_department_may_have_no_line(folder: Path) -> None:
    change(folder, "ivr.yaml", "lines: roster", "lines: {fixed: 0}\n    closed: yes")
    assert load(folder, environ=SECRET).lines("client") == 0


def test_every_problem_of_every_file_comes_at_once(folder: Path) -> None:
    change(folder, "ivr.yaml", "ring_seconds: 15", "ring_second: 15")
    change(folder, "people.yaml", "deputy: boris", "deputy: borys")
    change(folder, "trees/internet.yaml", "then: staff}", "then: stuff}")
    change(folder, "accounts.csv", "+74950000031", "101")
    change(folder, "scenarios/internet.yaml", "outcome: home", "outcome: hone")
    files = {Path(one.file).name for one in refused(folder)}
    assert files == {"ivr.yaml", "people.yaml", "internet.yaml", "accounts.csv"}
    assert len({one.file for one in refused(folder)}) == 5


def test_a_folder_without_files_says_which_are_missing(tmp_path: Path) -> None:
    files = [Path(one.file).name for one in refused(tmp_path)]
    assert files == ["ivr.yaml", "people.yaml", "trees"]


def test_two_files_with_one_tree_are_refused(folder: Path) -> None:
    shutil.copy(folder / "trees" / "internet.yaml", folder / "trees" / "other.yaml")
    (problem,) = refused(folder)
    assert "internet.yaml" in problem.message


def with_secret(folder: Path, value: str, mode: int) -> None:
    change(folder, "ivr.yaml", "user: linetree", "user: linetree\n    secret_file: ami.secret")
    path = folder / "ami.secret"
    path.write_text(value, "utf-8")
    path.chmod(mode)


def test_a_secret_comes_from_a_private_file(folder: Path) -> None:
    with_secret(folder, "long-and-random\n", 0o600)
    assert load(folder, environ={}).ami_secret == "long-and-random"


@pytest.mark.parametrize(
    ("value", "mode", "message"),
    [
        ("long-and-random", 0o644, "mode 0644"),
        ("long-and-random", 0o640, "mode 0640"),
        ("changeme", 0o600, "default"),
        ("amp111", 0o600, "default"),
        ("xyzzy", 0o600, "shorter"),
        ("", 0o600, "empty"),
        ("one\ntwo-and-three", 0o600, "control"),
    ],
)
def test_a_secret_that_is_none_is_refused(
    folder: Path, value: str, mode: int, message: str
) -> None:
    with_secret(folder, value, mode)
    (problem,) = refused(folder, {})
    assert message in problem.message
    assert "secret_file" in (folder / "ivr.yaml").read_text("utf-8").splitlines()[problem.line - 1]
    assert not value or value not in problem.message


def test_a_missing_secret_is_refused_to_serve_and_noted_by_check(folder: Path) -> None:
    (problem,) = refused(folder, {})
    assert "missing" in problem.message
    report = check_report(folder, environ={})
    assert report.code == GOOD
    assert "IVR_AMI_SECRET" in report.text
    with_secret(folder, "x", 0o600)
    (folder / "ami.secret").unlink()
    assert check_report(folder, environ={}).code == REFUSED


def test_a_default_secret_in_the_environment_is_refused(folder: Path) -> None:
    (problem,) = refused(folder, {"IVR_AMI_SECRET": "changeme"})
    assert "default" in problem.message


def test_a_scenario_that_comes_out_otherwise_fails_with_what_was_expected(folder: Path) -> None:
    change(folder, "scenarios/internet.yaml", "outcome: home, offer: [home-100, home-500]",
           "outcome: office, offer: [home-100]")  # fmt: skip
    report = scenario_report(folder, environ={})
    assert report.code == FAILED
    assert "outcome: expected office, got home" in report.text
    assert "offer: expected [home-100], got [home-100, home-500]" in report.text
    assert "14 scenarios: 13 passed, 1 failed" in report.text


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ("{who: organisation}", "staff is asked, but the scenario has no answer"),
        ("{who: person, seats: 4}", "question seats was never asked"),
        ("{who: organisation, staff: many}", "A number is needed"),
        ("{who: unknown}", "cannot be skipped by itself"),
    ],
)
def test_a_scenario_that_walks_no_path_fails(folder: Path, answers: str, message: str) -> None:
    change(folder, "scenarios/internet.yaml", "{who: person}", answers)
    report = scenario_report(folder, environ={})
    assert report.code == FAILED
    assert message in report.text


def test_paths_without_a_scenario_are_named(folder: Path) -> None:
    change(folder, "scenarios/internet.yaml", "staff: 12, seats: 7", "staff: 12, seats: 60")
    change(folder, "scenarios/internet.yaml", "outcome: office, offer: [office-100], owner: client",
           "owner: sales")  # fmt: skip
    change(folder, "scenarios/internet.yaml", "staff: 12, seats: 2", "staff: 12, seats: 60")
    report = scenario_report(folder, environ={})
    assert (
        "no scenario walks internet: who: organisation, staff: to-199, seats: to-9" in report.text
    )
    assert "11 of 12 paths walked" in report.text


def run(*words: str) -> tuple[int, str]:
    command = {one.name: one for one in COMMANDS}[words[0]]
    result = CliRunner().invoke(command, list(words[1:]))
    return result.exit_code, result.output


def test_the_commands_exit_with_the_status_that_scripts_rely_on(folder: Path) -> None:
    assert run("check", str(folder))[0] == 0
    assert run("test", str(folder))[0] == 0
    change(folder, "trees/internet.yaml", "then: staff}", "then: stuff}")
    for command in ("check", "test"):
        code, text = run(command, str(folder))
        assert code == 2
        assert f"{folder}/trees/internet.yaml:" in text
    code, text = run("check", "--json", str(folder))
    assert code == 2
    assert {"file", "line", "column", "message", "mend"} == set(json.loads(text)["problems"][0])


def test_a_tree_is_drawn_as_text_and_as_mermaid() -> None:
    code, text = run("tree", "show", "internet", str(EXAMPLE))
    assert code == 0
    assert "└─ Организации → staff" in text
    code, text = run("tree", "show", "internet", str(EXAMPLE), "--mermaid", "--language", "en")
    assert code == 0
    assert text.startswith("flowchart TD")
    assert '-->|"Organisation"|' in text
    assert run("tree", "show", "internat", str(EXAMPLE))[0] == 2


def test_markup_in_a_text_is_inert_in_mermaid(folder: Path) -> None:
    change(folder, "trees/internet.yaml", "en: Private person", "en: '\"]<b>x</b>'")
    text = run("tree", "show", "internet", str(folder), "--mermaid", "--language", "en")[1]
    assert "<b>" not in text
    assert '"]<' not in text


@pytest.mark.parametrize("kind", ["tree", "settings", "people", "scenarios"])
def test_editors_get_a_schema_of_each_kind_of_file(kind: str) -> None:
    code, text = run("schema", kind)
    assert code == 0
    assert json.loads(text)["type"] == "object"


def test_proxies_are_addresses_and_reach_the_settings(folder: Path) -> None:
    change(folder, "ivr.yaml", "web:\n", "web:\n  proxies: [127.0.0.1, '::1']\n")
    assert load(folder, environ=SECRET).settings.web.proxies == ("127.0.0.1", "::1")
    change(folder, "ivr.yaml", "[127.0.0.1, '::1']", "[proxy.example]")
    (problem,) = refused(folder)
    assert "no IP address" in problem.message


@pytest.mark.parametrize("key", ["retry_seconds: 2", "music: default"])
def test_what_only_the_dialplan_decides_is_no_setting(folder: Path, key: str) -> None:
    change(folder, "ivr.yaml", "    wrap_up_seconds: 30\n", f"    wrap_up_seconds: 30\n    {key}\n")
    assert any(key.split(":")[0] in problem.message for problem in refused(folder))
