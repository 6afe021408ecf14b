"""Numbers as carriers send them and offices type them, and what may be dialled."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.client.company import Account, Directory, NoMatch, OneMatch, SeveralMatch
from ivr.domain.client.phone import (
    E164,
    Allowed,
    DialPolicy,
    Internal,
    NumberKind,
    Refused,
    Unusable,
    Withheld,
    dialable,
    masked,
    normalise,
)

CASES = Path(__file__).parent.parent / "cases"
POLICY = DialPolicy(own=frozenset({"+74950000012", "+79160000001"}))


def rows() -> list[dict[str, str]]:
    with (CASES / "numbers.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["raw"])
def test_number_is_identified_and_dialled_as_the_table_says(row: dict[str, str]) -> None:
    caller = normalise(row["raw"], row["region"])
    if row["identify_as"].startswith("+7") and "refuse" not in row["identify_as"]:
        assert isinstance(caller, E164)
        assert caller.number == row["identify_as"]
    else:
        assert isinstance(caller, Unusable)
    allowed = isinstance(dialable(caller, DialPolicy()), Allowed)
    assert allowed is (row["callback"] == "dial")


@pytest.mark.parametrize(
    "raw",
    [
        "84950000041",
        "+7 (495) 000-00-41",
        "8-495-000-00-41",
        "4950000041",
        "74950000041",
        "0074950000041",
        "８４９５００００００４１".replace("００００００", "０００００"),
        "٨٤٩٥٠٠٠٠٠٤١",
        "\u202a+7\u00a0495\u202f000‑00‑41\u202c",
    ],
)
def test_spellings_of_one_number_are_one_identity(raw: str) -> None:
    caller = normalise(raw)
    assert isinstance(caller, E164)
    assert caller.number == "+74950000041"


@pytest.mark.parametrize("raw", ["", "anonymous", "Restricted", " unknown ", "аноним"])
def test_withheld_numbers_are_nobody(raw: str) -> None:
    assert normalise(raw) == Withheld()


@pytest.mark.parametrize(
    "raw",
    [
        "+7",
        "0000014",
        "+7495000001",
        "+7 495 000-00-1O",
        "*21*+74950000012#",
        "+74950000012;ext=5",
        "'; DROP TABLE calls; --",
        "<b>1</b>",
        "${SHELL(id)}",
        "$[1/0]",
        "&PJSIP/x",
        "+74950000012\r\nAction: Originate",
        "\x00",
        "\ud800",
        "9" * 4096,
        "=cmd()",
    ],
)
def test_what_is_no_number_says_why_and_is_never_dialled(raw: str) -> None:
    caller = normalise(raw)
    assert isinstance(caller, Unusable)
    assert caller.why
    assert isinstance(dialable(caller, POLICY), Refused)


@given(st.text())
def test_any_text_at_all_is_sorted_without_an_error(raw: str) -> None:
    caller = normalise(raw)
    assert isinstance(caller, E164 | Withheld | Internal | Unusable)
    assert isinstance(dialable(caller, POLICY), Allowed | Refused)


@given(st.integers(9_000_000_000, 9_999_999_999))
def test_normalising_twice_changes_nothing(national: int) -> None:
    once = normalise(f"8{national}")
    assert isinstance(once, E164)
    assert normalise(once.number) == once


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("+78091234567", "premium"),
        ("+97912345678", ""),
        ("+881612345678", "region"),
        ("+79541234567", "kind other"),
        ("8 840 226-12-34", "kind other"),
        ("+79407712345", "kind other"),
        ("+870773111632", "region"),
        ("+18762345678", "region"),
        ("+77011234567", "region KZ"),
        ("+442071838750", "region GB"),
        ("8 10 44 20 7183 8750", "region GB"),
        ("+74950000012", "our own"),
        ("8 916 000-00-01", "our own"),
        ("112", "short"),
        ("+7112", ""),
        ("8112", "short"),
        ("+7749500000726", ""),
    ],
)
def test_numbers_off_the_list_are_left_for_a_human(raw: str, why: str) -> None:
    verdict = dialable(normalise(raw), POLICY)
    assert isinstance(verdict, Refused)
    assert why in verdict.why


def test_a_region_or_kind_is_dialled_once_the_list_has_it() -> None:
    kazakh = normalise("+77011234567")
    assert dialable(kazakh, DialPolicy(regions=frozenset({"KZ"}))) == Allowed("+77011234567")
    only_fixed = DialPolicy(kinds=frozenset({NumberKind.FIXED}))
    assert isinstance(dialable(normalise("+79160000002"), only_fixed), Refused)


def test_numbers_in_logs_hide_their_middle() -> None:
    assert masked("+74950000012") == "+7495•••••12"
    assert masked("101") == "•••"


@pytest.fixture
def directory() -> Directory:
    return Directory.of(
        [
            Account("v", "ООО «Вектор»", ("+74950000014",), key=True, tax="7700000031"),
            Account("n", "ООО «Невод»", ("+78120000014", "+78120000015")),
            Account("p", "БЦ «Причал»", ("+78120000015",), note="звонить 74950000014"),
        ]
    )


@pytest.mark.parametrize("raw", ["+78120000014", "8120000014"])
def test_a_company_is_matched_by_its_full_number(directory: Directory, raw: str) -> None:
    match = directory.match(normalise(raw))
    assert isinstance(match, OneMatch)
    assert match.account.name == "ООО «Невод»"


@pytest.mark.parametrize("raw", ["0000014", "101", "", "+78120000099"])
def test_the_last_digits_or_a_note_match_nobody(directory: Directory, raw: str) -> None:
    assert directory.match(normalise(raw)) == NoMatch()


def test_a_shared_number_offers_every_company_and_assumes_none(directory: Directory) -> None:
    match = directory.match(normalise("+78120000015"))
    assert isinstance(match, SeveralMatch)
    assert [one.name for one in match.accounts] == ["ООО «Невод»", "БЦ «Причал»"]


@pytest.mark.parametrize("typed", ["вект", '"Вектор"', "ООО Вектор", "77000"])
def test_the_company_field_finds_by_a_word_or_the_tax_number(
    directory: Directory, typed: str
) -> None:
    assert [one.id for one in directory.search(typed)] == ["v"]
