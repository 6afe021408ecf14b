"""A zone whose data on this machine is older than the packaged one is refused by its name."""

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.config.zones import ZoneUnknown, zone

NOVEMBER_2026 = 1_795_000_000.0

ASK = f"""
from datetime import UTC, datetime
from ivr.config.zones import ZoneStale, zone
try:
    almaty = zone("Asia/Almaty", {NOVEMBER_2026})
except ZoneStale as fault:
    print("stale", fault.name, fault)
else:
    print(datetime(2026, 12, 1, 10, tzinfo=almaty).astimezone(UTC))
"""


def fixed_zone(hours: int) -> bytes:
    """A TZif file (RFC 8536, version 2) of one offset for ever, east of Greenwich."""
    name = f"+{hours:02}".encode()
    header = b"TZif2" + bytes(15) + struct.pack(">6L", 0, 0, 0, 0, 1, len(name) + 1)
    block = struct.pack(">lBB", hours * 3600, 0, 0) + name + b"\0"
    return (header + block) * 2 + b"\n<" + name + b">-" + str(hours).encode() + b"\n"


def told(folder: Path | str) -> str:
    environment = {**os.environ, "PYTHONTZPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def install(folder: Path, hours: int, version: str = "") -> None:
    (folder / "Asia").mkdir()
    (folder / "Asia" / "Almaty").write_bytes(fixed_zone(hours))
    if version:
        (folder / "tzdata.zi").write_text(f"# version {version}\n# rest\n")


def test_an_old_file_of_the_system_is_refused_and_the_zone_named(tmp_path: Path) -> None:
    install(tmp_path, 6)
    answer = told(tmp_path)
    assert answer.startswith("stale Asia/Almaty")
    assert str(tmp_path / "Asia" / "Almaty") in answer
    assert "UTC+0600" in answer
    assert "UTC+0500" in answer
    assert "PYTHONTZPATH" in answer


def test_an_old_release_of_the_system_is_refused(tmp_path: Path) -> None:
    install(tmp_path, 6, "2023d")
    assert told(tmp_path).startswith("stale Asia/Almaty")


def test_a_system_that_agrees_is_taken(tmp_path: Path) -> None:
    install(tmp_path, 5)
    assert told(tmp_path) == "2026-12-01 05:00:00+00:00"


def test_a_system_newer_than_the_package_is_believed(tmp_path: Path) -> None:
    install(tmp_path, 4, "2999a")
    assert told(tmp_path) == "2026-12-01 06:00:00+00:00"


def test_without_system_data_the_package_decides() -> None:
    assert told("") == "2026-12-01 05:00:00+00:00"


def test_a_name_that_is_no_zone_is_refused_with_the_nearest() -> None:
    with pytest.raises(ZoneUnknown, match="did you mean"):
        zone("Europe/Moskow", NOVEMBER_2026)
    for name in ("", "../etc/passwd", "/etc/passwd", "Europe"):
        with pytest.raises(ZoneUnknown):
            zone(name, NOVEMBER_2026)


def checked(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONTZPATH": str(folder)}
    command = [sys.executable, "-m", "ivr", "check", str(config)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_check_refuses_a_stale_zone_with_its_place_and_serve_does_the_same(tmp_path: Path) -> None:
    zones, config = tmp_path / "zones", tmp_path / "config"
    zones.mkdir()
    install(zones, 6)
    shutil.copytree(Path(__file__).parents[2] / "config", config)
    settings = config / "ivr.yaml"
    text = settings.read_text("utf-8").replace("Europe/Moscow", "Asia/Almaty", 1)
    settings.write_text(text, "utf-8")
    line = text[: text.index("Asia/Almaty")].count("\n") + 1
    refused = checked(zones, config)
    assert refused.returncode == 2
    told = refused.stdout + refused.stderr
    assert f"ivr.yaml:{line}:" in told
    assert "Asia/Almaty" in told
    assert "out of date" in told
    assert checked(Path(""), config).returncode == 0
    serving = subprocess.run(
        [sys.executable, "-m", "ivr", "serve", str(config)],
        env={**os.environ, "PYTHONTZPATH": str(zones), "IVR_AMI_SECRET": "x" * 20},
        capture_output=True,
        text=True,
        check=False,
    )
    assert serving.returncode == 2
    assert "Asia/Almaty" in serving.stdout + serving.stderr
