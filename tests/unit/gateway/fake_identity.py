"""Identity of a few lines, for unit tests of the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.contracts import identity as i
from services.contracts.errors import LoginRefused, NotFound
from tests.unit.gateway.fake_credentials import FakeCredentials, away
from tests.unit.gateway.fakes import NEVER


class FakeIdentity:
    """Everybody is who he says he is, at the second step."""

    def __init__(self, credentials: FakeCredentials) -> None:
        self.credentials = credentials
        self.begun: set[str] = set()
        self.elsewhere: i.LoginBegun | None = None
        """Where a log-in leaves to, when it is not by a form."""
        self.session_keys: tuple[str, ...] = ()
        """Under which the provider may end the log-ins of the moment."""
        self.provider_clock = NEVER
        self.logout_tokens: dict[str, i.EndedByProvider] = {}
        self.method = "luxtrust"
        self.national_number = ""
        """What the provider says of the person."""
        self.wanted: dict[str, str] = {}
        """Who has to prove again who he is, by log-in."""

    def list_providers(self, request: i.ListProviders) -> i.Providers:
        return i.Providers(providers=(i.Provider(code="luxtrust", audience=request.audience),))

    def begin_login(self, request: i.BeginLogin) -> i.LoginBegun:
        login_id = f"login-{len(self.begun) + 1}-{request.audience}"
        self.begun.add(login_id)
        self.wanted[login_id] = request.person_id
        if self.elsewhere is not None:
            return replace(self.elsewhere, login_id=login_id)
        return away(login_id)

    def get_metadata(self, request: i.GetMetadata) -> i.Metadata:
        if request.provider != "eidas":
            raise NotFound("provider")
        return i.Metadata(document="<md:EntityDescriptor/>")

    def finish_login(self, request: i.FinishLogin) -> i.Principal:
        if request.login_id not in self.begun | set(self.credentials.linking):
            raise LoginRefused("unknown_or_spent")
        self.begun.discard(request.login_id)
        audience = request.login_id.rpartition("-")[2]
        found = self._identified(request, audience)
        if audience == "staff":
            return found
        found = self.credentials.finished(request.login_id, request.answer["person"], found)
        if self.wanted.get(request.login_id) not in (None, "", found.subject_id):
            raise LoginRefused("other_person")
        return found

    def _identified(self, request: i.FinishLogin, audience: str) -> i.Principal:
        return i.Principal(
            audience=audience,
            subject_id=f"person-{request.answer['person']}",
            name="Léa Muster",
            method=self.method,
            national_number=self.national_number,
            level="high",
            roles=(request.answer["person"],) if audience == "staff" else (),
            first_name="Léa",
            last_name="Muster",
            birth_date=date(1985, 4, 12),
            session_keys=self.session_keys,
            proved_at=self.provider_clock if self.session_keys else None,
        )

    def logout_by_provider(self, request: i.LogoutByProvider) -> i.EndedByProvider:
        if request.provider != "staff":
            raise NotFound("provider")
        if request.logout_token not in self.logout_tokens:
            raise LoginRefused("signature")
        return self.logout_tokens[request.logout_token]
