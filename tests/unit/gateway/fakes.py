"""Ten-line services and a Redis of dictionaries, for unit tests of the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from limits.storage import MemoryStorage

from services.chassis.clock import ManualClock
from services.contracts import booking as b
from services.contracts import earlier as e
from services.contracts import identity as i
from services.contracts import media as m
from services.contracts import notify as n
from services.contracts import subjects
from services.contracts.errors import (
    AppointmentStarted,
    HoldExpired,
    HoldRenewedOften,
    LoginRefused,
    MailedTooOften,
    NotFound,
    ProcedureOver,
    SlotTaken,
)
from services.contracts.wire import Request
from tests.unit.gateway.fake_credentials import FakeCredentials, away

SLOT = timedelta(minutes=20)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
KIND = subjects.Kind(code="video", channel="video", minutes=20, languages=("lb", "fr", "de"))


class FakeBus:
    """Hands a request to the first service that has a method of its name."""

    def __init__(self, *services: Any) -> None:
        self.media = FakeMedia()
        self.notify = FakeNotify()
        self.services: list[Any] = [*services, self.media, self.notify]
        self.asked: list[Request[Any]] = []
        self.fault: Exception | None = None
        """Raised instead of every answer while it is set."""
        self.fault_of: dict[str, Exception] = {}
        """Raised instead of one method's answer."""

    def call(self, request: Any) -> Any:
        self.asked.append(request)
        fault = self.fault or self.fault_of.get(request.method)
        if fault is not None:
            raise fault
        handler = next(getattr(s, request.method) for s in self.services if hasattr(s, request.method))
        return handler(request)

    def times(self, kind: type[Request[Any]]) -> int:
        """How often such a request was made."""
        return sum(isinstance(request, kind) for request in self.asked)


class FakeRedis:
    """The few commands that sessions use."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.scores: dict[str, dict[str, float]] = {}
        self.maps: dict[str, dict[str, bytes]] = {}
        self.over_at: dict[str, float] = {}
        """When each of the values goes, by `seconds`."""
        self.seconds = 0.0
        """Its clock; it moves a little whenever somebody looks at it."""

    def time(self) -> tuple[int, int]:
        self.pass_by(0.000_001)
        return int(self.seconds), round(self.seconds % 1 * 1_000_000)

    def pass_by(self, seconds: float) -> None:
        """Let time pass; what is over goes."""
        self.seconds += seconds
        for name in [name for name, at in self.over_at.items() if at <= self.seconds]:
            self.delete(name)

    def ttl(self, name: str) -> int:
        return round(self.over_at[name] - self.seconds) if name in self.values else -2

    def hset(self, name: str, field: str, value: bytes) -> None:
        self.maps.setdefault(name, {})[field] = value

    def hvals(self, name: str) -> list[bytes]:
        return list(self.maps.get(name, {}).values())

    def hdel(self, name: str, field: str) -> None:
        self.maps.get(name, {}).pop(field, None)

    def get(self, name: str) -> bytes | None:
        return self.values.get(name)

    def getex(self, name: str, ex: int) -> bytes | None:
        if name in self.values:
            self.over_at[name] = self.seconds + ex
        return self.values.get(name)

    def getdel(self, name: str) -> bytes | None:
        return self.values.pop(name, None)

    def set(self, name: str, value: bytes | str, ex: int, xx: bool = False, nx: bool = False) -> bool:
        if (xx and name not in self.values) or (nx and name in self.values):
            return False
        self.values[name] = value.encode() if isinstance(value, str) else value
        self.over_at[name] = self.seconds + ex
        return True

    def delete(self, name: str) -> None:
        self.values.pop(name, None)
        self.over_at.pop(name, None)

    @contextmanager
    def pipeline(self, transaction: bool) -> Iterator[FakeRedis]:
        yield self

    def execute(self) -> None:
        """Every command was carried out when it was given."""

    def zadd(self, name: str, members: dict[str, float], gt: bool) -> None:
        scores = self.scores.setdefault(name, {})
        for member, score in members.items():
            scores[member] = max(score, scores.get(member, score)) if gt else score

    def zremrangebyscore(self, name: str, least: str, most: float) -> None:
        scores = self.scores.get(name, {})
        self.scores[name] = {member: score for member, score in scores.items() if score > most}

    def expire(self, name: str, seconds: int) -> None:
        """Sets and maps stay as long as a test lasts."""

    def zmscore(self, name: str, members: list[str]) -> list[float | None]:
        return [self.scores.get(name, {}).get(member) for member in members]


class EndlessWindows(MemoryStorage):
    """Counts for limits; no window ever passes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        fits = self.counts[key] + amount <= limit
        self.counts[key] += amount * fits
        return fits

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        return 0, 0.0, self.counts[key], 2.0 * expiry


