"""Asterisk's literal words against the core's: what each event means, and what orders become."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from ivr.asterisk.translate import (
    WANTED,
    Action,
    Ignored,
    KeptDepartment,
    KeptDid,
    KeptPerson,
    Meaning,
    OriginateFailed,
    Phones,
    SalesLegStarted,
    Translator,
    UnknownPerson,
    actions,
    call_note,
    in_own_queue,
    keep,
    own_actions,
    timers_of,
    verdict,
)
from ivr.domain.commands import (
    AddMember,
    AdmitCall,
    AnswerKnown,
    DialCallback,
    EndWrapUp,
    FreeLine,
    GrantClaim,
    HangUpChannel,
    LeaveToDialplan,
    NoteOnCall,
    PauseMember,
    ProlongWrapUp,
    PromiseCallback,
    Refusal,
    RefuseCall,
    RefuseClaim,
    RemoveMember,
    ReturnToQueue,
    TransferToSales,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerHeld,
    CallerQueued,
    CallerUnheld,
    CallTransferred,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    LegBridged,
    LegEnded,
    LegSeen,
    LegUnbridged,
    MemberGone,
    MemberSeen,
    MemberStatus,
    MobilePickedUp,
    RingEnd,
    RingStopped,
    SalesLegAnswered,
    SalesLegFailed,
)

PHONES = Phones(
    {
        "anna": "PJSIP/101",
        "boris": "PJSIP/102",
        "200": "PJSIP/200",
        "201": "Local/201@from-queue/n",
    },
    state={"201": "PJSIP/201"},
    more={"PJSIP/199": "anna"},
)
TRANSLATOR = Translator(PHONES, frozenset({"client", "sales"}))


@dataclass(frozen=True)
class Spoken:
    """One event as Asterisk wrote it."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, header: str, default: str = "") -> str:
        return self.headers.get(header, default)


def hear(name: str, at: float = 0.0, /, **headers: str) -> Meaning:
    return TRANSLATOR.meaning(Spoken(name, headers), at)


def order(*steps: Action) -> list[tuple[str, dict[str, object]]]:
    return [(step.name, dict(step.headers)) for step in steps]


CALLER = {
    "Channel": "PJSIP/trunk-00000000",
    "CallerIDNum": "+74950000031",
    "CallerIDName": "ООО «Вектор»",
    "Uniqueid": "1790000001.1",
    "Linkedid": "1790000001.1",
}
MEMBER = {"Queue": "client", "Interface": "PJSIP/101", "MemberName": "anna"}


def test_a_caller_enters_a_queue_with_number_and_name() -> None:
    assert hear("QueueCallerJoin", 5.0, Queue="client", **CALLER) == CallerQueued(
        5.0, "1790000001.1", "PJSIP/trunk-00000000", "client", "+74950000031", "ООО «Вектор»"
    )


def test_a_withheld_caller_has_no_number_and_no_name() -> None:
    withheld = CALLER | {"CallerIDNum": "<unknown>", "CallerIDName": "<unknown>"}
    heard = hear("QueueCallerJoin", Queue="client", **withheld)
    assert isinstance(heard, CallerQueued)
    assert (heard.number, heard.name) == ("", "")


def test_an_agents_phone_rings_and_is_answered() -> None:
    legs = CALLER | MEMBER | {"DestChannel": "PJSIP/101-00000001"}
    assert hear("AgentCalled", 1.0, **legs) == AgentRang(
        1.0, "1790000001.1", "anna", "client", "PJSIP/101-00000001"
    )
    assert hear("AgentConnect", 2.0, **legs) == AgentAnswered(
        2.0, "1790000001.1", "anna", "client", "PJSIP/101-00000001", "PJSIP/trunk-00000000"
    )


@pytest.mark.parametrize(
    ("ring_time", "how"),
    [
        ("0", RingEnd.REJECTED),
        ("1000", RingEnd.REJECTED),
        ("15000", RingEnd.SILENT),
        ("", RingEnd.SILENT),
    ],
)
def test_a_ring_that_ended_within_a_second_was_rejected(ring_time: str, how: RingEnd) -> None:
    heard = hear("AgentRingNoAnswer", 3.0, RingTime=ring_time, **CALLER, **MEMBER)
    assert heard == RingStopped(3.0, "1790000001.1", "anna", "client", how)


