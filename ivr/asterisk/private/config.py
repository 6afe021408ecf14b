"""The configuration files of a private Asterisk: modules, ports, phones, the trunk, logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.asterisk.private.modules import MODULES
from ivr.asterisk.private.programs import AsteriskProgram
from ivr.asterisk.private.suites import Version

TRUNK_HEADER = "X-Linetree-Trunk"
"""Callers and phones share 127.0.0.1: what comes from the trunk says so by this header."""

RTP_PORTS = 400
"""Two a leg: a hundred calls between two parties at once."""

_EMPTY = tuple(f"{n}.conf" for n in ("acl", "ccss", "cel", "pjproject", "queuerules", "udptl"))
"""Files that Asterisk complains about when they are missing."""


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """One phone that this Asterisk knows, called `PJSIP/<name>` in queues.

    With `port` it is reached at 127.0.0.1 there, without a word of registration; without it the
    phone registers itself with `secret`. With `browser` it comes over a WebSocket (WebRTC).
    """

    name: str
    secret: str = ""
    port: int | None = None
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports of 127.0.0.1. `rtp` is even, the first of RTP_PORTS; `agi` and `trunk` are others'."""

    sip: int
    ami: int
    http: int
    rtp: int
    agi: int
    trunk: int


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one private Asterisk is for. Secrets are of its two AMI users.

    `own_files`: the folder of the project's dialplan, copied as it is. `prompts`: what callers
    hear, one folder a language. `dialplan` and `queues` are
    further lines of extensions.conf and queues.conf.
    """

    ports: Ports
    phones: Sequence[PhoneAccount]
    ami_secret: str
    witness_secret: str
    own_files: Path
    prompts: Path | None = None
    dialplan: str = ""
    queues: str = ""


def config_files(folder: Path, program: AsteriskProgram, wishes: Wishes) -> dict[str, str]:
    """The text of each file of `folder`/etc, by its name."""
    return {
        "asterisk.conf": _asterisk(folder, program),
        "modules.conf": _modules(program),
        "logger.conf": _LOGGER,
        "manager.conf": _manager(wishes, program.version),
        "pjsip.conf": _pjsip(wishes),
        "rtp.conf": _rtp(wishes.ports),
        "http.conf": _http(wishes.ports),
        "extensions.conf": _extensions(wishes),
        "queues.conf": _queues(wishes),
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={folder}/data/moh\n",
        "indications.conf": _INDICATIONS,
        "cdr.conf": _CDR,
        "features.conf": "[general]\n#tryinclude tests/features*.conf\n",
        **dict.fromkeys(_EMPTY, ""),
    }


def understands_filters(version: Version) -> bool:
    """Whether manager.conf may hold `eventfilter(...)`: 20.11, 21.6, 22.1 and later."""
    first = {20: (20, 11, 0), 21: (21, 6, 0), 22: (22, 1, 0)}
    return version >= first.get(version[0], (23, 0, 0))


def phone_section(phone: PhoneAccount) -> str:
    """pjsip.conf's sections of one phone."""
    section = "browser-phone" if phone.browser else "phone"
    lines = [f"[{phone.name}]({section})", f"aors={phone.name}", f"callerid=<{phone.name}>"]
    if phone.secret:
        lines += [f"auth={phone.name}", f"[{phone.name}]", "type=auth", "auth_type=userpass"]
        lines += [f"username={phone.name}", f"password={phone.secret}"]
    lines += [f"[{phone.name}]", "type=aor", "max_contacts=1", "remove_existing=yes"]
    if phone.port is not None:
        lines.append(f"contact=sip:{phone.name}@127.0.0.1:{phone.port}")
    return "\n".join(lines) + "\n"


def _asterisk(folder: Path, program: AsteriskProgram) -> str:
    places = {
        "astcachedir": folder / "cache",
        "astetcdir": folder / "etc",
        "astmoddir": program.modules,
        "astvarlibdir": folder / "lib",
        "astdbdir": folder / "lib",
        "astkeydir": folder / "lib",
        "astdatadir": folder / "data",
        "astagidir": folder / "lib/agi",
        "astspooldir": folder / "spool",
        "astrundir": folder / "run",
        "astlogdir": folder / "log",
        "astsbindir": folder / "run",
    }
    lines = [f"{name} => {place}" for name, place in places.items()]
    options = ["languageprefix=yes", "nocolor=yes", "defaultlanguage=ru", "verbose=3"]
    return "\n".join(["[directories]", *lines, "[options]", *options]) + "\n"


