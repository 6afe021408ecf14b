"""New rules while calls are on: what holds at once, and what a live call keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from company import CALLER, DID, rules, text

from ivr.domain.choices import Notice
from ivr.domain.commands import AdmitCall, ForgetWake, RefuseCall, RemoveMember, Report, Save, Show
from ivr.domain.events import (
    AnswerPressed,
    CallOffered,
    MemberSeen,
    MemberStatus,
    Restored,
    Resynced,
    Woke,
)
from ivr.domain.intake.agent import AgentState
from ivr.domain.reception import Reception, Rules, calling
from ivr.domain.reception.rules import Department, Person, Published
from ivr.domain.records import (
    CallEnd,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MissedCallRecord,
    OwnerRecord,
)
from ivr.domain.screen import Stage
from ivr.domain.tree.tree import Tree

if TYPE_CHECKING:
    from domain.conftest import Play


def learn(play: Play, new: Rules, *displaced: str) -> None:
    play.orders += play.reception.relearn(play.now, new, displaced)


def second(whole: Rules) -> Rules:
    """The tree with its first question in other words, published as version 2."""
    tree = whole.trees["internet"].tree
    who = replace(tree.questions["who"], ask=text("whose"))
    new = Tree(tree.id, tree.title, tree.first, {**tree.questions, "who": who}, tree.outcomes)
    return replace(
        whole,
        trees={"internet": Published(new, 2)},
        history={("internet", 1): tree, ("internet", 2): new},
    )


def without(whole: Rules, *people: str) -> Rules:
    return replace(
        whole, people={name: one for name, one in whole.people.items() if name not in people}
    )


def asked(play: Play, person: str) -> str:
    card = play.screen(person).question
    assert card is not None
    return f"v{card.version} {card.ask['en']}"


def test_a_call_keeps_its_tree_version_and_the_next_one_walks_the_new(play: Play) -> None:
    play.connect("1", "anna")
    learn(play, second(rules()))
    assert asked(play, "anna") == "v1 who"
    play.connect("2", "boris", "+74950000082")
    assert asked(play, "boris") == "v2 whose"
    play.say("1", "anna", "who", "organisation")
    assert asked(play, "anna") == "v1 staff"
    play.say("1", "anna", "staff", "500")
    kept = [s.record for s in play.given(Save) if isinstance(s.record, InterviewRecord)]
    assert {(one.call, one.version) for one in kept} == {("1", 1), ("2", 2)}


def test_lines_shrink_without_dropping_anybody(play: Play) -> None:
    play.offer("1")
    play.offer("2")
    learn(play, rules(lines=1))
    play.offer("3")
    assert [one.call for one in play.given(RefuseCall)] == ["3"]
    play.leave("1")
    play.offer("4")
    assert [one.call for one in play.given(RefuseCall)] == ["3", "4"]
    play.leave("2")
    play.offer("5")
    assert [one.call for one in play.given(AdmitCall)] == ["1", "2", "5"]


def test_somebody_new_can_sign_in_and_take_a_call(play: Play) -> None:
    whole = rules()
    vera = Person("vera", "Vera", "103", "client")
    learn(play, replace(whole, people={**whole.people, "vera": vera}))
    play.seat("vera")
    assert play.screen("vera").stage is Stage.READY
    play.connect("1", "vera")
    assert play.screen("vera").stage is Stage.ASKING


def test_somebody_who_left_is_out_of_the_queue_at_once(play: Play) -> None:
    learn(play, without(rules(), "boris"))
    assert play.given(RemoveMember) == [RemoveMember("boris", "client")]
    assert "boris" not in play.reception.floor.agents
    play.happen(MemberSeen(play.now, "boris", "client", False, "", MemberStatus.IDLE))
    play.say("1", "boris", "who", "person")
    assert play.given(Report)[-1].what == "key_of_somebody_unknown"


def test_somebody_who_left_in_a_call_finishes_it_first(play: Play) -> None:
    play.connect("1", "anna")
    learn(play, without(rules(), "anna"))
    assert play.given(RemoveMember) == [RemoveMember("anna", "client")]
    assert play.screen("anna").stage is Stage.ASKING
    play.say("1", "anna", "who", "person")
    play.confirm("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    assert "anna" in play.reception.floor.agents
    play.wait(30)
    play.happen(Woke(play.now, "wrap:anna"))
    floor = play.reception.floor
    assert "anna" not in floor.agents
    assert "anna" not in floor.rules.people
    assert not floor.leaving


def test_somebody_with_another_phone_has_to_sign_in_again(play: Play) -> None:
    learn(play, rules(), "anna")
    assert play.given(RemoveMember) == [RemoveMember("anna", "client")]
    screen = play.screen("anna")
    assert (screen.stage, screen.notice) == (Stage.SIGNED_OUT, Notice.SIGNED_OUT_BY_CHANGE)
    assert play.reception.floor.agents["boris"].state is AgentState.READY


def test_who_moves_to_another_department_leaves_the_queue_of_the_old(play: Play) -> None:
    whole = rules()
    moved = replace(whole.people["boris"], department="sales")
    learn(play, replace(whole, people={**whole.people, "boris": moved}))
    assert play.given(RemoveMember) == [RemoveMember("boris", "client")]
    play.seat("boris")
    assert play.reception.floor.department_of("boris").queue == "sales"


def renamed() -> Rules:
    """Both departments by other names and with other queues, and the same people in them."""
    whole = rules()
    number = replace(whole.numbers[DID], department="desk")
    sales = whole.departments["sales"]
    departments = {
        "desk": Department("desk", "desk", 2, 15, 30, "deals"),
        "deals": replace(sales, id="deals", queue="deals"),
    }
    names = {"client": "desk", "sales": "deals"}
    people = {
        name: replace(one, department=names[one.department]) for name, one in whole.people.items()
    }
    return replace(whole, numbers={DID: number}, people=people, departments=departments)


def owing(play: Play) -> tuple[MissedCallRecord, EscalationRecord]:
    """A missed call, and a promise of sales whose client has hung up."""
    play.offer("1", "+74950000071")
    play.leave("1")
    play.connect("2", "anna", "+74950000072")
    play.say("2", "anna", "who", "organisation")
    play.say("2", "anna", "staff", "20")
    play.say("2", "anna", "seats", "20")
    play.confirm("2", "anna")
    play.leave("2")
    play.hang_up("2", "anna")
    play.wait(30)
    play.happen(Woke(play.now, "wrap:anna"))
    return play.given_records(MissedCallRecord)[-1], play.given_records(EscalationRecord)[-1]


def test_what_a_department_that_goes_still_owes_is_anothers(play: Play) -> None:
    owing(play)
    learn(play, renamed())
    assert play.given_records(MissedCallRecord)[-1].department == "desk"
    assert play.given_records(EscalationRecord)[-1].department == "deals"
    play.seat("anna", "olga")
    shown = play.screen("anna").task
    assert shown is not None
    assert shown.number == "+7 495 000-00-71"
    play.orders += play.reception.receive(Woke(play.now + 1, calling.WAKE))
    assert play.dialled().person == "olga"


def test_what_a_department_owed_that_was_gone_at_the_next_start_is_anothers(
    play: Play, company: type[Play]
) -> None:
    missed, promise = owing(play)
    again = replace(missed, id="m-3", calls=("3",), recordings=("vm-3.wav",))
    unfinished = replace(play.given_records(CallRecord)[0], id="4", number="", ended_at=None)
    reborn = company(Reception(renamed()), now=play.now)
    there = replace(missed, department="desk")
    reborn.happen(Restored(reborn.now, (unfinished,), (), (promise,), (), (there, again)))
    reborn.resync()
    tasks = list(reborn.reception.floor.missed.values())
    assert [(one.id, one.count, one.calls) for one in tasks] == [(there.id, 2, ("3", "1"))]
    assert tasks[0].recordings == again.recordings
    ended = [one for one in reborn.given_records(MissedCallRecord) if one.id == "m-3"]
    assert ended[-1].closed_how == "merged"
    assert reborn.given_records(EscalationRecord)[-1].department == "deals"
    call = reborn.given_records(CallRecord)[-1]
    assert (call.id, call.department, call.end) == ("4", "desk", CallEnd.MISSED)


def test_a_client_of_sales_is_of_sales_by_whatever_name_it_goes(play: Play) -> None:
    owing(play)
    learn(play, renamed())
    kept = play.given_records(OwnerRecord)[-1]
    assert (kept.client, kept.department) == ("number:+74950000072", "deals")
    count = len(play.given_records(OwnerRecord))
    learn(play, renamed())
    assert len(play.given_records(OwnerRecord)) == count
    play.happen(Resynced(play.now, (), (), ()))
    assert play.reception.floor.owners.of(kept.client) == kept


def test_whom_a_supervisor_took_back_is_not_of_sales_by_another_name(play: Play) -> None:
    owing(play)
    before = play.given_records(OwnerRecord)[-1]
    back = replace(before, department="client", by="vera", reason="a small matter", person="")
    play.reception.floor.owners.restore([back])
    learn(play, renamed())
    assert play.reception.floor.owners.of(back.client) == back


def test_a_department_that_goes_keeps_its_calls_to_the_end(play: Play) -> None:
    play.connect("1", "anna")
    learn(play, renamed())
    play.say("1", "anna", "who", "person")
    play.confirm("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")
    play.wait(30)
    play.happen(Woke(play.now, "wrap:anna"))
    assert not play.reception.floor.calls
    play.seat("anna")
    play.happen(CallOffered(play.now, "2", "PJSIP/t-2", DID, CALLER, ""))
    assert play.given(AdmitCall)[-1].queue == "desk"


def test_the_same_rules_again_change_nothing_but_the_screens(play: Play) -> None:
    play.connect("1", "anna")
    before = play.screen("anna")
    count = len(play.orders)
    learn(play, rules())
    assert all(isinstance(one, Show | ForgetWake) for one in play.orders[count:])
    assert play.screen("anna") == before


def test_a_key_already_on_its_way_is_answered_by_the_version_on_that_screen(play: Play) -> None:
    play.connect("1", "anna")
    learn(play, second(rules()))
    play.happen(AnswerPressed(play.now, "anna", "r", "1", "who", "person"))
    outcome = play.screen("anna").outcome
    assert outcome is not None
    assert outcome.id == "home"
