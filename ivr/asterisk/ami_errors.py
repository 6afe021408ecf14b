"""What can go wrong between the service and Asterisk's manager interface, each by name."""

from ivr.domain.errors import LinetreeError


class AmiError(LinetreeError):
    """Base of everything that the AMI link raises."""


class AmiRefused(AmiError):
    """Asterisk answered an action with `Response: Error`; `reply` is its own message."""

    def __init__(self, action: str, reply: str) -> None:
        self.action = action
        self.reply = reply
        super().__init__(f'Asterisk refused the AMI action {action}: "{reply}"')


class AmiTimeout(AmiError):
    """No answer in time; Asterisk may have carried the action out all the same."""

    def __init__(self, action: str, seconds: float) -> None:
        self.action = action
        super().__init__(
            f"Asterisk did not answer the AMI action {action} within {seconds:g} s; "
            "whether it was carried out is unknown, so read Asterisk's state before repeating it"
        )


class AmiLinkLost(AmiError):
    """The link is down. `sent` tells whether the action may have reached Asterisk."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        self.reason = reason
        self.sent = sent
        fate = (
            "an unanswered action is never sent again, so read Asterisk's state before repeating it"
            if sent
            else "nothing was sent"
        )
        super().__init__(f"the AMI link is down ({reason}); {fate}")


class AmiLoginRefused(AmiError):
    """Asterisk turned the AMI user away."""

    def __init__(self, user: str, host: str, port: int, reply: str) -> None:
        self.reply = reply
        super().__init__(
            f'Asterisk at {host}:{port} refused the AMI user "{user}": "{reply}"; compare user, '
            "secret and permit/deny with manager.conf there"
        )


class AmiHeaderRefused(AmiError):
    """An action was not sent, because one of its headers would not arrive as it was meant."""


class AmiInjection(AmiHeaderRefused):
    """A name or value that would end its line and begin another, or that is no header at all."""


class AmiLineTooLong(AmiHeaderRefused):
    """A line longer than Asterisk's buffer, or more lines than it takes in one action."""


class AmiVariableSplit(AmiHeaderRefused):
    """A channel variable that Asterisk would cut or change on the way."""


class AmiActionIdInUse(AmiHeaderRefused):
    """An ActionID of an action that still waits for its answer."""
