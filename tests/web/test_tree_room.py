"""The tree's room over plain HTTP: drafts, checks, trials, changes, publishing, and who may."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from web.tree_office import TreeOffice, running
from web.visitor import Visitor, visitor

from ivr.config.check import load

MARKUP = "<img src=x onerror=alert(1)> & \"quoted\" {{7*7}} ${7*7} 'x' # y: z"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TreeOffice]:
    async with running(tmp_path) as one:
        yield one


@pytest.fixture
async def vera(office: TreeOffice) -> AsyncIterator[Visitor]:
    """The head of the department, on the tree's page."""
    async with visitor(office, "vera") as one:
        await one.page("/tree")
        yield one


async def opened(who: Visitor) -> Any:
    status, told = await who.ask("/tree/drafts/internet")
    assert status == 200, told
    return told


async def looked(who: Visitor, text: str, *edits: dict[str, Any]) -> Any:
    status, told = await who.ask("/tree/look", {"text": text, "edits": list(edits)})
    assert status == 200, told
    return told


def put(*place: str | int, value: Any) -> dict[str, Any]:
    return {"do": "put", "place": list(place), "value": value}


def messages(told: Any, language: str = "en") -> list[str]:
    return [one["message"][language] for one in told["problems"]]


# --- who may ------------------------------------------------------------------------------------

ROUTES: list[tuple[str, object]] = [
    ("/tree/drafts", None),
    ("/tree/drafts/internet", None),
    ("/tree/shares/internet", None),
    ("/tree/versions/internet", None),
    ("/tree/versions/internet/1", None),
    ("/tree/look", {"text": ""}),
    ("/tree/try", {"text": ""}),
    ("/tree/changes", {"text": ""}),
    ("/tree/save", {"tree": "internet", "hash": "", "text": ""}),
    ("/tree/new", {"tree": "phones", "title": {}, "text": ""}),
    ("/tree/rename", {"tree": "internet", "hash": "", "to": "phones"}),
    ("/tree/publish", {"tree": "internet", "hash": ""}),
    ("/tree/back", {"tree": "internet", "version": 1}),
    ("/tree/reload", {}),
]


@pytest.mark.parametrize(("address", "body"), ROUTES, ids=[one for one, _ in ROUTES])
async def test_only_the_head_of_the_department_is_answered(
    office: TreeOffice, address: str, body: object
) -> None:
    async with visitor(office, "anna") as anna:
        await anna.page("/tree", status=403)
        status, told = await anna.ask(address, body)
        assert (status, told["problem"]) == (403, "not_for_you")
        anna.http.cookie_jar.clear()
        status, told = await anna.ask(address, body)
        assert (status, told["problem"]) == (401, "signed_out")


POSTS = [(address, body) for address, body in ROUTES if body is not None]


@pytest.mark.parametrize(("address", "body"), POSTS, ids=[one for one, _ in POSTS])
async def test_no_other_page_and_no_wrong_body_gets_through(
    office: TreeOffice, vera: Visitor, address: str, body: object
) -> None:
    before = office.draft.read_bytes()
    status, told = await vera.ask(address, body, X_Form_Token="A" * 43)
    assert (status, told["problem"]) == (403, "stale_form")
    status, told = await vera.ask(address, body, Origin="https://evil.example")
    assert (status, told["problem"]) == (403, "foreign_origin")
    for wrong in (b"{", b"[]", b'{"tree": 7}', b'{"role": "admin"}', b"\xff"):
        status, told = await vera.ask(address, wrong)
        assert (status, told["problem"]) == (400, "bad_message"), wrong
    assert (await vera.ask(address, body, Content_Type="text/plain"))[0] == 415
    assert (office.draft.read_bytes(), office.version, office.audit()) == (before, 1, [])


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fivr", "%00", "internet.yaml", "ИНТЕРНЕТ"])
async def test_a_tree_that_is_none_is_not_there(vera: Visitor, name: str) -> None:
    for address in (f"/tree/drafts/{name}", f"/tree/shares/{name}", f"/tree/versions/{name}/1"):
        status, told = await vera.ask(address)
        assert status == 404, address
        assert told["problem"] in ("no_such_tree", "no_such_version")
    for number in ("0", "9", "-1", "1e3", "x", "9" * 30):
        status, told = await vera.ask(f"/tree/versions/internet/{number}")
        assert (status, told["problem"]) == (404, "no_such_version")


# --- opening and looking ------------------------------------------------------------------------


