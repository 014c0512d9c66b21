"""What `identity` answers about machine clients: who they are, by which keys, and who changed that.

A client proves itself with a secret or with a signed assertion (RFC 7523), one of the two for good. Two keys
may be valid at once, so that they can be changed without a pause. Secrets and tokens never cross the bus,
only their SHA-256 digests in lower-case hexadecimal; an assertion does, worth nothing after its first use.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.identity import TokenIssued
from services.contracts.wire import Request, rpc, value

METHODS = ("client_secret", "private_key_jwt")
ALGORITHMS = ("ES256", "ES384", "PS256", "Ed25519", "EdDSA")
"""Of assertions: what a client's public key may sign with; the last two are one (RFC 9864)."""
MOST_KEYS = 2
"""Valid at once, of one client."""
TOKEN_SECONDS = 600
ASSERTION_SECONDS = 300
"""The longest life of an assertion."""


@value
class ClientKey:
    key_id: str
    """Of a secret ours, of a public key its thumbprint (RFC 7638)."""
    created_at: datetime
    expires_at: datetime | None
    """Not valid from then on; None: no end."""
    last_used_at: datetime | None
    """To the hour."""


@value
class MachineStep:
    """One entry of a client's trail, kept for a year."""

    at: datetime
    what: str
    """`registered`, `described` (its name or contact), `scopes_changed`, `key_added`, `key_removed`,
    `disabled`, `enabled`, `seeded`."""
    staff_id: str
    detail: str
    """The scopes or the key's id."""
    origin: str


@value
class Machine:
    client_id: str
    name: str
    contact: str
    """A mail address of those who run it."""
    auth_method: str
    scopes: tuple[str, ...]
    keys: tuple[ClientKey, ...]
    """Those that are valid, the oldest first."""
    is_enabled: bool
    version: int
    """Rises with every change; a change names the version that it was made from."""
    trail: tuple[MachineStep, ...]
    """The oldest first."""


@value
class Machines:
    machines: tuple[Machine, ...]


@rpc("identity", reply=Machines, repeatable=True, errors=())
class ListMachines(Request[Machines]):
    """All clients by name."""


@rpc("identity", reply=Machine, repeatable=True, errors=(e.NotFound,))
class GetMachine(Request[Machine]):
    """Errors: NotFound(client)."""

    client_id: str


@rpc("identity", reply=Machine, repeatable=True, errors=(e.StaleVersion,))
class RegisterMachine(Request[Machine]):
    """A new client, with its first key; repeated with the same id and key it changes nothing.

    Errors: InvalidField(client_id | name | contact | auth_method | scopes | secret_digest | public_key),
    StaleVersion(client) for an id that is taken.
    """

    client_id: str
    """3 to 40 of a-z, 0-9 and hyphens."""
    name: str
    contact: str
    auth_method: str
    scopes: tuple[str, ...]
    staff_id: str
    secret_digest: str = ""
    public_key: str = ""
    """A JWK (RFC 7517) in JSON, or PEM: RSA of 2048 bits and more, P-256, P-384, Ed25519.
    Only its public members and its `kid` are kept; a private key is refused."""


@rpc("identity", reply=Machine, repeatable=True, errors=(e.NotFound, e.StaleVersion))
class ChangeMachine(Request[Machine]):
    """Name, contact, scopes, and whether it may come in at all; tokens lose what it loses, at once.

    Errors: NotFound(client), StaleVersion(client), InvalidField.
    """

    client_id: str
    version: int
    name: str
    contact: str
    scopes: tuple[str, ...]
    is_enabled: bool
    staff_id: str


@rpc("identity", reply=Machine, repeatable=True, errors=(e.NotFound, e.StaleVersion, e.NotAllowed))
class AddClientKey(Request[Machine]):
    """Begin to change keys: the new one is valid at once, those before until `old_until`.

    Errors: NotFound(client), StaleVersion(client), InvalidField(secret_digest | public_key | old_until), its
    rule `reused` for a key that the client has already, NotAllowed(key) where two are valid already.
    """

    client_id: str
    version: int
    staff_id: str
    old_until: datetime
    """Now or later, at most 90 days."""
    secret_digest: str = ""
    public_key: str = ""


@rpc("identity", reply=Machine, repeatable=True, errors=(e.NotFound, e.StaleVersion))
class RemoveClientKey(Request[Machine]):
    """At once, the last one too; the tokens that were given for it end.

    Errors: NotFound(client), StaleVersion(client). A key that is gone already: no change.
    """

    client_id: str
    version: int
    key_id: str
    staff_id: str


@rpc("identity", reply=TokenIssued, errors=(e.CredentialsRefused, e.NotAllowed))
class IssueTokenByAssertion(Request[TokenIssued]):
    """Client credentials grant with `private_key_jwt` (RFC 7523, section 3; RFC 7521, section 4.2).

    `aud` must be this authorisation server's issuer, alone; a `jti` opens once.
    Errors: CredentialsRefused, NotAllowed(scope).
    """

    client_id: str
    """As the request names it, if it does; it must be the assertion's subject."""
    assertion: str
    token_digest: str
    scopes: tuple[str, ...] = ()
    """Empty: all that the client may have."""


@value
class TokenRevoked:
    """Whether there was one is not answered (RFC 7009, section 2.2)."""


@rpc("identity", reply=TokenRevoked, errors=(e.CredentialsRefused,))
class RevokeToken(Request[TokenRevoked]):
    """By its client (RFC 7009), which proves itself as for a token: by `secret_digest`, or by `assertion`.

    A token of another client stays as it is. Errors: CredentialsRefused.
    """

    token_digest: str
    client_id: str
    secret_digest: str = ""
    assertion: str = ""
