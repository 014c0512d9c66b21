"""What `identity` answers: log-ins by provider, persons, staff, machine clients."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from services.contracts import errors as e
from services.contracts.wire import Event, Request, event, rpc, value

ROLES = ("agent", "supervisor", "helpdesk", "administrator", "operator", "auditor")
SCOPES = ("slots:read", "appointments:read", "appointments:write", "calendars:read", "calendars:write")
"""What a machine client may be allowed to do through the service API."""


@value
class Provider:
    code: str
    """As the operator has named it: `luxtrust`, `eidas`, `staff`, …"""
    audience: str


@value
class Providers:
    providers: tuple[Provider, ...]


@rpc("identity", reply=Providers, repeatable=True, errors=())
class ListProviders(Request[Providers]):
    """Ways to log in for one audience that are switched on, in the order to show them."""

    audience: str


@value
class LoginBegun:
    login_id: str
    """Unguessable, single use, ten minutes; the gateway binds it to the browser."""
    redirect_url: str
    """Where the browser goes next."""
    form: dict[str, str] = field(default_factory=dict)
    """Fields to post to `redirect_url` (SAML's POST binding); empty: a plain redirect."""


@rpc("identity", reply=LoginBegun, repeatable=True, errors=(e.NotFound, e.LoginRefused))
class BeginLogin(Request[LoginBegun]):
    """Errors: NotFound(provider), LoginRefused(reason) where the provider does not answer."""

    provider: str
    audience: str
    person_id: str = ""
    """A person who has to prove again who he is: the provider shall not answer from a session of its own, and
    anybody else who comes back is refused as LoginRefused(other_person). Empty: whoever comes."""


@value
class Metadata:
    document: str
    """A signed EntityDescriptor (SAML metadata 2.0)."""


@rpc("identity", reply=Metadata, repeatable=True, errors=(e.NotFound,))
class GetMetadata(Request[Metadata]):
    """What one SAML provider is told about us.  Errors: NotFound(provider), also for other protocols."""

    provider: str


@value
class Principal:
    """Who has logged in, and how."""

    audience: str
    subject_id: str
    """The person's or the staff member's id, stable and opaque."""
    name: str
    method: str
    """`luxtrust`, `eidas`, `staff`, or as an OpenID provider of citizens is named."""
    level: str
    roles: tuple[str, ...]
    first_name: str = ""
    last_name: str = ""
    national_number: str = ""
    birth_date: date | None = None
    credential_id: str = ""
    """A citizen's credential that was used, see `contracts.credentials`; opaque."""
    is_registered: bool = False
    """Whether that credential is registered, and so opens the person's spaces."""
    kind: str = ""
    """Of that credential: `private` or `pro`; with the company's data for `pro`, as its issuer says them."""
    company_id: str = ""
    company_name: str = ""
    number: str = ""
    """Of that credential at its issuer; of a LuxTrust certificate its SSN, which invitations are sent for."""
    gone_at: datetime | None = None
    """Of a citizen who leaves: he is erased then, and nothing is open to him but the way back."""
    proof: str = ""
    """Right after a citizen's log-in: a secret that shows for five minutes that this person has just proved
    who he is; changes of credentials ask for it."""
    session_keys: tuple[str, ...] = ()
    """Right after a log-in: digests under which its provider may end the session, see `LogoutByProvider`."""
    proved_at: datetime | None = None
    """Right after a log-in that the provider may end: when it was, by the provider's clock."""


@rpc("identity", reply=Principal, errors=(e.LoginRefused, e.NotFound))
class FinishLogin(Request[Principal]):
    """Verify the provider's answer and spend the log-in.

    Errors: LoginRefused(reason), NotFound(provider) for one that was switched off meanwhile.
    """

    login_id: str
    provider: str
    answer: dict[str, str]
    """What came back with the browser."""


@rpc("identity", reply=Principal, repeatable=True, errors=(e.NotFound,))
class GetPrincipal(Request[Principal]):
    """The person or staff member as known now.  Errors: NotFound(person)."""

    audience: str
    subject_id: str


@value
class EndedByProvider:
    """Sessions with one of the keys whose log-in was proved at `proved_until` or before are over."""

    session_keys: tuple[str, ...]
    proved_until: datetime
    """By the provider's clock, as `Principal.proved_at`: a repetition ends nothing that began later."""


@rpc("identity", reply=EndedByProvider, repeatable=True, errors=(e.NotFound, e.LoginRefused))
class LogoutByProvider(Request[EndedByProvider]):
    """Verify a provider's logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).

    Errors: NotFound(provider), LoginRefused(reason).
    """

    provider: str
    logout_token: str


# --- machine clients: no secret and no token ever crosses the bus, only SHA-256 digests ---


@value
class TokenIssued:
    client_id: str
    scopes: tuple[str, ...]
    expires_at: datetime


@rpc("identity", reply=TokenIssued, repeatable=True, errors=(e.CredentialsRefused, e.NotAllowed))
class IssueToken(Request[TokenIssued]):
    """Client credentials grant (RFC 6749, 4.4) for a token that the gateway made.

    Errors: CredentialsRefused, NotAllowed(scope).
    """

    client_id: str
    secret_digest: str
    """SHA-256 in lower-case hexadecimal, as every digest here."""
    token_digest: str
    scopes: tuple[str, ...] = ()
    """Empty: all that the client may have."""


@rpc("identity", reply=TokenIssued, repeatable=True, errors=(e.CredentialsRefused,))
class IntrospectToken(Request[TokenIssued]):
    """Who presents a token (compare RFC 7662).  Errors: CredentialsRefused."""

    token_digest: str


@event("identity")
class PersonRegistered(Event):
    """A person was seen for the first time."""

    person_id: str
