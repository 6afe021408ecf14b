"""The company field's type-ahead: what it finds, in which order, and after any change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.client.company import Account, Directory
from ivr.domain.client.names import folded

WORDS = st.sampled_from(["ООО", "«Вектор»", "вектор", "Ёлка", "елка плюс", "Роза", "a", "ab", ""])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
TAXES = st.sampled_from(["", "7700000016", "7700000017", "500100732259"])
ACCOUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(NAMES, TAXES), max_size=8).map(
    lambda rows: [Account(key, name, tax=tax) for key, (name, tax) in rows.items()]
)
TYPED = st.sampled_from(["в", "век", "«вектор", "ооо вектор", "ел", "плюс", "a", "77", "77000000"])


def looked_through(accounts: list[Account], typed: str) -> tuple[set[str], set[str]]:
    """Whose name or number begins so, and whose name has a word that does, one by one."""
    wanted = folded(typed)
    begins = {
        a.id for a in accounts if folded(a.name).startswith(wanted) or a.tax.startswith(wanted)
    }
    return begins, {a.id for a in accounts if f" {wanted}" in folded(a.name)} - begins


@given(ACCOUNTS, ACCOUNTS, TYPED)
def test_it_finds_what_a_look_at_each_company_finds_also_after_changes(
    given_first: list[Account], changed: list[Account], typed: str
) -> None:
    directory = Directory.of(given_first)
    for account in changed:
        directory = directory.with_account(account)
    accounts = list({a.id: a for a in (*given_first, *changed)}.values())
    begins, within = looked_through(accounts, typed)
    found = [one.id for one in directory.search(typed, 100)]
    assert set(found[: len(begins)]) == begins
    assert set(found[len(begins) :]) == within
    assert len(found) == len(set(found))
    assert [one.id for one in directory.search(typed, 2)] == found[:2]
    assert {one.id for one in directory.accounts} == {one.id for one in accounts}
    for account in accounts:
        same = [one.id for one in accounts if folded(one.name) == folded(account.name)]
        named = directory.named(account.name)
        assert (named.id if named else None) == (same[0] if len(same) == 1 else None)


def test_a_name_that_begins_so_comes_before_a_word_in_the_middle_by_the_alphabet() -> None:
    names = ["ООО Вектор", "Век серебра", "Вектор", "Завод века"]
    directory = Directory.of(Account(str(n), name) for n, name in enumerate(names))
    assert [one.name for one in directory.search("век")] == [
        "Век серебра",
        "Вектор",
        "Завод века",
        "ООО Вектор",
    ]


def test_a_name_shared_by_two_companies_and_a_number_shared_by_two_prove_neither() -> None:
    both = [Account("a", "Вектор", tax="7700000016"), Account("b", "«вектор»", tax="7700000016")]
    directory = Directory.of(both)
    assert directory.named("ВЕКТОР") is None
    assert directory.said("7700000016") is None
    alone = directory.with_account(Account("b", "Другой"))
    assert alone.named("вектор") == both[0]
    assert alone.said("7700000016") == both[0]
