"""What the dialplan is told beforehand, so that it decides as we would while we are down."""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers

from ivr.asterisk import reach
from ivr.asterisk.own_queues import with_own_queue
from ivr.asterisk.translate import Kept, KeptDepartment, KeptDid, overflow_word, own_queue
from ivr.config.company import Company
from ivr.config.openings import PROMPTS
from ivr.config.settings import NumberSettings

DAYS_TOLD = 14
"""Days from today for which opening hours are told; the longest absence that they outlive."""


def fallback_notes(company: Company, now: float) -> list[Kept]:
    """Everything that the dialplan has to know at this time, in epoch seconds.

    What is told again unchanged costs nothing; the hours change every day.
    """
    departments = company.settings.departments
    notes: list[Kept] = [
        KeptDepartment(name, department.queue, company.lines(name))
        for name, department in departments.items()
        if department.sales is not None
    ]
    for index, number in enumerate(company.settings.numbers):
        notes.append(
            KeptDid(
                did=number.did,
                lines=number.department,
                first=index == 0,
                forms=_forms(number.did),
                facts=tuple(_facts(company, number, now)),
            )
        )
    own = with_own_queue(company)
    for person in company.people.values():
        department = departments[person.department]
        queues = (department.queue, *((own_queue(person.id),) if person.id in own else ()))
        notes.append(reach.kept(company, person, queues))
    return notes


def _facts(company: Company, number: NumberSettings, now: float) -> Iterator[tuple[str, str]]:
    yield "language", number.language
    yield "waiting", str(company.waiting(number))
    for cause, overflow in company.overflow(number).items():
        yield f"over-{cause.value}", overflow_word(overflow)
    prompts = company.prompts(number)
    for name in PROMPTS:
        yield f"say-{name}", prompts.get(name, "")
    hours = company.hours(number)
    yield "hours", "told" if hours is not None else "always"
    if hours is not None:
        for day, spans in hours.table(now, DAYS_TOLD).items():
            yield f"hours-{day}", spans


def _forms(did: str) -> tuple[str, ...]:
    """The number as trunks bring it: +74950000012 is also 74950000012, 84950000012, 4950000012."""
    parsed = phonenumbers.parse(did)
    national = phonenumbers.national_significant_number(parsed)
    region = phonenumbers.region_code_for_number(parsed) or ""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    prefix = (metadata and metadata.national_prefix) or ""
    forms = (did, did.removeprefix("+"), prefix + national, national)
    return tuple(dict.fromkeys(forms))
