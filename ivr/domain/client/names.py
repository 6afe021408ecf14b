"""Names and tax numbers of companies, found while somebody types, however many there are."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

Entry = tuple[str, str]
"""A folded name or a tax number, and the id of the account that has it."""


@lru_cache(maxsize=262_144)  # all names of a large directory: each is compared again and again
def folded(name: str) -> str:
    """A company's name as it is compared: case, quotation marks and spacing do not tell apart."""
    bare = "".join(" " if ch in "«»\"'“”„‟’‘`" else ch for ch in name.casefold().replace("ё", "е"))
    return " ".join(bare.split())


class Names:
    """Both in the order of the alphabet, and the names as one text too.

    Words in the middle of a name are looked for in that text: one search of a string takes a
    millisecond where a look at each of 100,000 companies holds everybody else up for a second.
    """

    __slots__ = ("_names", "_taxes", "_text")

    def __init__(self, names: list[Entry], taxes: list[Entry]) -> None:
        """Take over two sorted lists."""
        self._names = names
        self._taxes = taxes
        self._text = "\n".join([name for name, _ in names])

    @classmethod
    def of(cls, entries: Iterable[tuple[str, str, str]]) -> Names:
        """From the id, the name and the tax number of each account."""
        names, taxes = [], []
        for account, name, tax in entries:
            names.append((folded(name), account))
            if tax:
                taxes.append((tax, account))
        return cls(sorted(names), sorted(taxes))

    def changed(self, account: str, name: str, tax: str, was: tuple[str, str] | None) -> Names:
        """The same with this account new, or in place of the name and tax number that it had."""
        names, taxes = self._names.copy(), self._taxes.copy()
        if was is not None:
            _drop(names, (folded(was[0]), account))
            _drop(taxes, (was[1], account))
        insort(names, (folded(name), account))
        if tax:
            insort(taxes, (tax, account))
        return Names(names, taxes)

    def search(self, typed: str, limit: int) -> list[str]:
        """Ids, those first whose name or tax number begins so, then those with a word that does."""
        wanted = folded(typed)
        if not wanted:
            return []
        found = chain(
            _beginning(self._names, wanted), _beginning(self._taxes, wanted), self._within(wanted)
        )
        return list(islice(dict.fromkeys(islice(found, 3 * limit)), limit))

    def named(self, name: str) -> list[str]:
        """Ids of all accounts of exactly this name, as names are compared."""
        return _equal(self._names, folded(name))

    def taxed(self, tax: str) -> list[str]:
        """Ids of all accounts of exactly this tax number."""
        return _equal(self._taxes, tax)

    def _within(self, wanted: str) -> Iterator[str]:
        row = seen = 0
        while (at := self._text.find(f" {wanted}", seen)) >= 0:
            row += self._text.count("\n", seen, at)
            yield self._names[row][1]
            seen = self._text.find("\n", at)
            if seen < 0:
                return


def _beginning(entries: list[Entry], wanted: str) -> Iterator[str]:
    row = bisect_left(entries, (wanted,))
    while row < len(entries) and entries[row][0].startswith(wanted):
        yield entries[row][1]
        row += 1


def _equal(entries: list[Entry], wanted: str) -> list[str]:
    row = bisect_left(entries, (wanted,))
    end = row
    while end < len(entries) and entries[end][0] == wanted:
        end += 1
    return [account for _, account in entries[row:end]]


def _drop(entries: list[Entry], entry: Entry) -> None:
    row = bisect_left(entries, entry)
    if row < len(entries) and entries[row] == entry:
        del entries[row]
