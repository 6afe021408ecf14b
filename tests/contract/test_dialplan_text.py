"""The dialplan files as text: nothing dangerous in them, every jump lands, the filters fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.asterisk.translate import WANTED

DIALPLAN = Path(__file__).parent.parent.parent / "dialplan"
FILES = (
    "extensions_ivr.conf",
    "extensions_ivr_overflow.conf",
    "extensions_ivr_transfer.conf",
    "extensions_ivr_toll.conf",
    "extensions_ivr_results.conf",
    "extensions_ivr_mobile.conf",
)
EXTENSIONS = "\n".join((DIALPLAN / name).read_text() for name in FILES)
LINES = [line for line in EXTENSIONS.splitlines() if line and not line.startswith(";")]
JUMP = re.compile(r"(?:Goto|Gosub|GotoIf)\((.*)\)$")


def contexts() -> dict[str, set[str]]:
    """The extensions of each context."""
    found: dict[str, set[str]] = {}
    here: set[str] = set()
    for line in LINES:
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), set())
        elif line.startswith("exten =>"):
            here.add(line.removeprefix("exten =>").split(",")[0].strip())
    return found


def commands() -> list[tuple[str, str]]:
    """Each step with the context in which it stands."""
    steps, here = [], ""
    for line in LINES:
        if line.startswith("["):
            here = line.strip("[]")
        else:
            steps.append((here, re.sub(r"^(exten|\s*same)\s*=>\s*", "", line)))
    return steps


@pytest.mark.parametrize(
    "danger",
    ["System(", "TrySystem(", "SHELL(", "Macro(", "EVAL(", "=> _X.", "=> _.", "=> _X!", " Exec("],
)
def test_nothing_dangerous_is_used(danger: str) -> None:
    assert not [line for line in LINES if danger in line]


def test_what_comes_from_outside_is_filtered_before_it_is_used() -> None:
    for _, step in commands():
        for outside in ("${EXTEN}", "${CALLERID"):
            if outside in step:
                assert "FILTER(" in step


@pytest.mark.parametrize("context", sorted(c for c in contexts() if c.startswith("ivr-")))
def test_every_context_is_named_as_ours(context: str) -> None:
    assert contexts()[context]


def test_every_jump_to_another_context_lands() -> None:
    known = contexts()
    jumps = 0
    for _, step in commands():
        for context, extension in re.findall(r"(ivr-[a-z-]+)[,^]([a-z-]+)[,^]1", step):
            if context == "ivr-callback-talk" or extension in known[context]:
                jumps += 1
                continue
            pytest.fail(f"{step}: {context} has no {extension}")
    assert jumps > 15


def test_the_names_of_queues_keep_their_letters_wherever_they_are_told() -> None:
    """A queue that an admin has called sales.moscow is one to the codes of a phone, too."""
    kept = {
        name: set(allowed)
        for allowed, name in re.findall(
            r"FILTER\(([^,]*),\$\{(IVR_QUEUES?|IVR_WHERE)\}\)", EXTENSIONS
        )
    }
    assert set(kept) == {"IVR_QUEUE", "IVR_QUEUES", "IVR_WHERE"}
    assert kept["IVR_QUEUE"] == kept["IVR_QUEUES"] - {"&"} == kept["IVR_WHERE"]


def read_before() -> dict[str, set[str]]:
    """Which parts of [ivr-settings] each context has read, whatever way a channel came to it.

    A context that AMI, a queue or a phone sends a channel to has only those that it reads itself;
    another one has also what all that lead to it have.
    """
    own: dict[str, set[str]] = {context: set() for context in contexts()}
    before: dict[str, set[str]] = {context: set() for context in contexts()}
    for context, step in commands():
        for other in re.findall(r"(?:Gosub|Goto)(?:If)?\(.*?(ivr-[a-z-]+),", step):
            if other == "ivr-settings":
                own[context] |= set(re.findall(r"ivr-settings,([a-z]+),1", step))
            elif other != context and other in before:
                before[other].add(context)
    # What a subroutine has read, its caller has read from there on.
    for context, step in commands():
        for other in re.findall(r"Gosub\((ivr-[a-z-]+),s,1", step):
            own[context] |= own.get(other, set())
    entered = {c for c, others in before.items() if not others} | ENTERED
    read = {c: set(own[c]) if c in entered else set(PARTS) for c in own}
    for _ in own:
        for context, others in before.items():
            if context not in entered:
                read[context] = own[context] | set.intersection(*(read[c] for c in others))
    return read


ENTERED = {"ivr-entry", "ivr-sales", "ivr-hold", "ivr-consult", "ivr-back", "ivr-wrap", "ivr-shift"}
"""Where channels also come to from elsewhere than our own dialplan."""

PARTS = ("call", "overflow", "sales", "outside", "phone")


def test_no_setting_is_used_before_it_was_read() -> None:
    parts: dict[str, str] = {}
    part = ""
    for context, step in commands():
        if context == "ivr-settings":
            name = step.split(",")[0]
            part = name if name in PARTS else part
            if found := re.search(r"Set\((IVR_[A-Z_]+)=", step):
                parts[found[1]] = part
    assert len(parts) > 20
    read = read_before()
    used = 0
    for context, step in commands():
        for setting in re.findall(r"\$\{(IVR_[A-Z_]+)\}", step):
            if context != "ivr-settings" and setting in parts:
                used += 1
                assert parts[setting] in read[context], f"{context}: {step}: {setting} is not read"
    assert used > 30


def test_every_jump_within_a_context_lands() -> None:
    known = contexts()
    for context, step in commands():
        for extension in re.findall(r"(?:\?|Goto\(|Gosub\()([a-z-]+),1\)", step):
            assert extension in known[context], f"[{context}] {step}"


OF_ASTERISK = frozenset({"FullyBooted", "Shutdown"})
"""What the link itself hears: whether Asterisk is there already, and whether it will be gone."""


def test_the_filter_lets_through_exactly_what_the_translation_reads() -> None:
    text = (DIALPLAN / "manager_ivr.conf").read_text()
    lines = [line for line in text.splitlines() if line.startswith("eventfilter")]
    names = [re.match(r"eventfilter\(name\((\w+)\)", line) for line in lines]
    assert {name[1] for name in names if name} == WANTED | OF_ASTERISK
    assert all(re.search(r"\) =( \S+)?$", line) for line in lines)


def test_the_older_filter_lets_through_the_same() -> None:
    text = (DIALPLAN / "manager_ivr_old.conf").read_text()
    pattern = re.search(r"^eventfilter = (.*)$", text, re.MULTILINE)
    assert pattern
    assert all(re.match(pattern[1], f"Event: {name}\r\n") for name in WANTED | OF_ASTERISK)
    assert not re.match(pattern[1], "Event: Newexten\r\n")


@pytest.mark.parametrize("file", ["manager_ivr.conf", "manager_ivr_old.conf"])
def test_the_ami_user_may_not_run_commands_and_has_no_secret_of_ours(file: str) -> None:
    text = (DIALPLAN / file).read_text()
    rights = dict(re.findall(r"^(read|write) = (.*)$", text, re.MULTILINE))
    assert set(rights["write"].split(",")) == {"call", "agent", "originate", "reporting"}
    assert set(rights["read"].split(",")) == {"system", "call", "agent", "user"}
    assert not re.search(r"^\s*secret", text, re.MULTILINE)
