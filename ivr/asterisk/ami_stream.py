"""Cuts the bytes of an AMI connection into blocks, however they arrive, in bounded memory."""

import re

LARGEST_BLOCK = 64 * 1024
"""Bytes of the largest block that is read; Asterisk's own stay far below."""

_END = re.compile(rb"\n\r?\n")
"""Asterisk ends a block by CRLF CRLF, but some of its events end a line by LF alone."""


class AmiStream:
    """Blocks out of bytes; a block may still carry the CR of its last line."""

    __slots__ = ("_skipping", "_tail", "oversized")

    def __init__(self) -> None:
        self._tail = b""
        self._skipping = False
        self.oversized = 0
        """How many blocks were thrown away, unread, for their size."""

    def feed(self, data: bytes) -> list[bytes]:
        """The blocks that `data` completes; the rest waits for its end."""
        blocks = _END.split(self._tail + data if self._tail else data)
        tail = blocks.pop()
        if self._skipping and blocks:
            del blocks[0]
            self._skipping = False
        self._tail = tail if len(tail) <= LARGEST_BLOCK and not self._skipping else self._skip(tail)
        return blocks

    def rest(self) -> bytes:
        """What the connection left behind unfinished."""
        return self._tail

    def _skip(self, tail: bytes) -> bytes:
        """Keep only as much as half an end of block needs."""
        if not self._skipping:
            self.oversized += 1
            self._skipping = True
        return tail[-2:]