async def test_a_draft_opens_with_its_tree_its_versions_and_the_catalogue(vera: Visitor) -> None:
    told = await opened(vera)
    assert told["look"]["tree"]["questions"]["seats"]["answers"][1]["say"]["ru"] == "10–49"
    assert told["look"]["problems"] == []
    assert told["in_force"]["version"] == 1
    status, listed = await vera.ask("/tree/drafts")
    assert (status, listed["trees"]) == (200, ["internet"])
    assert listed["offers"][0]["id"] == "home-100"
    assert listed["offers"][0]["title"]["ru"].startswith("Дом")


async def test_an_edit_keeps_every_comment_and_touches_nothing_else(vera: Visitor) -> None:
    text = (await opened(vera))["look"]["text"]
    place = ("questions", "seats", "ask", "ru")
    told = await looked(vera, text, put(*place, value="Сколько мест?"))
    old, new = text.splitlines(), told["text"].splitlines()
    assert [one for one in new if one not in old] == ["      ru: Сколько мест?"]
    assert len(old) == len(new)


async def test_a_problem_stands_at_the_node_that_it_is_about_in_both_languages(
    vera: Visitor,
) -> None:
    text = (await opened(vera))["look"]["text"]
    place: list[str | int] = ["questions", "seats", "number", 0, "then"]
    told = await looked(vera, text, put(*place, value="nowhere"))
    here = next(one for one in told["problems"] if "nowhere" in one["message"]["en"])
    assert here["place"] == place
    assert here["message"]["ru"] == "ответ ведёт к «nowhere», а такого вопроса или итога нет"
    assert here["mend"]["ru"] == "выберите, куда ведёт ответ"


async def test_an_empty_text_is_said_beside_its_field(vera: Visitor) -> None:
    text = (await opened(vera))["look"]["text"]
    told = await looked(vera, text, put("questions", "who", "ask", "ru", value=""))
    assert [one["place"] for one in told["problems"]] == [["questions", "who", "ask", "ru"]]


async def test_answers_are_added_moved_and_taken_away(vera: Visitor) -> None:
    text = (await opened(vera))["look"]["text"]
    say = {"ru": "Посольству", "en": "Embassy"}
    here = ["questions", "who", "answers", "embassy"]
    told = await looked(vera, text, put(*here, value={"say": say, "then": "corporate"}))
    told = await looked(vera, told["text"], {"do": "move", "place": here, "to": 0})
    ids = [one["id"] for one in told["tree"]["questions"]["who"]["answers"]]
    assert ids == ["embassy", "person", "organisation"]
    back = await looked(vera, told["text"], {"do": "drop", "place": here})
    assert back["tree"] == (await looked(vera, text))["tree"]
    assert re.findall("#.*", back["text"]) == re.findall("#.*", text)


@pytest.mark.parametrize(
    "edit",
    [
        {"do": "put", "place": ["questions", "gone", "ask"], "value": "x"},
        {"do": "drop", "place": ["questions", "gone"]},
        {"do": "move", "place": ["questions", "who"], "to": 99},
        {"do": "rename", "place": ["rules", 0], "to": "x"},
        {"do": "put", "place": [], "value": {}},
    ],
)
async def test_an_edit_that_does_not_fit_is_refused_and_changes_nothing(
    vera: Visitor, edit: dict[str, Any]
) -> None:
    text = (await opened(vera))["look"]["text"]
    status, told = await vera.ask("/tree/look", {"text": text, "edits": [edit]})
    if edit["place"]:
        assert (status, told["problem"]) == (409, "edit_refused")
    else:
        assert told["tree"] is None


@pytest.mark.parametrize(
    "edit",
    [
        {"do": "burn", "place": ["first"]},
        {"do": "put", "place": ["first"], "value": 7},
        {"do": "put", "place": ["first"], "value": [[[[[[[[[["deep"]]]]]]]]]]},
        {"do": "move", "place": ["first"], "to": "up"},
        {"do": "put", "place": ["x"] * 13, "value": "x"},
    ],
)
async def test_an_edit_that_is_none_is_refused_by_name(vera: Visitor, edit: dict[str, Any]) -> None:
    status, told = await vera.ask("/tree/look", {"text": "a: b", "edits": [edit]})
    assert (status, told["problem"]) == (400, "bad_message")