def test_bridges_are_told_with_the_callers_linkedid() -> None:
    leg = {
        "Channel": "PJSIP/101-00000001",
        "Uniqueid": "1790000001.2",
        "Linkedid": "1790000001.1",
        "BridgeUniqueid": "b-1",
    }
    assert hear("BridgeEnter", 1.0, **leg) == LegBridged(
        1.0, "1790000001.1", "PJSIP/101-00000001", "b-1", "anna"
    )
    callers = leg | {"Channel": "PJSIP/trunk-00000000"}
    assert hear("BridgeEnter", 1.0, **callers) == LegBridged(
        1.0, "1790000001.1", "PJSIP/trunk-00000000", "b-1", phone="PJSIP/trunk"
    )
    assert hear("BridgeLeave", 2.0, **leg) == LegUnbridged(
        2.0, "1790000001.1", "PJSIP/101-00000001", "b-1"
    )


HELD = {"Channel": "PJSIP/101-00000001", "Uniqueid": "1790000001.2", "Linkedid": "1790000001.1"}


def test_a_persons_hold_key_is_told_and_the_callers_own_is_not() -> None:
    call, leg = HELD["Linkedid"], HELD["Channel"]
    assert hear("Hold", 1.0, MusicClass="default", **HELD) == CallerHeld(1.0, call, "anna", leg)
    assert hear("Unhold", 2.0, **HELD) == CallerUnheld(2.0, call, "anna", leg)
    callers = HELD | {"Channel": "PJSIP/trunk-00000000", "Uniqueid": call}
    assert hear("Hold", **callers) == Ignored("held_by_another")


def test_a_blind_transfer_names_who_passed_the_caller_on_and_where_to() -> None:
    blind = {
        "Result": "Success",
        "TransfererChannel": "PJSIP/101-00000001",
        "TransfererUniqueid": "1790000001.2",
        "TransfererLinkedid": "1790000001.1",
        "TransfereeChannel": "PJSIP/trunk-00000000",
        "TransfereeLinkedid": "1790000001.1",
        "IsExternal": "Yes",
        "Context": "phones",
        "Extension": "301",
    }
    told = CallTransferred(1.0, "1790000001.1", "anna", "blind", "301")
    assert hear("BlindTransfer", 1.0, **blind) == told
    assert hear("BlindTransfer", **(blind | {"Result": "Fail"})) == Ignored("transfer_failed")
    other = blind | {"TransfererChannel": "PJSIP/trunk-00000007"}
    assert hear("BlindTransfer", **other) == Ignored("transfer_by_another")
    odd = hear("BlindTransfer", 1.0, **(blind | {"Extension": "3|1\n"}))
    assert odd == CallTransferred(1.0, "1790000001.1", "anna", "blind", "")


def test_an_attended_transfer_names_with_whom_was_talked_before() -> None:
    attended = {
        "Result": "Success",
        "OrigTransfererChannel": "PJSIP/101-00000001",
        "OrigTransfererLinkedid": "1790000001.1",
        "SecondTransfererChannel": "PJSIP/101-00000005",
        "SecondTransfererLinkedid": "1790000001.8",
        "TransferTargetChannel": "PJSIP/102-00000006",
        "DestType": "Bridge",
    }
    told = CallTransferred(1.0, "1790000001.1", "anna", "attended", "boris")
    assert hear("AttendedTransfer", 1.0, **attended) == told
    outside = attended | {"TransferTargetChannel": "PJSIP/trunk-00000006"}
    told = CallTransferred(1.0, "1790000001.1", "anna", "attended", "")
    assert hear("AttendedTransfer", 1.0, **outside) == told


def test_only_the_callers_own_hangup_ends_the_call() -> None:
    agent = CALLER | {"Channel": "PJSIP/101-00000001", "Uniqueid": "1790000001.2"}
    assert hear("Hangup", 1.0, Cause="16", **agent) == LegEnded(
        1.0, "1790000001.1", "PJSIP/101-00000001", 16
    )
    assert hear("Hangup", 2.0, Cause="16", **CALLER) == CallEnded(2.0, "1790000001.1", 16)


def test_the_first_channel_of_a_callback_is_no_caller() -> None:
    local = {
        "Channel": "Local/cb-7@ivr-callback-out-00000000;1",
        "Uniqueid": "cb-7.1",
        "Linkedid": "cb-7.1",
    }
    assert isinstance(hear("Hangup", 1.0, Cause="16", **local), LegEnded)


def test_a_member_is_told_with_pause_reason_and_state() -> None:
    paused = MEMBER | {"Paused": "1", "PausedReason": "Обед", "Status": "1"}
    assert hear("QueueMemberPause", 4.0, **paused) == MemberSeen(
        4.0, "anna", "client", True, "Обед", MemberStatus.IDLE
    )
    gone = hear("QueueMemberRemoved", 5.0, **paused)
    assert gone == MemberGone(5.0, "anna", "client")


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("0", MemberStatus.IDLE),
        ("1", MemberStatus.IDLE),
        ("2", MemberStatus.TALKING),
        ("3", MemberStatus.TALKING),
        ("4", MemberStatus.UNREACHABLE),
        ("5", MemberStatus.UNREACHABLE),
        ("6", MemberStatus.RINGING),
        ("8", MemberStatus.TALKING),
    ],
)
def test_device_states_become_what_they_mean_for_a_ring(status: str, means: MemberStatus) -> None:
    heard = hear("QueueMemberStatus", Status=status, Paused="0", **MEMBER)
    assert isinstance(heard, MemberSeen)
    assert heard.status is means


