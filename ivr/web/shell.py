"""The one HTML page that every address sends: filled with its script, its styles and who asks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ivr.config.people import Person
from ivr.web import static_files
from ivr.web.room import Place
from ivr.web.settings import WebSettings

DOOR = Place("door", "/", "door.js", look="door")
REFUSAL = Place("refusal", "", "refusal.js")


class Shell:
    """Fills `page.html`. All that goes in is escaped for an attribute."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._page = static_files.load()["page.html"].body.decode()

    def page(
        self, place: Place, token: str, person: Person | None = None, nav: Sequence[Place] = ()
    ) -> str:
        """The page of a place, with the places that the person may go to."""
        company = self._settings.company
        values = {
            "token": token,
            "number": self._settings.number,
            "company-ru": company.get("ru", ""),
            "company-en": company.get("en", ""),
            "person-ru": person.name.ru if person else "",
            "person-en": person.name.en if person else "",
            "language": person.languages[0] if person else self._settings.language,
            "room": place.id,
            "rooms": " ".join(f"{one.id}:{one.address}" for one in nav),
            "look": place.look,
            "script": place.script,
        }
        page = self._page.replace("{styles}", "".join(map(_style, place.styles)))
        for name, value in values.items():
            page = page.replace(f"{{{name}}}", escape(value, quote=True))
        return page


def _style(file: str) -> str:
    return f'\n  <link rel="stylesheet" href="/static/{escape(file, quote=True)}">'
