"""What can go wrong between the dialplan and the service over FastAGI, each by name."""

from ivr.domain.errors import LinetreeError


class AgiError(LinetreeError):
    """Base of everything that FastAGI raises."""


class AgiCannotListen(AgiError):
    """The FastAGI server did not start; `reason` is the system's own word."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"FastAGI cannot listen on {host}:{port} ({reason}); "
            "choose another asterisk.agi.host or asterisk.agi.port in ivr.yaml"
        )


class AgiPortTaken(AgiCannotListen):
    """Another process has the port: most likely a second linetree."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, "another process, perhaps a second linetree, has this port")


class AgiExposed(AgiError):
    """The server was to listen where other machines reach it."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f'FastAGI has no authentication: listening on "{host}" would let whoever reaches it '
            "offer calls and read verdicts; listen on 127.0.0.1 with a tunnel to Asterisk, or "
            "allow remote peers explicitly behind a firewall"
        )


class AgiHungUp(AgiError):
    """The caller has gone or Asterisk has left the session; nothing more comes of this call."""

    def __init__(self, how: str) -> None:
        self.how = how
        super().__init__(f"the call is over: {how}")


class AgiTimeout(AgiError):
    """No answer in time; Asterisk may have carried the command out all the same."""

    def __init__(self, verb: str, seconds: float) -> None:
        self.verb = verb
        super().__init__(
            f"Asterisk did not answer the AGI command {verb} within {seconds:g} s; this session "
            "can say nothing more, and the dialplan goes on without it"
        )


class AgiOutOfStep(AgiError):
    """Bytes that answer nothing that was asked, so that later answers cannot be trusted."""

    def __init__(self, seen: str) -> None:
        super().__init__(
            f"this AGI session lost count of its answers ({seen}); it can say nothing more, and "
            "the dialplan goes on without it"
        )


class AgiCommandInvalid(AgiError):
    """Asterisk does not know the command (510) or its arguments (520); `usage` is its answer."""

    def __init__(self, verb: str, usage: str) -> None:
        self.verb = verb
        self.usage = usage
        super().__init__(
            f"Asterisk does not accept the AGI command {verb}: {usage}; compare with "
            f'"agi show commands" on its console'
        )


class AgiCommandRefused(AgiError):
    """A command was not sent, because it would not arrive as it was meant."""


class AgiInjection(AgiCommandRefused):
    """A part of a command that would end its line, or that is no name at all."""


class AgiLineTooLong(AgiCommandRefused):
    """A command longer than Asterisk's buffer: it would take the rest for a second command."""