@pytest.mark.parametrize(
    "names",
    [
        {"Interface": "Local/201@from-queue/n", "StateInterface": "PJSIP/201"},
        {"Interface": "PJSIP/201"},
        {"Interface": "Local/201@elsewhere", "MemberName": "201"},
        {"MemberName": "201"},
    ],
)
def test_a_person_is_known_by_any_name_of_the_phone(names: dict[str, str]) -> None:
    heard = hear("AgentConnect", Queue="client", **CALLER, **names)
    assert isinstance(heard, AgentAnswered)
    assert heard.person == "201"


def test_a_further_phone_belongs_to_its_owner() -> None:
    heard = hear("AgentCalled", Queue="client", Interface="PJSIP/199", **CALLER)
    assert isinstance(heard, AgentRang)
    assert heard.person == "anna"


RINGALL: list[dict[str, str]] = [
    {"Event": "QueueCallerJoin", "CallerIDNum": "+74950000061"},
    {
        "Event": "AgentCalled",
        "Interface": "Local/201@from-queue/n",
        "StateInterface": "PJSIP/201",
        "MemberName": "201",
    },
    {"Event": "AgentCalled", "Interface": "PJSIP/200", "MemberName": "200"},
    {"Event": "AgentConnect", "Interface": "Local/201@from-queue/n", "MemberName": "201"},
    {"Event": "DialEnd", "DestChannel": "PJSIP/200-00000002", "DialStatus": "CANCEL"},
    {"Event": "AgentCalled", "Interface": "PJSIP/200", "MemberName": "200"},
]


def test_the_call_is_credited_to_the_member_who_connected_not_to_the_last_who_rang() -> None:
    heard = [
        hear(e["Event"], Uniqueid="c1", Queue="client", **{k: e[k] for k in e if k != "Event"})
        for e in RINGALL
    ]
    assert [type(h).__name__ for h in heard] == [
        "CallerQueued",
        "AgentRang",
        "AgentRang",
        "AgentAnswered",
        "Ignored",
        "AgentRang",
    ]
    answered = heard[3]
    assert isinstance(answered, AgentAnswered)
    assert (answered.call, answered.person) == ("c1", "201")


MISSED = [
    ("QueueCallerJoin", "m1"),
    ("AgentCalled", "m1"),
    ("AgentConnect", "m1"),
    ("AgentRingNoAnswer", "m1"),
    ("AgentComplete", "m1"),
    ("QueueCallerAbandon", "m2"),
]


def test_an_abandon_and_a_complete_say_nothing_that_a_hangup_does_not_say_better() -> None:
    heard = [hear(name, Uniqueid=call, Queue="client", MemberName="anna") for name, call in MISSED]
    kinds = [type(h).__name__ for h in heard]
    assert kinds[:4] == ["CallerQueued", "AgentRang", "AgentAnswered", "RingStopped"]
    assert heard[4:] == [Ignored("unknown_event"), Ignored("unknown_event")]


@pytest.mark.parametrize("name", ["QueueCallerJoin", "AgentCalled", "AgentConnect", "Hangup"])
def test_an_event_without_uniqueid_is_dropped(name: str) -> None:
    without = {k: v for k, v in (CALLER | MEMBER).items() if k not in ("Uniqueid", "Linkedid")}
    assert hear(name, **without) == Ignored("no_uniqueid")


def test_a_cut_off_hangup_is_dropped() -> None:
    assert hear("Hangup", Channel="PJSIP/trunk-00000021") == Ignored("no_uniqueid")
    assert hear("Hangup", Uniqueid="1.1", Linkedid="1.1") == Ignored("no_uniqueid")


def test_an_id_that_is_no_id_is_dropped() -> None:
    bad = CALLER | {"Linkedid": "1.1\r\nAction: Originate"}
    assert hear("Hangup", **bad) == Ignored("no_uniqueid")


def test_queues_and_people_of_others_are_ignored() -> None:
    assert hear("QueueCallerJoin", Queue="support", **CALLER) == Ignored("other_queue")
    other = {"Queue": "client", "Interface": "PJSIP/999", "MemberName": "x"}
    assert hear("AgentCalled", **CALLER, **other) == Ignored("other_person")
    assert hear("QueueMemberStatus", Status="1", **other | {"Queue": "x"}) == Ignored("other_queue")


