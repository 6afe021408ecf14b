"""Tree files that have to be refused, each with its place; and those that have to pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.config.problems import ConfigRefused, Problem
from ivr.config.trees import Draft, draft_of, tree_from_text

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
EXAMPLE = (ROOT / "config" / "trees" / "internet.yaml").read_text("utf-8")
OFFERS = ["home-100", "home-500", "office-100", "office-500", "dedicated-line", "sla"]

SKETCH = """\
tree: internet
title: {ru: Доступ в интернет, en: Internet access}
first: who
questions:
  who:
    ask: {ru: Кому нужно?, en: Who needs it?}
    answers:
      person:       {say: {ru: Частному лицу, en: Private person}, scale: private, then: home}
      organisation: {say: {ru: Организации, en: Organisation}, then: staff}
  staff:
    ask: {ru: Сколько у вас человек?, en: How many people work there?}
    number:
      - {to: 199, scale: small, then: seats}
      - {scale: large, then: corporate}
    unknown: corporate
  seats:
    ask: {ru: Сколько мест?, en: How many workplaces?}
    number:
      - {to: 9, then: office}
      - {to: 49, then: branch}
      - {then: volume}
outcomes:
  home:      {offer: [home-100, home-500], owner: client}
  office:    {offer: [office-100], owner: client}
  branch:    {offer: [office-500], owner: client}
  volume:    {offer: [dedicated-line], owner: sales, how: transfer}
  corporate: {offer: [dedicated-line, sla], owner: sales, how: transfer, aim: meeting}
