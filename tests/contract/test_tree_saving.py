"""Trees saved by program into files that people edit: meaning, comments, and nobody's edit lost."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_trees import plain_tree, tree_text, with_tree
from tree_makers import SLOW, sound_trees

from ivr.config.marked_yaml import Plain
from ivr.config.problems import ConfigRefused
from ivr.config.tree_saving import (
    DraftChanged,
    DraftNotWritable,
    create,
    opened,
    rename,
    save,
)
from ivr.config.trees import tree_from_text
from ivr.config.yaml_editing import (
    Drop,
    Edit,
    EditRefused,
    Move,
    Put,
    Rename,
    changes,
    data_of,
    edited,
)
from ivr.domain.errors import LinetreeError
from ivr.domain.tree.tree import Tree

EXAMPLE = Path(__file__).parents[2] / "config" / "trees" / "internet.yaml"
TEXT = EXAMPLE.read_text("utf-8")


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that only one of the two has."""
    old, new = before.splitlines(), after.splitlines()
    return [one for one in old if one not in new], [one for one in new if one not in old]


def comments(text: str) -> list[str]:
    return re.findall(r"#.*$", text, flags=re.MULTILINE)


# --- single edits -------------------------------------------------------------------------------


def test_one_text_changes_one_line_and_nothing_else_moves() -> None:
    place = ("questions", "staff", "ask", "ru")
    gone, come = lines_changed(TEXT, edited(TEXT, [Put(place, "Сколько вас?")]))
    assert gone == ["      ru: Сколько человек работает в вашей компании?"]
    assert come == ["      ru: Сколько вас?"]


@pytest.mark.parametrize(
    "words",
    [
        "a: b",
        "# no comment",
        "- x",
        "'quoted' \"twice\"",
        "no",
        "12:30",
        "0101",
        "~",
        "*x &y !z",
        "{a}, [b]",
        "%x",
        "ends with colon:",
        "обычный текст",
        "tab\tinside",
        "😀",
        "x" * 900,
    ],
)
def test_any_words_come_back_as_they_were_written(words: str) -> None:
    for place in (("questions", "staff", "ask", "ru"), ("questions", "seats", "unit", "ru")):
        text = edited(TEXT, [Put(place, words)])
        held = data_of(text, "t")
        for step in place:
            assert isinstance(held, dict)
            held = held[step]
        assert held == words
        assert all(comment in text for comment in comments(TEXT))


def test_an_answer_is_added_in_the_manner_of_the_others() -> None:
    value: Plain = {"say": {"ru": "Посольству", "en": "Embassy"}, "then": "corporate"}
    text = edited(TEXT, [Put(("questions", "who", "answers", "embassy"), value)])
    assert "      embassy: {say: {ru: Посольству, en: Embassy}, then: corporate}\n" in text
    assert comments(text) == comments(TEXT)
    assert "embassy" in str(tree_from_text(text, "t").tree.questions["who"].form)


def test_what_is_dropped_takes_its_own_comment_and_no_other() -> None:
    text = "a: 1\n# about b\nb:\n  # inside b\n  x: 1\n\n# about c\nc: 1  # c's end\nd: 1\n"
    assert edited(text, [Drop(("b",))]) == "a: 1\n# about c\nc: 1  # c's end\nd: 1\n"
    assert edited(text, [Drop(("d",))]) == text.removesuffix("d: 1\n")
    assert edited(text, [Drop(("a",))]) == text.removeprefix("a: 1\n")
    assert edited(text, [Drop(("c",))]).endswith("  x: 1\n\nd: 1\n")


def test_what_is_moved_takes_its_comment_along() -> None:
    text = "a: 1\n# about b\nb:\n  x: 1\n# about c\nc: 1  # c's end"
    moved = edited(text, [Move(("c",), 0)])
    assert moved == "# about c\nc: 1  # c's end\na: 1\n# about b\nb:\n  x: 1\n"
    assert edited(moved, [Move(("c",), 2)]) == text + "\n"
    items = "rules:\n  # first\n  - {a: 1}\n  - {b: 2}\n"
    turned = "rules:\n  - {b: 2}\n  # first\n  - {a: 1}\n"
    assert edited(items, [Move(("rules", 0), 1)]) == turned


