"""Every error that linetree raises by name, under one base."""

from collections.abc import Iterable
from difflib import get_close_matches


class LinetreeError(Exception):
    """Base of all named errors: its text says what was wrong, where, and how to mend it."""


class KeyRefused(LinetreeError):
    """A key at a desk that does nothing: `problem` is a code that the page has words for.

    The text says more, and may be empty.
    """

    def __init__(self, problem: str, detail: str = "") -> None:
        self.problem = str(problem)
        super().__init__(detail)


_MANY = 100


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known name as a hint to put behind a message, or nothing when none is near."""
    names = list(known)
    if len(names) > _MANY:
        # Comparing thousands of names with thousands would take longer than the whole check.
        names = [name for name in names if _alike(word, name)]
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


def _alike(word: str, name: str) -> bool:
    return abs(len(word) - len(name)) <= 2 and (word[:2] == name[:2] or word[-3:] == name[-3:])
