"""Media on the bus: each entry point parses, calls one use case, replies.  What it is told is `hearing`."""

from __future__ import annotations

from services.chassis.bus import application, every, handles
from services.chassis.retention import SWEPT_EVERY
from services.contracts import case_file as case_file_contract
from services.contracts import deletion as deletion_contract
from services.contracts import device_check as check_contract
from services.contracts import fleet as fleet_contract
from services.contracts import guests as guests_contract
from services.contracts import identity_copy as copy_contract
from services.contracts import media, relay, rights, room_documents, room_log, sfu, waiting
from services.media.control.bootstrap import build
from services.media.control.hearing import Hearing
from services.media.control.usecases import (
    call,
    case_file,
    comparison,
    deletion,
    device_check,
    documents,
    fleet,
    guests,
    identity_copy,
    keeping,
    lifecycle,
    messages,
    presence,
    reaper,
    relaying,
    tending,
    views,
    waiting_room,
)


class Media(Hearing):
    """Rooms, admission, calls, documents, messages, forgetting."""

    name = "media"
    app = application(build)

    # --- rooms and people ---------------------------------------------------------

    @handles(media.OpenDraftRoom)
    def open_draft_room(self, request: media.OpenDraftRoom) -> media.Done:
        return lifecycle.open_draft_room(self.app, request)

    @handles(media.LookAtRoom)
    def look_at_room(self, request: media.LookAtRoom) -> media.RoomView:
        return views.look_at_room(self.app, request)

    @handles(media.ListRooms)
    def list_rooms(self, request: media.ListRooms) -> media.RoomStatuses:
        return views.list_rooms(self.app, request)

    @handles(media.JoinRoom)
    def join_room(self, request: media.JoinRoom) -> media.RoomView:
        return presence.join_room(self.app, request)

    @handles(media.LeaveRoom)
    def leave_room(self, request: media.LeaveRoom) -> media.RoomView:
        return presence.leave_room(self.app, request)

    @handles(media.AdmitCitizen)
    def admit_citizen(self, request: media.AdmitCitizen) -> media.RoomView:
        return presence.admit_citizen(self.app, request)

    @handles(media.EndCall)
    def end_call(self, request: media.EndCall) -> media.RoomView:
        return presence.end_call(self.app, request)

    @handles(media.ReopenCall)
    def reopen_call(self, request: media.ReopenCall) -> media.RoomView:
        return presence.reopen_call(self.app, request)

    @handles(media.ConnectToCall)
    def connect_to_call(self, request: media.ConnectToCall) -> media.CallAnswer:
        return call.connect_to_call(self.app, request)

    @handles(relay.GrantRelay)
    def grant_relay(self, request: relay.GrantRelay) -> relay.RelayGrant:
        return relaying.grant_relay(self.app, request)

    # --- the waiting room ---------------------------------------------------------

    @handles(waiting.ListWaiting)
    def list_waiting(self, request: waiting.ListWaiting) -> waiting.WaitingRoom:
        return waiting_room.list_waiting(self.app, request)

    @handles(waiting.EstimateWait)
    def estimate_wait(self, request: waiting.EstimateWait) -> waiting.Wait:
        return waiting_room.estimate_wait(self.app, request)

    @handles(waiting.TakeOver)
    def take_over(self, request: waiting.TakeOver) -> media.RoomView:
        return keeping.take_over(self.app, request)

    @handles(waiting.HandOver)
    def hand_over(self, request: waiting.HandOver) -> media.RoomView:
        return keeping.hand_over(self.app, request)

    @handles(waiting.SendBack)
    def send_back(self, request: waiting.SendBack) -> media.RoomView:
        return keeping.send_back(self.app, request)

    @handles(waiting.RecordOutcome)
    def record_outcome(self, request: waiting.RecordOutcome) -> media.RoomView:
        return keeping.record_outcome(self.app, request)

    # --- guests ---------------------------------------------------------------------

    @handles(guests_contract.InviteGuest)
    def invite_guest(self, request: guests_contract.InviteGuest) -> guests_contract.Invitation:
        return guests.invite(self.app, request)

    @handles(guests_contract.ListInvitations)
    def list_invitations(self, request: guests_contract.ListInvitations) -> guests_contract.Invitations:
        return guests.list_invitations(self.app, request)

    @handles(guests_contract.LetGuestIn)
    def let_guest_in(self, request: guests_contract.LetGuestIn) -> guests_contract.Invitations:
        return guests.let_in(self.app, request)

    @handles(guests_contract.RevokeInvitation)
    def revoke_invitation(self, request: guests_contract.RevokeInvitation) -> guests_contract.Invitations:
        return guests.revoke(self.app, request)

    # --- the device check -----------------------------------------------------------

    @handles(check_contract.OpenLine)
    def open_line(self, request: check_contract.OpenLine) -> check_contract.Line:
        return device_check.open_line(self.app, request)

    @handles(check_contract.ConnectToLine)
    def connect_to_line(self, request: check_contract.ConnectToLine) -> sfu.Answer:
        return device_check.connect_to_line(self.app, request)

    @handles(check_contract.RecordCheck)
    def record_check(self, request: check_contract.RecordCheck) -> check_contract.DeviceCheck:
        return device_check.record_check(self.app, request)

    @handles(check_contract.ListChecks)
    def list_checks(self, request: check_contract.ListChecks) -> check_contract.DeviceChecks:
        return device_check.list_checks(self.app, request)

    # --- messages and documents ---------------------------------------------------

    @handles(room_log.GrantLog)
    def grant_log(self, request: room_log.GrantLog) -> room_log.LogGrant:
        return messages.grant_log(self.app, request)

    @handles(room_log.PostMessage)
    def post_message(self, request: room_log.PostMessage) -> room_log.MessagePosted:
        return messages.post_message(self.app, request)

    @handles(room_log.TellDetail)
    def tell_detail(self, request: room_log.TellDetail) -> media.Done:
        return messages.tell_detail(self.app, request)

    @handles(room_documents.ListDocuments)
    def list_documents(self, request: room_documents.ListDocuments) -> room_documents.Documents:
        return documents.list_documents(self.app, request)

    @handles(room_documents.GrantUpload)
    def grant_upload(self, request: room_documents.GrantUpload) -> room_documents.UploadGrant:
        return documents.grant_upload(self.app, request)

    @handles(room_documents.FinishUpload)
    def finish_upload(self, request: room_documents.FinishUpload) -> room_documents.Document:
        return documents.finish_upload(self.app, request)

    @handles(room_documents.AbandonUpload)
    def abandon_upload(self, request: room_documents.AbandonUpload) -> media.Done:
        return documents.abandon_upload(self.app, request)

    @handles(room_documents.RemoveDocument)
    def remove_document(self, request: room_documents.RemoveDocument) -> media.Done:
        return documents.remove_document(self.app, request)

    @handles(room_documents.GrantDownload)
    def grant_download(self, request: room_documents.GrantDownload) -> room_documents.DownloadGrant:
        return documents.grant_download(self.app, request)

    @handles(copy_contract.GrantCopyView)
    def grant_copy_view(self, request: copy_contract.GrantCopyView) -> copy_contract.CopyView:
        return identity_copy.grant_copy_view(self.app, request)

    @handles(copy_contract.RecordComparison)
    def record_comparison(self, request: copy_contract.RecordComparison) -> media.Done:
        return identity_copy.record_comparison(self.app, request)

    # --- what is proved of rooms that are forgotten ----------------------------------

    @handles(deletion_contract.ShowDeletionRecords)
    def show_deletion_records(
        self, request: deletion_contract.ShowDeletionRecords
    ) -> deletion_contract.DeletionRecords:
        return deletion.show_deletion_records(self.app, request)

    @handles(deletion_contract.ShowForgetting)
    def show_forgetting(self, request: deletion_contract.ShowForgetting) -> deletion_contract.Forgetting:
        return deletion.show_forgetting(self.app, request)

    @handles(deletion_contract.ListRecordKeys)
    def list_record_keys(self, request: deletion_contract.ListRecordKeys) -> deletion_contract.RecordKeys:
        return deletion.list_record_keys(self.app, request)

    @handles(case_file_contract.GrantFiling)
    def grant_filing(self, request: case_file_contract.GrantFiling) -> case_file_contract.FilingGrant:
        return case_file.grant_filing(self.app, request)

    @handles(case_file_contract.ResumeFiling)
    def resume_filing(self, request: case_file_contract.ResumeFiling) -> case_file_contract.OpenFiling:
        return case_file.resume_filing(self.app, request)

    @handles(case_file_contract.FinishFiling)
    def finish_filing(self, request: case_file_contract.FinishFiling) -> media.Done:
        return case_file.finish_filing(self.app, request)

    @handles(case_file_contract.AbandonFiling)
    def abandon_filing(self, request: case_file_contract.AbandonFiling) -> media.Done:
        return case_file.abandon_filing(self.app, request)

    # --- what data protection law gives --------------------------------------------

    @handles(rights.ExportRooms)
    def export_rooms(self, request: rights.ExportRooms) -> rights.HeldPage:
        return self.app.export.page(request)

    # --- what operators decide of SFU nodes ----------------------------------------

    @handles(fleet_contract.ListNodes)
    def list_nodes(self, request: fleet_contract.ListNodes) -> fleet_contract.Fleet:
        return fleet.list_nodes(self.app, request)

    @handles(fleet_contract.ShowNode)
    def show_node(self, request: fleet_contract.ShowNode) -> fleet_contract.NodeView:
        return fleet.show_node(self.app, request)

    @handles(fleet_contract.DrainNode)
    def drain_node(self, request: fleet_contract.DrainNode) -> fleet_contract.Done:
        return fleet.drain_node(self.app, request)

    @handles(fleet_contract.ResumeNode)
    def resume_node(self, request: fleet_contract.ResumeNode) -> fleet_contract.Done:
        return fleet.resume_node(self.app, request)

    # --- the timer --------------------------------------------------------------------

    @every(1.0)
    def tend_rooms(self) -> None:
        tending.tend_due_rooms(self.app)

    @every(1.0)
    def forget_rooms(self) -> None:
        reaper.forget_due_rooms(self.app)

    @every(1.0)
    def tidy_rooms(self) -> None:
        tending.tidy_due_rooms(self.app)

    @every(1.0)
    def tend_fleet(self) -> None:
        fleet.tend_fleet(self.app)

    @every(SWEPT_EVERY, at_start=True)
    def count_overdue(self) -> None:
        self.app.sweeper.sweep()

    @every(60.0)
    def compare_stores(self) -> None:
        comparison.compare_if_due(self.app)

    @every(60.0, at_start=True)
    def rewrap_keys(self) -> None:
        self.app.keys.rewrap()