def test_an_entry_between_brackets_is_moved_too() -> None:
    assert data_of(edited("{a: 1, b: 2, c: 3}", [Move(("c",), 0)]), "t") == {
        "c": "3",
        "a": "1",
        "b": "2",
    }
    text = edited("x: [1, 2, 3]  # kept", [Move(("x", 0), 2)])
    assert data_of(text, "t") == {"x": ["2", "3", "1"]}
    assert "# kept" in text


def test_answers_of_a_real_tree_change_places() -> None:
    place = ("questions", "who", "answers", "organisation")
    text = edited(TEXT, [Move(place, 0)])
    assert sorted(text.splitlines()) == sorted(TEXT.splitlines())
    assert text.index("organisation:") < text.index("person:")
    assert edited(text, [Move(place, 1)]) == TEXT


@pytest.mark.parametrize(("place", "to"), [(("b",), 0), (("a",), 1), (("a",), -1), ((), 0)])
def test_a_move_that_does_not_fit_is_refused(place: tuple[str, ...], to: int) -> None:
    with pytest.raises(EditRefused):
        edited("a: 1\n", [Move(place, to)])


def test_a_key_is_renamed_in_its_place() -> None:
    gone, come = lines_changed(TEXT, edited(TEXT, [Rename(("questions", "staff"), "people")]))
    assert [one.replace("staff:", "people:") for one in gone] == come


def test_ranges_are_put_border_by_border() -> None:
    ranges: Plain = [
        {"to": "9", "then": "office"},
        {"to": "29", "then": "branch"},
        {"to": "99", "then": "volume"},
        {"then": "volume"},
    ]
    text = edited(TEXT, [Put(("questions", "seats", "number"), ranges)])
    assert "      - {to: 9, then: office}\n      - {to: 29, then: branch}\n" in text
    assert data_of(text, "t")["questions"]["seats"]["number"] == ranges  # type: ignore[index, call-overload]
    assert comments(text) == comments(TEXT)


def test_files_of_windows_keep_their_line_ends() -> None:
    text = TEXT.replace("\n", "\r\n")
    changed = edited(text, [Put(("first",), "staff"), Drop(("questions", "who"))])
    assert changed.count("\n") == changed.count("\r\n")


@pytest.mark.parametrize(
    "edit",
    [
        Put(("questions", "nobody", "ask", "ru"), "x"),
        Put(("questions", "who", "answers", "person", "say", "ru", "x"), "x"),
        Put(("rules", 7), {"owner": "sales"}),
        Drop(("questions", "nobody")),
        Drop(("rules", 1)),
        Drop(()),
        Rename(("questions", "nobody"), "somebody"),
        Rename(("questions", "who"), "staff"),
    ],
)
def test_an_edit_of_what_is_not_there_is_refused_by_its_place(edit: Edit) -> None:
    with pytest.raises(EditRefused, match="load the file again"):
        edited(TEXT, [edit])


def test_a_file_that_is_no_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(ConfigRefused, match="t:2:1: not YAML"):
        edited("a: [", [Put(("a",), "x")], "t")


# --- whole trees --------------------------------------------------------------------------------


def test_the_example_as_a_tree_again_is_the_same_file() -> None:
    assert with_tree(TEXT, tree_from_text(TEXT, "t").tree) == TEXT


@SLOW
@given(sound_trees())
def test_a_tree_written_anew_means_the_same(tree: Tree) -> None:
    assert plain_tree(tree_from_text(tree_text(tree), "t").tree) == plain_tree(tree)


def commented(text: str) -> str:
    """A comment with a number above each line that begins an entry, and one at its end."""
    lines = []
    for number, line in enumerate(text.splitlines()):
        indent = line[: len(line) - len(line.lstrip())]
        lines += [f"{indent}# above {number}", f"{line}  # at {number}"]
    return "\n".join(lines) + "\n"


@SLOW
@given(sound_trees())
def test_yaml_to_tree_to_yaml_keeps_meaning_and_comments(tree: Tree) -> None:
    text = commented(tree_text(tree))
    assert with_tree(text, tree_from_text(text, "t").tree) == text


@SLOW
@given(sound_trees(), st.data())
def test_a_changed_text_keeps_every_comment(tree: Tree, data: st.DataObject) -> None:
    text = commented(tree_text(tree))
    name = data.draw(st.sampled_from([*tree.questions]))
    words = data.draw(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
    )
    changed = edited(text, [Put(("questions", name, "ask", "ru"), words)])
    assert re.findall(r"# (?:above|at) \d+$", changed, re.MULTILINE) == re.findall(
        r"# (?:above|at) \d+$", text, re.MULTILINE
    )


