"""What a finished walk decides: what to offer, who owns the client from now on, how, and why.

Four voices are heard in turn, and the first that speaks is the why: the account's flag, the
scale, the volume, the tree. A large customer, known by account or by answers, always ends at
sales with a meeting as the aim, whatever the outcome says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ivr.domain.client.company import UNKNOWN_CLIENT, Client
from ivr.domain.errors import KeyRefused, LinetreeError
from ivr.domain.tree.conditions import concerns, holds
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.tree import (
    Aim,
    Condition,
    How,
    Outcome,
    Owner,
    Rule,
    Scale,
    Text,
    WhyKind,
)
from ivr.domain.tree.ways import reachable_outcomes

KEY_ACCOUNT = Text("Ключевой клиент", "Key account")
LARGE_CUSTOMER = Text("Крупный заказчик", "Large customer")
LARGE_VOLUME = Text("Большой объём", "Large volume")
SALES_MATTER = Text("Этим занимается отдел продаж", "A matter for sales")
TYPICAL = Text("Типовой запрос", "A typical request")

_VOICES = (WhyKind.ACCOUNT, WhyKind.SCALE, WhyKind.VOLUME, WhyKind.TREE)


class InterviewOpen(LinetreeError):
    """The walk has not ended: there is a question on the screen."""

    def __init__(self, question: str) -> None:
        super().__init__(f"question {question} is still open: answer or skip it, or override")


class OverrideRefused(KeyRefused):
    """What the agent picked instead is not to be had."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of the walk. `how` and `aim` are None when the client department keeps it.

    `rule` is the index of the tree's rule that spoke, None when none did. `outcome` is "" when
    an agent chose only the department at an open question.
    """

    outcome: str
    offers: tuple[str, ...]
    owner: Owner
    how: How | None
    aim: Aim | None
    why: WhyKind
    because: Text
    rule: int | None = None


def decide(interview: Interview, client: Client = UNKNOWN_CLIENT) -> Decision:
    """The decision of a finished walk: pure, and one for every walk and client.

    Raises InterviewOpen while a question is on the screen.
    """
    outcome = interview.outcome
    if outcome is None:
        raise InterviewOpen(interview.at)
    spoken = _speaking_rule(interview, client)
    voice = _standing_voice(interview, client, outcome)
    if spoken is not None and _first(spoken[1], voice, large=_large(interview, client)):
        return _by_rule(spoken[0], spoken[1], outcome, large=_large(interview, client))
    return _by_voice(voice, outcome)


def _large(interview: Interview, client: Client) -> bool:
    return client.large or interview.scale is Scale.LARGE


def _speaking_rule(interview: Interview, client: Client) -> tuple[int, Rule] | None:
    """The first rule that holds: by what it speaks as, then by its place in the file."""
    held = [
        (index, rule)
        for index, rule in enumerate(interview.tree.rules)
        if _rule_holds(rule, interview, client)
    ]
    return min(held, key=lambda one: (_VOICES.index(one[1].kind), one[0]), default=None)


def _rule_holds(rule: Rule, interview: Interview, client: Client) -> bool:
    if rule.account and not client.large:
        return False
    if rule.scale is not None and rule.scale is not interview.scale:
        return False
    return all(_met(condition, interview) for condition in rule.conditions)


def _met(condition: Condition, interview: Interview) -> bool:
    """The last answer that a condition looks at counts; a volume may be asked more than once."""
    for step in reversed(interview.steps):
        if not step.skipped and concerns(condition, interview.tree.questions[step.question]):
            return holds(condition, step)
    return False


def _standing_voice(interview: Interview, client: Client, outcome: Outcome) -> WhyKind:
    """Who speaks when the tree has no rule of its own."""
    if client.large:
        return WhyKind.ACCOUNT
    if interview.scale is Scale.LARGE:
        return WhyKind.SCALE
    if outcome.owner is Owner.SALES and _led_by_volume(interview):
        return WhyKind.VOLUME
    return WhyKind.TREE


def _led_by_volume(interview: Interview) -> bool:
    last = interview.steps[-1] if interview.steps else None
    return (
        last is not None
        and not last.skipped
        and interview.tree.questions[last.question].measures_volume
    )


def _first(rule: Rule, voice: WhyKind, *, large: bool) -> bool:
    """Whether the rule is heard before the standing voice; none keeps a large customer back."""
    if large and rule.owner is Owner.CLIENT:
        return False
    if voice in (WhyKind.VOLUME, WhyKind.TREE):
        return True
    return _VOICES.index(rule.kind) <= _VOICES.index(voice)


def _by_rule(index: int, rule: Rule, outcome: Outcome, *, large: bool) -> Decision:
    offers = outcome.offers if rule.offers is None else rule.offers
    because = rule.why or outcome.why or _default(rule.kind, rule.owner)
    if rule.owner is Owner.CLIENT:
        return Decision(outcome.id, offers, rule.owner, None, None, rule.kind, because, index)
    how = rule.how or outcome.how or How.TRANSFER
    aim = Aim.MEETING if large else rule.aim or outcome.aim or Aim.TALK
    return Decision(outcome.id, offers, rule.owner, how, aim, rule.kind, because, index)


def _by_voice(voice: WhyKind, outcome: Outcome) -> Decision:
    large = voice in (WhyKind.ACCOUNT, WhyKind.SCALE)
    owner = Owner.SALES if large else outcome.owner
    because = _default(voice, owner) if large else outcome.why or _default(voice, owner)
    if owner is Owner.CLIENT:
        return Decision(outcome.id, outcome.offers, owner, None, None, voice, because)
    how = outcome.how or How.TRANSFER
    aim = Aim.MEETING if large else outcome.aim or Aim.TALK
    return Decision(outcome.id, outcome.offers, owner, how, aim, voice, because)


def _default(voice: WhyKind, owner: Owner) -> Text:
    if voice is WhyKind.ACCOUNT:
        return KEY_ACCOUNT
    if owner is Owner.CLIENT:
        return TYPICAL
    if voice is WhyKind.SCALE:
        return LARGE_CUSTOMER
    return LARGE_VOLUME if voice is WhyKind.VOLUME else SALES_MATTER


def may_stay(interview: Interview, client: Client = UNKNOWN_CLIENT) -> bool:
    """Whether the client department may keep this client by an agent's choice.

    A private person may stay, and an organisation that was asked a question in which *large*
    can be answered and did not answer it so. Anybody else could be a large customer.
    """
    if _large(interview, client):
        return False
    return interview.scale is Scale.PRIVATE or interview.asked_for_large


def choices(interview: Interview, client: Client = UNKNOWN_CLIENT) -> tuple[str, ...]:
    """The outcomes that an agent may pick instead: still reachable, and none that may not be.

    At an open question those which it can still reach; at an outcome any of the tree.
    """
    tree = interview.tree
    ahead = interview.reachable() if interview.outcome is None else _all(interview)
    stays = may_stay(interview, client)
    return tuple(one for one in ahead if stays or tree.outcomes[one].owner is Owner.SALES)


def _all(interview: Interview) -> tuple[str, ...]:
    return reachable_outcomes(interview.tree, interview.tree.first)


def override(
    interview: Interview,
    client: Client = UNKNOWN_CLIENT,
    *,
    reason: str,
    outcome: str | None = None,
    owner: Owner | None = None,
    how: How | None = None,
) -> Decision:
    """An agent's decision instead of the tree's: another outcome, another department, or both.

    Raises OverrideRefused without a reason, for an outcome that cannot be reached any more, and
    for keeping a client who is, or could be, a large customer.
    """
    if not reason.strip():
        detail = "an override needs a reason: say in a few words why"
        raise OverrideRefused("reason_required", detail)
    if outcome is not None and outcome not in choices(interview, client):
        allowed = ", ".join(choices(interview, client)) or "none"
        detail = f"outcome {outcome} cannot be picked here; these can: {allowed}"
        raise OverrideRefused("override_refused", detail)
    base = interview.tree.outcomes.get(outcome or interview.at)
    chosen = owner or (base.owner if base else None)
    if chosen is None:
        detail = "pick an outcome or a department: the question is still open"
        raise OverrideRefused("override_refused", detail)
    if chosen is Owner.CLIENT and not may_stay(interview, client):
        raise OverrideRefused(
            "override_refused",
            "this client is, or could be, a large customer: sales takes it; ask for the scale"
            " first, or pass the client on",
        )
    return _chosen(base, chosen, how, reason.strip(), large=_large(interview, client))


def _chosen(
    base: Outcome | None, owner: Owner, how: How | None, reason: str, *, large: bool
) -> Decision:
    kept = Decision(
        outcome=base.id if base else "",
        offers=base.offers if base else (),
        owner=owner,
        how=None,
        aim=None,
        why=WhyKind.OVERRIDE,
        because=Text(reason, reason),
    )
    if owner is Owner.CLIENT:
        return kept
    aim = base.aim if base and base.aim else Aim.TALK
    way = how or (base.how if base and base.how else How.TRANSFER)
    return replace(kept, how=way, aim=Aim.MEETING if large else aim)
