"""What identity does: log-ins, persons and staff; machine clients have a package of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.chassis.retention import Sweeper
from services.contracts import identity as contract
from services.contracts.credentials import BeginLinking
from services.contracts.errors import LoginRefused, NotFound
from services.identity.account_export import AccountExport
from services.identity.credentials import Credentials
from services.identity.domain import principal as principals
from services.identity.domain.login import Identified, PendingLogin, check_pending
from services.identity.domain.principal import StaffMember
from services.identity.machines.clients import MachineClients
from services.identity.machines.tokens import MachineTokens
from services.identity.ports import (
    EndsSessions,
    Logins,
    Persons,
    Provider,
    Published,
    Staff,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """The use cases with what they need."""

    clock: Clock
    providers: Sequence[Provider]
    logins: Logins
    persons: Persons
    credentials: Credentials
    staff: Staff
    machines: MachineClients
    tokens: MachineTokens
    account_export: AccountExport
    sweeper: Sweeper

    def list_providers(self, audience: str) -> contract.Providers:
        found = [p for p in self.providers if audience in p.audiences]
        return contract.Providers(providers=tuple(_provider(p, audience) for p in found))

    def get_metadata(self, provider: str) -> contract.Metadata:
        """Errors: NotFound(provider)."""
        for found in self.providers:
            if found.code == provider and isinstance(found, Published):
                return contract.Metadata(document=found.metadata())
        raise NotFound("provider")

    def begin_login(self, provider: str, audience: str, person_id: str = "") -> contract.LoginBegun:
        """A log-in of whoever comes, or of the one who has to prove again who he is.

        Errors: NotFound(provider).
        """
        return self._begin(PendingLogin(new_id(), provider, audience, self.clock.now(), person_id=person_id))

    def begin_linking(self, request: BeginLinking) -> contract.LoginBegun:
        """Errors: NotFound(provider | person), FreshLoginNeeded, NotAllowed(link), TooManyCredentials."""
        proved_by, now = self.credentials.check_linking(request), self.clock.now()
        login = PendingLogin(
            new_id(), request.provider, "citizen", now, {}, request.person_id, True, proved_by
        )
        return self._begin(login)

    def _begin(self, login: PendingLogin) -> contract.LoginBegun:
        departure = self._provider(login.provider, login.audience).begin(login)
        self.logins.add(replace(login, memory=departure.memory))
        return contract.LoginBegun(
            login_id=login.login_id, redirect_url=departure.url, form=dict(departure.form)
        )

    def finish_login(self, login_id: str, provider: str, answer: Mapping[str, str]) -> contract.Principal:
        """Spend the log-in first, whatever comes of the answer.  Errors: LoginRefused(reason)."""
        login = check_pending(self.logins.take(login_id), provider, self.clock.now())
        identified = self._provider(provider, login.audience).finish(login, answer)
        known = self._principal(login, identified)
        return replace(known, session_keys=identified.session_keys, proved_at=identified.proved_at)

    def logout_by_provider(self, provider: str, logout_token: str) -> contract.EndedByProvider:
        """Errors: NotFound(provider), LoginRefused(reason)."""
        for found in self.providers:
            if found.code == provider and isinstance(found, EndsSessions):
                ended = found.log_out(logout_token)
                return contract.EndedByProvider(session_keys=ended.keys, proved_until=ended.proved_until)
        raise NotFound("provider")

    def get_principal(self, audience: str, subject_id: str) -> contract.Principal:
        """Errors: NotFound(person)."""
        if audience == "staff" and (member := self.staff.get(subject_id)):
            return principals.staff(member)
        if audience == "citizen" and (person := self.persons.get(subject_id)):
            return principals.citizen(person)
        raise NotFound("person")

    def _principal(self, login: PendingLogin, identified: Identified) -> contract.Principal:
        """Errors: LoginRefused(not_registered | no_role | other_person), and those of a citizen's log-in."""
        if login.audience != "staff":
            return self.credentials.log_in(login, identified)
        member = principals.admitted(self._member(identified))
        if login.person_id not in ("", member.subject_id):
            raise LoginRefused("other_person")
        return member

    def _member(self, identified: Identified) -> StaffMember | None:
        """The staff member; where the provider says the roles, as it says them now, none included."""
        known = self.staff.by_credential(identified.credential)
        if identified.roles is None:
            return known
        member = principals.member_as_said(identified, identified.roles, known)
        if known or member.roles:
            self.staff.put(member, self.clock.now())
        return member

    def _provider(self, code: str, audience: str) -> Provider:
        for provider in self.providers:
            if provider.code == code and audience in provider.audiences:
                return provider
        raise NotFound("provider")


def _provider(provider: Provider, audience: str) -> contract.Provider:
    return contract.Provider(code=provider.code, audience=audience)