@SLOW
@given(sound_trees(), sound_trees())
def test_a_file_becomes_any_other_tree(one: Tree, two: Tree) -> None:
    assert plain_tree(tree_from_text(with_tree(tree_text(one), two), "t").tree) == plain_tree(two)


KEYS = st.sampled_from(["a", "b", "c:d", "ё.1"])
PLAIN = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=9),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
    ),
    max_leaves=12,
)


@SLOW
@given(
    st.dictionaries(KEYS, PLAIN, min_size=1),
    st.dictionaries(KEYS, PLAIN, min_size=1),
)
def test_the_smallest_edits_lead_from_any_data_to_any_other(
    old: dict[str, object], new: dict[str, object]
) -> None:
    text = edited("x: 1\n", [Put((), old)])  # type: ignore[arg-type]
    assert data_of(edited(text, changes(data_of(text, "t"), new)), "t") == new  # type: ignore[arg-type]


# --- files --------------------------------------------------------------------------------------


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLE, tmp_path / "internet.yaml"))


def test_a_save_replaces_the_file_whole_and_keeps_its_mode(draft: Path) -> None:
    draft.chmod(0o640)
    before = opened(draft)
    text = edited(before.text, [Put(("questions", "staff", "ask", "ru"), "Сколько вас?")])
    kept = save(draft, before.hash, text)
    assert draft.read_text("utf-8") == text
    assert kept.hash == opened(draft).hash != before.hash
    assert draft.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in draft.parent.iterdir()] == ["internet.yaml"]


def test_an_edit_by_hand_in_the_meantime_is_not_overwritten(draft: Path) -> None:
    before = opened(draft)
    draft.write_text(TEXT + "# by hand\n", "utf-8")
    with pytest.raises(DraftChanged, match="changed by somebody else"):
        save(draft, before.hash, TEXT)
    assert draft.read_text("utf-8").endswith("# by hand\n")


def test_a_faulty_tree_is_not_saved_and_told_with_its_lines(draft: Path) -> None:
    before = opened(draft)
    text = before.text.replace("first: who", "first: whu")
    with pytest.raises(ConfigRefused, match=r"internet\.yaml:6:8"):
        save(draft, before.hash, text)
    with pytest.raises(ConfigRefused, match="not in the catalogue"):
        save(draft, before.hash, before.text, offers=["home-100"])
    assert draft.read_text("utf-8") == TEXT


def test_a_link_is_followed_and_stays_a_link(draft: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(draft)
    save(link, opened(link).hash, TEXT.replace("Сколько человек", "Сколько людей"))
    assert link.is_symlink()
    assert "Сколько людей" in draft.read_text("utf-8")


def as_an_ordinary_user(act: Callable[[], object]) -> str:
    """What goes wrong when somebody without root's rights does this; "" if nothing does."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        told = ""
        try:
            if os.getuid() == 0:
                nobody = pwd.getpwnam("nobody")
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
            act()
        except LinetreeError as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writer, told.encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_is_read_only_refuses_the_save_by_name(which: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="ivr."))
    path = Path(shutil.copy(EXAMPLE, folder / "internet.yaml"))
    path.chmod(0o444 if which == "file" else 0o666)
    folder.chmod(0o555 if which == "folder" else 0o777)
    known = opened(path).hash
    told = as_an_ordinary_user(lambda: save(path, known, TEXT + "# more\n"))
    folder.chmod(0o700)
    shutil.rmtree(folder)
    assert told.startswith(DraftNotWritable.__name__)
    assert f"the {which} {folder if which == 'folder' else path} is read-only" in told


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_read_only_folder_takes_no_new_tree_and_no_other_name_and_says_so() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ivr."))
    path = Path(shutil.copy(EXAMPLE, folder / "internet.yaml"))
    folder.chmod(0o555)
    known = opened(path).hash
    new = folder / "phones.yaml"
    text = TEXT.replace("tree: internet", "tree: phones")
    told = [
        as_an_ordinary_user(lambda: create(new, text)),
        as_an_ordinary_user(lambda: rename(path, known, new, text)),
    ]
    left = [one.name for one in folder.iterdir()]
    folder.chmod(0o700)
    shutil.rmtree(folder)
    assert left == ["internet.yaml"]
    for one in told:
        assert one.startswith(DraftNotWritable.__name__)
        assert f"{new} cannot be saved: Permission denied" in one
