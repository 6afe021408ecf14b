"""What sipp plays: a scenario of this package, with the words of one caller or phone filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_SCENARIOS = Path(__file__).parent / "scenarios"
_REASONS = {
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    503: "Service Unavailable",
    603: "Decline",
}
TONE = "tone.al"
"""The sound that `stream` plays, in the folder of the sipp."""

_STREAM = f"""  <nop>
    <action><exec rtp_stream="{TONE},-1,8,PCMA/8000"/></action>
  </nop>"""


def filled(scenario: str, words: Mapping[str, str], silent: int | None) -> str:
    """The XML of this scenario; without sound, on media port `silent`, where that is given."""
    # What is filled in first may itself speak of the media port.
    every = {
        **words,
        "media_port": "[rtpstream_audio_port]" if silent is None else str(silent),
        "media": _STREAM if silent is None else "",
    }
    text = (_SCENARIOS / f"{scenario}.xml").read_text()
    for word, value in every.items():
        text = text.replace("{{" + word + "}}", value)
    return text


def refusal(status: int) -> str:
    """A final status of SIP with its reason."""
    return f"{status} {_REASONS.get(status, 'Refused')}"


def timeout(seconds: float | None, label: str) -> str:
    """The attributes of a `recv` that goes on at `label` after so long; None waits for ever."""
    if seconds is None:
        return ""
    return f' timeout="{max(1, round(seconds * 1000))}" ontimeout="{label}"'


def hold(after: float) -> str:
    """A re-INVITE that only sends, as the hold key of a phone does."""
    return f"""  <pause milliseconds="{round(after * 1000)}"/>
  <send retrans="500">
    <![CDATA[
{_request("INVITE", 1)}
      Contact: <sip:[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=- 1 2 IN IP4 [local_ip]
      s=-
      c=IN IP4 [local_ip]
      t=0 0
      m=audio {{{{media_port}}}} RTP/AVP 8
      a=rtpmap:8 PCMA/8000
      a=ptime:20
      a=sendonly
    ]]>
  </send>
  <recv response="100" optional="true"/>
  <recv response="200"/>
  <send>
    <![CDATA[
{_request("ACK", 1)}
      Content-Length: 0

    ]]>
  </send>"""


def _request(method: str, number: int) -> str:
    """The head of a request within the call that rang this phone."""
    return f"""      {method} [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      [routes]
      From: [$near];tag=[pid]p[call_number]
      To: [$far]
      Call-ID: [call_id]
      CSeq: {number} {method}
      Max-Forwards: 70"""


def tone() -> bytes:
    """One second of a quiet square tone in A-law, to be repeated."""
    return (b"\xd5" * 10 + b"\xb5" * 10) * 400