def test_a_member_of_others_is_there_by_the_name_of_the_phone() -> None:
    other = {"Queue": "client", "Interface": "PJSIP/999", "MemberName": "x"}
    seen = MemberSeen(2.0, "PJSIP/999", "client", True, "", MemberStatus.IDLE)
    assert hear("QueueMemberPause", 2.0, Status="1", Paused="1", **other) == seen
    gone = MemberGone(2.0, "PJSIP/999", "client")
    assert hear("QueueMemberRemoved", 2.0, **other) == gone
    local = hear("QueueMemberRemoved", 2.0, **other | {"Interface": "Local/600@night/n"})
    assert local == replace(gone, person="Local/600@night"), "as its channels are called"


def test_only_our_own_members_are_in_a_prolonged_wrap_up() -> None:
    listed = [
        Spoken("QueueMember", {"Queue": "client", "Location": phone, "Penalty": "1000"})
        for phone in ("PJSIP/101", "PJSIP/999")
    ]
    assert [one.person for one in TRANSLATOR.prolonged(listed)] == ["anna"]


def test_an_answer_by_a_member_of_others_is_an_answer_all_the_same() -> None:
    other = {"Queue": "client", "Interface": "PJSIP/999", "MemberName": "x"}
    heard = hear("AgentConnect", 2.0, DestChannel="PJSIP/999-00000001", **CALLER, **other)
    theirs, callers = "PJSIP/999-00000001", CALLER["Channel"]
    assert heard == AgentAnswered(2.0, CALLER["Linkedid"], "PJSIP/999", "client", theirs, callers)


def test_nothing_is_wanted_that_means_nothing() -> None:
    for name in WANTED:
        assert hear(name) != Ignored("unknown_event")
    assert hear("Newexten") == Ignored("unknown_event")


# --- callbacks --------------------------------------------------------------------------------

OUT = {"Linkedid": "cb-7.1", "Uniqueid": "cb-7.1", "Attempt": "cb-7"}
ORIGINATED = {"Context": "ivr-callback-client", "Exten": "cb-7", "Uniqueid": "cb-7.1"}


def test_the_salesperson_answers_or_an_originate_comes_to_nothing() -> None:
    assert hear("OriginateResponse", 1.0, Response="Success", **ORIGINATED) == SalesLegAnswered(
        1.0, "cb-7"
    )
    assert hear("OriginateResponse", Response="Failure", **ORIGINATED) == OriginateFailed("cb-7")


def test_an_originate_of_others_is_ignored() -> None:
    other = ORIGINATED | {"Context": "phones"}
    assert hear("OriginateResponse", Response="Failure", **other) == Ignored("other_originate")


@pytest.mark.parametrize("result", ["NOANSWER", "BUSY", "CHANUNAVAIL", "CANCEL", ""])
def test_a_sales_leg_that_nobody_took_has_failed(result: str) -> None:
    heard = hear("UserEvent", 1.0, UserEvent="IvrSalesEnded", Result=result, **OUT)
    assert heard == SalesLegFailed(1.0, "cb-7")


def test_a_mobile_that_was_picked_up_is_told_of_a_person_that_we_know() -> None:
    said = {"UserEvent": "IvrPickedUp", "Linkedid": "1790000001.1"}
    told = hear("UserEvent", 1.0, Person="anna", **said)
    assert told == MobilePickedUp(1.0, "1790000001.1", "anna")
    assert hear("UserEvent", Person="somebody", **said) == Ignored("other_person")
    assert hear("UserEvent", Person="anna", UserEvent="IvrPickedUp") == Ignored("other_person")


def test_a_sales_leg_that_was_answered_has_not_failed() -> None:
    assert hear("UserEvent", UserEvent="IvrSalesRang", **OUT) == SalesLegStarted("cb-7")
    ended = hear("UserEvent", UserEvent="IvrSalesEnded", Result="ANSWER", **OUT)
    assert ended == Ignored("sales_leg_over")


@pytest.mark.parametrize(
    ("status", "cause", "result"),
    [
        ("ANSWER", "16", DialResult.ANSWERED),
        ("BUSY", "17", DialResult.BUSY),
        ("NOANSWER", "0", DialResult.NO_ANSWER),
        ("CANCEL", "0", DialResult.NO_ANSWER),
        ("CONGESTION", "34", DialResult.TRUNK_DOWN),
        ("CONGESTION", "19", DialResult.NO_ANSWER),
        ("CONGESTION", "21", DialResult.BUSY),
        ("CHANUNAVAIL", "20", DialResult.NO_ANSWER),
        ("CHANUNAVAIL", "0", DialResult.TRUNK_DOWN),
        ("CHANUNAVAIL", "1", DialResult.UNKNOWN),
        ("REFUSED", "0", DialResult.REFUSED),
        ("", "", DialResult.UNKNOWN),
    ],
)
def test_the_end_of_the_clients_leg(status: str, cause: str, result: DialResult) -> None:
    heard = hear("UserEvent", 9.0, UserEvent="IvrCallback", Result=status, Cause=cause, **OUT)
    assert heard == ClientLegEnded(9.0, "cb-7", result, 0.0)


