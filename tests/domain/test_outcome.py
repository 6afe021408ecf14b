"""What a finished walk decides, and what an agent may decide instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.config.trees import tree_from_text
from ivr.domain.client.company import Account, Client
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import (
    KEY_ACCOUNT,
    LARGE_CUSTOMER,
    InterviewOpen,
    OverrideRefused,
    choices,
    decide,
    override,
)
from ivr.domain.tree.tree import Aim, How, Owner, Scale, Tree, WhyKind

ROOT = Path(__file__).parents[2]
KEY = Client(Account("v", "ООО «Вектор»", key=True))
LARGE = Client(Account("l", "АО «Лидер»", scale=Scale.LARGE))
SMALL = Client(Account("s", "ООО «Ромашка»", scale=Scale.SMALL))

RULED = """
tree: ruled
title: {ru: Правила, en: Rules}
first: who
rules:
  - {when: {volume: {from: 30}}, owner: sales, how: callback, why: {ru: От 30, en: From 30}}
  - when: {account: key}
    owner: sales
    how: callback
    why: {ru: Договор, en: Contract}
    offer: [sla]
  - {when: {needs: [backup, voice]}, owner: sales, aim: meeting}
  - {when: {needs: nothing, seats: {to: 3}}, owner: client, offer: [office-100]}
questions:
  who:
    ask: {ru: Кто?, en: Who?}
    answers:
      small: {say: {ru: Малая, en: Small}, scale: small, then: seats}
      large: {say: {ru: Крупная, en: Large}, scale: large, then: big}
  seats:
    ask: {ru: Сколько?, en: How many?}
    number: [{to: 49, then: needs}, {then: big}]
  needs:
    ask: {ru: Что нужно?, en: What is needed?}
    several:
      backup: {say: {ru: Резерв, en: Backup}}
      voice: {say: {ru: Телефония, en: Voice}}
      nothing: {say: {ru: Ничего, en: Nothing}}
    then: office
outcomes:
  office: {offer: [office-100], owner: client}
  big: {offer: [dedicated-line], owner: sales, how: transfer, why: {ru: Много, en: Many}}
