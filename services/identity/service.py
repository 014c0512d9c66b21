"""Identity on the bus."""

from __future__ import annotations

from services.chassis.bus import application, handles
from services.contracts import identity as contract
from services.identity.bootstrap import build


class IdentityService:
    """Log-ins, persons, staff, machine clients."""

    name = "identity"
    identity = application(build)

    @handles(contract.ListProviders)
    def list_providers(self, request: contract.ListProviders) -> contract.Providers:
        return self.identity.list_providers(request.audience)

    @handles(contract.ListDemoPersons)
    def list_demo_persons(self, request: contract.ListDemoPersons) -> contract.DemoPersons:
        return self.identity.list_demo_persons(request.audience)

    @handles(contract.GetMetadata)
    def get_metadata(self, request: contract.GetMetadata) -> contract.Metadata:
        return self.identity.get_metadata(request.provider)

    @handles(contract.BeginLogin)
    def begin_login(self, request: contract.BeginLogin) -> contract.LoginBegun:
        return self.identity.begin_login(request.provider, request.audience)

    @handles(contract.FinishLogin)
    def finish_login(self, request: contract.FinishLogin) -> contract.Principal:
        return self.identity.finish_login(request.login_id, request.provider, request.answer)

    @handles(contract.GetPrincipal)
    def get_principal(self, request: contract.GetPrincipal) -> contract.Principal:
        return self.identity.get_principal(request.audience, request.subject_id)

    @handles(contract.LogoutByProvider)
    def logout_by_provider(self, request: contract.LogoutByProvider) -> contract.EndedByProvider:
        return self.identity.logout_by_provider(request.provider, request.logout_token)

    @handles(contract.IssueToken)
    def issue_token(self, request: contract.IssueToken) -> contract.TokenIssued:
        return self.identity.issue_token(
            request.client_id, request.secret_digest, request.token_digest, request.scopes
        )

    @handles(contract.IntrospectToken)
    def introspect_token(self, request: contract.IntrospectToken) -> contract.TokenIssued:
        return self.identity.introspect_token(request.token_digest)