def test_the_talk_is_counted_in_milliseconds() -> None:
    told = OUT | {"UserEvent": "IvrCallback", "Result": "ANSWER", "Talked": "12345"}
    assert hear("UserEvent", 9.0, **told) == ClientLegEnded(
        9.0, "cb-7", DialResult.ANSWERED, 12.345
    )


def test_a_user_event_of_another_channel_is_a_pose() -> None:
    pose = OUT | {"Linkedid": "1790000001.1", "UserEvent": "IvrCallback", "Result": "ANSWER"}
    assert hear("UserEvent", **pose) == Ignored("posing_user_event")
    odd = OUT | {"Attempt": "cb-7;", "UserEvent": "IvrCallback"}
    assert hear("UserEvent", **odd) == Ignored("posing_user_event")


def test_the_client_answers_on_the_dial_of_the_first_leg_only() -> None:
    dial = {
        "Channel": "Local/cb-7@ivr-callback-out-00000003;1",
        "Uniqueid": "cb-7.1",
        "DialStatus": "ANSWER",
    }
    assert hear("DialEnd", 3.0, **dial) == ClientAnswered(3.0, "cb-7")
    theirs = dial | {"DestChannel": "PJSIP/trunk-00000009"}
    assert hear("DialEnd", 3.0, **theirs) == ClientAnswered(3.0, "cb-7", "PJSIP/trunk-00000009")
    salesperson = dial | {"Uniqueid": "cb-7.2", "Channel": "Local/cb-7@ivr-callback-out-03;2"}
    assert hear("DialEnd", **salesperson) == Ignored("other_dial")
    assert hear("DialEnd", **(dial | {"DialStatus": "BUSY"})) == Ignored("other_dial")
    assert hear("DialEnd", **(dial | {"Channel": "PJSIP/101-01"})) == Ignored("other_dial")


# --- the whole of Asterisk --------------------------------------------------------------------


def spoken(name: str, entries: Iterable[dict[str, str]]) -> list[Spoken]:
    return [Spoken(name, entry) for entry in entries]


def test_a_resync_tells_legs_members_and_who_waits() -> None:
    channels = spoken(
        "CoreShowChannel",
        [
            CALLER
            | {
                "Context": "ivr-department",
                "Exten": "+74950000012",
                "Application": "Queue",
                "ApplicationData": "client,b(ivr-member^s^1),,,120,,ivr-talk",
                "Duration": "01:02:03",
                "BridgeId": "b-1",
            },
            {
                "Channel": "PJSIP/101-00000001",
                "Uniqueid": "1790000001.2",
                "Linkedid": "1790000001.1",
                "BridgeId": "b-1",
                "Duration": "00:00:05",
                "CallerIDNum": "101",
            },
            {"Channel": "", "Uniqueid": "1.1", "Linkedid": "1.1"},
        ],
    )
    queues = [
        *spoken("QueueParams", [{"Queue": "client"}]),
        Spoken(
            "QueueMember",
            {
                "Queue": "client",
                "Name": "anna",
                "Location": "PJSIP/101",
                "Status": "2",
                "Paused": "0",
            },
        ),
        Spoken("QueueMember", {"Queue": "support", "Name": "anna", "Location": "PJSIP/101"}),
        Spoken("QueueEntry", {"Queue": "client", "Wait": "7"} | CALLER),
    ]
    seen = TRANSLATOR.resynced(100.0, channels, queues)
    assert seen.legs == (
        LegSeen(
            call="1790000001.1",
            channel="PJSIP/trunk-00000000",
            caller=True,
            person=None,
            bridge="b-1",
            number="+74950000031",
            name="ООО «Вектор»",
            context="ivr-department",
            queue="client",
            age=3723.0,
            phone="PJSIP/trunk",
            did="+74950000012",
        ),
        LegSeen(
            call="1790000001.1",
            channel="PJSIP/101-00000001",
            caller=False,
            person="anna",
            bridge="b-1",
            number="101",
            name="",
            context="",
            queue="",
            age=5.0,
            on_line=False,
        ),
    )
    assert seen.members == (MemberSeen(100.0, "anna", "client", False, "", MemberStatus.TALKING),)
    assert [(w.at, w.call, w.queue, w.did) for w in seen.waiting] == [
        (93.0, "1790000001.1", "client", "+74950000012")
    ]


