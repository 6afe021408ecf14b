"""A tree tried out as an agent would meet it: by the very code that walks real calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.config.company import Offer
from ivr.domain.client.company import UNKNOWN_CLIENT, Account, Client
from ivr.domain.reception.questions import known_facts, question_card
from ivr.domain.screen import OfferCard, QuestionCard
from ivr.domain.tree.given import AnswerRefused
from ivr.domain.tree.interview import Interview, SkipNeedsChoice, StaleAnswer
from ivr.domain.tree.outcome import Decision, decide
from ivr.domain.tree.tree import Tree
from ivr.domain.words import Fact, Words

_KEY_ACCOUNT = Client(Account("", "", key=True))


@dataclass(frozen=True, slots=True)
class Move:
    """One key pressed: an answer as the desk sends it, or a skip (None)."""

    question: str
    given: str | None


@dataclass(frozen=True, slots=True)
class Ends:
    """How a client is treated: by what offers, by whom and how."""

    outcome: str
    offers: tuple[OfferCard, ...]
    owner: str
    how: str
    aim: str
    why_kind: str = ""
    why: Words | None = None
    say: Words | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the walk stands: at a question or at its end. `kept` moves of those sent counted.

    `refused` tells why the next one did not; `choices` are the ends among which an agent picks
    where a skip has no branch.
    """

    kept: int
    question: QuestionCard | None
    known: tuple[Fact, ...]
    path: tuple[tuple[str, str], ...]
    ends: Ends | None
    refused: Words
    choices: tuple[Ends, ...] = ()


def tried(
    tree: Tree, version: int, moves: Sequence[Move], offers: Mapping[str, Offer], *, key: bool
) -> Trial:
    """Walk the moves as far as they fit; `key` is a caller known as a key account."""
    walk = Interview.begin(tree, version)
    refused: Words = {}
    choices: tuple[Ends, ...] = ()
    kept = 0
    for move in moves:
        try:
            walk = _moved(walk, move)
        except AnswerRefused as refusal:
            refused = refusal.text.words()
            break
        except SkipNeedsChoice as refusal:
            choices = tuple(_outcome(tree, one, offers) for one in refusal.outcomes)
            break
        except StaleAnswer:
            break
        kept += 1
    ended = walk.outcome is not None
    return Trial(
        kept=kept,
        question=question_card(walk),
        known=known_facts(walk),
        path=tuple((step.question, step.key) for step in walk.steps),
        ends=_decided(walk, offers, key=key) if ended else None,
        refused=refused,
        choices=choices,
    )


def _moved(walk: Interview, move: Move) -> Interview:
    if move.given is None:
        return walk.skip(move.question)
    return walk.answer(move.question, move.given)


def _decided(walk: Interview, offers: Mapping[str, Offer], *, key: bool) -> Ends:
    decision = decide(walk, _KEY_ACCOUNT if key else UNKNOWN_CLIENT)
    say = walk.outcome.say if walk.outcome else None
    return ends_of(decision, offers, say.words() if say else {})


def ends_of(decision: Decision, offers: Mapping[str, Offer], say: Words | None = None) -> Ends:
    """A decision for a page."""
    return Ends(
        decision.outcome,
        _cards(decision.offers, offers),
        decision.owner.value,
        decision.how.value if decision.how else "",
        decision.aim.value if decision.aim else "",
        decision.why.value,
        decision.because.words(),
        say,
    )


def _outcome(tree: Tree, name: str, offers: Mapping[str, Offer]) -> Ends:
    one = tree.outcomes[name]
    how, aim = one.how, one.aim
    cards = _cards(one.offers, offers)
    return Ends(name, cards, one.owner.value, how.value if how else "", aim.value if aim else "")


def _cards(names: Sequence[str], offers: Mapping[str, Offer]) -> tuple[OfferCard, ...]:
    """Offers by their titles; one that the catalogue does not know goes by its name."""
    return tuple(
        OfferCard(key, one.id, one.title.words(), one.detail.words())
        if (one := offers.get(name))
        else OfferCard(key, name, {"ru": name, "en": name}, {})
        for key, name in enumerate(names, start=1)
    )
