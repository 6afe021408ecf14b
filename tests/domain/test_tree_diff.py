"""Two versions of a tree: what ends elsewhere, what is only renamed, what stays the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import assert_never

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_makers import KEY, SLOW, sound_trees, walk

from bench.tree import tree_file
from ivr.config.trees import tree_from_text
from ivr.domain.client.company import UNKNOWN_CLIENT
from ivr.domain.tree.carrying import Untold
from ivr.domain.tree.diff import Difference, Said, difference
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.naming import Clue, named
from ivr.domain.tree.outcome import decide
from ivr.domain.tree.replay import Past, replay, treatment
from ivr.domain.tree.tree import (
    Condition,
    Form,
    Number,
    OneOf,
    Question,
    Several,
    ShortText,
    Tree,
)

CONFIG = Path(__file__).parents[2] / "config" / "trees" / "internet.yaml"
TEXT = CONFIG.read_text("utf-8")


def tree(text: str = TEXT) -> Tree:
    return tree_from_text(text, "internet.yaml").tree


def changed(*pairs: tuple[str, str]) -> Difference:
    """The example tree against itself with these words replaced."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return difference(tree(), tree(text))


def paths(found: Difference) -> list[str]:
    return [", ".join(f"{one.question}: {one.answer}" for one in end.path) for end in found.moved]


def nothing(*found: object) -> bool:
    return not any(found)


def test_a_moved_border_moves_only_the_numbers_between() -> None:
    found = changed(("{to: 49, then: branch}", "{to: 29, then: branch}"))
    assert paths(found) == [
        "who: organisation, staff: to-199, seats: 30-to-49",
        "who: organisation, staff: unknown, sites: one, seats: 30-to-49",
    ]
    for end in found.moved:
        assert (end.before.outcome, end.after.outcome) == ("branch", "volume")
        assert not end.department
    assert found.reordered == ("seats",)
    assert nothing(found.renames, found.added, found.removed, found.asked_more)


def test_an_answer_that_leads_elsewhere_is_named_once_for_all_walks_below_it() -> None:
    found = changed(
        ("scale: private, then: home}", "scale: private, then: office}"),
        ("{to: 9, then: office}", "{to: 9, then: home}"),
    )
    assert paths(found)[0] == "who: person"
    assert len(found.moved) == 3


def test_another_department_is_told_apart_from_another_way() -> None:
    text = "    owner: sales\n    how: callback\n    aim: talk\n"
    found = changed((text, "    owner: client\n"))
    assert {end.before.outcome for end in found.moved} == {"branch"}
    assert all(end.department for end in found.moved)
    way = changed(("how: callback\n    aim: talk", "how: transfer\n    aim: talk"))
    assert way.moved
    assert not any(end.department for end in way.moved)


def test_a_renamed_question_is_recognised_and_nothing_moves() -> None:
    found = changed(("  seats:  ", "  places: "), ("then: seats}", "then: places}"))
    assert [(r.kind.value, r.old, r.new) for r in found.renames] == [
        ("question", "seats", "places")
    ]
    assert Clue.TEXT in found.renames[0].clues
    assert nothing(found.moved, found.asked_more, found.added, found.removed)
    assert not found.same


def test_a_renamed_and_reworded_question_is_recognised_by_place_and_targets() -> None:
    found = changed(
        ("  seats:  ", "  places: "),
        ("then: seats}", "then: places}"),
        ("ru: Сколько рабочих мест хотите подключить?", "ru: Сколько столов?"),
        ("en: How many workplaces would you like to connect?", "en: How many desks?"),
    )
    assert found.renames[0].clues == (Clue.PLACE, Clue.TARGETS)
    assert [one.place for one in found.reworded] == [("questions", "places", "ask")]
    assert not found.moved


def test_a_renamed_answer_is_recognised_and_its_walks_stay() -> None:
    found = changed(("      organisation: ", "      company: "))
    assert [(r.question, r.old, r.new) for r in found.renames] == [
        ("who", "organisation", "company")
    ]
    assert nothing(found.moved, found.asked_more, found.added, found.removed)


def test_a_renamed_outcome_is_recognised() -> None:
    found = changed(("then: office}", "then: small_office}"), ("  office:\n", "  small_office:\n"))
    assert [(r.kind.value, r.old, r.new) for r in found.renames] == [
        ("outcome", "office", "small_office")
    ]
    assert nothing(found.moved, found.added, found.removed)


def test_everything_renamed_at_once_is_still_the_same_tree() -> None:
    found = changed(
        ("who", "q1"),
        ("staff", "q2"),
        ("sites", "q3"),
        ("seats", "q4"),
        ("organisation:", "a2:"),
        ("person:", "a1:"),
        ("network:", "n2:"),
        ("corporate", "big"),
    )
    assert nothing(found.moved, found.asked_more, found.added, found.removed)
    assert len(found.renames) >= 8


