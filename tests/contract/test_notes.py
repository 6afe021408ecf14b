"""What dialplan and service tell each other of callers who are not taken: notes, verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from ivr.asterisk.translate import (
    Ignored,
    KeptDepartment,
    KeptDid,
    Meaning,
    Phones,
    Translator,
    actions,
    keep,
    note_of,
    verdict,
)
from ivr.asterisk.translate.notes import read_note
from ivr.domain.commands import AdmitCall, ForgetNote, Overflow, Refusal, RefuseCall, Treatment
from ivr.domain.events import (
    CallerElsewhere,
    CallerQueued,
    CallerServed,
    CallerTurnedAway,
    DueChosen,
    WrapUpCoded,
)

PHONES = Phones({"anna": "PJSIP/101"})
OWN = {"Linkedid": "1790000001.1", "Uniqueid": "1790000001.1", "Channel": "PJSIP/trunk-1"}


@dataclass(frozen=True)
class Spoken:
    """An event of Asterisk."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, header: str, default: str = "") -> str:
        return self.headers.get(header, default)


def hear(name: str, at: float = 0.0, /, **headers: str) -> Meaning:
    return Translator(PHONES, frozenset({"client"})).meaning(Spoken(name, OWN | headers), at)


def did_of(context: str) -> str:
    joined = hear("QueueCallerJoin", Queue="client", Context=context, Exten="+74950000013")
    assert isinstance(joined, CallerQueued)
    return joined.did


def test_the_number_of_a_caller_in_a_queue_is_the_extension_of_our_context_only() -> None:
    assert did_of("ivr-department") == "+74950000013"
    assert did_of("from-internal") == ""


NOTE = "closed&+74950000012&+74950000031&1790000000&1&1430&84950000032&vm-1.wav"


def test_a_note_of_the_dialplan_tells_who_was_turned_away_and_what_was_left() -> None:
    told = hear("UserEvent", 5.0, UserEvent="IvrNote", Key="1790000001.1-2", Note=NOTE)
    assert told == CallerTurnedAway(
        at=5.0,
        call="1790000001.1",
        note="1790000001.1-2",
        came_at=1790000000.0,
        did="+74950000012",
        number="+74950000031",
        cause="closed",
        refused=True,
        wish="1430",
        call_to="84950000032",
        recording="vm-1.wav",
    )
    assert note_of("/ivr-note/1790000001.1-2", NOTE, 5.0) == told


@pytest.mark.parametrize(
    ("key", "note"), [("1790000001.9-2", NOTE), ("1790000001.1-2", "closed&x"), ("", NOTE)]
)
def test_a_note_of_another_call_or_form_is_counted_and_dropped(key: str, note: str) -> None:
    told = hear("UserEvent", 5.0, UserEvent="IvrNote", Key=key, Note=note)
    assert told == Ignored("posing_note")


def test_a_caller_who_is_sent_on_is_told_with_the_cause_and_found_there_after_a_break() -> None:
    told = hear("UserEvent", 5.0, UserEvent="IvrElsewhere", Cause="deserted")
    assert told == CallerElsewhere(5.0, "1790000001.1", "deserted")
    nobody = hear("UserEvent", 5.0, UserEvent="IvrElsewhere", Cause="x", Linkedid="", Uniqueid="")
    assert nobody == Ignored("no_uniqueid")
    channels = [Spoken("CoreShowChannel", OWN | {"Context": c}) for c in ("ivr-elsewhere", "x")]
    resynced = Translator(PHONES, frozenset({"client"})).resynced(5.0, channels, ())
    assert [(leg.elsewhere, leg.on_line) for leg in resynced.legs] == [
        (True, False),
        (False, False),
    ]


DUE = "due&1430&1790000000"


def test_a_note_tells_when_a_client_wants_to_be_called() -> None:
    told = hear("UserEvent", 5.0, UserEvent="IvrNote", Key="1790000001.1-1", Note=DUE)
    assert told == DueChosen(5.0, "1790000001.1", "1790000001.1-1", 1790000000.0, "1430")
    read = Translator(PHONES, frozenset()).note_of("/ivr-note/1790000001.1-1", DUE, 5.0)
    assert read == told


