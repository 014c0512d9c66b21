"""What `identity` answers about persons and the credentials that they log in with.

A credential is a certificate or another means, unique by its issuer and the subject's number there (of
LuxTrust the subject serial number, 20 digits). It is *seen* at its first log-in, which is enough to book;
*registered* once its person has given an e-mail address, proved by a mail, and the national number where
there is one; from then on it opens the person's spaces. A further one is *linked*: registered for the same
person by whoever has just logged in with a registered one. *Revoked*, it lets nobody in.

Whoever changes credentials shows a proof, `Principal.proof`: it comes with a log-in and is good for five
minutes. Nobody is ever found by name and date of birth.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.identity import LoginBegun
from services.contracts.wire import Event, Request, event, rpc, value

STATES = ("seen", "registered", "revoked")
PROOF_SECONDS = 300
"""How long a log-in counts as fresh."""
MOST_CREDENTIALS = 10
"""Of one person, the revoked ones not counted."""


@value
class Credential:
    """One means of a person, without anything by which somebody else could use it."""

    credential_id: str
    """Opaque."""
    method: str
    """`luxtrust`, `eidas`, or the code of an OpenID provider."""
    kind: str
    """`private` or `pro`."""
    number: str
    """The subject's number at the issuer; a LuxTrust certificate's 20-digit SSN."""
    issuer: str
    level: str
    holder: str
    """The name on it."""
    company_id: str
    company_name: str
    state: str
    """One of STATES."""
    registered_at: datetime | None
    last_used_at: datetime
    revoked_at: datetime | None
    revoked_by: str
    """`person`, `helpdesk`, or empty."""


@value
class Step:
    """One entry of the trail: who did what to which credential. Kept for a year; no personal data."""

    at: datetime
    what: str
    """`registered`, `linked`, `revoked`, `reinstated`, `address_changed`, `person_joined`, `exported`,
    `leaving`, `stayed`, `erased`."""
    credential_id: str
    actor: str
    """`person:<id>`, `staff:<id>` or `platform`."""
    origin: str
    """The door and a keyed hash of the network address, see the context."""
    reason: str
    """Typed by the helpdesk; empty for a person's own steps."""


@value
class Account:
    """A person with the credentials that open it."""

    person_id: str
    name: str
    is_registered: bool
    registered_at: datetime | None
    address: str
    """Where security notices go; proved by a mail. Empty until registered."""
    national_number: str
    language: str
    credentials: tuple[Credential, ...]
    """The oldest first, revoked ones included."""
    trail: tuple[Step, ...]
    """The oldest first."""
    gone_at: datetime | None = None
    """Of somebody who leaves: everything is erased then, see `contracts.rights`."""


@rpc("identity", reply=Account, repeatable=True, errors=(e.NotFound,))
class GetAccount(Request[Account]):
    """Errors: NotFound(person)."""

    person_id: str


@value
class CodeSent:
    """A mail with six digits is on its way to the address."""

    expires_at: datetime
    attempts_left: int


@rpc(
    "identity",
    reply=CodeSent,
    repeatable=True,
    timeout=8.0,
    errors=(e.NotFound, e.NationalNumberTaken, e.FreshLoginNeeded, e.MailedTooOften),
)
class BeginRegistration(Request[CodeSent]):
    """Register the credential that was used to log in; again, with a proof: change the address.

    The national number is mandatory unless the person came by eIDAS; one that the provider says stands and
    cannot be changed, nor can one that is registered. The same key sends one mail.
    Errors: InvalidField(address | national_number | language | request_key), NationalNumberTaken for a number
    that another registered person has, NotFound(person | credential), FreshLoginNeeded, MailedTooOften,
    ServiceUnavailable(mail).
    """

    person_id: str
    credential_id: str
    address: str
    national_number: str
    language: str
    request_key: str
    proof: str = ""
    """Needed where the person is registered already."""


@rpc(
    "identity",
    reply=Account,
    repeatable=True,
    errors=(e.NotFound, e.NationalNumberTaken, e.AddressCodeWrong, e.AddressCodeExpired),
)
class ConfirmRegistration(Request[Account]):
    """The digits of the mail: from now on the credential is registered, the address proved.

    Repeated after it has succeeded, it answers the same.
    Errors: AddressCodeWrong(left), AddressCodeExpired, NationalNumberTaken, NotFound(person | credential),
    InvalidField(code).
    """

    person_id: str
    credential_id: str
    code: str


