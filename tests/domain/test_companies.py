"""The company field: found while typing, decided by at once, remembered after the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from company import rules

from ivr.domain.commands import OfferCompanies, RefuseKey, Save
from ivr.domain.events import (
    CompanyPicked,
    CompanySought,
    NotEnquiryPressed,
    ReadyPressed,
    Restored,
)
from ivr.domain.reception import Reception
from ivr.domain.records import AccountNumberRecord, AccountRecord, CallRecord, EscalationRecord
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play

NEW = "+74950000099"
SHARED = "+74950000015"


def pick(play: Play, call: str, account: str = "", name: str = "") -> None:
    play.happen(CompanyPicked(play.now, "anna", play.request(), call, account, name))


def finish(play: Play, call: str) -> None:
    """The call and the wrap-up are over."""
    play.wait(20)
    play.hang_up(call, "anna")
    play.leave(call)
    play.happen(ReadyPressed(play.now, "anna", play.request()))


def learned(play: Play) -> list[tuple[str, str]]:
    saved = [s.record for s in play.given(Save) if isinstance(s.record, AccountNumberRecord)]
    return [(r.account, r.number) for r in saved]


def companies(play: Play) -> list[AccountRecord]:
    return [s.record for s in play.given(Save) if isinstance(s.record, AccountRecord)]


def calls(play: Play, call: str) -> list[CallRecord]:
    saved = [s.record for s in play.given(Save) if isinstance(s.record, CallRecord)]
    return [r for r in saved if r.id == call]


def seek(play: Play, text: str) -> list[str]:
    play.happen(CompanySought(play.now, "anna", play.request(), text))
    return [hit.name for hit in play.given(OfferCompanies)[-1].found]


def test_typed_letters_find_companies_by_a_word_of_the_name(play: Play) -> None:
    assert seek(play, "век") == ["ООО «Вектор»"]
    hit = play.given(OfferCompanies)[-1].found[0]
    assert (hit.id, hit.owner, hit.key) == ("vector", "Olga", True)
    assert seek(play, "ектор") == []
    assert seek(play, "   ") == []
    assert seek(play, "<img src=x onerror=alert(1)>") == []


def test_a_pick_decides_again_at_once(play: Play) -> None:
    play.connect("1", "anna", NEW)
    assert play.screen("anna").stage is Stage.ASKING
    pick(play, "1", "vector")
    screen = play.screen("anna")
    assert screen.stage is Stage.OUTCOME
    assert screen.outcome is not None
    assert (screen.outcome.owner, screen.outcome.why_kind) == ("sales", "account")
    assert not learned(play), "a number is attached after the call"


def test_after_the_call_the_number_is_the_companys_and_it_is_known_the_next_time(
    play: Play,
) -> None:
    play.connect("1", "anna", NEW)
    pick(play, "1", "a")
    finish(play, "1")
    assert learned(play) == [("a", NEW)]
    play.offer("2", NEW)
    play.queue("2", NEW)
    play.ring("2", "anna")
    card = play.screen("anna").caller
    assert card is not None
    assert (card.company, card.known) == ("А", True)


def test_a_new_name_becomes_a_company_with_this_number(play: Play) -> None:
    play.connect("1", "anna", NEW)
    pick(play, "1", name="  ИП   Соколов ")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "20")
    finish(play, "1")
    (company,) = companies(play)
    assert (company.name, company.scale, company.made_by) == ("ИП Соколов", "small", "anna")
    assert learned(play) == [(company.id, NEW)]
    assert seek(play, "соколов") == ["ИП Соколов"]
    play.connect("2", "anna", "+74950000098")
    pick(play, "2", name="ип соколов")
    finish(play, "2")
    assert len(companies(play)) == 1, "the same name is the same company"
    assert learned(play)[-1] == (company.id, "+74950000098")


def test_a_shared_number_is_remembered_for_the_call_and_not_for_the_number(play: Play) -> None:
    play.connect("1", "anna", SHARED)
    card = play.screen("anna").caller
    assert card is not None
    assert [name for _, name in card.candidates] == ["А", "Б"]
    assert {r.account for r in calls(play, "1")} == {""}
    pick(play, "1", "b")
    assert calls(play, "1")[-1].account == "b"
    finish(play, "1")
    assert learned(play) == []
    play.connect("2", "anna", SHARED)
    card = play.screen("anna").caller
    assert card is not None
    assert [name for _, name in card.candidates] == ["А", "Б"]
    assert calls(play, "2")[-1].account == ""


def test_a_number_that_is_another_companys_is_shared_from_now_on(play: Play) -> None:
    play.connect("1", "anna", "+74950000047")
    pick(play, "1", "a")
    finish(play, "1")
    assert learned(play) == [("a", "+74950000047")]
    play.connect("2", "anna", "+74950000047")
    card = play.screen("anna").caller
    assert card is not None
    assert {name for _, name in card.candidates} == {"ООО «Вектор»", "А"}


@pytest.mark.parametrize("number", ["", "101"])
def test_a_number_that_names_nobody_is_never_attached(play: Play, number: str) -> None:
    play.connect("1", "anna", number)
    pick(play, "1", name="Без номера")
    finish(play, "1")
    assert learned(play) == []
    assert companies(play) == []


def test_a_call_that_is_no_enquiry_teaches_nothing(play: Play) -> None:
    play.connect("1", "anna", NEW)
    pick(play, "1", "a")
    play.happen(NotEnquiryPressed(play.now, "anna", play.request(), "1", "wrong_number"))
    finish(play, "1")
    assert learned(play) == []


def test_what_was_learned_is_taken_up_at_the_start(play: Play, company: type[Play]) -> None:
    play.connect("1", "anna", NEW)
    pick(play, "1", name="ИП Соколов")
    finish(play, "1")
    numbers = tuple(s.record for s in play.given(Save) if isinstance(s.record, AccountNumberRecord))
    reborn = company(Reception(rules()), now=play.now)
    reborn.happen(
        Restored(reborn.now, (), (), (), (), (), accounts=tuple(companies(play)), numbers=numbers)
    )
    reborn.resync()
    reborn.seat("anna")
    reborn.connect("2", "anna", NEW)
    card = reborn.screen("anna").caller
    assert card is not None
    assert card.company == "ИП Соколов"


def to_home(play: Play, call: str) -> None:
    play.connect(call, "anna", NEW)
    play.say(call, "anna", "who", "person")


def test_a_pick_after_the_client_was_kept_decides_again_at_once(play: Play) -> None:
    to_home(play, "1")
    play.confirm("1", "anna")
    assert play.screen("anna").stage is Stage.TALKING
    pick(play, "1", "vector")
    screen = play.screen("anna")
    assert screen.stage is Stage.OUTCOME
    assert screen.outcome is not None
    assert (screen.outcome.owner, screen.outcome.why_kind) == ("sales", "account")


def test_a_large_company_named_in_wrap_up_is_promised_to_sales(play: Play) -> None:
    to_home(play, "1")
    play.confirm("1", "anna")
    play.hang_up("1", "anna")
    play.leave("1")
    pick(play, "1", "vector")
    play.happen(ReadyPressed(play.now, "anna", play.request()))
    promise = next(s.record for s in play.given(Save) if isinstance(s.record, EscalationRecord))
    assert (promise.account, promise.owner, promise.aim) == ("vector", "olga", "meeting")


def test_a_pick_after_the_promise_reaches_the_promise(play: Play) -> None:
    play.connect("1", "anna", NEW)
    for question, given in (("who", "organisation"), ("staff", "20"), ("seats", "20")):
        play.say("1", "anna", question, given)
    play.confirm("1", "anna")
    pick(play, "1", "vector")
    promise = [s.record for s in play.given(Save) if isinstance(s.record, EscalationRecord)][-1]
    assert (promise.company, promise.account, promise.scale) == ("ООО «Вектор»", "vector", "large")
    assert promise.owner == "olga"


def test_a_pick_on_a_call_that_is_no_enquiry_is_only_kept(play: Play) -> None:
    play.connect("1", "anna", NEW)
    play.happen(NotEnquiryPressed(play.now, "anna", play.request(), "1", "order"))
    pick(play, "1", "vector")
    assert calls(play, "1")[-1].account == "vector"
    assert play.screen("anna").stage is Stage.TALKING
    finish(play, "1")
    assert learned(play) == []


def test_a_tax_number_names_its_company_and_a_new_one_is_kept_as_such(play: Play) -> None:
    play.connect("1", "anna", NEW)
    pick(play, "1", name="7700000016")
    finish(play, "1")
    (company,) = companies(play)
    assert (company.name, company.tax) == ("7700000016", "7700000016")
    play.connect("2", "anna", "+74950000098")
    pick(play, "2", name="7700000016")
    assert calls(play, "2")[-1].account == company.id


def test_a_pick_of_nothing_is_refused_and_changes_nothing(play: Play) -> None:
    play.connect("1", "anna", "+74950000047")
    before = calls(play, "1")[-1]
    pick(play, "1", "gone", "  ")
    assert play.given(RefuseKey)[-1].problem == "no_such_company"
    assert calls(play, "1")[-1] == before
