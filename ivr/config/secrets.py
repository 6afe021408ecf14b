"""Secrets: from a file that only its owner can read, or from the environment; never from YAML."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.config.settings import Ami

AMI_SECRET = "IVR_AMI_SECRET"  # noqa: S105 - the name of a variable, not a secret
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


def _from_file(path: Path) -> Secret:
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
    return _judged(value, str(path))


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
