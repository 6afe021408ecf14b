"""Salespeople who are reached outside: what people.yaml may say, what Asterisk is told of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.asterisk.fallback import fallback_notes
from ivr.asterisk.reach import phones_of
from ivr.asterisk.translate import Action, KeptPerson, Translator, actions, keep
from ivr.commands.configuration import COMMANDS
from ivr.config.check import load
from ivr.config.company import Company
from ivr.config.problems import ConfigRefused, Problem
from ivr.config.report import check_report
from ivr.domain.commands import AddMember, DialCallback
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    LegBridged,
    MemberSeen,
    MemberStatus,
    ResultCoded,
)

EXAMPLE = Path(__file__).parents[2] / "config"
SECRET = {"IVR_AMI_SECRET": "long-and-random-0123456789"}
DESK = "phone: PJSIP/301"
REACH = "Local/to-smirnova@ivr-reach"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "config"))
    change(folder, "ivr.yaml", "ring_seconds: 20\n  on_failure", "ring_seconds: 50\n  on_failure")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def with_mobile(folder: Path, mobile: str = "8 916 123-45-01", rings: str = "") -> None:
    more = f"\n    rings: {rings}" if rings else ""
    change(folder, "people.yaml", DESK, f'{DESK}\n    mobile: "{mobile}"{more}')


def company(folder: Path) -> Company:
    return load(folder, environ=SECRET)


def refused(folder: Path) -> Problem:
    with pytest.raises(ConfigRefused) as refusal:
        company(folder)
    (problem,) = refusal.value.problems
    return problem


def told(folder: Path, person: str = "smirnova") -> KeptPerson:
    notes = fallback_notes(company(folder), 0.0)
    return next(n for n in notes if isinstance(n, KeptPerson) and n.person == person)


def test_a_mobile_of_sales_rings_while_the_desk_phone_is_not_registered(folder: Path) -> None:
    with_mobile(folder)
    person = company(folder).people["smirnova"]
    assert (person.mobile, person.rings) == ("+79161234501", "desk_else_mobile")
    assert company(folder).people["orlov"].rings == "desk"
    note = told(folder)
    assert (note.phone, note.member) == ("PJSIP/301", f"{REACH}/n")
    assert note.hint.startswith("hint:is-smirnova-")
    assert note.state == f"PJSIP/301&{REACH}"
    assert note.ring_seconds == 20
    assert told(folder, "orlov") == KeptPerson("orlov", ("sales",), 60, "PJSIP/302")


def test_rings_decides_and_desk_leaves_everything_as_it_was(folder: Path) -> None:
    with_mobile(folder, rings="both")
    both = told(folder)
    change(folder, "people.yaml", "rings: both", "rings: mobile")
    assert told(folder).state == REACH
    # Asterisk reads the phones of a hint once.
    assert told(folder).hint != both.hint
    change(folder, "people.yaml", "rings: mobile", "rings: desk")
    phones = phones_of(company(folder))
    assert phones.of("smirnova") == "PJSIP/301"
    assert told(folder).member == ""
    # An employee's mobile is no client's all the same.
    assert "IVR_MOBILE=+79161234501" in headers(keep(told(folder), "k-1", phones))


HOSTILE = [
    ("+7 809 123-45-67", "kind premium"),
    ("+7 954 123-45-67", "kind other"),
    ("+7 701 123-45-67", "region KZ"),
    ("+1 876 555 1234", "region JM"),
    ("+881 6 1234 5678", "region 001"),
    ("8 495 000-00-12", "one of our own numbers"),
    ("*21*+79161234567#", "not a full phone number"),
    ("+79161234567;ext=9", "not a full phone number"),
    ("+79161234567&PJSIP/x", "not a full phone number"),
    ("${SHELL(id)}", "not a full phone number"),
    ("112", "not a full phone number"),
    ("+7916123456", "not a full phone number"),
]


@pytest.mark.parametrize(("mobile", "why"), HOSTILE)
def test_a_hostile_mobile_is_refused_where_it_stands(folder: Path, mobile: str, why: str) -> None:
    with_mobile(folder, mobile)
    problem = refused(folder)
    assert why in problem.message
    assert problem.file == str(folder / "people.yaml")
    line = (folder / "people.yaml").read_text("utf-8").splitlines()[problem.line - 1]
    assert "mobile:" in line


def test_who_rings_outside_has_a_mobile_of_their_own_and_is_of_sales(folder: Path) -> None:
    change(folder, "people.yaml", DESK, f"{DESK}\n    rings: both")
    assert "needs a mobile" in refused(folder).message
    change(folder, "people.yaml", "rings: both", 'mobile: "+79161234501"')
    for phone, more, message in (
        ("PJSIP/302", "", "is also smirnova's"),
        ("PJSIP/101", "\n    rings: mobile", "not in a department of sales"),
    ):
        number = "+79161234501" if not more else "+79161234502"
        change(
            folder,
            "people.yaml",
            f"phone: {phone}",
            f'phone: {phone}\n    mobile: "{number}"{more}',
        )
        assert message in refused(folder).message
        change(
            folder,
            "people.yaml",
            f'phone: {phone}\n    mobile: "{number}"{more}',
            f"phone: {phone}",
        )


def test_a_ring_that_ends_before_the_key_is_refused(folder: Path) -> None:
    with_mobile(folder)
    change(folder, "ivr.yaml", "# owner_ring_seconds: 12", "owner_ring_seconds: 12")
    assert refused(folder).message.startswith("owner_ring_seconds: 12 s are over before")
    change(folder, "ivr.yaml", "owner_ring_seconds: 12", "owner_ring_seconds: 30")
    change(folder, "ivr.yaml", "ring_seconds: 50\n  on_failure", "ring_seconds: 20\n  on_failure")
    problem = refused(folder)
    assert problem.message.startswith("ring_seconds: 20 s are over before")
    assert "30 or more" in problem.mend


def test_the_queues_of_who_is_rung_outside_are_given_the_time(folder: Path) -> None:
    queues = {one.name: one for one in COMMANDS}["queues"]
    assert CliRunner().invoke(queues, [str(folder)]).output == ""
    assert "mobile" not in check_report(folder, environ=SECRET).text
    with_mobile(folder)
    assert CliRunner().invoke(queues, [str(folder)]).output == "[sales](+)\ntimeout = 30\n"
    noted = check_report(folder, environ=SECRET).text
    assert "note: smirnova: rung on a mobile, which needs 30 s" in noted


# --- what Asterisk says and is told -----------------------------------------------------------


class Spoken:
    """One event as Asterisk wrote it."""

    def __init__(self, name: str, **headers: str) -> None:
        self.name = name
        self.headers = headers

    def get(self, header: str, default: str = "") -> str:
        return self.headers.get(header, default)


def headers(action: Action) -> list[str]:
    return [str(one) for one in action.headers["Variable"]]


@pytest.fixture
def translator(folder: Path) -> Translator:
    with_mobile(folder)
    return Translator(phones_of(company(folder)), frozenset({"client", "sales"}))


def test_orders_for_this_person_go_to_the_member_whose_state_is_that_of_all_phones(
    translator: Translator,
) -> None:
    add = actions(AddMember("smirnova", "sales", False, "", 60), translator.phones, 1)[-1]
    assert add.headers["Interface"] == f"{REACH}/n"
    assert add.headers["StateInterface"] == translator.phones.state["smirnova"]
    (dial,) = actions(DialCallback("cb-e-1", "smirnova", 45), translator.phones, 2)
    assert f"IVR_PHONE={REACH}/n" in headers(dial)


def test_the_leg_of_the_member_is_the_persons(translator: Translator) -> None:
    near = f"{REACH}-00000004;1"
    call = {"Linkedid": "17.1", "Uniqueid": "17.1", "Channel": "PJSIP/trunk-01"}
    rings = call | {"Queue": "sales", "Interface": f"{REACH}/n", "MemberName": "smirnova"}
    rings |= {"DestChannel": near}
    rang = translator.meaning(Spoken("AgentCalled", **rings), 5.0)
    assert rang == AgentRang(5.0, "17.1", "smirnova", "sales", near)
    answered = translator.meaning(Spoken("AgentConnect", **rings), 6.0)
    assert answered == AgentAnswered(6.0, "17.1", "smirnova", "sales", near, "PJSIP/trunk-01")
    leg = {"Linkedid": "17.1", "Uniqueid": "17.4", "BridgeUniqueid": "b-1"}
    for channel, person, phone in (
        (near, "smirnova", ""),
        (near[:-1] + "2", "", ""),
        ("PJSIP/trunk-02", "", "PJSIP/trunk"),
    ):
        entered = translator.meaning(Spoken("BridgeEnter", **leg, Channel=channel), 7.0)
        assert entered == LegBridged(7.0, "17.1", channel, "b-1", person, phone)
    state = {"Queue": "sales", "Interface": f"{REACH}/n", "Status": "2", "Paused": "0"}
    seen = translator.meaning(Spoken("QueueMemberStatus", **state), 8.0)
    assert seen == MemberSeen(8.0, "smirnova", "sales", False, "", MemberStatus.TALKING)


def test_a_code_of_the_desk_phone_is_still_this_persons(translator: Translator) -> None:
    note = {"UserEvent": "IvrNote", "Key": "17.9-1", "Note": "result&PJSIP/301&won&17.1"}
    leg = {"Channel": "PJSIP/301-0000000a", "Linkedid": "17.9", "Uniqueid": "17.9"}
    coded = translator.meaning(Spoken("UserEvent", **note, **leg), 9.0)
    assert coded == ResultCoded(9.0, "smirnova", "17.9-1", "17.1", "won")


def test_a_reading_takes_no_phone_behind_the_member_for_the_person_or_the_client(
    translator: Translator,
) -> None:
    """On a callback the mobile, a leg of the trunk like the client's, is not yet the client."""
    call = "cb-e-1.1"
    names = (
        ("Local/cb-e-1@ivr-callback-out-01;1", ""),
        ("Local/cb-e-1@ivr-callback-out-01;2", "b-sales"),
        (f"{REACH}-02;1", "b-sales"),
        (f"{REACH}-02;2", "b-mobile"),
        ("PJSIP/trunk-03", "b-mobile"),
        ("PJSIP/301-04", "b-mobile"),
    )
    channels = [
        Spoken("CoreShowChannel", Channel=n, Linkedid=call, Uniqueid=f"u-{n}", BridgeId=b)
        for n, b in names
    ]
    seen = translator.resynced(1.0, channels, [])
    assert [leg.channel for leg in seen.legs if leg.caller] == []
    assert [leg.channel for leg in seen.legs if leg.person] == [f"{REACH}-02;1"]
    client = Spoken("CoreShowChannel", Channel="PJSIP/trunk-05", Linkedid=call, Uniqueid="u-9")
    again = translator.resynced(1.0, [*channels, client], [])
    assert [leg.channel for leg in again.legs if leg.caller] == ["PJSIP/trunk-05"]
