"""Accounts files as Excel writes them, and their way out and back."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.accounts import merged, read_accounts, write_accounts
from ivr.config.formulas import guarded, unguarded
from ivr.domain.client.company import Account, Directory, NoMatch, OneMatch, SeveralMatch
from ivr.domain.client.phone import normalise

CASES = Path(__file__).parent.parent / "cases"


def accounts(name: str) -> tuple[Account, ...]:
    imported = read_accounts((CASES / name).read_bytes(), name)
    assert imported.problems == ()
    return imported.accounts


def test_semicolons_with_a_bom_keep_commas_inside_names() -> None:
    found = [(one.name, one.phones) for one in accounts("accounts_bom_semicolon.csv")]
    assert found == [
        ("ООО «Ромашка, Лютик, Мак»", ("+74950000041",)),
        ('ООО "Вектор", Москва', ("+74950000042",)),
    ]


def test_windows_1251_is_read_as_what_it_is() -> None:
    names = [one.name for one in accounts("accounts_cp1251.csv")]
    assert names == ["ООО Вектор", "АО Ёлка"]


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "utf-16"])
def test_any_other_encoding_is_refused_whole(encoding: str) -> None:
    data = "company,phone\nВектор Плюс,+74950000043\nЁлка,+74950000044\n".encode(encoding)
    imported = read_accounts(data, "a.csv")
    assert imported.accounts == ()
    assert "windows-1251" in imported.problems[0].message


def test_lines_that_end_as_on_an_old_macintosh_are_lines() -> None:
    found = read_accounts("компания;телефон\rООО А;84951234567\rООО Б;84951234568\r".encode(), "f")
    assert [one.name for one in found.accounts] == ["ООО А", "ООО Б"]
    assert found.problems == ()


@pytest.mark.parametrize(
    "text", ["company\rphone,x\nА,84951234567\n", f"company,{'x' * 200_000}\nА,1\n", "\x00,\n"]
)
def test_what_is_no_table_is_refused_and_never_raises(text: str) -> None:
    found = read_accounts(text.encode(), "f")
    assert (found.accounts, bool(found.problems)) == ((), True)


def test_text_that_was_encoded_twice_is_refused_whole() -> None:
    data = "company,phone\nВектор,+74950000043\n".encode().decode("latin-1").encode()
    imported = read_accounts(data, "a.csv")
    assert imported.accounts == ()
    assert imported.problems


def test_export_and_import_change_nothing() -> None:
    first = accounts("accounts_roundtrip.csv")
    directory = Directory.of(first)
    exported = write_accounts(directory.accounts)
    again = read_accounts(exported, "export.csv")
    assert again.problems == ()
    merge = merged(directory, again.accounts)
    assert (merge.added, merge.changed) == ((), ())
    assert [(one.name, one.note) for one in again.accounts] == [
        ('=HYPERLINK("http://example.test")', "-5% скидка"),
        ("@Вектор", "+1 место, срочно"),
    ]


def test_exported_cells_are_inert_and_phones_are_exact() -> None:
    text = write_accounts(accounts("accounts_roundtrip.csv")).decode("utf-8-sig")
    rows = [line.split(";") for line in text.splitlines()]
    assert rows[1][1] == "+74950000025"
    cells = [cell.strip('"') for row in rows[1:] for cell in row]
    live = [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
    assert live == ["+74950000025", "+74950000026"]


PHONE = re.compile(r"\+\d{7,15}")
CELLS = st.text(st.sampled_from("=+-@＝,;\t\r\n\"'а1")) | st.text()


@given(CELLS)
def test_the_guard_can_always_be_undone(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(CELLS)
def test_no_country_s_spreadsheet_finds_a_formula_in_a_guarded_cell(cell: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerow(("x", guarded(cell)))
    for border in ",;\t":
        for row in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=border):
            live = [one for one in row if one[:1] in set("=+-@＝＋－＠")]
            assert not live or PHONE.fullmatch(cell), (border, live)


@pytest.mark.parametrize(
    "cell", ["x,=HYPERLINK(1)", 'x,"=1+1"', "x\n=1", "＝1+1", "\n=1", "'\t=1", "x;+1"]
)
def test_a_formula_behind_a_border_is_stopped_and_comes_back(cell: str) -> None:
    assert guarded(cell) != cell
    assert unguarded(guarded(cell)) == cell


def test_a_company_of_several_rows_has_all_their_numbers() -> None:
    data = "company,phone,key\nВектор,+74950000031,yes\nВектор,8 495 000-00-32,yes\n".encode()
    (account,) = read_accounts(data, "a.csv").accounts
    assert account.phones == ("+74950000031", "+74950000032")


def test_rows_of_one_company_that_disagree_are_refused() -> None:
    data = "company,phone,key\nВектор,+74950000031,yes\nВектор,+74950000032,no\n".encode()
    (problem,) = read_accounts(data, "a.csv").problems
    assert problem.line == 3
    assert "line 2" in problem.message


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Вектор,+7 495 000-00-1O,yes", "phone"),
        ("Вектор,+7 495 000-00-07 Anna,yes", "phone"),
        ("Вектор,101,yes", "phone"),
        (",+74950000031,yes", "company"),
        ("Вектор,+74950000031,maybe", "key"),
    ],
)
def test_a_bad_cell_is_refused_by_line_and_column(row: str, column: str) -> None:
    imported = read_accounts(f"company,phone,key\n{row}\n".encode(), "a.csv")
    assert imported.accounts == ()
    assert imported.problems[0].line == 2
    assert imported.problems[0].message.startswith(f"{column}:")


def test_an_unknown_column_is_named_with_the_nearest_known_one() -> None:
    (problem,) = read_accounts(b"company,phone,ownr\n", "a.csv").problems
    assert '"ownr"' in problem.message
    assert '"owner"' in problem.message


def test_companies_are_told_apart_by_the_full_number_only() -> None:
    directory = Directory.of(accounts("accounts_last_seven.csv"))
    for raw in ("+78120000014", "8120000014"):
        match = directory.match(normalise(raw))
        assert isinstance(match, OneMatch)
        assert match.account.name == "ООО «Невод»"
    for raw in ("0000014", "101"):
        assert directory.match(normalise(raw)) == NoMatch()


def test_a_shared_number_offers_both_companies() -> None:
    match = Directory.of(accounts("accounts_shared.csv")).match(normalise("+74950000015"))
    assert isinstance(match, SeveralMatch)
    assert [one.name for one in match.accounts] == ["ООО «Вектор»", "БЦ «Причал»"]