def test_a_resync_knows_the_client_of_a_callback_among_its_legs() -> None:
    ours = {"Linkedid": "cb-m-1-1-7.1"}
    channels = spoken(
        "CoreShowChannel",
        [
            {"Channel": "Local/cb-m-1-1-7@ivr-callback-out-01;1", "Uniqueid": "cb-m-1-1-7.1"},
            {"Channel": "Local/cb-m-1-1-7@ivr-callback-out-01;2", "Uniqueid": "cb-m-1-1-7.2"},
            {"Channel": "PJSIP/101-00000003", "Uniqueid": "1790000001.7"},
            {"Channel": "PJSIP/trunk-00000004", "Uniqueid": "1790000001.8"},
        ],
    )
    legs = [Spoken(c.name, c.headers | ours) for c in channels]
    seen = TRANSLATOR.resynced(100.0, legs, [])
    assert [leg.channel for leg in seen.legs if leg.caller] == ["PJSIP/trunk-00000004"]
    assert [leg.channel for leg in seen.legs if leg.person] == ["PJSIP/101-00000003"]


# --- Asterisk's own records -------------------------------------------------------------------


def test_an_outcome_goes_into_queue_log_and_into_the_cdr() -> None:
    order = NoteOnCall("17.1", "PJSIP/trunk-01", "client", "anna", ("outcome=home", "owner=client"))
    cdr, log = call_note(order, PHONES)
    assert log == Action(
        "QueueLog",
        {
            "Queue": "client",
            "Event": "INFO",
            "Uniqueid": "17.1",
            "Interface": "PJSIP/101",
            "Message": "linetree|outcome=home|owner=client",
        },
    )
    assert cdr.headers == {
        "Channel": "PJSIP/trunk-01",
        "Variable": "CDR(userfield)",
        "Value": "17.1;outcome=home;owner=client",
    }


def test_what_would_part_a_field_of_queue_log_is_left_out() -> None:
    order = NoteOnCall("17.1", "PJSIP/trunk-01", "client", "", ("a|b\n", "c;d e"))
    cdr, log = call_note(order, PHONES)
    assert (log.headers["Message"], log.headers["Interface"]) == ("linetree|ab|cde", "NONE")
    assert cdr.headers["Value"] == "17.1;ab;cde"


def test_of_a_call_that_has_ended_only_queue_log_tells() -> None:
    order = NoteOnCall("17.1", "", "client", "anna", ("outcome=home",))
    assert [step.name for step in call_note(order, PHONES)] == ["QueueLog"]


def test_a_line_is_given_back_on_the_callers_channel() -> None:
    (given_back,) = call_note(FreeLine("17.1", "PJSIP/trunk-01"), PHONES)
    assert given_back.headers == {
        "Channel": "PJSIP/trunk-01",
        "Variable": "GROUP(lines)",
        "Value": "",
    }


def test_the_dialplan_is_told_on_the_callers_channel_that_an_answer_is_known() -> None:
    (known,) = call_note(AnswerKnown("17.1", "PJSIP/trunk-01"), PHONES)
    assert known.headers == {"Channel": "PJSIP/trunk-01", "Variable": "IVR_KNOWN", "Value": "1"}
    assert call_note(AnswerKnown("17.1", ""), PHONES) == ()


# --- orders -----------------------------------------------------------------------------------

UNSET_TIMER = ("Setvar", {"Variable": "IVR_WRAP_PJSIP101", "Value": ""})
NO_WRAP_UP = ("Setvar", {"Variable": "IVR_UNTIL_PJSIP101", "Value": ""})


def test_a_member_is_added_with_pause_and_wrap_up_in_one_action() -> None:
    added = actions(AddMember("anna", "client", True, "Обед", 30), PHONES, 7)
    assert order(*added) == [
        UNSET_TIMER,
        (
            "QueueAdd",
            {
                "Queue": "client",
                "Interface": "PJSIP/101",
                "MemberName": "anna",
                "Penalty": "0",
                "Paused": "true",
                "Reason": "Обед",
                "Wrapuptime": "30",
            },
        ),
    ]


def test_a_member_behind_a_local_channel_brings_its_device() -> None:
    added = actions(AddMember("201", "client", False, "", 0), PHONES, 7)[-1]
    assert added.headers["Interface"] == "Local/201@from-queue/n"
    assert added.headers["StateInterface"] == "PJSIP/201"


@pytest.mark.parametrize("reason", ["a;b|c", "x\r\nAction: Logoff", "я" * 5000])
def test_no_reason_can_break_a_line_or_the_record_of_members(reason: str) -> None:
    sent = actions(PauseMember("anna", "client", True, reason), PHONES, 7)[1].headers["Reason"]
    assert isinstance(sent, str)
    assert not set(sent) & set(";|\r\n")
    assert len(f"Reason: {sent}\r\n".encode()) <= 1024