PERSON_SAYS = "{ru: Частному лицу, en: Private person}"
ORGANISATION_SAYS = "{ru: Организации, en: Organisation}"
PERSON = f"      person:       {{say: {PERSON_SAYS}, scale: private, then: home}}\n"
ORGANISATION = f"      organisation: {{say: {ORGANISATION_SAYS}, then: staff}}\n"


def test_ids_that_changed_places_with_all_that_is_theirs_move_nobody() -> None:
    found = changed(
        (PERSON + ORGANISATION, "@"),
        (
            "@",
            PERSON.replace("person: ", "organisation: ")
            + ORGANISATION.replace("organisation: ", "person: "),
        ),
    )
    assert {(r.old, r.new) for r in found.renames} == {
        ("person", "organisation"),
        ("organisation", "person"),
    }
    assert nothing(found.moved, found.asked_more, found.added, found.removed, found.reworded)


def test_words_that_changed_places_alone_send_clients_elsewhere() -> None:
    """Who says that it is for an organisation presses a key that now keeps the client."""
    pairs = (PERSON_SAYS, "@"), (ORGANISATION_SAYS, PERSON_SAYS), ("@", ORGANISATION_SAYS)
    found = changed(*pairs)
    assert "who: organisation, staff: from-200" in paths(found)
    text = TEXT
    for old, new in pairs:
        text = text.replace(old, new)
    past = Past(
        "1", Interview.begin(tree(), 1).answer("who", "organisation").answer("staff", "500")
    )
    assert [one.past.call for one in replay([past], tree(text)).moved] == ["1"]


def test_an_id_at_the_words_of_another_answer_takes_no_client_along() -> None:
    found = changed(
        (PERSON_SAYS, "@"),
        (ORGANISATION_SAYS, "{ru: Посольству, en: An embassy}"),
        ("@", ORGANISATION_SAYS),
    )
    assert [(r.old, r.new) for r in found.renames] == [("organisation", "person")]
    assert found.removed.answers == (("who", "person"),)
    assert [one.stuck.why for one in found.asked_more] == [Untold.NO_SUCH_ANSWER]


def test_questions_whose_ids_changed_places_are_the_same_questions() -> None:
    found = changed(("staff", "@"), ("sites", "staff"), ("@", "sites"))
    assert {(r.old, r.new) for r in found.renames} == {("staff", "sites"), ("sites", "staff")}
    assert nothing(found.moved, found.asked_more, found.added, found.removed)


def test_two_that_fit_equally_well_are_not_guessed() -> None:
    one = "      one:     {say: {ru: Один офис, en: One office}, scale: small, then: seats}\n"
    old = tree(TEXT.replace(one, one + one.replace("one:", "two:")))
    new = tree(TEXT.replace("      one:     ", "      single: "))
    naming = named(old, new)
    assert ("sites", "one") not in naming.answers
    assert ("sites", "two") not in naming.answers


def test_a_question_put_in_between_is_asked_more() -> None:
    found = changed(
        ("scale: private, then: home}", "scale: private, then: flat}"),
        (
            "outcomes:\n",
            "  flat:\n    ask: {ru: Этаж?, en: Which floor?}\n    number:\n"
            "      - {to: 9, then: home}\n      - {then: office}\noutcomes:\n",
        ),
    )
    [more] = found.asked_more
    assert [(one.question, one.answer) for one in more.path] == [("who", "person")]
    assert (more.stuck.at, more.stuck.why) == ("flat", Untold.NEVER_ASKED)
    assert found.added.questions == ("flat",)


def test_a_removed_answer_and_a_new_skip_are_named() -> None:
    found = changed(
        ("    measures: volume\n    unknown: branch\n", "    measures: volume\n"),
        ("    unknown: sites\n", "    unknown: corporate\n"),
        (TEXT[TEXT.index("  sites:  ") : TEXT.index("  seats:  ")], ""),
    )
    assert found.removed.questions == ("sites",)
    assert found.removed.answers == (("seats", "unknown"),)
    assert "who: organisation, staff: unknown, sites: one, seats: to-9" in paths(found)


def test_only_words_differ() -> None:
    found = changed(("Во всей компании, вместе с филиалами.", "Вместе с филиалами."))
    assert [one.place for one in found.reworded] == [("questions", "staff", "hint")]
    assert not found.moved
    assert not found.same


def test_swapped_answers_have_other_keys() -> None:
    cases = Path(__file__).parents[1] / "cases"
    one = tree((cases / "tree_back.yaml").read_text("utf-8"))
    two = tree((cases / "tree_v2.yaml").read_text("utf-8"))
    found = difference(one, two)
    assert found.reordered == ("who",)
    assert found.removed.questions == ("seats",)