class FakeMedia:
    """Rooms of which one knows only whether somebody has joined."""

    def __init__(self) -> None:
        self.phase = "early"
        self.joined: list[m.JoinRoom] = []

    def look_at_room(self, request: m.LookAtRoom) -> m.RoomView:
        return m.RoomView(
            room_id=request.room_id,
            phase=self.phase,
            seen_at=NEVER,
            opens_at=NEVER,
            starts_at=NEVER,
            ends_at=NEVER,
            closes_at=NEVER,
            forget_at=None,
            citizen_waiting_since=None,
            agents_present=(),
            admitted=False,
        )

    def join_room(self, request: m.JoinRoom) -> m.RoomView:
        self.joined.append(request)
        return self.look_at_room(m.LookAtRoom(room_id=request.room_id, participant=request.participant))

    def open_draft_room(self, request: m.OpenDraftRoom) -> m.Done:
        return m.Done()

    def remove_document(self, request: m.RemoveDocument) -> m.Done:
        return m.Done()


class FakeNotify:
    """Three mails again for each appointment, five codes for each address."""

    def __init__(self) -> None:
        self.again: dict[str, set[str]] = {}
        self.codes: dict[str, list[str]] = {}
        self.invitation_mails = "sent"

    def list_invitation_mails(self, request: n.ListInvitationMails) -> n.InvitationMails:
        return n.InvitationMails(states=dict.fromkeys(request.sendings, self.invitation_mails))

    def send_address_code(self, request: n.SendAddressCode) -> n.Accepted:
        codes = self.codes.setdefault(request.address, [])
        if len(codes) == 5:
            raise MailedTooOften("5")
        codes.append(request.code)
        return n.Accepted()

    def send_again(self, request: n.SendAgain) -> n.Accepted:
        keys = self.again.setdefault(request.appointment_id, set())
        if len(keys | {request.request_key}) > 3:
            raise MailedTooOften("3")
        keys.add(request.request_key)
        return n.Accepted()


