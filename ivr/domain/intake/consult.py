"""A consultation: the caller is on hold while the agent's own phone rings sales and talks there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Asked(StrEnum):
    """What Asterisk was asked for and has not shown yet; one thing at a time."""

    NOTHING = "nothing"
    MEET = "meet"  # client and sales
    BACK = "back"  # client and agent


@dataclass(slots=True)
class Consult:
    """Who consults, by which channel, and who of sales has picked up."""

    agent: str
    channel: str
    left: str = ""  # the bridge in which agent and caller talked before: news of it is old
    sales: str = ""
    sales_channel: str = ""
    asked: Asked = Asked.NOTHING

    @property
    def met(self) -> bool:
        """Whether agent and salesperson talk."""
        return bool(self.sales_channel)

    def answered(self, person: str, channel: str) -> None:
        """Somebody of sales picked up for the agent."""
        self.sales, self.sales_channel = person, channel

    def sales_left(self, channel: str) -> bool:
        """The phone of sales hung up; False if it was another one."""
        if not channel or channel != self.sales_channel:
            return False
        self.sales, self.sales_channel = "", ""
        return True