@rpc(
    "identity",
    reply=LoginBegun,
    repeatable=True,
    errors=(e.NotFound, e.FreshLoginNeeded, e.NotAllowed, e.TooManyCredentials, e.LoginRefused),
)
class BeginLinking(Request[LoginBegun]):
    """A log-in with the further credential; `FinishLogin` ends it and registers it for the person.

    There it is refused as LoginRefused(credential_of_other) where it is registered for somebody else, as
    `other_national_number` where it says another one, as `revoked`, as `too_many_credentials`. Where it had
    been seen alone, what was done with it is the person's from then on: `PersonsJoined`.
    Errors: NotFound(provider | person), FreshLoginNeeded, NotAllowed(link) for who is not registered,
    TooManyCredentials(limit), LoginRefused(reason) where the provider does not answer.
    """

    person_id: str
    proof: str
    provider: str


@rpc(
    "identity",
    reply=Account,
    repeatable=True,
    errors=(e.NotFound, e.FreshLoginNeeded, e.LastCredential),
)
class RevokeCredential(Request[Account]):
    """By its person, with a proof. Revoking it again changes nothing.

    Errors: NotFound(person | credential), FreshLoginNeeded, LastCredential for the only registered one.
    """

    person_id: str
    proof: str
    credential_id: str


# --- the helpdesk ---


@value
class Accounts:
    accounts: tuple[Account, ...]


@rpc("identity", reply=Accounts, repeatable=True, errors=())
class FindAccounts(Request[Accounts]):
    """Persons by exactly one of: their national number, a credential's number, their proved address.

    At most 20. Errors: InvalidField(query) for a text that is none of the three.
    """

    query: str


@rpc("identity", reply=Account, repeatable=True, errors=(e.NotFound,))
class RevokeForPerson(Request[Account]):
    """By the helpdesk, the last one too, which leaves the national number to whoever registers it next.

    Errors: NotFound(credential), InvalidField(reason).
    """

    credential_id: str
    staff_id: str
    reason: str
    """Up to 500 characters, mandatory."""


@rpc("identity", reply=Account, repeatable=True, errors=(e.NotFound, e.NationalNumberTaken))
class ReinstateCredential(Request[Account]):
    """Undo a revocation: an eIDAS identity cannot be issued anew.

    Errors: those of RevokeForPerson, NationalNumberTaken where somebody else has registered the number since
    the last credential was revoked.
    """

    credential_id: str
    staff_id: str
    reason: str


@value
class Notice:
    """What a security notice is made of; asked for when it is written, never on the bus as an event."""

    address: str
    """Empty: nobody to write to."""
    language: str
    method: str
    number_end: str
    """The last four signs of the credential's number."""
    gone_at: datetime | None = None
    """Of somebody who leaves."""


@rpc("identity", reply=Notice, repeatable=True, errors=(e.NotFound,))
class GetNotice(Request[Notice]):
    """Errors: NotFound(credential), NotFound(change) for one that is forgotten."""

    credential_id: str
    change_id: str = ""
    """Of an `AddressChanged`: answers with the address from before, for a week."""


@event("identity")
class CredentialRegistered(Event):
    """The first credential of a person, or a further one (`linked`), opens the spaces now."""

    person_id: str
    credential_id: str
    linked: bool


@event("identity")
class CredentialRevoked(Event):
    """It opens nothing any more. `by` is `person` or `helpdesk`."""

    person_id: str
    credential_id: str
    by: str


@event("identity")
class CredentialReinstated(Event):
    person_id: str
    credential_id: str


@event("identity")
class AddressChanged(Event):
    """Notices go to another address from now on; whoever reads the one before is told of it, too."""

    person_id: str
    credential_id: str
    """With which the person had logged in."""
    change_id: str


@event("identity")
class PersonsJoined(Event):
    """A credential that had been seen alone was linked: what belonged to `former_id` is `person_id`'s now."""

    person_id: str
    former_id: str