def test_wrap_up_ends_by_leaving_and_coming_back_unpaused() -> None:
    names = [step.name for step in actions(EndWrapUp("anna", "client", 30), PHONES, 7)]
    assert names == ["Setvar", "Setvar", "QueueRemove", "QueueAdd"]
    assert order(*actions(EndWrapUp("anna", "client", 30), PHONES, 7))[1] == NO_WRAP_UP
    again = actions(EndWrapUp("anna", "client", 30), PHONES, 7)[-1].headers
    assert (again["Paused"], again["Wrapuptime"]) == ("false", "30")


def test_a_prolonged_wrap_up_is_a_penalty_with_the_only_timer_that_may_end_it() -> None:
    unset, only, penalty, timer = actions(ProlongWrapUp("anna", "client", 40), PHONES, 7)
    assert order(unset) == [UNSET_TIMER]
    assert (penalty.name, penalty.headers["Penalty"]) == ("QueuePenalty", "1000")
    assert (
        only.headers["Value"] == timer.headers["OtherChannelId"] == f"{timers_of('PJSIP/101')}7.2"
    )
    assert timer.headers["Variable"] == [
        "IVR_PHONE=PJSIP/101",
        "IVR_QUEUES=client",
        "IVR_SECONDS=40",
    ]


def test_a_member_leaves() -> None:
    assert order(*actions(RemoveMember("anna", "client"), PHONES, 7)) == [
        UNSET_TIMER,
        NO_WRAP_UP,
        ("QueueRemove", {"Queue": "client", "Interface": "PJSIP/101"}),
    ]


def test_a_transfer_says_where_before_it_sends_the_caller() -> None:
    transfer = TransferToSales("1790000001.1", "PJSIP/trunk-00000000", "e-1", "sales", 20)
    sent = actions(transfer, PHONES, 7)
    assert [s.name for s in sent] == ["Setvar", "Setvar", "Setvar", "Redirect"]
    assert {s.headers["Channel"] for s in sent} == {"PJSIP/trunk-00000000"}
    assert sent[-1].headers["Context"] == "ivr-sales"


def test_a_transfer_names_the_owner_and_forgets_the_one_of_before() -> None:
    transfer = TransferToSales("1.1", "PJSIP/trunk-00000000", "e-1", "sales", 20)
    told = [dict(s.headers) for s in actions(transfer, PHONES, 7)]
    assert {"IVR_SALES_FIRST": ""}.items() <= {
        s.get("Variable"): s.get("Value") for s in told
    }.items()
    told = [
        dict(s.headers)
        for s in actions(replace(transfer, first="olga", first_seconds=9), PHONES, 7)
    ]
    said = {s.get("Variable"): s.get("Value") for s in told}
    assert (said["IVR_SALES_FIRST"], said["IVR_SALES_FIRST_RING"]) == ("person-olga", "9")


# --- queues of one member ---------------------------------------------------------------------

OWN = Phones({"anna": "PJSIP/101", "boris": "PJSIP/102"}, own={"anna": "client"})
OWN_MEMBER = {"Queue": "person-anna", "Interface": "PJSIP/101"}


def test_each_order_for_a_member_is_given_to_the_own_queue_too() -> None:
    added = own_actions(AddMember("anna", "client", True, "Обед", 30), OWN)
    assert [step.headers["Queue"] for step in added] == ["person-anna"]
    assert (added[0].headers["Paused"], added[0].headers["Wrapuptime"]) == ("true", "30")
    assert order(*own_actions(RemoveMember("anna", "client"), OWN)) == [("QueueRemove", OWN_MEMBER)]
    ended = own_actions(EndWrapUp("anna", "client", 30), OWN)
    assert [step.name for step in ended] == ["QueueRemove", "QueueAdd"]
    assert own_actions(AddMember("boris", "client", False, "", 30), OWN) == ()


def test_the_timer_of_a_prolonged_wrap_up_knows_both_queues() -> None:
    timer = actions(ProlongWrapUp("anna", "client", 40), OWN, 7)[-1]
    assert "IVR_QUEUES=client&person-anna" in timer.headers["Variable"]


def test_what_an_own_queue_tells_of_callers_is_the_departments() -> None:
    there = Translator(OWN, frozenset({"client"}))
    legs = CALLER | {"Interface": "PJSIP/101", "Queue": "person-anna", "DestChannel": "PJSIP/101-1"}
    rang = there.meaning(Spoken("AgentCalled", legs), 1.0)
    assert rang == AgentRang(1.0, "1790000001.1", "anna", "client", "PJSIP/101-1")
    joined = there.meaning(Spoken("QueueCallerJoin", legs), 1.0)
    assert isinstance(joined, CallerQueued)
    assert joined.queue == "client"
    member = Spoken("QueueMemberPause", {"Queue": "person-anna", "Interface": "PJSIP/101"})
    assert there.meaning(member, 1.0) == Ignored("other_queue")


