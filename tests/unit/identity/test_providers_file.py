"""The providers' file: strict, and its faults are told by entry and field, never by value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from services.chassis.clock import SystemClock
from services.chassis.settings import Environment, SettingsError
from services.identity.adapters.oidc_config import KIND
from services.identity.ports import Provider
from services.identity.providers import KeyFolder, Parts, read

STAFF = """
[[provider]]
kind = "oidc"
code = "staff"
audience = "staff"
issuer = "https://login.example/staff"
client_id = "video-consultation"
authentication = "client_secret_basic"
secret = "staff/secret"
[provider.roles]
claim = ["groups"]
values = { "vc-agents" = "agent" }
"""
PORTAL = """
[[provider]]
kind = "oidc"
code = "portal"
audience = "citizen"
issuer = "https://portal.example"
client_id = "video-consultation"
authentication = "private_key_jwt"
key = "portal.pem"
key_id = "2026-1"
method = "portal"
[provider.levels]
"urn:example:strong" = "high"
[provider.claims]
national_number = "matricule"
"""
Reader = Callable[..., tuple[Provider, ...]]


class NeverSpent:
    def first(self, what: str, until: object) -> bool:
        raise AssertionError("nothing is spent at the start")


@pytest.fixture
def configured(tmp_path: Path) -> Reader:
    """Read a file with this text, beside a folder with keys."""
    keys = tmp_path / "keys"
    (keys / "staff").mkdir(parents=True)
    (keys / "staff/secret").write_text("very secret\n")
    (keys / "empty").write_text("\n")
    (keys / "portal.pem").write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    (keys / "public.pem").write_bytes(RSAKey.generate_key(2048).as_pem(private=False))
    (tmp_path / "outside").write_text("not for us")

    def configure(text: str, environment: Environment = "production") -> tuple[Provider, ...]:
        (tmp_path / "providers.toml").write_text(text)
        parts = Parts(environment, "https://cns.example/", KeyFolder(keys), SystemClock(), NeverSpent())
        return read(tmp_path / "providers.toml", {"oidc": KIND}, parts)

    return configure


def fault(configured: Reader, text: str, environment: Environment = "production") -> str:
    with pytest.raises(SettingsError) as caught:
        configured(text, environment)
    return str(caught.value)


def test_providers_stand_in_the_order_of_the_file(configured: Reader) -> None:
    staff, portal = configured(STAFF + PORTAL)
    assert [(p.code, p.audiences) for p in (staff, portal)] == [
        ("staff", ("staff",)),
        ("portal", ("citizen",)),
    ]


def test_an_empty_file_describes_nobody(configured: Reader) -> None:
    assert configured("") == ()


def test_the_callback_is_a_path_of_ours(configured: Reader) -> None:
    found: Any = configured(STAFF)[0]
    assert found.callback == "https://cns.example/login/staff/callback"


def test_a_citizens_contexts_are_those_that_have_a_level(configured: Reader) -> None:
    found: Any = configured(PORTAL)[0]
    assert found.client.contexts == ("urn:example:strong",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('kind = "oidc"', 'kind = "ldap"'), "provider 1: kind is none of oidc"),
        (('client_id = "video-consultation"', ""), "provider 1: client_id: Field required"),
        (('client_id = "video-consultation"', "client_id = 7"), "client_id: Input should be a valid string"),
        (('code = "staff"', 'code = "Staff Portal"'), "code: String should match pattern"),
        (('code = "staff"', 'code = "staff"\ncolour = "red"'), "colour: Extra inputs are not permitted"),
        (('= "agent"', '= "root"'), "roles.values.vc-agents: Input should be"),
        (("[provider.roles]", "[provider.levels]\nx = 'low'\n[provider.roles]"), "has levels"),
        (('audience = "staff"', 'audience = "citizen"'), "has roles"),
        (('secret = "staff/secret"', ""), "client_secret_basic needs secret"),
        (('code = "staff"', 'code = "staff"\nalgorithms = ["HS256"]'), "algorithms.0: Input should be"),
        (('code = "staff"', 'code = "staff"\nalgorithms = []'), "algorithms: Tuple should have"),
        (('code = "staff"', 'code = "staff"\nscopes = ["profile"]'), "scopes lack openid"),
        (('"staff/secret"', '"../outside"'), "../outside is not in KEYS_FOLDER"),
        (('"staff/secret"', '"/etc/hostname"'), "is not in KEYS_FOLDER"),
        (('"staff/secret"', '"nowhere"'), "nowhere in KEYS_FOLDER cannot be read"),
        (('"staff/secret"', '"empty"'), "empty in KEYS_FOLDER is empty"),
        (('"staff/secret"', '"staff/secret"\nauthorities = "empty"'), "provider 1"),
        (("https://login", "http://login"), "issuer is no https address"),
        (("https://login.example/staff", "login"), "issuer is no https address"),
    ],
)
def test_a_fault_is_told_by_its_place(configured: Reader, change: tuple[str, str], told: str) -> None:
    said = fault(configured, STAFF.replace(*change))
    assert told in said
    assert "very secret" not in said


def test_a_key_is_a_private_one(configured: Reader) -> None:
    said = fault(configured, STAFF + PORTAL.replace("portal.pem", "public.pem"))
    assert said == "PROVIDERS_FILE, provider 2: key is no RSA or elliptic-curve private key"


@pytest.mark.parametrize(
    "text", ["[[provider", "provider = 1", "providers = []", "[provider]\nkind = 'oidc'"]
)
def test_what_is_no_list_of_providers_is_refused(configured: Reader, text: str) -> None:
    assert fault(configured, text).startswith("PROVIDERS_FILE")


def test_no_two_share_a_code(configured: Reader) -> None:
    assert "used twice" in fault(configured, STAFF + STAFF)


def test_clear_text_is_for_development_alone(configured: Reader) -> None:
    text = STAFF.replace("https://login.example", "http://127.0.0.1:1")
    for environment in ("development", "test"):
        assert configured(text, environment)
    for environment in ("staging", "production"):
        assert "https" in fault(configured, text, environment)
