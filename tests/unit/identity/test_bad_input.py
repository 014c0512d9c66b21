"""Every request of identity with every field spoilt: answered, or refused with one declared error.

The providers are the real ones, so that what stands in an answer or a token meets what reads it.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from services.chassis.clock import ManualClock
from services.chassis.codec import to_wire
from services.contracts import credentials as creds
from services.contracts import identity as contract
from services.contracts import machines, rights
from services.contracts.errors import LoginRefused
from services.contracts.wire import Request
from services.identity.account_export import AccountExport
from services.identity.adapters.oidc import OidcProvider
from services.identity.adapters.saml import SamlProvider
from services.identity.service import IdentityService
from services.identity.usecases import Identity
from tests.unit import bad_requests
from tests.unit.identity import citizens
from tests.unit.identity.fakes import Logins, Staff
from tests.unit.identity.machines import fakes
from tests.unit.identity.oidc.op import LOGOUT
from tests.unit.identity.oidc.op import NOW as NOON
from tests.unit.identity.oidc.op import signed as signed_token
from tests.unit.identity.oidc.test_provider import far, seconds
from tests.unit.identity.oidc.test_provider import provider as staff_provider
from tests.unit.identity.saml.idp import Answer
from tests.unit.identity.saml.test_provider import provider as eidas_provider
from tests.unit.nothing_stored import NothingStored, nothing_swept

__all__ = ["eidas_provider", "far", "seconds", "staff_provider"]

Providers = tuple[SamlProvider, OidcProvider]


class World:
    """A registered citizen with two credentials, two machine clients, a log-in that is away."""

    def __init__(self, providers: Providers) -> None:
        self.citizens, self.clients = citizens.World(), fakes.World()
        first = self.citizens.registered(citizens.luxtrust(1))
        self.citizens.link(first, citizens.luxtrust(2))
        self.lea = self.citizens.sign_in(citizens.luxtrust(1))
        self.newcomer = self.citizens.sign_in(citizens.eidas("DE/LU/1"))
        self.client = self.clients.register()
        self.signer = self.clients.register_signer("signer")
        self.identity = Identity(
            clock=ManualClock(NOON),
            providers=providers,
            logins=Logins(),
            persons=self.citizens.persons,
            credentials=self.citizens.app,
            staff=Staff(),
            machines=self.clients.machines,
            tokens=self.clients.tokens,
            account_export=AccountExport(NothingStored()),  # type: ignore[arg-type]
            sweeper=nothing_swept(),
        )
        self.begun = self.identity.begin_login("eidas", "citizen")

    @property
    def other_credential(self) -> str:
        return self.citizens.account(self.lea).credentials[1].credential_id

    def answer(self, request: Request[Any]) -> Any:
        """As the service does it."""
        service = IdentityService()
        service.identity = self.identity
        return getattr(IdentityService, type(request).method).__wrapped__(service, request)

    def saml_answer(self) -> dict[str, str]:
        """What an honest provider posts back to the log-in that is away."""
        request_id = self.identity.logins.pending[self.begun.login_id].memory["request_id"]  # type: ignore[attr-defined]

        def to_this_request(element: Any) -> None:
            for node in element.iter():
                if "InResponseTo" in node.attrib:
                    node.set("InResponseTo", request_id)

        message = Answer(change_assertion=to_this_request, change_response=to_this_request).message()
        return {"SAMLResponse": b64encode(message).decode()}


def good_requests(world: World) -> list[Request[Any]]:
    """One request of each kind that would be answered."""
    lea, client, other = world.lea, world.client, world.other_credential
    newcomer = world.newcomer
    world.citizens.ask(newcomer, citizens.national_number(202, "19900721"), address="jonas@example.org")
    new: dict[str, Any] = {"person_id": newcomer.subject_id, "credential_id": newcomer.credential_id}
    mine: dict[str, Any] = {"person_id": lea.subject_id, "proof": lea.proof}
    helpdesk: dict[str, Any] = {
        "staff_id": "helpdesk-hanna",
        "reason": "The card is lost.",
        "credential_id": other,
    }
    changed: dict[str, Any] = {
        "client_id": client.client_id,
        "version": client.version,
        "staff_id": fakes.STAFF,
    }
    named: dict[str, Any] = {
        "name": "Case files",
        "contact": "case-files@office.example",
        "scopes": ("slots:read",),
    }
    secret: dict[str, Any] = {"client_id": client.client_id, "secret_digest": fakes.digest("secret")}
    token = fakes.digest("token")
    world.answer(contract.IssueToken(**secret, token_digest=token))
    return [
        contract.ListProviders(audience="citizen"),
        contract.GetMetadata(provider="eidas"),
        contract.BeginLogin(provider="eidas", audience="citizen", person_id=lea.subject_id),
        contract.FinishLogin(login_id=world.begun.login_id, provider="eidas", answer=world.saml_answer()),
        contract.GetPrincipal(audience="citizen", subject_id=lea.subject_id),
        contract.LogoutByProvider(provider="staff", logout_token=signed_token(LOGOUT, typ="logout+jwt")),
        contract.IssueToken(**secret, token_digest=fakes.digest("new"), scopes=("slots:read",)),
        contract.IntrospectToken(token_digest=token),
        creds.GetAccount(person_id=lea.subject_id),
        creds.BeginRegistration(
            **new,
            address="jonas.muster@example.org",
            national_number=citizens.national_number(202, "19900721"),
            language="lb",
            request_key="key-1",
            proof=newcomer.proof,
        ),
        creds.ConfirmRegistration(**new, code=world.citizens.mail.last_code),
        creds.BeginLinking(**mine, provider="eidas"),
        creds.RevokeCredential(**mine, credential_id=other),
        creds.FindAccounts(query=citizens.NUMBER),
        creds.RevokeForPerson(**helpdesk),
        creds.ReinstateCredential(**helpdesk),
        creds.GetNotice(credential_id=other),
        rights.ExportAccount(person_id=lea.subject_id, after="0|0|a"),
        rights.NoteExport(**mine),
        rights.Leave(**mine),
        rights.Stay(person_id=lea.subject_id),
        rights.GetDeparture(person_id=lea.subject_id),
        machines.ListMachines(),
        machines.GetMachine(client_id=client.client_id),
        fakes.registration("new-client"),
        machines.ChangeMachine(**changed, **named, is_enabled=True),
        machines.AddClientKey(**changed, old_until=fakes.NOW, secret_digest=fakes.digest("next")),
        machines.RemoveClientKey(**changed, key_id=client.keys[0].key_id),
        machines.IssueTokenByAssertion(
            client_id="signer",
            assertion=fakes.signed(fakes.claims("signer")),
            token_digest=fakes.digest("by assertion"),
            scopes=("slots:read",),
        ),
        machines.RevokeToken(**secret, token_digest=token),
    ]


@pytest.fixture
def providers(eidas_provider: SamlProvider, staff_provider: OidcProvider) -> Providers:
    return eidas_provider, staff_provider


OF_RIGHTS = {kind for kind in bad_requests.requests_of("rights") if kind.service == "identity"}
OURS = sorted(
    OF_RIGHTS | bad_requests.requests_of("identity", "credentials", "machines"), key=bad_requests.named
)


def test_no_request_is_left_out(providers: Providers) -> None:
    assert {type(request) for request in good_requests(World(providers))} == set(OURS)


@pytest.mark.parametrize("kind", OURS, ids=bad_requests.named)
def test_whatever_stands_in_a_field_the_answer_is_declared(
    providers: Providers, kind: type[Request[Any]]
) -> None:
    def fresh() -> tuple[Request[Any], bad_requests.Answer]:
        world = World(providers)
        (good,) = [request for request in good_requests(world) if type(request) is kind]
        return good, world.answer

    assert bad_requests.faults(fresh) == []


@pytest.mark.parametrize("kind", OURS, ids=bad_requests.named)
def test_what_is_not_spoilt_is_answered(providers: Providers, kind: type[Request[Any]]) -> None:
    world = World(providers)
    (good,) = [request for request in good_requests(world) if type(request) is kind]
    assert bad_requests.ask(world.answer, kind, to_wire(good)) is not None


@pytest.mark.parametrize("kind", [contract.BeginLogin, creds.BeginLinking], ids=bad_requests.named)
def test_a_provider_that_is_away_is_declared_too(kind: type[Request[Any]]) -> None:
    assert LoginRefused in kind.errors