@pytest.mark.parametrize(
    ("key", "note"),
    [
        ("1790000001.9-1", DUE),
        ("1790000001.1-1", "due&2561&1790000000"),
        ("1790000001.1-1", "due&1430"),
        ("1790000001.1-1", "due&1430&1&won"),
        ("x y-1", DUE),
    ],
)
def test_a_time_for_another_call_or_of_no_day_is_dropped(key: str, note: str) -> None:
    told = hear("UserEvent", 5.0, UserEvent="IvrNote", Key=key, Note=note)
    assert told == Ignored("posing_note")


def test_a_note_is_forgotten_by_the_dialplan_itself() -> None:
    (action,) = actions(ForgetNote("1790000001.1-2"), PHONES, 7)
    assert action.headers["Channel"] == "Local/forget@ivr-keep/n"
    assert action.headers["Variable"] == ["IVR_NOTE=1790000001.1-2"]


def test_a_refusal_names_its_treatment_and_the_variable_that_is_believed_comes_last() -> None:
    night = Overflow(Treatment.QUEUE, "night")
    assert verdict(RefuseCall("1.1", Refusal.CLOSED, night)) == (
        ("IVR_CAUSE", "closed"),
        ("IVR_OVERFLOW", "queue:night"),
        ("IVR_VERDICT", "refuse"),
    )
    assert ("IVR_OVERFLOW", "busy") in verdict(RefuseCall("1.1", Refusal.NO_LINE))


def test_an_admitted_caller_is_counted_once_more_by_the_lines_that_the_verdict_tells() -> None:
    told = dict(verdict(AdmitCall("1.1", "client", "dept", 5, 3, 40)))
    assert (told["IVR_MOST"], told["IVR_WAITING"], told["IVR_PACE"]) == ("5", "3", "40")
    assert "IVR_WAITING" not in dict(verdict(AdmitCall("1.1", "client", "dept", 5)))


def test_the_facts_of_a_number_travel_one_variable_each_and_none_for_lines_of_who_is_there() -> (
    None
):
    facts = (("language", "ru"), ("over-closed", "extension:600@from-internal"))
    those = keep(KeptDepartment("dept", "client", None), "k-0", PHONES)
    assert "IVR_MOST=signed" in those.headers["Variable"]
    note = KeptDid("+74950000000", "dept", True, ("84950000000", "4950000000"), facts)
    variables = keep(note, "k-1", PHONES).headers["Variable"]
    assert set(variables) >= {
        "IVR_FIRST=1",
        "IVR_FORMS=84950000000&4950000000",
        "IVR_TOLD=2",
        "IVR_TOLD_1=language=ru",
        "IVR_TOLD_2=over-closed=extension:600@from-internal",
    }


@pytest.mark.parametrize(("did", "more"), [("done", False), ("more", True)])
def test_a_code_of_a_phone_ends_or_prolongs_its_own_person_s_wrap_up(did: str, more: bool) -> None:
    told = hear(
        "UserEvent", 5.0, UserEvent="IvrWrap", Channel="PJSIP/101-0a", Phone="PJSIP/101", Did=did
    )
    assert told == WrapUpCoded(5.0, "anna", more)
    posing = hear(
        "UserEvent", 5.0, UserEvent="IvrWrap", Channel="PJSIP/trunk-1", Phone="PJSIP/101", Did=did
    )
    assert posing == Ignored("posing_user_event")


TALKED = "talked&+74950000012&+74950000031&1790000000500&1790000060250&PJSIP/101"


def test_a_note_of_a_talk_tells_who_was_served_by_whom() -> None:
    told = hear("UserEvent", 99.0, UserEvent="IvrNote", Key="1790000001.1-1", Note=TALKED)
    assert told == CallerServed(
        at=99.0,
        call="1790000001.1",
        note="1790000001.1-1",
        did="+74950000012",
        number="+74950000031",
        since=1790000000.5,
        until=1790000060.25,
        person="anna",
    )
    assert isinstance(told, CallerServed)
    nobody = replace(told, person="")
    assert read_note("/ivr-note/1790000001.1-1", TALKED[:-3] + "999", 99.0, PHONES) == nobody


@pytest.mark.parametrize("key", ["1790000001.9-1", ""])
def test_a_note_of_another_calls_talk_is_counted_and_dropped(key: str) -> None:
    told = hear("UserEvent", 5.0, UserEvent="IvrNote", Key=key, Note=TALKED)
    assert told == Ignored("posing_note")
