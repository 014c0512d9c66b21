"""Round trips with an OpenID provider that shares no code with ours."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from services.chassis.clock import SystemClock
from services.contracts.errors import LoginRefused
from services.identity.adapters.oidc import OidcProvider
from services.identity.adapters.oidc_config import KIND
from services.identity.domain.login import Identified, PendingLogin
from services.identity.providers import KeyFolder, Parts, read
from tests.integration.identity.peers.openid import OpenidPeer, openid

pytestmark = pytest.mark.integration

SECRET = "a secret: with + and %, of 32 characters or more"
PERSONS = {
    "muster-1": {
        "given_name": "Anna",
        "family_name": "Demo",
        "birthdate": "1985-04-12",
        "acr": "urn:example:strong",
        "realm_access": {"roles": ["vc-agents", "mail"]},
    },
    "muster-2": {
        "given_name": "Paul",
        "family_name": "Muster",
        "acr": "urn:example:weak",
        "realm_access": {"roles": ["mail"]},
    },
}
STAFF = """
[[provider]]
kind = "oidc"
code = "staff"
audience = "staff"
issuer = "{issuer}"
client_id = "video-consultation"
scopes = ["openid", "profile", "roles"]
{authentication}
[provider.roles]
claim = ["realm_access", "roles"]
values = {{ "vc-agents" = "agent" }}
"""
PORTAL = """
[[provider]]
kind = "oidc"
code = "portal"
audience = "citizen"
issuer = "{issuer}"
client_id = "video-consultation"
scopes = ["openid", "profile"]
oldest_login = 300
{authentication}
[provider.levels]
"urn:example:strong" = "high"
"urn:example:weak" = "low"
"""
BY_KEY = 'authentication = "private_key_jwt"\nkey = "ours.pem"\nkey_id = "2026-1"'
BY_SECRET = 'authentication = "client_secret_basic"\nsecret = "secret"'


class NeverSpent:
    def first(self, what: str, until: object) -> bool:
        raise AssertionError("codes are spent at the provider")


class LogoutListener:
    """Receives what the provider tells of log-outs."""

    def __init__(self) -> None:
        self.tokens: Queue[str] = Queue()
        tokens = self.tokens

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                tokens.put(parse_qs(body)["logout_token"][0])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/login/staff/backchannel-logout"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> LogoutListener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass(frozen=True)
class Trip:
    """Our side, as a file configures it, and the peer that knows us."""

    us: OidcProvider
    peer: OpenidPeer
    told: LogoutListener
    configured: Callable[[str], OidcProvider]
    """Our side by another table."""

    def away(self) -> tuple[PendingLogin, str]:
        login = PendingLogin("login-1", self.us.code, self.us.audiences[0], SystemClock().now())
        departure = self.us.begin(login)
        return replace(login, memory=departure.memory), departure.url

    def back(self, person: str = "muster-1") -> tuple[PendingLogin, dict[str, str]]:
        login, url = self.away()
        return login, self.peer.sign_in(url, person, self.us.callback)

    def log_in(self, person: str = "muster-1") -> Identified:
        return self.us.finish(*self.back(person))


@dataclass(frozen=True)
class There:
    """A peer that runs, and what it knows us by."""

    folder: Path
    peer: OpenidPeer
    told: LogoutListener


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., There]]:
    """Start a peer, one for each way to set it up."""
    with ExitStack() as running:

        @cache
        def start(table: str, by_key: bool, pushed: bool) -> There:
            folder = tmp_path_factory.mktemp("openid")
            told = running.enter_context(LogoutListener())
            peer = running.enter_context(openid(configuration(folder, table, told.url, by_key, pushed)))
            return There(folder, peer, told)

        yield start


@pytest.fixture
def trip(there: Callable[..., There], tmp_path: Path) -> Iterator[Callable[..., Trip]]:
    """Configure our side for a peer, and go there with a browser that was never there."""
    with ExitStack() as running:

        def start(table: str = STAFF, *, by_key: bool = False, pushed: bool = False) -> Trip:
            found = there(table, by_key, pushed)
            shutil.copytree(found.folder, tmp_path, dirs_exist_ok=True)
            peer = replace(found.peer, browser=running.enter_context(httpx.Client()))

            def configured(table: str) -> OidcProvider:
                us = ours(tmp_path, table)
                running.callback(us.https.close)
                return us

            authentication = BY_KEY if by_key else BY_SECRET
            us = configured(table.format(issuer=peer.issuer, authentication=authentication))
            return Trip(us, peer, found.told, configured)

        yield start


def configuration(folder: Path, table: str, logout: str, by_key: bool, pushed: bool) -> dict[str, Any]:
    key = ECKey.generate_key("P-256", {"kid": "2026-1", "use": "sig"})
    (folder / "ours.pem").write_bytes(key.as_pem(private=True))
    (folder / "secret").write_text(f"{SECRET}\n")
    method = "private_key_jwt" if by_key else "client_secret_basic"
    client: dict[str, Any] = {
        "client_id": "video-consultation",
        "redirect_uris": [f"http://localhost:8000/login/{'staff' if table is STAFF else 'portal'}/callback"],
        "token_endpoint_auth_method": method,
        "id_token_signed_response_alg": "PS256",
        "backchannel_logout_uri": logout,
        "backchannel_logout_session_required": True,
        "require_auth_time": True,
    }
    own = {"jwks": {"keys": [key.as_dict(private=False)]}} if by_key else {"client_secret": SECRET}
    provider_key = RSAKey.generate_key(2048, {"kid": "theirs", "use": "sig"})
    return {
        "client": client | own,
        "jwks": {"keys": [provider_key.as_dict(private=True)]},
        "pushed": pushed,
        "contexts": ["urn:example:strong", "urn:example:weak"],
        "persons": PERSONS,
    }


def ours(folder: Path, table: str) -> OidcProvider:
    file = folder / "providers.toml"
    file.write_text(table)
    parts = Parts("test", "http://localhost:8000", KeyFolder(folder), SystemClock(), NeverSpent())
    (provider,) = read(file, {"oidc": KIND}, parts)
    assert isinstance(provider, OidcProvider)
    return provider


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(LoginRefused) as caught:
        call()
    return caught.value.details["reason"]


@pytest.mark.parametrize("by_key", [True, False], ids=["private_key_jwt", "client_secret_basic"])
@pytest.mark.parametrize("pushed", [True, False], ids=["pushed", "in the address"])
def test_staff_logs_in(trip: Callable[..., Trip], by_key: bool, pushed: bool) -> None:
    there = trip(by_key=by_key, pushed=pushed)
    _, url = there.away()
    assert ("request_uri=" in url) is pushed
    assert ("nonce=" in url) is not pushed
    found = there.log_in()
    assert (found.credential.issuer, found.credential.number) == (there.peer.issuer, "muster-1")
    assert (found.first_name, found.last_name, found.roles) == ("Anna", "Demo", ("agent",))


def test_who_has_no_role_that_we_know_has_none(trip: Callable[..., Trip]) -> None:
    assert trip().log_in("muster-2").roles == ()


def test_a_citizen_comes_from_a_portal_with_a_level(trip: Callable[..., Trip]) -> None:
    found = trip(PORTAL, pushed=True).log_in()
    assert (found.level, found.method, found.roles) == ("high", "portal", None)
    assert found.birth_date is not None
    assert found.birth_date.isoformat() == "1985-04-12"


def test_a_weaker_context_is_told_as_a_lower_level(trip: Callable[..., Trip]) -> None:
    assert trip(PORTAL).log_in("muster-2").level == "low"


def test_whoever_gives_up_half_way_is_not_logged_in(trip: Callable[..., Trip]) -> None:
    there = trip()
    assert refused(lambda: there.log_in("cancel")) == "cancelled"


def test_a_code_opens_the_door_once(trip: Callable[..., Trip]) -> None:
    there = trip()
    login, answer = there.back()
    assert there.us.finish(login, answer).last_name == "Demo"
    assert refused(lambda: there.us.finish(login, answer)) == "code_refused"


def test_a_code_that_another_log_in_asked_for_is_refused(trip: Callable[..., Trip]) -> None:
    there = trip()
    _, stolen = there.back()
    login, _url = there.away()
    assert refused(lambda: there.us.finish(login, stolen)) == "code_refused"


def test_a_token_with_another_nonce_is_refused(trip: Callable[..., Trip]) -> None:
    there = trip()
    login, answer = there.back()
    other = replace(login, memory={**login.memory, "nonce": "another"})
    assert refused(lambda: there.us.finish(other, answer)) == "nonce"


def test_an_answer_names_its_provider(trip: Callable[..., Trip]) -> None:
    there = trip()
    login, answer = there.back()
    assert answer["iss"] == there.peer.issuer
    assert refused(lambda: there.us.finish(login, {**answer, "iss": "https://evil.example"})) == "mix_up"
    del answer["iss"]
    assert refused(lambda: there.us.finish(login, answer)) == "mix_up"


def test_a_wrong_secret_of_ours_is_told_apart(trip: Callable[..., Trip], tmp_path: Path) -> None:
    there = trip()
    login, answer = there.back()
    (tmp_path / "secret").write_text("another")
    table = (tmp_path / "providers.toml").read_text()
    assert refused(lambda: there.configured(table).finish(login, answer)) == "client_refused"


def test_a_log_out_there_ends_what_began_with_the_log_in_here(trip: Callable[..., Trip]) -> None:
    there = trip()
    found = there.log_in()
    there.peer.sign_out("video-consultation")
    ended = there.us.log_out(there.told.tokens.get(timeout=60))
    assert set(ended.keys) & set(found.session_keys)
    assert found.proved_at is not None
    assert found.proved_at <= ended.proved_until


def test_a_provider_that_does_not_answer_is_told_apart(trip: Callable[..., Trip], tmp_path: Path) -> None:
    there = trip()
    table = (tmp_path / "providers.toml").read_text().replace(there.peer.issuer, "http://127.0.0.1:9")
    assert refused(lambda: replace(there, us=there.configured(table)).away()) == "provider_unreachable"
