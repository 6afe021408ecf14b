"""Problems of a configuration: each with its place in a file and a way to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.domain.errors import LinetreeError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem. Line and column count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    message: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}" + (f"; {self.mend}" if self.mend else "")

    def as_dict(self) -> dict[str, str | int]:
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "mend": self.mend,
        }


class ConfigRefused(LinetreeError):
    """A configuration was refused whole; `problems` holds everything wrong with it, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
