"""When a client is called: in the client's own time zone, within the hours, as was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from ivr.domain.client.phone import E164, NumberKind, normalise, zones
from ivr.domain.intake.asked import Due, asked, wall_time
from ivr.domain.intake.hours import Hours
from ivr.domain.reception.floor import Floor


def zone_of(floor: Floor, number: str) -> str:
    """The client's time zone by the number; the company's where the number does not tell one."""
    found = zones(number) if number else ()
    if not found or floor.rules.zone in found or (len(found) > 1 and _anywhere(floor, number)):
        return floor.rules.zone
    return found[0]


def _anywhere(floor: Floor, number: str) -> bool:
    """Whether it is a number of the company's own country that no area code places in it."""
    client = normalise(number, floor.rules.region)
    if not isinstance(client, E164) or client.region != floor.rules.region:
        return False
    return client.kind is not NumberKind.FIXED


def clock_of(floor: Floor, zone: str) -> tzinfo:
    """The clock of a time zone."""
    return floor.rules.zones(zone or floor.rules.zone)


def hours_in(floor: Floor, zone: str) -> Hours | None:
    """When clients of this time zone may be called; None is always."""
    hours = floor.rules.call_hours
    return None if hours is None else replace(hours, zone=clock_of(floor, zone))


def within_hours(floor: Floor, at: float, zone: str) -> float:
    """The first moment from `at` on at which such a client may be called.

    Where clients are never called by machines, it is `at`: the promise stays due and is seen.
    """
    hours = hours_in(floor, zone)
    opens = hours.next_opening(at) if hours is not None else at
    return at if opens is None else opens


def asked_due(floor: Floor, at: float, text: str, zone: str) -> Due:
    """A time as somebody wrote it, moved into the hours. Raises DueRefused."""
    return asked(text, at, clock_of(floor, zone), hours_in(floor, zone))


def asked_start(floor: Floor, at: float, text: str, zone: str) -> float:
    """When a meeting begins, as somebody wrote it. Raises DueRefused."""
    return wall_time(text, at, clock_of(floor, zone)).at
