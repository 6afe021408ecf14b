"""Passing a caller on to sales: straight, or on hold while the agent's own phone rings sales."""

from __future__ import annotations

from typing import assert_never

from ivr.asterisk.translate.action import Action, set_variables
from ivr.asterisk.translate.phones import Phones, own_queue
from ivr.domain.commands import ConsultSales, LetTalk, TakeBack, TransferToSales

TransferOrder = TransferToSales | ConsultSales | LetTalk | TakeBack


def transfer(order: TransferOrder, phones: Phones) -> tuple[Action, ...]:
    """The actions that move the caller, and for a consultation the agent; raises UnknownPerson."""
    match order:
        case TransferToSales(channel=channel):
            return (*set_variables(channel, _whom(order)), _redirect(channel, "ivr-sales", "s"))
        case ConsultSales():
            return _consult(order)
        case LetTalk(channel=channel):
            peer = {"IVR_PEER": order.sales_channel}
            return (*set_variables(channel, peer), _redirect(channel, "ivr-hold", "meet"))
        case TakeBack(channel=channel) if order.agent_channel:
            return (_redirect(channel, "ivr-hold", "back"),)
        case TakeBack(channel=channel):
            phone = {"IVR_BACK_PHONE": phones.of(order.person)}
            return (*set_variables(channel, phone), _redirect(channel, "ivr-back", "s"))
        case _:
            assert_never(order)


def _consult(order: ConsultSales) -> tuple[Action, ...]:
    """Both channels know whom to ring: the client goes there alone if the agent hangs up."""
    whom = _whom(order)
    both = {"ExtraChannel": order.agent_channel, "ExtraContext": "ivr-consult"}
    both |= {"ExtraExten": "s", "ExtraPriority": "1"}
    redirect = _redirect(order.channel, "ivr-hold", "s")
    return (
        *set_variables(order.channel, whom | {"IVR_AGENT": order.agent_channel}),
        *set_variables(order.agent_channel, whom | {"IVR_CLIENT": order.channel}),
        Action(redirect.name, dict(redirect.headers) | both),
    )


def _whom(order: TransferToSales | ConsultSales) -> dict[str, str]:
    variables = {
        "IVR_SALES_QUEUE": order.queue,
        "IVR_SALES_RING": str(max(1, order.ring_seconds)),
        # Set in any case: an earlier transfer of this caller may have named somebody else.
        "IVR_SALES_FIRST": own_queue(order.first) if order.first else "",
    }
    if order.first:
        variables["IVR_SALES_FIRST_RING"] = str(max(1, order.first_seconds))
    return variables


def _redirect(channel: str, context: str, extension: str) -> Action:
    return Action(
        "Redirect",
        {"Channel": channel, "Context": context, "Exten": extension, "Priority": "1"},
    )
