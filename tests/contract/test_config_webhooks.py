"""Receivers of webhooks in ivr.yaml: what may be written, and who is refused."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest
from contract.test_config import SECRET, folder, refused
from contract.webhook_receiver import SECRET as SIGNING

from ivr.config.check import load
from ivr.config.outside import News, Reach, reach_of

__all__ = ["folder"]

ENV = {**SECRET, "IVR_WEBHOOK_SECRET_CRM": SIGNING}


def hook(folder: Path, **keys: str) -> None:
    """Name one receiver."""
    keys = {"url": "https://crm.example.com/linetree", **keys}
    lines = "".join(f"    {name}: {value}\n" for name, value in keys.items())
    with (folder / "ivr.yaml").open("a", encoding="utf-8") as file:
        file.write(f"webhooks:\n  crm:\n{lines}")


def test_a_receiver_is_told_everything_unless_it_says_otherwise(folder: Path) -> None:
    hook(folder)
    company = load(folder, environ=ENV)
    (one,) = company.receivers
    assert (one.name, one.secrets, one.events) == ("crm", (SIGNING,), frozenset(News))
    assert SIGNING not in repr(company)


def test_a_secret_file_of_mode_0600_is_read_with_the_old_and_the_new_secret(folder: Path) -> None:
    hook(folder, secret_file="crm.secret", events="[call.ended]")
    file = folder / "crm.secret"
    file.write_text(f"{SIGNING} {SIGNING}\n")
    file.chmod(0o600)
    (one,) = load(folder, environ=SECRET).receivers
    assert one.secrets == (SIGNING, SIGNING)
    assert one.events == frozenset({News.CALL_ENDED})


def test_a_secret_that_others_can_read_is_refused(folder: Path) -> None:
    hook(folder, secret_file="crm.secret")
    (folder / "crm.secret").write_text(SIGNING)
    (folder / "crm.secret").chmod(0o644)
    (problem,) = refused(folder)
    assert "others can read the secret" in problem.message
    assert problem.line > 100


@pytest.mark.parametrize("value", ["", "whsec_", "whsec_c2hvcnQ=", "no prefix at all", "whsec_ф"])
def test_a_secret_that_does_not_sign_is_refused(folder: Path, value: str) -> None:
    hook(folder)
    (problem,) = refused(folder, {**SECRET, "IVR_WEBHOOK_SECRET_CRM": value})
    assert "holds no secret that signs" in problem.message
    assert "openssl rand" in problem.mend


def test_a_missing_secret_names_the_variable(folder: Path) -> None:
    hook(folder)
    (problem,) = refused(folder)
    assert "IVR_WEBHOOK_SECRET_CRM" in problem.mend
    load(folder, environ=SECRET, need_secrets=False)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://crm.example.com/x", "without TLS"),
        ("ftp://crm.example.com/x", "without TLS"),
        ("https://u:p@crm.example.com/x", "a password"),
        ("https://crm.example.com/x#y", "does not belong"),
        ("https:///x", "no address"),
        ("https://crm.example.com:99999/", "no address"),
        ("https://црм.рф/x", "no address"),
        ("https://169.254.169.254/latest", "no address of a receiver"),
        ("https://[::ffff:169.254.169.254]/", "no address of a receiver"),
        ("https://0.0.0.0/", "no address of a receiver"),
        ("https://10.0.0.5/hook", "private network"),
        ("https://[fd00::1]/hook", "private network"),
        ("http://10.0.0.5/hook", "without TLS"),
    ],
)
def test_an_address_that_is_none_of_a_receiver_is_refused_with_its_line(
    folder: Path, url: str, why: str
) -> None:
    hook(folder, url=f'"{url}"')
    problems = refused(folder, ENV)
    assert why in problems[0].message
    assert problems[0].line > 100


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"secret": "whsec_x"}, "does not belong into this file"),
        ({"events": "[call.end]"}, "call.end"),
        ({"events": "[]"}, "events"),
        ({"in_flight": "0"}, "in_flight"),
        ({"timeout_seconds": "3600"}, "timeout_seconds"),
        ({"pasword": "x"}, "unknown key"),
    ],
)
def test_what_a_receiver_may_not_say_is_refused(
    folder: Path, keys: dict[str, str], why: str
) -> None:
    hook(folder, **keys)
    assert any(why in str(problem) for problem in refused(folder, ENV))


def test_a_receiver_in_our_own_network_is_taken_where_that_is_meant(folder: Path) -> None:
    hook(folder, url="https://10.0.0.5/hook", private="yes")
    (one,) = load(folder, environ=ENV).receivers
    assert one.may_reach(ip_address("10.0.0.5"))
    assert not one.may_reach(ip_address("127.0.0.1"))
    assert not one.may_reach(ip_address("169.254.169.254"))


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("127.0.0.53", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("192.168.1.1", Reach.PRIVATE),
        ("2002:7f00:0001::", Reach.LOOPBACK),
        ("fe80::1", Reach.NOWHERE),
        ("224.0.0.1", Reach.NOWHERE),
        ("8.8.8.8", Reach.PUBLIC),
        ("64:ff9b::7f00:1", Reach.LOOPBACK),
        ("64:ff9b::a9fe:a9fe", Reach.NOWHERE),
        ("64:ff9b:1::a00:5", Reach.PRIVATE),
        ("::127.0.0.1", Reach.LOOPBACK),
        ("::ffff:0:10.0.0.5", Reach.PRIVATE),
        ("64:ff9b::808:808", Reach.PUBLIC),
        ("fec0::1", Reach.PRIVATE),
    ],
)
def test_an_address_is_judged_by_where_it_leads(address: str, reach: Reach) -> None:
    assert reach_of(ip_address(address)) is reach
