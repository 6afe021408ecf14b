"""What Prometheus is told of a running service, read by Prometheus' own parser."""

from __future__ import annotations

import time

import pytest
from contract.test_api import Asker, asker
from contract.test_running_service import Office, office
from prometheus_client.parser import text_string_to_metric_families

from ivr.domain.events import CallOffered, MemberSeen, MemberStatus, Resynced

__all__ = ["asker", "office"]

DID = "+74950000012"


async def told(asker: Asker) -> dict[tuple[str, ...], float]:
    """Each figure by its name and labels."""
    text = (await asker.ask("GET", "/metrics")).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_lines_people_and_calls_are_those_of_the_floor(asker: Asker) -> None:
    service, now = asker.office.service, time.time()
    before = await told(asker)
    assert before[("linetree_asterisk_up",)] == 0
    assert before[("linetree_lines_used", "client")] == 0
    here = MemberSeen(now, "anna", "client", False, "", MemberStatus.IDLE)
    service.switchboard.post(Resynced(now, (), (here,), ()))
    service.switchboard.post(CallOffered(now, "1.1", "PJSIP/trunk-1", DID, "+74950000131", ""))
    after = await told(asker)
    assert after[("linetree_asterisk_up",)] == 1
    assert after[("linetree_lines", "client")] == len(
        [one for one in service.company.people.values() if one.department == "client"]
    )
    assert after[("linetree_lines_used", "client")] == 1
    assert after[("linetree_calls", "client", "offered")] == 1
    assert after[("linetree_people", "client", "ready")] == 1
    assert after[("linetree_store_up",)] == 1


async def test_what_was_met_and_passed_over_can_be_read_somewhere(asker: Asker) -> None:
    service = asker.office.service
    service.reception.floor.report("event_of_no_call", "1.9")
    service.switchboard.post(Resynced(time.time(), (), (), ()))
    after = await told(asker)
    assert after[("linetree_happened_total", "core", "event_of_no_call")] == 1
    assert after[("linetree_happened_total", "ami", "reconnects")] == 0


@pytest.mark.parametrize("scopes", [("write",), ("erase",)])
async def test_figures_are_for_tokens_that_may_read(
    office: Office, asker: Asker, scopes: tuple[str, ...]
) -> None:
    asker.token = asker.give(*scopes)
    refused = await asker.ask("GET", "/metrics", 403)
    assert refused["problem"] == "not_for_this_token"
