"""Two open promises turn out to be one company's: one joins the other, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sales_steps import (
    asks,
    claim,
    comes,
    dialled,
    dials,
    goes,
    live,
    on_disk,
    opened,
    problem,
    promised,
    reborn,
    reborn_on,
    result,
)

from ivr.domain.client.company import Account, Directory
from ivr.domain.commands import Command, GrantClaim, RefuseClaim, Save, TransferToSales
from ivr.domain.events import (
    AccountsKept,
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    CompanyPicked,
    DialResult,
    DueAsked,
    DueChosen,
    PromiseOpened,
    ResultCoded,
    Saved,
    SaveRefused,
    TransferUnanswered,
)
from ivr.domain.records import (
    KIND_OF,
    AccountRecord,
    AttemptRecord,
    EscalationRecord,
    EscalationState,
    RecordKind,
    Result,
)

if TYPE_CHECKING:
    from domain.conftest import Play

    from ivr.domain.promise.escalation import Escalation
    from ivr.domain.records import Record

ONE, TWO, THREE = "+74950000021", "+74950000022", "+74950000023"


@pytest.fixture
def house(company: type[Play]) -> Play:
    """Nobody of sales is there yet: what is promised waits."""
    return opened(company, "anna", "boris")


def picks(house: Play, call: str, company: str, person: str = "anna") -> list[Command]:
    """The agent says which company calls, in the talk or in wrap-up."""
    known = house.reception.floor.directory.get(company) is not None
    account, name = (company, "") if known else ("", company)
    return house.happen(CompanyPicked(house.now, person, house.request(), call, account, name))


def nameless(house: Play, call: str = "2", number: str = TWO) -> Escalation:
    """A promise whose company nobody has named yet; Anna is still in wrap-up."""
    asks(house, call, number, seats="60")
    house.confirm(call, "anna")
    house.leave(call)
    house.hang_up(call, "anna")
    promise = house.reception.floor.promise_of(call)
    assert promise is not None
    return promise


def kept(house: Play, id: str, name: str, *phones: str, owner: str = "") -> None:
    """A company was made or changed by the API, or by an import."""
    row = AccountRecord(id, name, phones, "", False, owner, "", "", house.now, "api", None)
    house.happen(AccountsKept(house.now, (row,)))


def only(house: Play) -> Escalation:
    """The one open promise."""
    (promise,) = house.reception.floor.escalations.values()
    return promise


def by_agent(house: Play) -> None:
    picks(house, "2", "a")


def by_api(house: Play) -> None:
    kept(house, "a", "А", TWO)


def by_file(house: Play) -> None:
    rules = house.reception.floor.rules
    accounts = [one for one in rules.directory.accounts if one.id != "a"]
    new = replace(rules, directory=Directory.of([*accounts, Account("a", "А", (TWO,))]))
    house.orders += house.reception.relearn(house.now, new)


WAYS = (by_agent, by_api, by_file)


@pytest.mark.parametrize("name", WAYS)
def test_a_company_named_later_has_one_promise_with_all_of_both(
    house: Play, name: Callable[[Play], None]
) -> None:
    first = promised(house, "1", ONE, company="a")
    second = nameless(house)
    told = first.record.promised_at
    name(house)
    assert only(house) is first
    assert first.record.account == "a"
    assert first.numbers == (TWO, ONE)
    assert first.calls == ("2", "1")
    assert (first.record.promised_at, first.record.made_at) == (told, first.record.made_at)
    assert house.reception.floor.promise_of("2") is first
    before = first.record.joined[0]["offer"]
    assert isinstance(before, list)
    assert [*first.record.offer] != before
    gone = on_disk(house, second.id)
    assert (gone.state, gone.result, gone.joined_to) == (EscalationState.CLOSED, "joined", first.id)
    assert (gone.number, gone.call, gone.account) == (TWO, "2", "a")
    assert gone.answers
    house.seat("zoya", paused=True)
    house.happen(PromiseOpened(house.now, "zoya", "r", first.id))
    card = live(house, "zoya")
    assert card.numbers == ("+7 495 000-00-22", "+7 495 000-00-21")
    assert [one.number for one in card.joined] == ["+7 495 000-00-21"]


def test_the_newest_comes_first_also_when_the_later_promise_is_named_first(house: Play) -> None:
    first = nameless(house, "1", ONE)
    house.wait(60)
    promised(house, "2", TWO, company="a")
    house.wait(60)
    kept(house, "a", "А", ONE)
    assert only(house) is first
    assert first.calls == ("2", "1")
    assert first.record.number == TWO
    times = [first.record.asked_at or 0.0, *(float(str(one["at"])) for one in first.record.joined)]
    assert times == sorted(times, reverse=True)


def test_the_owner_is_the_company_s_or_else_the_earlier_promise_s(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    first.record = replace(first.record, owner="pavel")
    nameless(house)
    picks(house, "2", "a")
    assert only(house).record.owner == "pavel"
    third = nameless(house, "3", THREE)
    third.record = replace(third.record, owner="olga")
    kept(house, "a", "А", owner="zoya")
    house.reception.floor.owners.now.clear()
    picks(house, "3", "a")
    assert only(house).record.owner == "zoya"


def test_a_name_that_was_typed_is_joined_once_it_is_an_account(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    second = nameless(house)
    picks(house, "2", "Рога")
    assert len(house.reception.floor.escalations) == 2
    kept(house, "a", "ООО «Рога»")
    assert len(house.reception.floor.escalations) == 2
    kept(house, "a", "рога")
    assert only(house) is first
    assert second.id in house.reception.floor.escalations.joined


def test_two_accounts_of_one_name_are_two_companies(house: Play) -> None:
    kept(house, "c1", "Ромашка")
    kept(house, "c2", "Ромашка")
    one = promised(house, "1", ONE, company="c1")
    assert promised(house, "2", TWO, company="c2") is not one


@pytest.mark.parametrize("holders", [("a", "b"), ()])
def test_a_number_of_several_companies_or_of_none_names_nobody(
    house: Play, holders: tuple[str, ...]
) -> None:
    promised(house, "1", ONE, company="a")
    second = nameless(house)
    rows = tuple(
        AccountRecord(id, id, (TWO,), "", False, "", "", "", house.now, "api", None)
        for id in holders
    )
    house.happen(AccountsKept(house.now, rows))
    assert second.record.account == ""
    assert len(house.reception.floor.escalations) == 2


def test_a_private_person_at_a_company_s_number_stays_a_person(house: Play) -> None:
    second = nameless(house)
    second.record = replace(second.record, scale="private")
    kept(house, "a", "А", TWO)
    assert second.record.account == ""


def wishes(house: Play, call: str, due: str) -> None:
    house.happen(DueAsked(house.now, "anna", house.request(), call, due))


@pytest.mark.parametrize(
    ("of_first", "of_second", "wins"),
    [
        ("", "", "first"),
        ("2026-11-26 12:00", "", "first"),
        ("", "2026-11-26 15:00", "second"),
        ("2026-11-26 12:00", "2026-11-26 15:00", "second"),
        ("2026-11-26 15:00", "2026-11-26 12:00", "second"),
    ],
)
def test_the_time_that_was_asked_for_last_counts_else_the_earlier_one(
    house: Play, of_first: str, of_second: str, wins: str
) -> None:
    times = {}
    for call, number, due in (("1", ONE, of_first), ("2", TWO, of_second)):
        asks(house, call, number)
        if due:
            wishes(house, call, due)
        house.confirm(call, "anna")
        house.leave(call)
        house.hang_up(call, "anna")
        promise = house.reception.floor.promise_of(call)
        assert promise is not None
        times["first" if call == "1" else "second"] = promise.record
        if call == "1":
            picks(house, "1", "a")
        house.wait(20)
    picks(house, "2", "a")
    won, record = times[wins], only(house).record
    assert (record.due_at, record.promised_at) == (won.due_at, won.promised_at)
    assert record.agreed_by == ("agent" if of_first or of_second else "")


def test_a_promise_that_is_being_dialled_goes_on_under_the_other_name(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    first.hand_to_human()
    second = nameless(house)
    house.seat("olga")
    comes(house, 10)
    dial = dials(house)[-1]
    assert second.state is EscalationState.DIALLING
    picks(house, "2", "a")
    assert (only(house), first.state) == (first, EscalationState.DIALLING)
    house.happen(ClaimAsked(house.now, dial.attempt, "PJSIP/olga-cb"))
    assert [one.number for one in house.given(GrantClaim)] == [TWO]
    house.happen(ClaimAsked(house.now, dial.attempt, "PJSIP/olga-cb"))
    assert [one.attempt for one in house.given(RefuseClaim)] == [dial.attempt]
    house.happen(ClientAnswered(house.now, dial.attempt))
    house.wait(30)
    house.happen(ClientLegEnded(house.now, dial.attempt, DialResult.ANSWERED, 30.0))
    assert (first.kept, first.record.owner) == (True, "olga")
    assert [one.promise for one in house.given_records(AttemptRecord)][-1] == first.id
    house.happen(ResultCoded(house.now, "olga", "n1", f"{dial.attempt}.1", "won"))
    assert on_disk(house, first.id).result == "won"
    assert len(dials(house)) == 1


def test_a_code_for_a_talk_of_before_is_for_the_joined_promise(house: Play) -> None:
    promised(house, "1", ONE, company="a")
    second = promised(house, "2", TWO)
    house.seat("olga", "pavel")
    house.wait(31)
    talked = next(d for d in dials(house) if TWO in _number(house, d.attempt))
    house.happen(ClaimAsked(house.now, talked.attempt, "PJSIP/cb"))
    house.happen(ClientAnswered(house.now, talked.attempt))
    house.wait(30)
    house.happen(ClientLegEnded(house.now, talked.attempt, DialResult.ANSWERED, 30.0))
    assert second.kept
    kept(house, "a", "А", TWO)
    again = reborn(house, "anna")
    joined = only(again)
    again.happen(ResultCoded(again.now, talked.person, "n1", f"{talked.attempt}.1", "nothing"))
    assert not joined.open
    assert [one.id for one in joined.tried if one.promise == second.id] == [talked.attempt]


def _number(house: Play, attempt: str) -> str:
    rows = house.given_records(AttemptRecord)
    return next(row.number for row in rows if row.id == attempt)


def test_both_are_dialled_and_both_talk_at_once(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    promised(house, "2", TWO)
    house.seat("olga", "pavel")
    one, two = dials(house)
    kept(house, "a", "А", TWO)
    assert first.state is EscalationState.DIALLING
    for dial in (one, two):
        house.happen(ClaimAsked(house.now, dial.attempt, f"PJSIP/{dial.person}-cb"))
    assert sorted(grant.number for grant in house.given(GrantClaim)) == [ONE, TWO]
    house.happen(ClientLegEnded(house.now, one.attempt, DialResult.NO_ANSWER, 0.0))
    assert first.state is EscalationState.DIALLING, "the other phone still rings"
    house.happen(ClientAnswered(house.now, two.attempt))
    house.wait(15)
    house.happen(ClientLegEnded(house.now, two.attempt, DialResult.ANSWERED, 15.0))
    assert first.kept
    comes(house, 7200)
    assert len(dials(house)) == 2


def test_two_who_talk_at_once_keep_it_together(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    promised(house, "2", TWO)
    house.seat("olga", "pavel")
    one, two = dials(house)
    for dial in (one, two):
        house.happen(ClaimAsked(house.now, dial.attempt, f"PJSIP/{dial.person}-cb"))
        house.happen(ClientAnswered(house.now, dial.attempt))
    kept(house, "a", "А", TWO)
    assert only(house) is first
    house.wait(6)
    house.happen(ClientLegEnded(house.now, one.attempt, DialResult.ANSWERED, 6.0))
    assert first.state is EscalationState.TALKED, "the other talk is still on"
    house.happen(ClientLegEnded(house.now, two.attempt, DialResult.ANSWERED, 6.0))
    assert (first.kept, first.record.talked) == (True, 12.0)


def test_whom_sales_has_on_the_line_is_named_in_wrap_up(house: Play) -> None:
    """As if it had been known: the talk is the company's, and keeps what was promised before it."""
    first = promised(house, "1", ONE, company="a")
    first.hand_to_human()
    house.seat("pavel")
    asks(house, "2", TWO, seats="60")
    house.confirm("2", "anna")
    second = house.reception.floor.promise_of("2")
    assert second is not None
    house.hang_up("2", "anna")
    house.ring("2", "pavel")
    house.answer("2", "pavel")
    assert second.state is EscalationState.TALKED
    picks(house, "2", "a")
    assert (only(house), first.state) == (first, EscalationState.TALKED)
    house.wait(20)
    house.leave("2")
    assert (first.kept, first.record.owner) == (True, "pavel")
    result(house, "pavel", "won")
    assert not first.open


