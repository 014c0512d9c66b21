"""Identity on the bus."""

from __future__ import annotations

from services.chassis.bus import application, every, handles
from services.chassis.retention import SWEPT_EVERY
from services.contracts import credentials as creds
from services.contracts import identity as contract
from services.contracts import machines, rights
from services.identity.bootstrap import build


class IdentityService:
    """Log-ins, persons, staff, machine clients."""

    name = "identity"
    identity = application(build)

    @handles(contract.ListProviders)
    def list_providers(self, request: contract.ListProviders) -> contract.Providers:
        return self.identity.list_providers(request.audience)

    @handles(contract.GetMetadata)
    def get_metadata(self, request: contract.GetMetadata) -> contract.Metadata:
        return self.identity.get_metadata(request.provider)

    @handles(contract.BeginLogin)
    def begin_login(self, request: contract.BeginLogin) -> contract.LoginBegun:
        return self.identity.begin_login(request.provider, request.audience, request.person_id)

    @handles(contract.FinishLogin)
    def finish_login(self, request: contract.FinishLogin) -> contract.Principal:
        return self.identity.finish_login(request.login_id, request.provider, request.answer)

    @handles(contract.GetPrincipal)
    def get_principal(self, request: contract.GetPrincipal) -> contract.Principal:
        return self.identity.get_principal(request.audience, request.subject_id)

    @handles(contract.LogoutByProvider)
    def logout_by_provider(self, request: contract.LogoutByProvider) -> contract.EndedByProvider:
        return self.identity.logout_by_provider(request.provider, request.logout_token)

    # --- credentials ---

    @handles(creds.GetAccount)
    def get_account(self, request: creds.GetAccount) -> creds.Account:
        return self.identity.credentials.get_account(request.person_id)

    @handles(creds.BeginRegistration)
    def begin_registration(self, request: creds.BeginRegistration) -> creds.CodeSent:
        return self.identity.credentials.registration.begin(request)

    @handles(creds.ConfirmRegistration)
    def confirm_registration(self, request: creds.ConfirmRegistration) -> creds.Account:
        return self.identity.credentials.registration.confirm(request)

    @handles(creds.BeginLinking)
    def begin_linking(self, request: creds.BeginLinking) -> contract.LoginBegun:
        return self.identity.begin_linking(request)

    @handles(creds.RevokeCredential)
    def revoke_credential(self, request: creds.RevokeCredential) -> creds.Account:
        return self.identity.credentials.revocation.revoke(request)

    @handles(creds.FindAccounts)
    def find_accounts(self, request: creds.FindAccounts) -> creds.Accounts:
        return self.identity.credentials.helpdesk.find(request.query)

    @handles(creds.RevokeForPerson)
    def revoke_for_person(self, request: creds.RevokeForPerson) -> creds.Account:
        return self.identity.credentials.helpdesk.revoke(request)

    @handles(creds.ReinstateCredential)
    def reinstate_credential(self, request: creds.ReinstateCredential) -> creds.Account:
        return self.identity.credentials.helpdesk.reinstate(request)

    @handles(creds.GetNotice)
    def get_notice(self, request: creds.GetNotice) -> creds.Notice:
        return self.identity.credentials.helpdesk.notice(request.credential_id, request.change_id)

    @every(30.0)
    def sweep_persons(self) -> None:
        self.identity.credentials.sweep()

    @every(SWEPT_EVERY, at_start=True)
    def forget_due(self) -> None:
        self.identity.sweeper.sweep()

    # --- what data protection law gives ---

    @handles(rights.ExportAccount)
    def export_account(self, request: rights.ExportAccount) -> rights.HeldPage:
        return self.identity.account_export.page(request)

    @handles(rights.NoteExport)
    def note_export(self, request: rights.NoteExport) -> rights.ExportNoted:
        return self.identity.credentials.leaving.note_export(request)

    @handles(rights.Leave)
    def leave(self, request: rights.Leave) -> rights.Departure:
        return self.identity.credentials.leaving.leave(request)

    @handles(rights.Stay)
    def stay(self, request: rights.Stay) -> rights.Departure:
        return self.identity.credentials.leaving.stay(request)

    @handles(rights.GetDeparture)
    def get_departure(self, request: rights.GetDeparture) -> rights.Departure:
        return self.identity.credentials.leaving.get(request.person_id)

    # --- machine clients ---

    @handles(machines.ListMachines)
    def list_machines(self, request: machines.ListMachines) -> machines.Machines:
        return self.identity.machines.list()

    @handles(machines.GetMachine)
    def get_machine(self, request: machines.GetMachine) -> machines.Machine:
        return self.identity.machines.get(request.client_id)

    @handles(machines.RegisterMachine)
    def register_machine(self, request: machines.RegisterMachine) -> machines.Machine:
        return self.identity.machines.register(request)

    @handles(machines.ChangeMachine)
    def change_machine(self, request: machines.ChangeMachine) -> machines.Machine:
        return self.identity.machines.change(request)

    @handles(machines.AddClientKey)
    def add_client_key(self, request: machines.AddClientKey) -> machines.Machine:
        return self.identity.machines.add_key(request)

    @handles(machines.RemoveClientKey)
    def remove_client_key(self, request: machines.RemoveClientKey) -> machines.Machine:
        return self.identity.machines.remove_key(request)

    @every(SWEPT_EVERY)
    def forget_machine_steps(self) -> None:
        self.identity.machines.forget_steps()

    @handles(contract.IssueToken)
    def issue_token(self, request: contract.IssueToken) -> contract.TokenIssued:
        return self.identity.tokens.issue(request)

    @handles(machines.IssueTokenByAssertion)
    def issue_token_by_assertion(self, request: machines.IssueTokenByAssertion) -> contract.TokenIssued:
        return self.identity.tokens.issue_by_assertion(request)

    @handles(contract.IntrospectToken)
    def introspect_token(self, request: contract.IntrospectToken) -> contract.TokenIssued:
        return self.identity.tokens.introspect(request)

    @handles(machines.RevokeToken)
    def revoke_token(self, request: machines.RevokeToken) -> machines.TokenRevoked:
        return self.identity.tokens.revoke(request)