def test_an_own_queue_is_brought_into_step_with_the_departments() -> None:
    seen = MemberSeen(1.0, "anna", "client", True, "Обед", MemberStatus.IDLE)
    here = {"Queue": "client", "Location": "PJSIP/101", "Wrapuptime": "30", "Penalty": "0"}
    there = {"Queue": "person-anna", "Location": "PJSIP/101", "Paused": "1", "Penalty": "0"}

    def changes(*members: MemberSeen, own: dict[str, str] | None = None) -> list[Action]:
        listed = spoken("QueueMember", [here, *([own] if own else [])])
        return [change for _, change in in_own_queue(members, listed, OWN)]

    (added,) = changes(seen)
    assert (added.name, added.headers["Paused"], added.headers["Wrapuptime"]) == (
        "QueueAdd",
        "true",
        "30",
    )
    assert changes(seen, own=there) == []
    (pause,) = changes(seen, own=there | {"Paused": "0"})
    assert (pause.name, pause.headers["Paused"]) == ("QueuePause", "true")
    (penalty,) = changes(seen, own=there | {"Penalty": "1000"})
    assert (penalty.name, penalty.headers["Penalty"]) == ("QueuePenalty", "0")
    assert order(*changes(own=there)) == [("QueueRemove", OWN_MEMBER)]


def test_a_verdict_names_whom_to_try_first() -> None:
    admitted = AdmitCall("1.1", "client", "client", first="anna", first_seconds=8)
    assert dict(verdict(admitted)) == {
        "IVR_QUEUE": "client",
        "IVR_LINES": "client",
        "IVR_FIRST": "person-anna",
        "IVR_FIRST_RING": "8",
        "IVR_VERDICT": "queue",
    }


def test_a_callback_carries_nothing_but_its_id_and_the_phone() -> None:
    (dial,) = actions(DialCallback("cb-e-17-1", "anna", 20), PHONES, 7)
    assert dial.headers == {
        "Channel": "Local/cb-e-17-1@ivr-callback-out/n",
        "Context": "ivr-callback-client",
        "Exten": "cb-e-17-1",
        "Priority": "1",
        "Timeout": "25000",
        "Async": "true",
        "ChannelId": "cb-e-17-1.1",
        "OtherChannelId": "cb-e-17-1.2",
        "Variable": ["IVR_PHONE=PJSIP/101", "IVR_RING=20"],
    }


def test_a_channel_is_hung_up_as_a_normal_end() -> None:
    assert order(*actions(HangUpChannel("PJSIP/101-01"), PHONES, 7)) == [
        ("Hangup", {"Channel": "PJSIP/101-01", "Cause": "16"})
    ]


def test_an_order_for_somebody_without_a_phone_says_so() -> None:
    with pytest.raises(UnknownPerson, match=r"vera: no phone is configured"):
        actions(RemoveMember("vera", "client"), PHONES, 7)


def test_the_variable_that_the_dialplan_believes_is_set_last() -> None:
    assert verdict(AdmitCall("1.1", "client", "dept")) == (
        ("IVR_QUEUE", "client"),
        ("IVR_LINES", "dept"),
        ("IVR_VERDICT", "queue"),
    )
    assert verdict(RefuseCall("1.1", Refusal.NO_LINE))[-1] == ("IVR_VERDICT", "refuse")
    assert verdict(ReturnToQueue("1.1", "client"))[-1] == ("IVR_VERDICT", "return")
    assert verdict(PromiseCallback("1.1", "e-1")) == (("IVR_VERDICT", "callback"),)
    assert verdict(GrantClaim("cb-7", "+74950000031")) == (("IVR_DIAL", "+74950000031"),)


def test_no_word_leaves_the_dialplan_to_itself() -> None:
    assert verdict(LeaveToDialplan("1.1")) == ()
    assert verdict(RefuseClaim("cb-7", "taken")) == ()


def test_what_the_fallback_must_know_travels_one_variable_a_header() -> None:
    department = keep(KeptDepartment("dept", "client", 5), "k-0", PHONES)
    assert department.headers["Variable"] == ["IVR_LINES=dept", "IVR_QUEUE=client", "IVR_MOST=5"]
    did = keep(KeptDid("+74950000000", "dept"), "k-1", PHONES)
    assert did.headers["Variable"] == [
        "IVR_DID=+74950000000",
        "IVR_LINES=dept",
        "IVR_FIRST=",
        "IVR_FORMS=",
        "IVR_TOLD=0",
    ]
    person = keep(KeptPerson("anna", ("client", "p-anna"), 30), "k-2", PHONES)
    assert "IVR_QUEUES=client&p-anna" in person.headers["Variable"]