class FakeBooking:
    """One agent, three slots a day."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.taken: set[datetime] = set()
        self.holds: dict[str, b.Hold] = {}
        self.by_key: dict[str, str] = {}
        self.booked: dict[str, b.Appointment] = {}
        self.wishes: dict[str, e.EarlierWish] = {}
        self.accepted: set[str] = set()
        self.link_generation = 1
        self.horizon_days = 28
        self.closed: set[date] = set()

    def list_subjects(self, request: subjects.ListSubjects) -> subjects.Subjects:
        by_video = subjects.Subject(
            code="information-documents", by_video=True, topics=("maternity",), kinds=(KIND,)
        )
        never = subjects.Subject(code="reimbursement-of-bills", by_video=False, topics=(), kinds=())
        return subjects.Subjects(subjects=(by_video, never))

    def find_free_slots(self, request: b.FindFreeSlots) -> b.FreeSlots:
        horizon = self.clock.now().date() + timedelta(days=self.horizon_days)
        last = min(request.last or request.day, horizon)
        return b.FreeSlots(slots=tuple(self._free(request, request.day, last)))

    def find_next_free(self, request: b.FindNextFree) -> b.NextFree:
        today = self.clock.now().date()
        last = today + timedelta(days=self.horizon_days)
        not_before = request.not_before or self.clock.now()
        free = (slot for slot in self._free(request, today, last) if slot.starts_at >= not_before)
        return b.NextFree(slot=next(free, None), first_day=today, last_day=last)

    def _free(self, wanted: Any, first: date, last: date) -> Iterator[b.Slot]:
        """Monday to Friday; the fake keeps UTC's noon."""
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1)):
            for start in _starts(day) if day.weekday() < 5 and day not in self.closed else ():
                in_part = wanted.part_of_day in ("", "morning" if start.hour < 12 else "afternoon")
                if in_part and start not in self.taken and start >= self.clock.now():
                    yield b.Slot(starts_at=start, ends_at=start + SLOT)

    def hold_slot(self, request: b.HoldSlot) -> b.Hold:
        if request.hold_key in self.by_key:
            return self.holds[self.by_key[request.hold_key]]
        if request.starts_at in self.taken:
            raise SlotTaken
        self.taken.add(request.starts_at)
        hold = self._hold(f"appointment-{len(self.holds) + 1}", request.starts_at, renewals=1)
        self.by_key[request.hold_key] = hold.appointment_id
        return hold

    def renew_hold(self, request: b.RenewHold) -> b.Hold:
        hold = self._held(request.appointment_id)
        if not hold.renewals_left:
            raise HoldRenewedOften
        return self._hold(hold.appointment_id, hold.starts_at, renewals=0)

    def release_hold(self, request: b.ReleaseHold) -> b.Released:
        hold = self.holds.pop(request.appointment_id, None)
        if hold:
            self.taken.discard(hold.starts_at)
        return b.Released(appointment_id=request.appointment_id)

    def confirm_appointment(self, request: b.ConfirmAppointment) -> b.Appointment:
        hold = self._held(request.appointment_id)
        self._refuse_second(hold.appointment_id, request.procedure_id)
        return self.booked.setdefault(hold.appointment_id, self._appointment(hold, request))

    def _refuse_second(self, appointment_id: str, procedure_id: str) -> None:
        others = (one for one in self.booked.values() if one.appointment_id != appointment_id)
        if procedure_id and procedure_id in {one.procedure_id for one in others}:
            raise ProcedureOver("submitted")

    def get_appointment(self, request: b.GetAppointment) -> b.Appointment:
        if request.appointment_id not in self.booked:
            raise NotFound("appointment")
        return self.booked[request.appointment_id]

    def move_appointment(self, request: b.MoveAppointment) -> b.Appointment:
        booked = self.get_appointment(b.GetAppointment(appointment_id=request.appointment_id))
        if booked.starts_at == request.starts_at:
            return booked
        self._refuse_if_begun(booked, request.actor)
        if request.starts_at in self.taken:
            raise SlotTaken
        self.taken = self.taken - {booked.starts_at} | {request.starts_at}
        ends_at, version = request.starts_at + SLOT, booked.version + 1
        return self._keep(replace(booked, version=version, starts_at=request.starts_at, ends_at=ends_at))

    def cancel_appointment(self, request: b.CancelAppointment) -> b.Appointment:
        booked = self.get_appointment(b.GetAppointment(appointment_id=request.appointment_id))
        if booked.state == "cancelled":
            return booked
        self._refuse_if_begun(booked, request.actor)
        return self._keep(replace(booked, version=booked.version + 1, state="cancelled"))

    def _refuse_if_begun(self, booked: b.Appointment, actor: str) -> None:
        last = booked.starts_at if actor == "citizen" else booked.ends_at
        if self.clock.now() >= last:
            raise AppointmentStarted

    def _keep(self, changed: b.Appointment) -> b.Appointment:
        self.booked[changed.appointment_id] = changed
        return changed

    def get_earlier_wish(self, request: e.GetEarlierWish) -> e.EarlierWish:
        self.get_appointment(b.GetAppointment(appointment_id=request.appointment_id))
        nothing = e.EarlierWish(
            appointment_id=request.appointment_id, state=e.NONE, not_before=None, offers_left=3, offer=None
        )
        return self.wishes.get(request.appointment_id, nothing)

    def ask_for_earlier(self, request: e.AskForEarlier) -> e.EarlierWish:
        known = self.get_earlier_wish(e.GetEarlierWish(appointment_id=request.appointment_id))
        state = e.OFFERED if known.offer else e.WAITING
        return self._wish(replace(known, state=state, not_before=request.not_before))

    def stop_asking_for_earlier(self, request: e.StopAskingForEarlier) -> e.EarlierWish:
        self.wishes.pop(request.appointment_id, None)
        return self.get_earlier_wish(e.GetEarlierWish(appointment_id=request.appointment_id))

    def accept_earlier(self, request: e.AcceptEarlier) -> b.Appointment:
        booked, wish = self.booked[request.appointment_id], self.wishes.get(request.appointment_id)
        if request.offer_id in self.accepted:
            return booked
        if wish is None or wish.offer is None or wish.offer.offer_id != request.offer_id:
            raise HoldExpired
        self.accepted.add(request.offer_id)
        del self.wishes[request.appointment_id]
        offer = wish.offer
        moved = replace(booked, version=booked.version + 1, starts_at=offer.starts_at, ends_at=offer.ends_at)
        return self._keep(moved)

    def decline_earlier(self, request: e.DeclineEarlier) -> e.EarlierWish:
        known = self.get_earlier_wish(e.GetEarlierWish(appointment_id=request.appointment_id))
        if known.offer is None or known.offer.offer_id != request.offer_id:
            return known
        return self._wish(replace(known, state=e.WAITING, offer=None))

    def _wish(self, wish: e.EarlierWish) -> e.EarlierWish:
        self.wishes[wish.appointment_id] = wish
        return wish

    def list_appointments_of_person(self, request: b.ListAppointmentsOfPerson) -> b.Appointments:
        mine = [a for a in self.booked.values() if a.person_id == request.person_id]
        return b.Appointments(appointments=tuple(mine))

    def list_appointments_of_space(self, request: b.ListAppointmentsOfSpace) -> b.Appointments:
        theirs = [a for a in self.booked.values() if a.space_id == request.space_id]
        return b.Appointments(appointments=tuple(theirs))

    def list_appointments(self, request: b.ListAppointments) -> b.Appointments:
        return b.Appointments(appointments=tuple(self.booked.values()))

    def _held(self, appointment_id: str) -> b.Hold:
        hold = self.holds.get(appointment_id)
        if hold is None or self.clock.now() >= hold.held_until:
            raise HoldExpired
        return hold

    def _hold(self, appointment_id: str, starts_at: datetime, renewals: int) -> b.Hold:
        hold = b.Hold(
            appointment_id=appointment_id,
            starts_at=starts_at,
            ends_at=starts_at + SLOT,
            held_until=self.clock.now() + timedelta(minutes=10),
            renewals_left=renewals,
        )
        self.holds[appointment_id] = hold
        return hold

    def _appointment(self, hold: b.Hold, request: b.ConfirmAppointment) -> b.Appointment:
        return b.Appointment(
            appointment_id=hold.appointment_id,
            version=1,
            state="booked",
            subject="information-documents",
            topic="",
            kind="video",
            language="de",
            starts_at=hold.starts_at,
            ends_at=hold.ends_at,
            agent_id="agent-1",
            agent_name="Anna Demo",
            applicant=request.applicant,
            insured=request.insured,
            assurance=request.assurance,
            person_id=request.person_id,
            mail_language=request.mail_language,
            link_generation=self.link_generation,
            identity_copy_id=request.identity_copy_id,
            insured_copy_id=request.insured_copy_id,
            procedure_id=request.procedure_id,
            space_id=request.space_id,
            company_name=request.company_name,
            company_id=request.company_id,
        )


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


def _starts(day: date) -> list[datetime]:
    return [datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC) for hour in (9, 10, 14)]