"""


@pytest.fixture
def ruled() -> Tree:
    return tree_from_text(RULED, "ruled.yaml").tree


@pytest.fixture
def internet() -> Tree:
    text = (ROOT / "config" / "trees" / "internet.yaml").read_text("utf-8")
    return tree_from_text(text, "internet.yaml").tree


def walk(tree: Tree, **answers: str | list[str]) -> Interview:
    found = Interview.begin(tree, 1)
    for question, given in answers.items():
        found = found.answer(question, given)
    return found


def test_a_typical_request_stays(internet: Tree) -> None:
    decision = decide(walk(internet, who="person"))
    assert (decision.owner, decision.how, decision.aim) == (Owner.CLIENT, None, None)
    assert decision.offers == ("home-100", "home-500")
    assert decision.why is WhyKind.TREE


def test_an_open_question_decides_nothing(internet: Tree) -> None:
    with pytest.raises(InterviewOpen):
        decide(walk(internet, who="organisation"))


@pytest.mark.parametrize(
    ("client", "why"), [(KEY, WhyKind.ACCOUNT), (LARGE, WhyKind.ACCOUNT), (SMALL, WhyKind.TREE)]
)
def test_a_large_account_is_passed_whatever_is_asked(
    internet: Tree, client: Client, why: WhyKind
) -> None:
    decision = decide(walk(internet, who="person"), client)
    assert decision.why is why
    if client is not SMALL:
        assert (decision.owner, decision.how, decision.aim) == (
            Owner.SALES,
            How.TRANSFER,
            Aim.MEETING,
        )
        assert decision.offers == ("home-100", "home-500")


def test_a_large_customer_found_by_its_answers_gets_a_meeting(internet: Tree) -> None:
    decision = decide(walk(internet, who="organisation", staff="200"), SMALL)
    assert (decision.owner, decision.aim, decision.why) == (
        Owner.SALES,
        Aim.MEETING,
        WhyKind.SCALE,
    )
    assert decision.because == LARGE_CUSTOMER


def test_a_large_volume_is_the_why_when_it_led_to_sales(internet: Tree) -> None:
    decision = decide(walk(internet, who="organisation", staff="80", seats="60"))
    assert (decision.why, decision.how) == (WhyKind.VOLUME, How.TRANSFER)
    assert decision.because.en.startswith("Large volume")


def test_a_tree_that_keeps_a_large_customer_is_overruled(internet: Tree) -> None:
    """The standing rule holds for any tree, checked or not."""
    outcome = internet.outcomes["home"]
    keeping = Tree(
        internet.id,
        internet.title,
        internet.first,
        internet.questions,
        {**internet.outcomes, "corporate": type(outcome)("corporate", (), Owner.CLIENT)},
    )
    decision = decide(walk(keeping, who="organisation", staff="900"))
    assert (decision.owner, decision.aim) == (Owner.SALES, Aim.MEETING)


def test_rules_are_heard_in_order_account_scale_volume_tree(ruled: Tree) -> None:
    forty = walk(ruled, who="small", seats="40", needs=["backup"])
    assert (decide(forty).why, decide(forty).rule) == (WhyKind.VOLUME, 0)
    assert decide(forty).because.ru == "От 30"
    account = decide(forty, KEY)
    assert (account.why, account.rule, account.how) == (WhyKind.ACCOUNT, 1, How.CALLBACK)
    assert (account.aim, account.offers) == (Aim.MEETING, ("sla",))
    few = walk(ruled, who="small", seats="5", needs=["nothing", "voice"])
    assert (decide(few).why, decide(few).rule, decide(few).aim) == (WhyKind.TREE, 2, Aim.MEETING)
    plain = walk(ruled, who="small", seats="5", needs=["nothing"])
    assert (decide(plain).owner, decide(plain).rule) == (Owner.CLIENT, None)


def test_a_rule_that_keeps_never_keeps_a_large_account(ruled: Tree) -> None:
    tiny = walk(ruled, who="small", seats="2", needs=["nothing"])
    assert (decide(tiny).owner, decide(tiny).rule) == (Owner.CLIENT, 3)
    assert decide(tiny, LARGE).owner is Owner.SALES


def test_the_scale_speaks_before_a_volume_rule(ruled: Tree) -> None:
    decision = decide(walk(ruled, who="large"))
    assert (decision.why, decision.rule) == (WhyKind.SCALE, None)
    assert decide(walk(ruled, who="large"), LARGE).because.en == "Contract"
    assert KEY_ACCOUNT.en == "Key account"


def test_an_override_needs_a_reason(internet: Tree) -> None:
    home = walk(internet, who="person")
    with pytest.raises(OverrideRefused):
        override(home, reason=" ", owner=Owner.SALES)
    decision = override(home, reason="просит договор", owner=Owner.SALES)
    assert (decision.owner, decision.how, decision.why) == (
        Owner.SALES,
        How.TRANSFER,
        WhyKind.OVERRIDE,
    )
    assert decision.because.ru == "просит договор"


def test_an_agent_may_keep_a_client_who_is_known_not_to_be_large(internet: Tree) -> None:
    volume = walk(internet, who="organisation", staff="80", seats="60")
    kept = override(volume, reason="нужен только роутер", owner=Owner.CLIENT)
    assert (kept.owner, kept.how, kept.offers) == (Owner.CLIENT, None, ("dedicated-line",))


@pytest.mark.parametrize("client", [KEY, LARGE])
def test_nobody_keeps_a_large_account(internet: Tree, client: Client) -> None:
    with pytest.raises(OverrideRefused):
        override(walk(internet, who="person"), client, reason="мелочь", owner=Owner.CLIENT)


def test_at_an_open_question_only_what_can_be_reached_may_be_picked(internet: Tree) -> None:
    seats = walk(internet, who="organisation", staff="80")
    assert set(choices(seats)) == {"office", "branch", "volume"}
    with pytest.raises(OverrideRefused):
        override(seats, reason="лучше так", outcome="home")
    assert override(seats, reason="лучше так", outcome="office").owner is Owner.CLIENT


def test_before_the_scale_is_known_only_sales_may_be_picked(internet: Tree) -> None:
    staff = walk(internet, who="organisation")
    assert set(choices(staff)) == {"branch", "volume", "corporate"}
    with pytest.raises(OverrideRefused):
        override(staff, reason="похоже, малы", outcome="office")
    with pytest.raises(OverrideRefused):
        override(staff, reason="похоже, малы", owner=Owner.CLIENT)
    with pytest.raises(OverrideRefused):
        override(staff, reason="не знаю")
    passed = override(staff, reason="спешит", owner=Owner.SALES, how=How.CALLBACK)
    assert (passed.outcome, passed.how, passed.offers) == ("", How.CALLBACK, ())