HOSTILE = {
    "cycle of anchors": "a: &x [*x]",
    "brackets": "[" * 5000,
    "tags": "!!python/object/apply:os.system [id]",
    "nul": "tree: \u0000",
    "nothing": "",
    "markup": f"tree: <script>alert(1)</script>\ntitle: {{ru: '{'<b>' * 50}', en: x}}",
    "half a surrogate": "tree: \ud800",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_is_refused_with_its_place_and_the_page_goes_on(
    vera: Visitor, text: str
) -> None:
    status, told = await vera.ask("/tree/look", {"text": text})
    if status == 200:
        assert told["tree"] is None
        assert told["problems"]
    else:
        assert (status, told["problem"]) == (400, "bad_message")
    assert (await vera.ask("/tree/try", {"text": text}))[0] in (400, 422)
    assert (await opened(vera))["look"]["problems"] == []


async def test_markup_in_a_text_goes_through_as_text(office: TreeOffice, vera: Visitor) -> None:
    told = await opened(vera)
    edit = put("questions", "who", "ask", "ru", value=MARKUP)
    seen = await looked(vera, told["look"]["text"], edit)
    assert seen["problems"] == []
    assert seen["tree"]["questions"]["who"]["ask"]["ru"] == MARKUP
    body = {"tree": "internet", "hash": told["hash"], "text": seen["text"]}
    assert (await vera.ask("/tree/save", body))[0] == 200
    assert (await vera.ask("/tree/drafts/internet"))[1]["look"]["text"] == seen["text"]
    assert office.draft.read_text("utf-8") == seen["text"]


# --- trying -------------------------------------------------------------------------------------


async def tried(who: Visitor, *moves: tuple[str, str | None], key: bool = False) -> Any:
    text = (await opened(who))["look"]["text"]
    sent = [{"question": question, "given": given} for question, given in moves]
    status, told = await who.ask("/tree/try", {"text": text, "moves": sent, "key": key})
    assert status == 200, told
    return told


async def test_a_trial_asks_and_decides_as_a_call_would(vera: Visitor) -> None:
    told = await tried(vera)
    assert (told["question"]["id"], told["question"]["most"]) == ("who", 4)
    told = await tried(vera, ("who", "organisation"), ("staff", "40"))
    assert told["question"]["id"] == "seats"
    assert [one["value"]["ru"] for one in told["known"]] == ["Организации", "40 чел."]
    told = await tried(vera, ("who", "organisation"), ("staff", None), ("sites", "network"))
    assert told["ends"]["outcome"] == "corporate"
    assert (told["ends"]["owner"], told["ends"]["aim"]) == ("sales", "meeting")
    assert told["ends"]["why_kind"] == "scale"


async def test_a_trial_tells_why_an_answer_does_not_fit_and_stays(vera: Visitor) -> None:
    told = await tried(vera, ("who", "organisation"), ("staff", "many"))
    assert told["kept"] == 1
    assert told["refused"]["ru"] == "Нужно число, например 12"
    told = await tried(vera, ("who", None))
    assert told["kept"] == 0
    assert {one["outcome"] for one in told["choices"]} >= {"home", "corporate"}
    told = await tried(vera, ("seats", "5"))
    assert (told["kept"], told["question"]["id"]) == (0, "who")


async def test_a_key_account_ends_at_sales_in_a_trial_too(vera: Visitor) -> None:
    told = await tried(vera, ("who", "person"), key=True)
    assert (told["ends"]["owner"], told["ends"]["why_kind"]) == ("sales", "account")


# --- changes ------------------------------------------------------------------------------------

TO_NETWORK = ("who", "organisation")


async def test_changes_tell_the_ways_and_the_clients_that_would_go_elsewhere(
    office: TreeOffice, vera: Visitor
) -> None:
    office.past("a", ["organisation", "40", "5"])
    office.past("b", ["organisation", "40", "30"])
    office.past("c", ["person"])
    office.past("old", ["organisation", "40", "5"], days_ago=40.0)
    office.past("open", ["organisation"])
    await office.kept(5)
    text = (await opened(vera))["look"]["text"]
    edit = put("questions", "seats", "number", 0, "then", value="branch")
    seen = await looked(vera, text, edit, {"do": "drop", "place": ["outcomes", "office"]})
    assert seen["problems"] == []
    status, told = await vera.ask("/tree/changes", {"text": seen["text"]})
    assert status == 200, told
    assert not told["same"]
    assert {(one["before"]["outcome"], one["after"]["outcome"]) for one in told["ways"]} == {
        ("office", "branch")
    }
    assert all(one["department"] for one in told["ways"])
    again = told["replayed"]
    assert (again["compared"], again["moved_count"], again["unfinished"]) == (3, 1, 1)
    assert [one["call"] for one in again["moved"]] == ["a"]
    assert again["moved"][0]["answers"][0]["ru"] == "Организации"


async def test_a_question_that_was_never_asked_is_told_as_unclear(
    office: TreeOffice, vera: Visitor
) -> None:
    office.past("c", ["person"])
    await office.kept(1)
    text = (await opened(vera))["look"]["text"]
    say = {"ru": "Да", "en": "Yes"}
    question = {
        "ask": {"ru": "Дом новый?", "en": "A new house?"},
        "answers": {"yes": {"say": say, "then": "home"}, "no": {"say": say, "then": "home"}},
    }
    seen = await looked(
        vera,
        text,
        put("questions", "house", value=question),
        put("questions", "who", "answers", "person", "then", value="house"),
    )
    assert seen["problems"] == []
    _, told = await vera.ask("/tree/changes", {"text": seen["text"]})
    assert told["replayed"]["unclear"] == [
        {"question": {"ru": "Дом новый?", "en": "A new house?"}, "why": "never_asked", "count": 1}
    ]
    assert told["added"][0]["words"]["ru"] == "Дом новый?"


async def test_shares_come_from_the_last_weeks(office: TreeOffice, vera: Visitor) -> None:
    office.past("a", ["organisation", "40", "5"])
    office.past("b", ["organisation", None, "one", "5"])
    office.past("old", ["person"], days_ago=40.0)
    await office.kept(3)
    status, told = await vera.ask("/tree/shares/internet")
    assert (status, told["calls"]) == (200, 2)
    assert told["questions"]["who"]["reached"] == 2
    assert told["questions"]["staff"]["answers"]["unknown"] == 1
    assert told["questions"]["seats"]["answers"]["to-9"] == 2


# --- saving, publishing, going back -------------------------------------------------------------


async def edited(who: Visitor, words: str = "Сколько мест?") -> tuple[str, str]:
    """The hash of the draft's file, and a sound text that says something else."""
    told = await opened(who)
    edit = put("questions", "seats", "ask", "ru", value=words)
    return told["hash"], (await looked(who, told["look"]["text"], edit))["text"]


async def test_a_draft_is_saved_published_and_taken_back_each_with_its_entry(
    office: TreeOffice, vera: Visitor
) -> None:
    expected, text = await edited(vera)
    status, told = await vera.ask(
        "/tree/save", {"tree": "internet", "hash": expected, "text": text}
    )
    assert status == 200, told
    assert office.draft.read_text("utf-8") == text
    assert office.version == 1
    status, told = await vera.ask("/tree/publish", {"tree": "internet", "hash": told["hash"]})
    assert (status, told["in_force"]["version"]) == (200, 2)
    assert told["in_force"]["published_by"] == "vera"
    assert office.version == 2
    status, told = await vera.ask("/tree/back", {"tree": "internet", "version": 1})
    assert (status, office.version) == (200, 3)
    assert office.draft.read_text("utf-8") == text
    entries = [(one.actor, one.action, one.object) for one in await office.audited(3)]
    assert entries == [
        ("vera", "save", "tree:internet"),
        ("vera", "publish", "tree:internet"),
        ("vera", "publish", "tree:internet"),
    ]
    assert office.audit()[2].detail["how"] == "back to 1"


async def test_what_a_hand_has_changed_meanwhile_is_never_overwritten_nor_published(
    office: TreeOffice, vera: Visitor
) -> None:
    expected, text = await edited(vera)
    by_hand = office.draft.read_text("utf-8") + "\n# by hand\n"
    office.draft.write_text(by_hand, "utf-8")
    body = {"tree": "internet", "hash": expected, "text": text}
    status, told = await vera.ask("/tree/save", body)
    assert (status, told["problem"]) == (409, "draft_changed")
    status, told = await vera.ask("/tree/publish", {"tree": "internet", "hash": expected})
    assert (status, told["problem"]) == (409, "draft_changed")
    assert office.draft.read_text("utf-8") == by_hand
    assert (office.version, office.audit()) == (1, [])


async def test_a_folder_that_takes_no_save_is_named(
    office: TreeOffice, vera: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, text = await edited(vera)
    # The tests may run as root, whom no mode of a folder stops.
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    body = {"tree": "internet", "hash": expected, "text": text}
    status, told = await vera.ask("/tree/save", body)
    assert (status, told["problem"]) == (409, "not_writable")
    assert str(office.draft) in told["detail"]
    assert office.audit() == []


@pytest.mark.parametrize("other", [".#internet.yaml", "cp1251.yaml", "folder.yaml"])
async def test_a_file_that_cannot_be_read_keeps_no_other_draft_from_the_page(
    office: TreeOffice, vera: Visitor, other: str
) -> None:
    expected, text = await edited(vera)
    path = office.draft.with_name(other)
    match path.stem:
        case ".#internet":
            path.symlink_to("vera@office.4711:1764000000")
        case "cp1251":
            path.write_bytes("tree: ёлка".encode("cp1251"))
        case _:
            path.mkdir()
    names = (await vera.ask("/tree/drafts"))[1]["trees"]
    assert names == ["internet"] if other.startswith(".") else [path.stem, "internet"]
    body = {"tree": "internet", "hash": expected, "text": text}
    assert (await vera.ask("/tree/save", body))[0] == 200
    if other.startswith("."):
        assert (await vera.ask("/tree/reload", {}))[0] == 200
        return
    status, told = await vera.ask(f"/tree/drafts/{path.stem}")
    assert (status, told["problem"]) == (409, "not_readable")
    assert str(path) in told["detail"]


async def test_only_the_text_that_was_looked_at_is_published(
    office: TreeOffice, vera: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file changes after the page has asked, and before the folder is read for publishing."""
    told = await opened(vera)

    def changed_just_before(*given: Any, **named: Any) -> Any:
        office.draft.write_text(told["look"]["text"].replace("Доступ", "Вход"), "utf-8")
        return load(*given, **named)

    monkeypatch.setattr("ivr.publishing.load", changed_just_before)
    body = {"tree": "internet", "hash": told["hash"]}
    status, told = await vera.ask("/tree/publish", body)
    assert (status, told["problem"], office.version) == (409, "draft_changed", 1)


async def test_versions_are_listed_fifty_at_a_time_newest_first(
    office: TreeOffice, vera: Visitor
) -> None:
    text = office.draft.read_text("utf-8")
    office.publish_often(text, 120)

    async def listed(query: str) -> list[int]:
        status, told = await vera.ask(f"/tree/versions/internet{query}")
        assert status == 200, told
        assert {*told[0]} == {"version", "published_at", "by"}
        return [one["version"] for one in told]

    assert await listed("") == [*range(121, 71, -1)]
    assert await listed("?before=72") == [*range(71, 21, -1)]
    assert await listed("?before=22") == [*range(21, 0, -1)]
    assert (await vera.ask("/tree/versions/internet?before=1"))[1] == []
    for wrong in ("0", "-1", "x", "9" * 30, ""):
        status, told = await vera.ask(f"/tree/versions/internet?before={wrong}")
        assert (status, told["problem"]) == (400, "bad_message"), wrong


# --- new trees and other names ------------------------------------------------------------------


NEW = {"tree": "phones", "title": {"ru": "Телефония", "en": "Phones"}, "text": ""}


async def test_a_new_tree_begins_small_or_as_a_copy_and_may_be_published(
    office: TreeOffice, vera: Visitor
) -> None:
    status, told = await vera.ask("/tree/new", NEW)
    assert (status, told["tree"], told["in_force"]) == (200, "phones", None)
    assert told["look"]["tree"]["title"] == NEW["title"]
    assert (told["file"], told["look"]["problems"]) == (
        str(office.draft.with_name("phones.yaml")),
        [],
    )
    text = office.draft.read_text("utf-8")
    copy = {**NEW, "tree": "copy", "text": text}
    status, told = await vera.ask("/tree/new", copy)
    assert re.findall("#.*", told["look"]["text"]) == re.findall("#.*", text)
    assert (await vera.ask("/tree/drafts"))[1]["trees"] == ["copy", "internet", "phones"]
    status, told = await vera.ask("/tree/publish", {"tree": "copy", "hash": told["hash"]})
    assert (status, told["in_force"]["version"]) == (200, 1)
    entries = await office.audited(3)
    assert [(one.action, one.object) for one in entries] == [
        ("create", "tree:phones"),
        ("create", "tree:copy"),
        ("publish", "tree:copy"),
    ]


@pytest.mark.parametrize("name", ["../x", "", "Phones", "a" * 41, "a\n", "тел", ".x", "-x"])
async def test_a_tree_s_name_is_no_path(office: TreeOffice, vera: Visitor, name: str) -> None:
    before = sorted(office.draft.parent.iterdir())
    for address, body in (
        ("/tree/new", {**NEW, "tree": name}),
        ("/tree/rename", {"tree": "internet", "hash": "", "to": name}),
    ):
        assert (await vera.ask(address, body))[0] == 400
    assert sorted(office.draft.parent.iterdir()) == before


async def test_a_new_tree_takes_nobody_s_place_and_is_sound(
    office: TreeOffice, vera: Visitor
) -> None:
    office.draft.with_name("taken.yaml").write_text("tree: another\n", "utf-8")
    for name in ("internet", "another", "taken"):
        status, told = await vera.ask("/tree/new", {**NEW, "tree": name})
        assert (status, told["problem"]) == (409, "tree_exists"), name
    status, told = await vera.ask("/tree/new", {**NEW, "title": {"ru": "", "en": "x"}})
    assert (status, told["problem"]) == (422, "faulty")
    assert not office.draft.with_name("phones.yaml").exists()
    assert office.audit() == []


async def test_a_draft_is_renamed_until_it_is_published(office: TreeOffice, vera: Visitor) -> None:
    told = (await vera.ask("/tree/new", NEW))[1]
    again = {"tree": "phones", "hash": told["hash"], "to": "telephony"}
    stale = {**again, "hash": "0" * 64}
    assert (await vera.ask("/tree/rename", stale))[1]["problem"] == "draft_changed"
    assert (await vera.ask("/tree/rename", {**again, "to": "internet"}))[1]["problem"] == (
        "tree_exists"
    )
    status, told = await vera.ask("/tree/rename", again)
    assert (status, told["tree"]) == (200, "telephony")
    assert (await vera.ask("/tree/drafts"))[1]["trees"] == ["internet", "telephony"]
    assert not office.draft.with_name("phones.yaml").exists()
    whole = {"tree": "internet", "hash": (await opened(vera))["hash"], "to": "net"}
    status, told = await vera.ask("/tree/rename", whole)
    assert (status, told["problem"]) == (409, "tree_in_use")


async def test_a_faulty_text_and_another_tree_are_not_saved(
    office: TreeOffice, vera: Visitor
) -> None:
    before = office.draft.read_text("utf-8")
    expected, text = await edited(vera)
    faulty = text.replace("first: who", "first: whu")
    status, told = await vera.ask(
        "/tree/save", {"tree": "internet", "hash": expected, "text": faulty}
    )
    assert (status, told["problem"]) == (422, "faulty")
    assert told["problems"][0]["found"]["message"]["ru"].startswith("первого вопроса «whu» нет")
    other = text.replace("tree: internet", "tree: another")
    status, told = await vera.ask(
        "/tree/save", {"tree": "internet", "hash": expected, "text": other}
    )
    assert (status, told["problem"]) == (422, "another_tree")
    assert office.draft.read_text("utf-8") == before


async def test_going_back_to_what_never_was_is_refused(office: TreeOffice, vera: Visitor) -> None:
    status, told = await vera.ask("/tree/back", {"tree": "internet", "version": 9})
    assert (status, told["problem"]) == (404, "no_such_version")
    status, told = await vera.ask("/tree/back", {"tree": "nothing", "version": 1})
    assert (status, told["problem"]) == (404, "no_such_tree")
    assert office.version == 1


async def test_a_reload_says_what_changed_or_why_it_was_refused(
    office: TreeOffice, vera: Visitor
) -> None:
    people = office.folder / "people.yaml"
    text = people.read_text("utf-8")
    people.write_text(text.replace("en: Anna Voronova", "en: Ann Voronova"), "utf-8")
    assert await vera.ask("/tree/reload", {}) == (200, {"changed": ["people"], "restart": []})
    people.write_text(text.replace("PJSIP/101", "PJSIP/102"), "utf-8")
    status, told = await vera.ask("/tree/reload", {})
    assert (status, told["problem"]) == (422, "faulty")
    assert told["problems"][0]["file"].endswith("people.yaml")
    assert [one.action for one in await office.audited(1)] == ["reload"]


async def test_a_text_above_a_megabyte_is_refused(vera: Visitor) -> None:
    status, told = await vera.ask("/tree/look", {"text": "x" * 1_100_001})
    assert (status, told["problem"]) == (400, "bad_message")
    status, told = await vera.ask("/tree/look", {"text": "x" * 3_000_001})
    assert (status, told["problem"]) == (413, "too_large")
