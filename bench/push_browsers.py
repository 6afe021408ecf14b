"""Browsers that do nothing but read their socket, all in one process."""

from __future__ import annotations

import selectors
import socket
import time
from multiprocessing.connection import Connection

Arrivals = list[float]
"""When the last message came to each browser, by the monotonic clock."""

ASK = (
    "GET {path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)


class Browser:
    """Counts the text frames that come; those that carry a sign of life count for nothing."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.sendall(ASK.format(path=path).encode())
        self.messages = 0
        self.at = 0.0
        self._rest = b""
        self.shaken = False

    def read(self) -> None:
        """Take what has come."""
        data = self._rest + self.socket.recv(65536)
        if not self.shaken:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self.shaken = True
        while (size := _size(data)) and len(data) >= size:
            if b'"type":"screen"' in data[:size]:
                self.messages += 1
                self.at = time.monotonic()
            data = data[size:]
        self._rest = data


def read_all(pipe: Connection, host: str, port: int, path: str, count: int) -> None:
    """Connect; answer each number in the pipe once each browser has got so many messages more."""
    selector = selectors.DefaultSelector()
    browsers = [Browser(host, port, path) for _ in range(count)]
    for browser in browsers:
        selector.register(browser.socket, selectors.EVENT_READ, browser)
    while not all(browser.shaken for browser in browsers):
        _read(selector)
    pipe.send([])
    wanted = 0
    while True:
        wanted += pipe.recv()
        while any(browser.messages < wanted for browser in browsers):
            _read(selector)
        pipe.send([browser.at for browser in browsers])


def _read(selector: selectors.BaseSelector) -> None:
    for key, _ in selector.select():
        key.data.read()


def _size(data: bytes) -> int:
    """Bytes of the frame that `data` begins with, 0 while that cannot be told."""
    if len(data) < 4:
        return 0
    short = data[1] & 0x7F
    return 2 + short if short < 126 else 4 + int.from_bytes(data[2:4])
