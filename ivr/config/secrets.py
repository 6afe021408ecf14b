"""Secrets: from a file that only its owner can read, or from the environment; never from YAML."""

from __future__ import annotations

import base64
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.config.connections import Ami

AMI_SECRET = "IVR_AMI_SECRET"  # noqa: S105 - the name of a variable, not a secret
MAIL_SECRET = "IVR_MAIL_SECRET"  # noqa: S105 - the name of a variable, not a secret
WEBHOOK_SECRET = "IVR_WEBHOOK_SECRET_"  # noqa: S105 - the beginning of a variable's name
SHORTEST = 8
_DEFAULTS = {
    "12345678",
    "123456789",
    "admin",
    "amp111",
    "asterisk",
    "change-me",
    "changeme",
    "default",
    "linetree",
    "manager",
    "mysecret",
    "password",
    "password123",
    "qwerty123",
    "secret",
    "secret5",
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, or why there is none. `absent`: nobody has set one, which is no mistake yet."""

    value: str = ""
    fault: str = ""
    mend: str = ""
    absent: bool = False


def ami_secret(ami: Ami, config_dir: Path, environ: Mapping[str, str]) -> Secret:
    """The AMI secret: the environment first, then `secret_file` (relative to the config)."""
    value = environ.get(AMI_SECRET)
    if value is not None:
        return _judged(value.strip(), f"the environment variable {AMI_SECRET}")
    if ami.secret_file is None:
        return Secret(
            fault="the AMI secret is missing",
            mend=f"set {AMI_SECRET}, or name a file of mode 0600 by `secret_file`",
            absent=True,
        )
    return _from_file(config_dir / ami.secret_file)


def mail_secret(file: str | None, config_dir: Path, environ: Mapping[str, str]) -> Secret:
    """The password of the mail server's user; as it is, since others have made it."""
    value = environ.get(MAIL_SECRET)
    if value is None and file is None:
        return Secret(
            fault="the password of the mail server's user is missing",
            mend=f"set {MAIL_SECRET}, or name a file of mode 0600 by `secret_file`",
            absent=True,
        )
    found = Secret(value) if value is not None else _read(config_dir / str(file))
    if not found.fault and not found.value.strip():
        return Secret(fault="the password of the mail server's user is empty", mend="write it")
    return found


_SIGNING = (
    'write whsec_ and 32 random bytes in base64: printf "whsec_%s\\n" "$(openssl rand -base64 32)"'
)


def webhook_secrets(
    name: str, file: str | None, config_dir: Path, environ: Mapping[str, str]
) -> Secret:
    """A receiver's signing secrets, separated by spaces, the newest first.

    Two of them sign while a receiver moves from an old one to a new one.
    """
    variable = WEBHOOK_SECRET + name.upper().replace("-", "_")
    value = environ.get(variable)
    if value is None and file is None:
        return Secret(
            fault=f"the secret of webhook {name} is missing",
            mend=f"set {variable}, or name a file of mode 0600 by `secret_file`",
            absent=True,
        )
    source = f"the environment variable {variable}" if file is None else str(config_dir / file)
    found = Secret(value) if value is not None else _read(config_dir / str(file))
    if found.fault:
        return found
    words = found.value.split()
    if not words or not all(_signs(word) for word in words):
        return Secret(fault=f"{source} holds no secret that signs webhooks", mend=_SIGNING)
    return Secret(" ".join(words))


def _signs(word: str) -> bool:
    """24 to 64 bytes, as Standard Webhooks asks for."""
    try:
        key = base64.b64decode(word.removeprefix("whsec_"), validate=True)
    except ValueError:  # of base64, or of what is not even ASCII
        return False
    return word.startswith("whsec_") and 24 <= len(key) <= 64


def _from_file(path: Path) -> Secret:
    found = _read(path)
    return found if found.fault else _judged(found.value, str(path))


def _read(path: Path) -> Secret:
    try:
        mode = path.stat().st_mode
        value = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        return Secret(fault=f"the secret in {path} cannot be read: {fault}", mend="make that file")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Secret(
            fault=f"{path} has mode {stat.S_IMODE(mode):04o}: others can read the secret",
            mend=f"chmod 600 {path}",
        )
    return Secret(value)


def _judged(value: str, source: str) -> Secret:
    if not value:
        return Secret(fault=f"the secret in {source} is empty", mend="write a long random one")
    if value.casefold() in _DEFAULTS:
        return Secret(fault=f"the secret in {source} is a default", mend="write a random one")
    if len(value) < SHORTEST:
        return Secret(
            fault=f"the secret in {source} is shorter than {SHORTEST} characters",
            mend="write a long random one",
        )
    if any(ch < " " or ch == "\x7f" for ch in value):
        return Secret(fault=f"the secret in {source} has control characters", mend="use one line")
    return Secret(value)
