"""One room and its appointment, as `media` and `booking` would answer."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.chassis.vault.cipher import seal
from services.contracts import booking as b
from services.contracts import guests, room_documents, room_log
from services.contracts import media as m
from services.contracts import waiting as w
from services.contracts.calendars import AgentEntry, Catalogue, GetCatalogue
from services.contracts.errors import NotFound, PlatformError
from services.contracts.notify import Accepted, SendGuestLink
from services.contracts.relay import GrantRelay, RelayGrant
from services.contracts.sfu import SlotHolder

ROOM = "room-1"
AGENT_ID = "agent-anna"
STARTS_AT = datetime(2026, 12, 3, 14, 20, tzinfo=UTC)
KEY = bytes(32)


def appointment(**changes: Any) -> b.Appointment:
    values: dict[str, Any] = {
        "appointment_id": ROOM,
        "version": 1,
        "state": "booked",
        "subject": "information-documents",
        "topic": "maternity",
        "kind": "video",
        "language": "fr",
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(minutes=20),
        "agent_id": AGENT_ID,
        "agent_name": "Anna Demo",
        "applicant": b.Person(
            first_name="Léa",
            last_name="Muster",
            birth_date=date(1985, 3, 27),
            birth_place="Esch-sur-Alzette",
            email="lea@example.lu",
            phone="+352621123456",
            street="1, rue de l'Exemple",
            postal_code="1111",
            city="Luxembourg",
            country="LU",
        ),
        "insured": None,
        "assurance": b.Assurance(method="none"),
        "person_id": "",
        "mail_language": "fr",
        "link_generation": 1,
        "identity_copy_id": "copy",
    }
    return b.Appointment(**{**values, **changes})


def guest(state: str = "sent") -> guests.Invitation:
    until = STARTS_AT + timedelta(minutes=30)
    return guests.Invitation(guest_id="guest-1", kind="interpreter", until=until, state=state)


class FakeRoom:
    """Answers what these pages ask; `phase` and the rest are set by the test."""

    def __init__(self) -> None:
        self.phase = "open"
        self.present: tuple[str, ...] = ()
        self.link_generation = 1
        self.booked: dict[str, Any] = {}
        """What is different from the usual appointment."""
        self.waiting_since: datetime | None = None
        self.waiting_as = ""
        self.keeper_id = AGENT_ID
        self.missing_since: datetime | None = None
        self.outcome = ""
        self.mail_fault: PlatformError | None = None
        self.invitations: tuple[guests.Invitation, ...] = ()
        self.seen_at = STARTS_AT
        self.wait = w.Wait(state="off")
        self.documents: tuple[room_documents.Document, ...] = ()
        self.case_file = False
        """Whether one is configured, and this participant may hand documents over."""
        self.fault: Exception | None = None
        """Raised by whatever changes something."""
        self.said: list[room_log.PostMessage] = []
        self.papers: list[room_log.TellDetail] = []
        self.offers: list[str] = []
        self.relays: tuple[str, ...] = ("turn:relay.example",)

    @property
    def view(self) -> m.RoomView:
        ended = self.phase in ("documents", "forgotten", "late")
        return m.RoomView(
            room_id=ROOM,
            phase=self.phase,
            seen_at=self.seen_at,
            opens_at=STARTS_AT - timedelta(minutes=15),
            starts_at=STARTS_AT,
            ends_at=STARTS_AT + timedelta(minutes=20),
            closes_at=STARTS_AT + timedelta(minutes=50),
            forget_at=STARTS_AT + timedelta(hours=24) if ended else None,
            citizen_waiting_since=self.waiting_since,
            agents_present=self.present,
            admitted=self.phase == "admitted",
            waiting_as=self.waiting_as,
            keeper_id=self.keeper_id,
            agent_missing_since=self.missing_since,
            outcome=self.outcome,
        )

    def look_at_room(self, request: m.LookAtRoom) -> m.RoomView:
        if request.room_id != ROOM:
            raise NotFound("room")
        return self.view

    def _change(self, _: Any) -> m.RoomView:
        if self.fault:
            raise self.fault
        return self.view

    join_room = leave_room = admit_citizen = end_call = reopen_call = _change

    def invite_guest(self, request: guests.InviteGuest) -> guests.Invitation:
        if self.fault:
            raise self.fault
        self.invitations = (guest(),)
        return guest()

    def list_invitations(self, request: Any) -> guests.Invitations:
        if self.fault:
            raise self.fault
        return guests.Invitations(invitations=self.invitations)

    let_guest_in = revoke_invitation = list_invitations

    def send_guest_link(self, request: SendGuestLink) -> Accepted:
        if self.mail_fault:
            raise self.mail_fault
        return Accepted()

    take_over = hand_over = send_back = record_outcome = record_comparison = _change

    def estimate_wait(self, request: w.EstimateWait) -> w.Wait:
        if self.fault:
            raise self.fault
        return self.wait

    def list_waiting(self, request: w.ListWaiting) -> w.WaitingRoom:
        mine = (self._status,)
        return w.WaitingRoom(
            waiting=mine if self.waiting_as else (), unattended=mine if self.missing_since else ()
        )

    def get_catalogue(self, request: GetCatalogue) -> Catalogue:
        agents = (
            (AGENT_ID, "Anna Demo", True),
            ("agent-ben", "Ben Demo", True),
            ("agent-old", "Old Demo", False),
        )
        entries = tuple(
            AgentEntry(agent_id=i, name=name, calendar="video", languages=("fr",), active=active)
            for i, name, active in agents
        )
        return Catalogue(revision=1, calendars=(), agents=entries, kinds=(), subjects=(), absences=())

    def get_appointment(self, request: b.GetAppointment) -> b.Appointment:
        return appointment(link_generation=self.link_generation, **self.booked)

    def list_appointments(self, request: b.ListAppointments) -> b.Appointments:
        theirs = appointment(appointment_id="room-2", agent_id="agent-ben", agent_name="Ben Demo")
        return b.Appointments(appointments=(theirs, appointment()))

    def list_rooms(self, request: m.ListRooms) -> m.RoomStatuses:
        status = self._status
        theirs = replace(status, room_id="room-2", citizen_waiting_since=None, keeper_id="agent-ben")
        return m.RoomStatuses(rooms=(status, theirs))

    @property
    def _status(self) -> m.RoomStatus:
        return m.RoomStatus(
            room_id=ROOM,
            phase=self.phase,
            starts_at=STARTS_AT,
            citizen_waiting_since=self.waiting_since,
            agents_present=self.present,
            admitted=False,
            waiting_as=self.waiting_as,
            keeper_id=self.keeper_id,
            agent_missing_since=self.missing_since,
        )

    def grant_log(self, request: room_log.GrantLog) -> room_log.LogGrant:
        return room_log.LogGrant(
            stream=room_log.LOG_KEY.format(room_id=ROOM),
            log_key=base64.b64encode(KEY).decode(),
            until=STARTS_AT + timedelta(minutes=15),
        )

    def list_documents(self, request: room_documents.ListDocuments) -> room_documents.Documents:
        return room_documents.Documents(documents=self.documents, case_file=self.case_file)

    def remove_document(self, request: room_documents.RemoveDocument) -> m.Done:
        if self.fault:
            raise self.fault
        return m.Done()

    def connect_to_call(self, request: m.ConnectToCall) -> m.CallAnswer:
        if self.fault:
            raise self.fault
        self.offers.append(request.offer_sdp)
        slots = (SlotHolder(slot=0, participant_id="citizen"), SlotHolder(slot=1, participant_id=AGENT_ID))
        return m.CallAnswer(answer_sdp="v=0", node_id="n", epoch=1, slot=0, slots=slots)

    def grant_relay(self, request: GrantRelay) -> RelayGrant:
        if self.fault:
            raise self.fault
        until = STARTS_AT + timedelta(minutes=50)
        return RelayGrant(urls=self.relays, username="1:whose", credential="made", until=until)

    def post_message(self, request: room_log.PostMessage) -> room_log.MessagePosted:
        if self.fault:
            raise self.fault
        self.said.append(request)
        return room_log.MessagePosted(message_id="said")

    def tell_detail(self, request: room_log.TellDetail) -> m.Done:
        if self.fault:
            raise self.fault
        self.papers.append(request)
        return m.Done()


class FakeLog:
    """The room's log in Redis, beside the sessions."""

    def __init__(self) -> None:
        self.entries: list[tuple[bytes, dict[bytes, bytes]]] = []

    def add(self, kind: str, by: str, data: dict[str, Any] | None = None) -> None:
        entry_id = f"{len(self.entries) + 1}-0"
        context = room_log.LOG_CONTEXT.format(room_id=ROOM, entry_id=entry_id, type=kind, by=by)
        fields = {
            "type": kind,
            "at": STARTS_AT.isoformat(),
            "by": by,
            "sealed": seal(KEY, json.dumps(data), context) if data else "",
        }
        self.entries.append((entry_id.encode(), {k.encode(): v.encode() for k, v in fields.items()}))

    def xrange(self, stream: str, count: int) -> list[tuple[bytes, dict[bytes, bytes]]]:
        assert stream == room_log.LOG_KEY.format(room_id=ROOM)
        return self.entries[:count]
