"""What the adapter to Asterisk knows of people and queues after a new configuration."""

from __future__ import annotations

import pytest

from ivr.asterisk.translate import Phones, UnknownPerson


@pytest.fixture
def phones() -> Phones:
    return Phones({"anna": "PJSIP/101", "boris": "PJSIP/102"})


def test_somebody_new_has_a_phone_at_once(phones: Phones) -> None:
    with pytest.raises(UnknownPerson):
        phones.of("vera")
    phones.learn(Phones({"anna": "PJSIP/101", "vera": "PJSIP/103"}))
    assert (phones.of("vera"), phones.person("PJSIP/103")) == ("PJSIP/103", "vera")


def test_somebody_who_left_can_still_be_taken_out_of_the_queue(phones: Phones) -> None:
    phones.learn(Phones({"anna": "PJSIP/101"}))
    assert phones.of("boris") == "PJSIP/102"


def test_a_phone_that_changes_hands_is_the_new_ones(phones: Phones) -> None:
    phones.learn(Phones({"anna": "PJSIP/102"}))
    assert (phones.of("anna"), phones.person("PJSIP/102")) == ("PJSIP/102", "anna")
