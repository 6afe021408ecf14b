"""The sales desk: a page that lives on the desk's socket, like the agent's."""

from __future__ import annotations

from ivr.web.room import Place, RoomRoute


class SalesRoom:
    """The page of whoever sells; what it shows and does goes over `/socket`."""

    place = Place("sales", "/sales", "sales.js", frozenset({"sales"}), ("sales.css",), "desk sales")

    def routes(self) -> tuple[RoomRoute, ...]:
        """Nothing is asked over plain HTTP."""
        return ()
