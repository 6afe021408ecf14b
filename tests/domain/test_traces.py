"""A number in every form in which people write it, and in none that only looks like one."""

from __future__ import annotations

import pytest

from ivr.domain.client.traces import MARK, WORDS, Traces
from ivr.domain.records import KIND_OF

MOBILE = Traces("+79161234567")


@pytest.mark.parametrize(
    "form",
    [
        "+79161234567",
        "79161234567",
        "89161234567",
        "9161234567",
        "8 (916) 123-45-67",
        "8(916)1234567",
        "+7 916 123 45 67",
        "+7 916 123\u00a045\u00a067",
        "+7 (916) 123–45–67",
        "8.916.123.45.67",
        "8-916-123-45-67",
        "007 916 1234567",
    ],
)
def test_each_form_is_found(form: str) -> None:
    assert MOBILE.without(form) == ""
    assert MOBILE.without(f"звонить {form}, Пётр") == f"звонить {MARK}, Пётр"
    assert MOBILE.stands_in({"x": [1, {"y": f"tel:{form}"}]})


@pytest.mark.parametrize(
    "text",
    ["19161234567", "91612345678", "1732950000.9161", "+79161234568", "916-12-34", "", "123"],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert MOBILE.without(text) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("+493012345678", "030 12345678 / +49 30 12345678 / 0049 30 123456-78"),
        ("+12025550123", "(202) 555-0123 / 1-202-555-0123 / +1 202 555 0123"),
        ("+77011234567", "8 701 123 45 67 / +7 701 123-45-67 / 7011234567"),
    ],
)
def test_other_countries_have_their_own_habits(number: str, text: str) -> None:
    assert Traces(number).without(text) == f"{MARK} / {MARK} / {MARK}"


def test_a_list_loses_what_was_nothing_else_and_ids_stay() -> None:
    assert MOBILE.without(["+79161234567", "", "+74950000012"]) == ["", "+74950000012"]
    assert MOBILE.without(("8 916 123-45-67",)) == ()
    kept = {"call": "9161234567", "tax": "9161234567", "number": "9161234567"}
    assert MOBILE.without(kept) == {**kept, "number": ""}


def test_no_kind_of_row_is_left_out() -> None:
    assert set(WORDS) == set(KIND_OF)