"""


def refused(text: str) -> list[Problem]:
    with pytest.raises(ConfigRefused) as refusal:
        tree_from_text(text, "t.yaml", OFFERS)
    return list(refusal.value.problems)


def accepted(text: str) -> Draft:
    return tree_from_text(text, "t.yaml", OFFERS)


def changed(old: str, new: str, text: str = SKETCH) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("text", [SKETCH, EXAMPLE], ids=["sketch", "example"])
def test_a_sound_tree_is_accepted(text: str) -> None:
    assert accepted(text).tree.id == "internet"


@pytest.mark.parametrize("name", ["tree_back.yaml", "tree_v2.yaml"])
def test_the_trees_of_the_cases_are_accepted(name: str) -> None:
    assert accepted((CASES / name).read_text("utf-8")).tree.id == "internet"


def test_a_rule_with_a_misspelt_answer_is_refused_with_the_nearest_one() -> None:
    (problem,) = refused((CASES / "tree_rule_typo.yaml").read_text("utf-8"))
    assert problem.line == 5
    assert '"organization"' in problem.message
    assert 'did you mean "organisation"?' in str(problem)


def test_a_skip_of_the_scale_that_leads_on_is_refused_at_the_skip() -> None:
    text = changed("    unknown: corporate\n", "    unknown: seats\n")
    (problem,) = refused(text)
    assert problem.line == line_of(text, "unknown: seats")
    assert "large customer" in problem.message


FAULTY = [
    ("circle", "{to: 9, then: office}", "{to: 9, then: staff}", "circle", "{to: 9, then: staff}"),
    ("itself", "{to: 9, then: office}", "{to: 9, then: seats}", "circle", "{to: 9, then: seats}"),
    ("missing target", "then: staff}", "then: stuff}", 'did you mean "staff"?', "then: stuff}"),
    ("missing first", "first: who", "first: why", 'did you mean "who"?', "first: why"),
    ("gap", "{to: 49, then", "{from: 11, to: 49, then", "gap in seats: 10", "{from: 11"),
    ("overlap", "{to: 49, then", "{from: 9, to: 49, then", "overlap at 9", "{from: 9"),
    ("open in the middle", "{to: 49, then", "{from: 10, then", "overlap", "{then: volume}"),
    ("falling", "{to: 49, then", "{to: 4, then", "empty", "{to: 4"),
    ("no end", "      - {then: volume}\n", "", "above 49", "{to: 49"),
    ("offer", "[office-100]", "[office-1000]", 'did you mean "office-100"?', "[office-1000]"),
    ("no English", "{ru: Сколько мест?, en: How many workplaces?}", "{ru: Сколько мест?}",
     "no text in English", "ask: {ru: Сколько мест?}"),
    ("one language", "{ru: Сколько мест?, en: How many workplaces?}", "Сколько мест?",
     "one language only", "ask: Сколько мест?"),
    ("empty text", "en: How many workplaces?", 'en: ""', "en is empty", 'en: ""'),
    ("unknown key", "    unknown: corporate", "    unknwon: corporate",
     'did you mean "unknown"?', "unknwon"),
    ("unknown scale", "scale: large", "scale: lagre", 'did you mean "large"?', "scale: lagre"),
    ("no owner", "{offer: [office-500], owner: client}", "{offer: [office-500]}",
     "`owner` is missing", "branch:    {"),
    ("how without sales", "[office-500], owner: client}",
     "[office-500], owner: client, how: callback}", "stays with the client", "branch:    {"),
    ("no way on", "      - {to: 9, then: office}", "      - {to: 9}", "`then` is missing",
     "      - {to: 9}"),
    ("not a number", "{to: 9, then: office}", "{to: nine, then: office}", '"nine"', "{to: nine"),
    ("negative", "{to: 9, then: office}", "{to: -9, then: office}", '"-9"', "{to: -9"),
    ("key twice", "  seats:\n", "  staff:\n", "twice", "  staff:\n    ask: {ru: Сколько мест?"),
    ("an alias", "{to: 9, then: office}", "&a {to: 9, then: *a}", "aliases", "&a {"),
    ("a merge", "{to: 9, then: office}", "{<<: {}, then: office}", "merge", "{<<"),
    ("a tag", "first: who", "first: !!python/object/apply:os.system [id]", "tags", "first:"),
    ("a number as question", "  seats:\n", "  volume:\n", "meaning of its own", "  volume:\n"),
    ("both kinds", "    unknown: corporate", "    text: {}", "one kind", "  staff:\n"),
    ("large stays", "{scale: large, then: corporate}", "{scale: large, then: office}",
     "large customer would stay", "{scale: large, then: office}"),
    ("scale never asked", "then: staff}", "then: seats}", "without its scale",
     "{to: 9, then: office}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message", "place"), [one[1:] for one in FAULTY], ids=[one[0] for one in FAULTY]
)
def test_a_faulty_tree_is_refused_at_its_line(old: str, new: str, message: str, place: str) -> None:
    text = changed(old, new)
    problems = refused(text)
    here = [one for one in problems if message in str(one)]
    assert here, problems
    assert line_of(text, place) in [one.line for one in here], here
    assert all(one.column >= 1 for one in here)


def test_a_faulty_tree_is_refused_with_every_problem_at_once() -> None:
    text = changed("then: staff}", "then: stuff}")
    text = changed("[office-100]", "[office-1000]", text)
    text = changed("{to: 49, then", "{from: 11, to: 49, then", text)
    messages = "\n".join(str(one) for one in refused(text))
    for part in ("stuff", "office-1000", "gap", "unreachable"):
        assert part in messages


def test_a_slip_of_the_pen_does_not_hide_what_is_wrong_with_the_shape() -> None:
    text = changed("then: staff}", "then: seats}")
    text = changed("    unknown: corporate", "    unknwon: corporate", text)
    text = changed("{ru: Сколько мест?, en: How many workplaces?}", "{ru: Сколько мест?}", text)
    text = changed("title: {ru: Доступ в интернет, en: Internet access}", "title: Доступ", text)
    messages = "\n".join(str(one) for one in refused(text))
    for part in (
        "unknwon",
        "no text in English",
        "one language",
        "unreachable",
        "without its scale",
    ):
        assert part in messages


def test_an_unreachable_question_or_outcome_is_named() -> None:
    text = changed("then: seats}", "then: office}")
    messages = [one.message for one in refused(text)]
    assert any("question seats is unreachable" in one for one in messages)
    assert any("outcome volume is unreachable" in one for one in messages)


def chain(length: int) -> str:
    questions = "".join(
        f"  q{n}: {{ask: {{ru: Ж, en: W}}, answers: {{a: {{say: {{ru: Да, en: Yes}},"
        f" scale: private, then: {f'q{n + 1}' if n < length else 'home'}}}}}}}\n"
        for n in range(1, length + 1)
    )
    return (
        f"tree: t\ntitle: {{ru: Т, en: T}}\nfirst: q1\nquestions:\n{questions}"
        "outcomes:\n  home: {offer: [], owner: client}\n"
    )


def test_four_questions_on_a_path_are_accepted_and_five_refused() -> None:
    assert accepted(chain(4)).tree.id == "t"
    (problem,) = refused(chain(5))
    assert "q1 -> q2 -> q3 -> q4 -> q5" in problem.message
    assert problem.line == line_of(chain(5), "  q5:")


ASKED_WRONGLY = (
    changed("      - {scale: large, then: corporate}\n", "      - {scale: small, then: seats}\n")
    .replace("    unknown: corporate\n", "")
    .replace(
        "  corporate: {offer: [dedicated-line, sla], owner: sales, how: transfer, aim: meeting}\n",
        "",
    )
)


def test_small_does_not_count_where_nobody_could_say_large() -> None:
    messages = [one.message for one in refused(ASKED_WRONGLY)]
    assert messages
    assert all("without its scale being asked" in one for one in messages)


def test_a_rule_may_send_large_customers_on_instead_of_an_outcome() -> None:
    text = changed("{scale: large, then: corporate}", "{scale: large, then: office}")
    rule = "rules:\n  - {when: {scale: large}, owner: sales, aim: meeting}\nquestions:\n"
    assert len(accepted(changed("questions:\n", rule, text)).tree.rules) == 1


RULES = [
    ("{when: {who: organisation}, owner: client}", "without its scale", None),
    ("{when: {scale: large}, owner: client}", "contradicts the standing rule", 5),
    ("{when: {account: key}, owner: client}", "contradicts the standing rule", 5),
    ("{when: {who: person, staff: {from: 9}}, owner: sales}", "can never hold", 5),
    ("{when: {seats: {from: 5}}, owner: sales}\n  - {when: {seats: {to: 7}}, owner: client}",
     "contradicts rule 1", 6),
    ("{when: {staf: {from: 9}}, owner: sales}", 'did you mean "staff"?', 5),
    ("{when: {seats: office}, owner: sales}", "answered by a number", 5),
    ("{when: {who: {from: 9}}, owner: sales}", "answered by a choice", 5),
    ("{when: {who: person}, owner: sales, offer: [home-1000]}", 'did you mean "home-100"?', 5),
    ("{when: {scale: huge}, owner: sales}", "private, small or large", 5),
    ("{when: {account: yes}, owner: sales}", "account: key", 5),
    ("{when: {}, owner: sales}", "always holds", 5),
    ("{when: {who: person}, owner: client, how: transfer}", "mean nothing", 5),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "message", "line"), RULES, ids=[one[0][:40] for one in RULES])
def test_a_faulty_rule_is_refused(rule: str, message: str, line: int | None) -> None:
    text = changed("questions:\n", f"rules:\n  - {rule}\nquestions:\n")
    if "who: organisation" in rule:
        text = changed("    unknown: corporate\n", "    unknown: away\n", text)
        text += "  away: {offer: [], owner: sales}\n"
    found = [one for one in refused(text) if message in str(one)]
    assert found
    if line is not None:
        assert line in [one.line for one in found]


@pytest.mark.parametrize(
    "rule",
    [
        "{when: {account: key}, owner: sales}",
        "{when: {volume: {from: 30}}, owner: sales, how: callback}",
        "{when: {who: organisation, seats: {from: 50}}, owner: sales}",
        "{when: {who: person}, owner: sales}\n  - {when: {seats: {to: 3}}, owner: client}",
    ],
)
def test_a_sensible_rule_is_accepted(rule: str) -> None:
    assert accepted(changed("questions:\n", f"rules:\n  - {rule}\nquestions:\n")).tree.rules


@pytest.mark.parametrize(("rules", "accepted"), [(8, True), (50, False)])
def test_rules_that_tangle_every_choice_of_several_are_refused_and_not_tried_for_ever(
    rules: int, accepted: bool
) -> None:
    """Fifty answers, each with a rule of its own: half a billion choices of up to eight."""
    says = [f"      a{n}: {{say: {{ru: а{n}, en: a{n}}}}}" for n in range(rules)]
    rule = "  - {{when: {{what: a{}}}, owner: sales, how: transfer, aim: talk}}"
    text = TANGLED.format(
        rules="\n".join(rule.format(n) for n in range(rules)), answers="\n".join(says)
    )
    problems: list[Problem] = []
    draft_of(text.encode(), "tree", None, problems)
    told = ["cannot be proved" in one.message for one in problems]
    assert told == ([] if accepted else [True])


TANGLED = """tree: tangled
title: {{ru: Сеть, en: Tangled}}
first: what
rules:
{rules}
questions:
  what:
    ask: {{ru: Что, en: What}}
    several:
{answers}
    then: size
  size:
    ask: {{ru: Масштаб, en: Size}}
    answers:
      big: {{say: {{ru: Да, en: Big}}, scale: large, then: sales}}
      not: {{say: {{ru: Нет, en: Not}}, scale: small, then: sales}}