def test_who_asked_after_the_talk_is_still_owed_a_call(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    house.seat("olga")
    dialled(house, DialResult.ANSWERED, 30.0)
    assert first.kept
    goes(house, "olga")
    nameless(house)
    picks(house, "2", "a")
    assert (only(house), first.state) == (first, EscalationState.CALLBACK)
    assert not first.kept
    house.seat("olga")
    comes(house, 31)
    assert _number(house, dials(house)[-1].attempt) == TWO


def test_a_caller_on_the_way_to_sales_is_owed_a_call_by_the_joined_promise(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    house.seat("pavel", paused=True)
    house.seat("olga")
    dial = claim(house)
    house.happen(ClientAnswered(house.now, dial.attempt))
    house.seat("pavel")
    asks(house, "2", TWO, seats="60")
    house.confirm("2", "anna")
    assert [one.call for one in house.given(TransferToSales)] == ["2"]
    picks(house, "2", "a")
    assert (only(house), first.state) == (first, EscalationState.TRANSFERRING)
    house.wait(30)
    house.happen(ClientLegEnded(house.now, dial.attempt, DialResult.ANSWERED, 30.0))
    house.happen(TransferUnanswered(house.now, "2", "PJSIP/trunk-2"))
    assert first.state is EscalationState.CALLBACK
    assert first.record.number == TWO


def test_a_promise_that_is_not_on_the_disk_yet_is_performed_once_the_joined_one_is(
    house: Play,
) -> None:
    first = promised(house, "1", ONE, company="a")
    house.seat("pavel")
    dialled(house, DialResult.NO_ANSWER)
    asks(house, "2", TWO, seats="60")
    house.disk = False
    before = len(house.orders)
    house.confirm("2", "anna")
    picks(house, "2", "a")
    assert only(house) is first
    assert not house.given(TransferToSales)
    house.disk = True
    for command in house.orders[before:]:
        if isinstance(command, Save) and command.confirm:
            kind = KIND_OF[type(command.record)]
            house.happen(Saved(house.now, kind, command.record.id))
    assert [one.escalation for one in house.given(TransferToSales)] == [first.id]


def test_a_wish_by_keys_that_comes_after_the_joining_is_heard(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    nameless(house)
    picks(house, "2", "a")
    house.happen(DueChosen(house.now, "2", "2-1", house.now, "1430"))
    assert first.record.agreed_by == "client"


def test_three_become_one(house: Play) -> None:
    one, two, three = (
        promised(house, call, number) for call, number in (("1", ONE), ("2", TWO), ("3", THREE))
    )
    kept(house, "a", "А", THREE)
    kept(house, "a", "А", THREE, TWO)
    assert on_disk(house, three.id).joined_to == two.id
    kept(house, "a", "А", THREE, TWO, ONE)
    assert only(house) is one
    assert one.calls == ("3", "2", "1")
    assert house.reception.floor.escalations.now(three.id) is one
    again = reborn(house)
    assert again.reception.floor.escalations.now(three.id) is only(again)


def test_a_key_that_names_the_promise_that_is_gone_means_the_one_that_goes_on(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    second = nameless(house)
    picks(house, "2", "a")
    house.seat("olga")
    house.happen(PromiseOpened(house.now, "olga", house.request(), second.id))
    assert house.reception.floor.opened["olga"] == first.id
    result(house, "olga", "won", second.id)
    assert problem(house) == "not_talked_yet"
    assert only(house).open
    dialled(house, DialResult.ANSWERED, 30.0)
    result(house, "olga", "won", second.id)
    assert on_disk(house, first.id).result == "won"
    assert on_disk(house, second.id).result == "joined"


def test_a_late_key_means_the_client_who_was_read_of_also_where_that_enquiry_left_again(
    house: Play,
) -> None:
    first = promised(house, "1", ONE, company="a")
    second = nameless(house)
    picks(house, "2", "a")
    picks(house, "2", "b")
    of_b = house.reception.floor.promise_of("2")
    assert of_b is not None
    assert of_b is not first
    house.seat("olga")
    house.happen(PromiseOpened(house.now, "olga", house.request(), second.id))
    assert house.reception.floor.opened["olga"] == of_b.id
    again = reborn(house).reception.floor.escalations.now(second.id)
    assert again is not None
    assert again.id == of_b.id


def test_a_promise_that_has_ended_takes_no_part(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    second = nameless(house)
    house.seat("olga", "pavel")
    for person, promise in (("olga", first), ("pavel", second)):
        assert promise.state is EscalationState.DIALLING, person
    talked = next(d for d in dials(house) if _number(house, d.attempt) == TWO)
    house.happen(ClaimAsked(house.now, talked.attempt, "PJSIP/cb"))
    house.happen(ClientAnswered(house.now, talked.attempt))
    house.wait(30)
    house.happen(ClientLegEnded(house.now, talked.attempt, DialResult.ANSWERED, 30.0))
    result(house, talked.person, "won", second.id)
    picks(house, "2", "a")
    assert (first.calls, second.calls) == (("1",), ("2",))
    assert (on_disk(house, second.id).result, second.record.account) == ("won", "a")


# --- told twice, late or never ------------------------------------------------------------------


def on_its_way(house: Play, call: str, number: str, company: str = "a") -> None:
    """A caller of the company whom Anna passes; nobody of sales has taken the call yet."""
    asks(house, call, number, company=company, seats="60")
    house.confirm(call, "anna")
    house.hang_up(call, "anna")


def test_whom_sales_does_not_take_is_owed_a_call_though_a_colleague_talks_with_sales(
    house: Play,
) -> None:
    house.seat("pavel", "olga")
    on_its_way(house, "1", ONE)
    house.wait(1)
    on_its_way(house, "2", TWO)
    first = only(house)
    house.ring("1", "pavel")
    house.answer("1", "pavel")
    assert first.state == "talked"
    house.happen(TransferUnanswered(house.now, "2", "PJSIP/trunk-2"))
    assert first.state == "callback"
    house.wait(20)
    house.leave("1")
    house.leave("2")
    assert first.record.counted == 20.0
    house.happen(TransferUnanswered(house.now, "2", "PJSIP/trunk-2"))  # told late, once more
    assert first.open


def test_a_talk_whose_caller_is_back_with_an_agent_ends_there(house: Play) -> None:
    """Told by the bridge alone, it went on for ever: the promise was never called for again."""
    house.seat("pavel")
    on_its_way(house, "1", ONE)
    house.ring("1", "pavel")
    house.answer("1", "pavel")
    house.wait(4)
    house.hang_up("1", "pavel")
    house.wait(9)
    house.ring("1", "boris")
    house.answer("1", "boris")
    assert only(house).talk_since is None
    house.wait(300)
    house.leave("1")
    assert only(house).record.talked == 4.0


def test_the_commit_of_a_wish_passes_nobody_whose_enquiry_is_not_on_the_disk(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    house.seat("pavel", "olga", paused=True)
    house.disk = False
    house.happen(DueChosen(house.now, "1", "1-1", house.now, "1430"))
    house.seat("pavel")
    asks(house, "2", TWO, company="a", seats="60")
    house.confirm("2", "anna")
    for passed in (0, 1):
        house.happen(Saved(house.now, RecordKind.ESCALATION, first.id))
        assert len(house.given(TransferToSales)) == passed


def test_a_wish_that_was_changed_while_the_disk_was_slow_stays_changed(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    asks(house, "2", TWO, company="a")
    wishes(house, "2", "2026-11-26 15:00")
    house.disk = False
    house.confirm("2", "anna")
    wishes(house, "2", "2026-11-26 16:00")
    changed = first.record.due_at
    house.happen(Saved(house.now, RecordKind.ESCALATION, first.id))
    assert first.record.due_at == changed


def test_an_enquiry_that_the_database_refuses_is_told_to_its_own_agent(house: Play) -> None:
    promised(house, "1", ONE, company="a")
    house.disk = False
    house.connect("2", "boris", TWO)
    picks(house, "2", "a", "boris")
    house.confirm("2", "boris")
    house.happen(SaveRefused(house.now, RecordKind.ESCALATION, only(house).id, "no"))
    assert house.screen("boris").notice == "promise_not_saved"
    assert not house.given(TransferToSales)


def test_what_was_talked_of_when_the_service_died_needs_a_person_where_two_callers_are_on(
    house: Play,
) -> None:
    house.seat("pavel", "olga")
    on_its_way(house, "1", ONE)
    house.wait(1)
    on_its_way(house, "2", TWO)
    house.ring("1", "pavel")
    house.answer("1", "pavel")
    again = reborn(house)
    left = only(again)
    assert left.state is EscalationState.HUMAN
    assert left.may_end(again.now, Result.WON), "whoever talked may tell the result"


# --- put right ----------------------------------------------------------------------------------


def test_a_wrong_pick_that_is_put_right_takes_nobody_s_promise_along(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    before = first.record
    second = nameless(house)
    picks(house, "2", "a")
    picks(house, "2", "b")
    of_b = house.reception.floor.promise_of("2")
    assert of_b is not None
    assert (of_b.record.account, of_b.calls, of_b.numbers) == ("b", ("2",), (TWO,))
    assert of_b.id != second.id, "a promise that has ended lives again"
    assert of_b.state is EscalationState.CALLBACK
    names = ["account", "number", "call", "answers", "offer", "scale", "joined", "state"]
    names += ["due_at", "promised_at", "agreed_by", "agreed_at", "zone", "asked_at"]
    assert {name: getattr(first.record, name) for name in names} == {
        name: getattr(before, name) for name in names
    }


def test_the_wish_of_who_was_taken_for_another_leaves_with_its_client(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    told = first.record.promised_at
    asks(house, "2", TWO)
    wishes(house, "2", "2026-11-26 15:00")
    house.confirm("2", "anna")
    picks(house, "2", "a")
    assert first.record.agreed_by == "agent"
    assert first.record.promised_at != told
    picks(house, "2", "b")
    assert (first.record.agreed_by, first.record.promised_at) == ("", told)
    of_b = house.reception.floor.promise_of("2")
    assert of_b is not None
    assert of_b.record.agreed_by == "agent"


def test_the_first_of_two_leaves_and_the_second_keeps_the_promise(house: Play) -> None:
    """The agent of the first names another company: the other's row was overwritten by its own."""
    first = nameless(house, "1", ONE)
    picks(house, "1", "a")
    house.connect("2", "boris", TWO)
    picks(house, "2", "a", "boris")
    house.confirm("2", "boris")
    assert house.reception.floor.promise_of("2") is first
    picks(house, "1", "b")
    of_a, of_b = (house.reception.floor.promise_of(call) for call in ("2", "1"))
    assert of_a is first
    assert of_b is not None
    assert (of_a.record.account, of_a.calls) == ("a", ("2",))
    assert (of_b.record.account, of_b.calls) == ("b", ("1",))
    assert of_a.id != of_b.id


def test_one_company_by_mistake_then_another_that_is_owed_too(house: Play) -> None:
    of_a = promised(house, "1", ONE, company="a")
    of_b = promised(house, "3", THREE, company="b")
    nameless(house)
    for _ in range(3):
        picks(house, "2", "a")
        assert (of_a.calls, of_b.calls) == (("2", "1"), ("3",))
        picks(house, "2", "b")
        assert (of_a.calls, of_b.calls) == (("1",), ("2", "3"))
        house.wait(1)
    assert len(house.reception.floor.escalations) == 2


def test_who_is_being_dialled_keeps_the_attempt_and_the_others_are_owed_anew(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    first.hand_to_human()
    nameless(house)
    house.seat("olga")
    comes(house, 10)
    dial = dials(house)[-1]
    picks(house, "2", "a")
    house.connect("3", "boris", THREE)
    picks(house, "3", "a", "boris")
    house.confirm("3", "boris")
    assert first.calls == ("3", "2", "1")
    picks(house, "2", "b")
    of_b = house.reception.floor.promise_of("2")
    of_a = house.reception.floor.promise_of("3")
    assert of_a is not None
    assert of_b is first
    assert (of_b.calls, of_b.record.account, of_b.state) == (("2",), "b", EscalationState.DIALLING)
    assert (of_a.calls, of_a.record.account) == (("3", "1"), "a")
    house.happen(ClaimAsked(house.now, dial.attempt, "PJSIP/olga-cb"))
    assert [one.number for one in house.given(GrantClaim)] == [TWO]


# --- the service dies between two commits ---------------------------------------------------------


def dialling(house: Play) -> None:
    house.seat("olga")
    comes(house, 10)


def at_rest(house: Play) -> None:
    house.wait(10)


@pytest.mark.parametrize("meanwhile", [at_rest, dialling])
@pytest.mark.parametrize("name", [by_agent, by_api])
def test_a_death_between_any_two_commits_ends_the_same(
    house: Play, name: Callable[[Play], None], meanwhile: Callable[[Play], None]
) -> None:
    first = promised(house, "1", ONE, company="a")
    first.hand_to_human()
    second = nameless(house)
    meanwhile(house)
    before = len(house.orders)
    if name is by_api:
        row = AccountRecord("a", "А", (TWO,), "", False, "", "", "", house.now, "api", None)
        house.orders.append(Save(row))  # by the API, before it tells us
        before += 1
    name(house)
    told = name is by_api  # a key of which no row tells was never pressed
    for again, last in deaths(house, before):
        told = told or (getattr(last, "id", ""), getattr(last, "account", "")) == (second.id, "a")
        assert len(again.reception.floor.escalations) == (1 if told else 2)
        if told:
            joined = only(again)
            assert (joined.id, joined.calls, joined.numbers) == (first.id, ("2", "1"), (TWO, ONE))
            assert joined.record.account == "a"
            tries = again.reception.floor.attempts.values()
            assert not [one for one in tries if one.record.promise != first.id]
    assert told


def deaths(house: Play, before: int) -> Iterator[tuple[Play, Record]]:
    """The house after a death behind each row since this order, and that row."""
    rows = {}
    for place, order in enumerate(house.orders):
        if isinstance(order, Save):
            rows[type(order.record), order.record.id] = order.record
            if place >= before:
                yield reborn_on(rows.values(), house), order.record


def test_a_death_while_an_enquiry_leaves_ends_the_same(house: Play) -> None:
    first = promised(house, "1", ONE, company="a")
    of_b = promised(house, "3", THREE, company="b")
    asks(house, "2", TWO, company="a")
    house.confirm("2", "anna")
    before = len(house.orders)
    picks(house, "2", "b")
    old = {first.id, of_b.id}
    told = False
    for again, last in deaths(house, before):
        told = told or (isinstance(last, EscalationRecord) and last.id not in old)
        owed = {one.id: one.calls for one in again.reception.floor.escalations.values()}
        after = {first.id: ("1",), of_b.id: ("2", "3")}
        assert owed == (after if told else {first.id: ("2", "1"), of_b.id: ("3",)})
    assert told