def _modules(program: AsteriskProgram) -> str:
    there = [name for name in MODULES if (program.modules / f"{name}.so").exists()]
    return "[modules]\nautoload=no\n" + "".join(f"load={name}.so\n" for name in there)


_LOGGER = """\
[general]
dateformat=%F %T.%3q
queue_log=yes
queue_log_to_file=yes
; More than a thousand waiting lines are thrown away otherwise, and a burst of calls makes them.
logger_queue_limit=100000
[logfiles]
messages => notice,warning,error,verbose
"""

_CDR = """\
[general]
enable=yes
unanswered=yes
[csv]
usegmtime=yes
loguniqueid=yes
loguserfield=yes
"""

_INDICATIONS = """\
[general]
country=ru
[ru]
description=Russia
ringcadence=1000,4000
dial=425
busy=425/350,0/350
ring=425/1000,0/4000
congestion=425/175,0/175
callwaiting=425/200,0/5000
dialrecall=425/400,0/40
record=1400/400,0/15000
info=950/330,1400/330,1800/330,0/1000
stutter=425/400,0/40
"""


def _manager(wishes: Wishes, version: Version) -> str:
    rights = "manager_ivr.conf" if understands_filters(version) else "manager_ivr_old.conf"
    return f"""\
[general]
enabled=yes
bindaddr=127.0.0.1
port={wishes.ports.ami}
allowmultiplelogin=yes
timestampevents=no
authlimit=500
[linetree]
secret={wishes.ami_secret}
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
#tryinclude {rights}
[witness]
secret={wishes.witness_secret}
permit=127.0.0.1/255.255.255.255
read=all
write=all
"""


def _rtp(ports: Ports) -> str:
    last = ports.rtp + RTP_PORTS - 1
    return f"[general]\nrtpstart={ports.rtp}\nrtpend={last}\nicesupport=yes\n"


def _http(ports: Ports) -> str:
    return f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport={ports.http}\n"


def _pjsip(wishes: Wishes) -> str:
    ports = wishes.ports
    fixed = f"""\
[global]
type=global
endpoint_identifier_order=header,ip,username
user_agent=linetree-private
[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:{ports.sip}
[transport-ws]
type=transport
protocol=ws
bind=127.0.0.1
[line](!)
type=endpoint
transport=transport-udp
disallow=all
allow=alaw,ulaw
direct_media=no
timers=no
rtp_symmetric=yes
trust_id_inbound=yes
language=ru
[trunk](line)
context=from-trunk
aors=trunk
[trunk]
type=aor
contact=sip:127.0.0.1:{ports.trunk}
[trunk]
type=identify
endpoint=trunk
match_header={TRUNK_HEADER}: 1
[phone](!,line)
context=private-phones
device_state_busy_at=1
[browser-phone](!)
type=endpoint
context=private-phones
transport=transport-ws
disallow=all
allow=opus,alaw,ulaw
direct_media=no
timers=no
webrtc=yes
dtls_auto_generate_cert=yes
device_state_busy_at=1
language=ru
"""
    phones = "".join(phone_section(phone) for phone in wishes.phones)
    return fixed + phones + "#tryinclude tests/pjsip*.conf\n"


def _extensions(wishes: Wishes) -> str:
    """What an admin writes to let a trunk in; the project's files do the rest."""
    return f"""\
[general]
static=yes
writeprotect=yes
[globals]
IVR_AGI=agi://127.0.0.1:{wishes.ports.agi}
IVR_TRUNK_PREFIX=PJSIP/
IVR_TRUNK_SUFFIX=@trunk
[from-trunk]
exten => _+X.,1,Set(IVR_DID=${{FILTER(+0-9,${{EXTEN}})}})
 same => n,Goto(ivr-entry,s,1)
exten => _X.,1,Set(IVR_DID=${{FILTER(+0-9,${{EXTEN}})}})
 same => n,Goto(ivr-entry,s,1)
[private-phones]
include => ivr-phones
exten => _[1-9]XX,1,Dial(PJSIP/${{EXTEN}},30)
#tryinclude extensions_ivr.conf
{wishes.dialplan}
#tryinclude tests/extensions*.conf
"""


def _queues(wishes: Wishes) -> str:
    return f"""\
[general]
persistentmembers=yes
shared_lastcall=yes
autofill=yes
log_membername_as_agent=yes
#tryinclude queues_ivr.conf
{wishes.queues}
#tryinclude tests/queues*.conf
"""