outcomes:
  sales: {{offer: [], owner: sales, how: transfer, aim: meeting}}
"""


def test_words_that_yaml_would_turn_into_something_else_stay_words() -> None:
    text = SKETCH.replace("person: ", "no: ").replace(
        "{ru: Кому нужно?, en: Who", "{ru: 12:30, en: no"
    )
    tree = accepted(text).tree
    question = tree.questions["who"]
    assert (question.ask.ru, question.ask.en) == ("12:30", "no needs it?")
    assert "no" in [one.id for one in getattr(question.form, "answers", ())]


def test_markup_in_a_text_is_text() -> None:
    tree = accepted(changed("ru: Кому нужно?", "ru: '<script>alert(1)</script>'")).tree
    assert tree.questions["who"].ask.ru == "<script>alert(1)</script>"


def many_answers(count: int) -> str:
    answers = "".join(
        f"      a{n}: {{say: {{ru: Да, en: Yes}}, scale: private, then: home}}\n"
        for n in range(count)
    )
    return (
        "tree: t\ntitle: {ru: Т, en: T}\nfirst: q\nquestions:\n  q:\n"
        f"    ask: {{ru: Ж, en: W}}\n    answers:\n{answers}"
        "outcomes:\n  home: {offer: [], owner: client}\n"
    )


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntree: *c\n"

HOSTILE = {
    "empty": ("", "empty"),
    "only a comment": ("# nothing\n", "empty"),
    "brackets": ("tree: " + "[" * 5000, "nesting depth"),
    "braces": ("{a: " * 5000, "nested more than 20 deep"),
    "indents": ("".join(" " * n + "a:\n" for n in range(100)), "nested more than 20 deep"),
    "merge bomb": (BOMB, "anchors and aliases"),
    "self-reference": ("tree: &a [*a]\n", "anchors and aliases"),
    "object tag": ("tree: !!python/object/new:os.system [id]\n", "tags are not accepted"),
    "own tag": ("tree: !include /etc/passwd\n", "tags are not accepted"),
    "1 MB": ("# " + "x" * 1_000_000, "bytes"),
    "10,000 answers": (many_answers(10_000), "more than 2,000 entries"),
    "1,500 answers": (many_answers(1_500), "1,500 answers"),
    "two documents": (SKETCH + "---\n" + SKETCH, "second document"),
    "a list": ("- tree\n", "must be a mapping"),
    "a word": ("tree\n", "must be a mapping"),
    "a list as key": ("[a, b]: c\n", "a key must be a plain word"),
    "NUL": ("tree: a\x00b\n", "control character 0x00"),
    "a tab": ("tree:\n\t- a\n", "not YAML"),
    "no end of quotes": ('tree: "a\n', "not YAML"),
}


@pytest.mark.parametrize(("text", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_by_name(text: str, message: str) -> None:
    problems = refused(text)
    assert any(message in str(one) for one in problems), problems[:3]
    assert len(problems) < 10


def test_a_file_that_is_not_utf_8_is_refused_at_its_byte() -> None:
    problems: list[Problem] = []
    data = SKETCH.encode("cp1251")
    assert draft_of(data, "t.yaml", OFFERS, problems) is None
    assert (problems[0].line, problems[0].column) == (2, 13)
    assert "UTF-8" in problems[0].message


def test_the_hash_of_a_draft_is_that_of_its_text() -> None:
    assert accepted(SKETCH).hash == accepted("\ufeff" + SKETCH).hash
    assert accepted(SKETCH).hash != accepted(SKETCH + "# a word\n").hash
    assert re.fullmatch("[0-9a-f]{64}", accepted(SKETCH).hash)
