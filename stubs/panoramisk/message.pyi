from typing import Self

from .utils import CaseInsensitiveDict

class Message(CaseInsensitiveDict):
    @property
    def success(self) -> bool: ...
    @classmethod
    def from_line(cls, line: str) -> Self | None: ...
