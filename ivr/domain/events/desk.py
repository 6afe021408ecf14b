"""Keys pressed at a desk.

`request` is the browser's own id for the key press: the same id twice counts once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeskOpened:
    """A person's page connected; the whole screen is wanted."""

    at: float
    person: str


@dataclass(frozen=True, slots=True)
class DeskClosed:
    """A person's last page went away."""

    at: float
    person: str


@dataclass(frozen=True, slots=True)
class ReadyPressed:
    """The person wants calls (also: wrap-up is done)."""

    at: float
    person: str
    request: str


@dataclass(frozen=True, slots=True)
class PausePressed:
    """The person takes a break, after the call if one is on."""

    at: float
    person: str
    request: str
    reason: str


@dataclass(frozen=True, slots=True)
class SignOutPressed:
    """The person goes home: no calls until the next sign-in."""

    at: float
    person: str
    request: str


@dataclass(frozen=True, slots=True)
class CallBackPressed:
    """The person takes the task of a missed call: ring my phone, then the caller's."""

    at: float
    person: str
    request: str
    task: str


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """The person closes a task of the department without a call: `how` is a TaskClosing."""

    at: float
    person: str
    request: str
    task: str
    how: str


@dataclass(frozen=True, slots=True)
class RingPassed:
    """The person lets the ringing call go to the next agent."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class AnswerPressed:
    """The client's answer: an answer id, a list of ids joined by commas, a number or a text."""

    at: float
    person: str
    request: str
    call: str
    question: str
    given: str


@dataclass(frozen=True, slots=True)
class BackPressed:
    """Back to the question before, along the path that was walked."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class SkipPressed:
    """None of the answers fits; `words` keeps what the client said instead."""

    at: float
    person: str
    request: str
    call: str
    question: str
    words: str


@dataclass(frozen=True, slots=True)
class AnswerCorrected:
    """An answer given earlier on this path was another one; also after the call, in wrap-up."""

    at: float
    person: str
    request: str
    call: str
    question: str
    given: str


@dataclass(frozen=True, slots=True)
class NotEnquiryPressed:
    """The call is no enquiry: `kind` is colleague, order, supplier or wrong_number."""

    at: float
    person: str
    request: str
    call: str
    kind: str


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """The person's free note of this call, whole each time."""

    at: float
    person: str
    request: str
    call: str
    text: str


@dataclass(frozen=True, slots=True)
class CompanySought:
    """Letters of the company field, as they are typed; OfferCompanies answers them."""

    at: float
    person: str
    request: str
    text: str


@dataclass(frozen=True, slots=True)
class CompanyPicked:
    """The person says which company calls: an account id, or a new name."""

    at: float
    person: str
    request: str
    call: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class TreeOpened:
    """A client whom sales owns has a new subject: the tree is asked after all."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class OutcomeConfirmed:
    """The main key: do what the tree decided.

    `kind` is how a caller is passed live: straight or warm, "" as is usual.
    """

    at: float
    person: str
    request: str
    call: str
    offer: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeOverridden:
    """The person decides otherwise: another outcome, another owner (client, sales), or both.

    `how` is transfer or callback, "" for what the outcome says; `kind` is straight or warm, "" as
    is usual. A reason is required.
    """

    at: float
    person: str
    request: str
    call: str
    owner: str
    how: str
    reason: str
    outcome: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PassPressed:
    """A caller who came back from sales is passed once more: `kind` is straight, warm or ""."""

    at: float
    person: str
    request: str
    call: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TakeBackPressed:
    """The agent wants the caller back who is on hold or on the way to sales."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class LetTalkPressed:
    """The agent has had a word with sales: client and sales shall talk."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class HangUpPressed:
    """The person ends the call from the page."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class WrapUpProlonged:
    """Thirty seconds more to note how the call ended."""

    at: float
    person: str
    request: str


@dataclass(frozen=True, slots=True)
class DispositionGiven:
    """How the call ended, in the agent's words of the list."""

    at: float
    person: str
    request: str
    call: str
    disposition: str


@dataclass(frozen=True, slots=True)
class DueAsked:
    """The agent says when the client wants to be called: `due` is 2026-11-26 15:30 there.

    In the client's own time zone; "" for as soon as it goes.
    """

    at: float
    person: str
    request: str
    call: str
    due: str
