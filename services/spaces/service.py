"""Spaces on the bus."""

from __future__ import annotations

from services.chassis.bus import application, every, handles, on
from services.chassis.retention import SWEPT_EVERY
from services.contracts import consents, members, procedures, professional, rights, sources
from services.contracts import space_documents as documents
from services.contracts import spaces as private
from services.contracts.booking_events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentProgressed,
)
from services.contracts.credentials import CredentialReinstated, CredentialRevoked, PersonsJoined
from services.contracts.space_access import SpaceCard
from services.spaces.bootstrap import Spaces, build


class SpacesService:
    """Private spaces with their data, professional ones with their members."""

    name = "spaces"
    spaces: Spaces = application(build)

    # --- private ---

    @handles(private.OpenPrivateSpace)
    def open_private_space(self, request: private.OpenPrivateSpace) -> private.PrivateSpace:
        return self.spaces.private.open(request)

    @handles(private.GetPrivateSpace)
    def get_private_space(self, request: private.GetPrivateSpace) -> private.PrivateSpace:
        return self.spaces.private.get(request)

    @handles(private.SavePersonalData)
    def save_personal_data(self, request: private.SavePersonalData) -> private.PrivateSpace:
        return self.spaces.private.save(request)

    @on(PersonsJoined)
    def persons_joined(self, event: PersonsJoined) -> None:
        self.spaces.private.join(event.person_id, event.former_id)
        self.spaces.consents.join(event.person_id, event.former_id)

    @handles(private.ListDataChanges)
    def list_data_changes(self, request: private.ListDataChanges) -> private.DataChanges:
        return self.spaces.private.changes(request)

    @handles(consents.ListConsents)
    def list_consents(self, request: consents.ListConsents) -> consents.Consents:
        return self.spaces.consents.of(request)

    @on(AppointmentBooked)
    def consent_given(self, event: AppointmentBooked) -> None:
        self.spaces.consents.booked(event)

    @on(AppointmentCancelled)
    def consent_withdrawn(self, event: AppointmentCancelled) -> None:
        self.spaces.consents.cancelled(event)

    @every(SWEPT_EVERY, at_start=True)
    def forget_due(self) -> None:
        self.spaces.consents.forget()
        self.spaces.limits.forget()
        self.spaces.sweeper.sweep()

    # --- all of a person, and professional ones ---

    @handles(professional.ListSpaces)
    def list_spaces(self, request: professional.ListSpaces) -> professional.Overview:
        return self.spaces.mine.overview(request.actor)

    @handles(professional.GetSpace)
    def get_space(self, request: professional.GetSpace) -> SpaceCard:
        return self.spaces.mine.get(request)

    @handles(professional.ActInSpace)
    def act_in_space(self, request: professional.ActInSpace) -> SpaceCard:
        return self.spaces.mine.get(request)

    @handles(professional.OpenProfessionalSpace)
    def open_professional_space(self, request: professional.OpenProfessionalSpace) -> SpaceCard:
        return self.spaces.mine.open(request)

    @handles(professional.RenameSpace)
    def rename_space(self, request: professional.RenameSpace) -> SpaceCard:
        return self.spaces.mine.rename(request)

    @handles(professional.DeleteSpace)
    def delete_space(self, request: professional.DeleteSpace) -> SpaceCard:
        return self.spaces.mine.delete(request)

    @handles(professional.RestoreSpace)
    def restore_space(self, request: professional.RestoreSpace) -> SpaceCard:
        return self.spaces.mine.restore(request)

    @handles(professional.ListSteps)
    def list_steps(self, request: professional.ListSteps) -> professional.Steps:
        return self.spaces.mine.steps(request)

    @handles(professional.AskForMoreSpaces)
    def ask_for_more_spaces(self, request: professional.AskForMoreSpaces) -> professional.Overview:
        self.spaces.limits.ask(request)
        return self.spaces.mine.overview(request.actor)

    @handles(professional.ListLimitRequests)
    def list_limit_requests(self, request: professional.ListLimitRequests) -> professional.LimitRequests:
        return self.spaces.limits.requests()

    @handles(professional.DecideLimit)
    def decide_limit(self, request: professional.DecideLimit) -> professional.LimitRequests:
        return self.spaces.limits.decide(request)

    @every(2.0)
    def tend(self) -> None:
        self.spaces.tending.sweep()

    # --- what data protection law gives ---

    @handles(rights.ExportSpaces)
    def export_spaces(self, request: rights.ExportSpaces) -> rights.HeldPage:
        return self.spaces.export.page(request)

    @handles(rights.GrantHeldDocument)
    def grant_held_document(self, request: rights.GrantHeldDocument) -> documents.SpaceDownloadGrant:
        return self.spaces.documents.grant_download(request)

    @handles(rights.GetLeavingSpaces)
    def get_leaving_spaces(self, request: rights.GetLeavingSpaces) -> rights.LeavingSpaces:
        return self.spaces.leaving.consequences(request.person_id)

    @handles(rights.ForgetInvitations)
    def forget_invitations(self, request: rights.ForgetInvitations) -> rights.Forgotten:
        return self.spaces.leaving.forget_invitations(request)

    @on(rights.PersonLeaving)
    def person_leaving(self, event: rights.PersonLeaving) -> None:
        self.spaces.leaving.departs(event)

    @on(rights.PersonStayed)
    def person_stayed(self, event: rights.PersonStayed) -> None:
        self.spaces.leaving.departs(event)

    @on(rights.PersonGone)
    def person_gone(self, event: rights.PersonGone) -> None:
        self.spaces.leaving.erase(event)

    # --- members ---

    @handles(members.ListMembers)
    def list_members(self, request: members.ListMembers) -> members.Members:
        return self.spaces.membership.list(request)

    @handles(members.InviteMember)
    def invite_member(self, request: members.InviteMember) -> members.Members:
        return self.spaces.membership.invite(request)

    @handles(members.ResendInvitation)
    def resend_invitation(self, request: members.ResendInvitation) -> members.Members:
        return self.spaces.membership.resend(request)

    @handles(members.WithdrawInvitation)
    def withdraw_invitation(self, request: members.WithdrawInvitation) -> members.Members:
        return self.spaces.membership.withdraw(request)

    @handles(members.GetInvitation)
    def get_invitation(self, request: members.GetInvitation) -> members.InvitationCard:
        return self.spaces.membership.invitation(request)

    @handles(members.AnswerInvitation)
    def answer_invitation(self, request: members.AnswerInvitation) -> members.Answered:
        return self.spaces.membership.answer(request)

    @handles(members.ChangeRole)
    def change_role(self, request: members.ChangeRole) -> members.Members:
        return self.spaces.membership.change_role(request)

    @handles(members.RemoveMember)
    def remove_member(self, request: members.RemoveMember) -> members.Members:
        return self.spaces.membership.remove(request)

    @handles(members.LeaveSpace)
    def leave_space(self, request: members.LeaveSpace) -> members.Left:
        return self.spaces.membership.leave(request)

    @handles(members.GetInvitationMail)
    def get_invitation_mail(self, request: members.GetInvitationMail) -> members.InvitationMail:
        return self.spaces.membership.mail(request)

    @on(CredentialRevoked)
    def credential_revoked(self, event: CredentialRevoked) -> None:
        self.spaces.membership.certificate_is(event.credential_id, event.occurred_at, usable=False)

    @on(CredentialReinstated)
    def credential_reinstated(self, event: CredentialReinstated) -> None:
        self.spaces.membership.certificate_is(event.credential_id, event.occurred_at, usable=True)

    # --- procedures ---

    @handles(procedures.ListProcedures)
    def list_procedures(self, request: procedures.ListProcedures) -> procedures.Procedures:
        return self.spaces.procedures.list(request)

    @handles(procedures.GetProcedure)
    def get_procedure(self, request: procedures.GetProcedure) -> procedures.Procedure:
        return self.spaces.procedures.get(request)

    @handles(procedures.SaveDraft)
    def save_draft(self, request: procedures.SaveDraft) -> procedures.Procedure:
        return self.spaces.procedures.save(request)

    @handles(procedures.DiscardDraft)
    def discard_draft(self, request: procedures.DiscardDraft) -> procedures.Procedures:
        return self.spaces.procedures.discard(request)

    @on(AppointmentBooked)
    def appointment_booked(self, event: AppointmentBooked) -> None:
        self.spaces.procedures.booked(event)

    @on(AppointmentMoved)
    def appointment_moved(self, event: AppointmentMoved) -> None:
        self.spaces.procedures.booked(event)

    @on(AppointmentCancelled)
    def appointment_cancelled(self, event: AppointmentCancelled) -> None:
        self.spaces.procedures.cancelled(event)

    @on(AppointmentProgressed)
    def appointment_progressed(self, event: AppointmentProgressed) -> None:
        self.spaces.procedures.progressed(event)

    @every(10.0)
    def tend_procedures(self) -> None:
        self.spaces.procedures.sweep()

    # --- what authorities hold ---

    @handles(sources.LookUpSources)
    def look_up_sources(self, request: sources.LookUpSources) -> sources.SourceRecords:
        return self.spaces.sources.look_up(request)

    # --- documents ---

    @handles(documents.ListSpaceDocuments)
    def list_space_documents(self, request: documents.ListSpaceDocuments) -> documents.Shelf:
        return self.spaces.documents.list(request)

    @handles(documents.GrantSpaceUpload)
    def grant_space_upload(self, request: documents.GrantSpaceUpload) -> documents.SpaceUploadGrant:
        return self.spaces.documents.grant_upload(request)

    @handles(documents.FinishSpaceUpload)
    def finish_space_upload(self, request: documents.FinishSpaceUpload) -> documents.SpaceDocument:
        return self.spaces.documents.finish_upload(request)

    @handles(documents.AbandonSpaceUpload)
    def abandon_space_upload(self, request: documents.AbandonSpaceUpload) -> documents.SpaceUploadAbandoned:
        return self.spaces.documents.abandon_upload(request)

    @handles(documents.RenameSpaceDocument)
    def rename_space_document(self, request: documents.RenameSpaceDocument) -> documents.SpaceDocument:
        return self.spaces.documents.rename(request)

    @handles(documents.DeleteSpaceDocument)
    def delete_space_document(self, request: documents.DeleteSpaceDocument) -> documents.Shelf:
        return self.spaces.documents.delete(request)

    @handles(documents.RestoreSpaceDocument)
    def restore_space_document(self, request: documents.RestoreSpaceDocument) -> documents.Shelf:
        return self.spaces.documents.restore(request)

    @handles(documents.EraseSpaceDocument)
    def erase_space_document(self, request: documents.EraseSpaceDocument) -> documents.Shelf:
        return self.spaces.documents.erase(request)

    @handles(documents.GrantSpaceDownload)
    def grant_space_download(self, request: documents.GrantSpaceDownload) -> documents.SpaceDownloadGrant:
        return self.spaces.documents.grant_download(request)

    @every(2.0)
    def tend_documents(self) -> None:
        self.spaces.reaper.sweep()

    @every(60.0, at_start=True)
    def look_after_documents(self) -> None:
        self.spaces.upkeep.look_after()