def test_rules_that_differ_move_key_accounts_apart() -> None:
    found = changed(
        (
            '    how: transfer\n    aim: meeting\n    why: {ru: "Ключевой',
            '    how: callback\n    aim: meeting\n    why: {ru: "Ключевой',
        )
    )
    assert found.moved
    assert all(end.key_account for end in found.moved)


def test_a_tree_of_a_thousand_questions_is_compared_whole() -> None:
    text = tree_file()
    assert difference(tree(text), tree(text)).same
    where = text.rindex("then: stays")
    found = difference(tree(text), tree(text[:where] + text[where:].replace("stays", "sales", 1)))
    assert found.complete
    assert len(found.moved) == 1
    every = difference(tree(text), tree(text.replace("[home-100]", "[home-500]")))
    assert every.complete
    assert [len(one.path) for one in every.moved] == [1] * 9


@SLOW
@given(sound_trees())
def test_a_tree_differs_in_nothing_from_itself(tree: Tree) -> None:
    assert difference(tree, tree).same
    copy = Tree(tree.id, tree.title, tree.first, tree.questions, tree.outcomes, tree.rules)
    assert difference(tree, copy).same


@SLOW
@given(sound_trees())
def test_renaming_every_question_and_answer_moves_nobody(tree: Tree) -> None:
    other = renamed(tree)
    found = difference(tree, other)
    for end in found.moved:
        pytest.fail(f"{end} moved by a mere renaming")


@SLOW
@given(sound_trees(), sound_trees(), st.data())
def test_a_walk_that_the_difference_does_not_name_ends_as_before(
    old: Tree, new: Tree, data: st.DataObject
) -> None:
    """The difference beside a search: whoever ends elsewhere walks by what it names."""
    end = walk(data, old)[-1]
    if end.outcome is None:
        return
    found = difference(old, new)
    for client in (UNKNOWN_CLIENT, KEY):
        [*again] = replay([Past("1", end, client)], new).moved
        if again and found.complete:
            named_walks = [one.path for one in found.moved]
            assert any(_begins(end, path, found) for path in named_walks)


def _begins(end: Interview, path: tuple[Said, ...], found: Difference) -> bool:
    """Whether the walk goes by the questions of a path; which number or picks is not compared."""
    asked = [step.question for step in end.steps[: len(path)]]
    return asked == [said.question for said in path]


@SLOW
@given(sound_trees(), st.data())
def test_a_replay_on_the_same_version_changes_nothing(tree: Tree, data: st.DataObject) -> None:
    pasts = [Past(str(n), walk(data, tree)[-1], data.draw(CLIENTS)) for n in range(5)]
    found = replay(pasts, tree, 2)
    assert found.same
    assert found.compared + found.unfinished == 5


@SLOW
@given(sound_trees(), sound_trees(), st.data())
def test_a_replay_tells_of_every_client_once(old: Tree, new: Tree, data: st.DataObject) -> None:
    pasts = [Past(str(n), walk(data, old)[-1], data.draw(CLIENTS)) for n in range(5)]
    found = replay(pasts, new, 2)
    told = [one.past.call for one in (*found.moved, *found.otherwise)]
    told += [one.past.call for one in found.unclear]
    assert len(told) == len(set(told))
    assert found.compared + found.unfinished == 5
    assert all(one.department for one in found.moved)
    for one in (*found.moved, *found.otherwise):
        assert one.before == decide(one.past.walk, one.past.client)
        assert treatment(one.before) != treatment(one.after)


CLIENTS = st.sampled_from([UNKNOWN_CLIENT, KEY])


def renamed(tree: Tree) -> Tree:
    """The tree with every question and answer under another id."""

    def node(name: str) -> str:
        return f"new-{name}" if name in tree.questions else name

    def question(one: Question) -> Question:
        match one.form:
            case OneOf(answers):
                form: Form = OneOf(
                    tuple(replace(a, id=f"new-{a.id}", then=node(a.then)) for a in answers)
                )
            case Several(answers, then):
                form = Several(tuple(replace(a, id=f"new-{a.id}") for a in answers), node(then))
            case Number(ranges):
                form = replace(
                    one.form, ranges=tuple(replace(r, then=node(r.then)) for r in ranges)
                )
            case ShortText(then):
                form = replace(one.form, then=node(then))
            case _:
                assert_never(one.form)
        return Question(node(one.id), one.ask, form, one.hint, one.unknown and node(one.unknown))

    def condition(one: Condition) -> Condition:
        answers = frozenset(f"new-{a}" for a in one.answers)
        return replace(one, question=one.question and node(one.question), answers=answers)

    rules = tuple(
        replace(r, conditions=tuple(condition(one) for one in r.conditions)) for r in tree.rules
    )
    questions = {node(name): question(one) for name, one in tree.questions.items()}
    return Tree(tree.id, tree.title, node(tree.first), questions, tree.outcomes, rules)
