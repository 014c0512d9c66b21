"""Two persons turn out to be one: nothing that was booked is lost, and nobody is shut out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.booking.domain.open_limit import owner_of
from services.contracts.booking import (
    Appointment,
    Assurance,
    CancelAppointment,
    GetAppointment,
    GetAuditTrail,
    ListAppointmentsOfPerson,
)
from services.contracts.credentials import PersonsJoined
from services.contracts.earlier import AskForEarlier, GetEarlierWish
from services.contracts.errors import TooManyOpenAppointments
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, PERSON, World
from tests.unit.booking.claimed import moved_on
from tests.unit.booking.fake_owners import FakeJoins, FakeOwners
from tests.unit.booking.fakes import FakeClaims
from tests.unit.booking.owners_suite import JoinsSuite, OwnersSuite

LUXTRUST = Assurance(method="luxtrust", level="high")
JOINED = PersonsJoined(event_id="event-1", occurred_at=EIGHT, person_id="person", former_id="former")


class TestFakeOwners(OwnersSuite):
    @pytest.fixture
    def claims(self) -> FakeClaims:
        return FakeClaims()

    @pytest.fixture
    def owners(self, claims: FakeClaims) -> FakeOwners:
        return FakeOwners(claims)


class TestFakeJoins(JoinsSuite):
    @pytest.fixture
    def joins(self) -> FakeJoins:
        return FakeJoins()


def book(world: World, number: int, person_id: str) -> Appointment:
    applicant = replace(PERSON, email=f"address-{number}@example.org")
    return world.book(
        FIRST_SLOT + number * LENGTH,
        f"key-{number}",
        person_id=person_id,
        assurance=LUXTRUST,
        applicant=applicant,
    )


def ids(world: World, person_id: str) -> list[str]:
    found = world.booking.list_appointments_of_person(ListAppointmentsOfPerson(person_id=person_id))
    return sorted(appointment.appointment_id for appointment in found.appointments)


def owners(world: World) -> list[str]:
    return [claim.person_id for claim in world.claims.by_id.values()]


def tickets(world: World, person_id: str) -> list[int]:
    return sorted(world.tickets.of(owner_of(person_id, "")))


def cancel(world: World, appointment: Appointment) -> None:
    request = CancelAppointment(appointment_id=appointment.appointment_id, actor="citizen")
    world.booking.cancel_appointment(request)


def test_what_was_booked_under_the_former_id_is_the_persons() -> None:
    world = World()
    own, joined, other = book(world, 0, "person"), book(world, 1, "former"), book(world, 2, "somebody")
    world.booking.join_persons(JOINED)
    assert ids(world, "person") == sorted([own.appointment_id, joined.appointment_id])
    assert (ids(world, "former"), ids(world, "somebody")) == ([], [other.appointment_id])
    after = world.booking.get_appointment(GetAppointment(appointment_id=joined.appointment_id))
    assert after == replace(joined, person_id="person")


def test_cancelled_ones_go_along() -> None:
    world = World()
    cancel(world, book(world, 0, "former"))
    world.booking.join_persons(JOINED)
    assert len(ids(world, "person")) == 1


def test_hearing_it_again_changes_nothing() -> None:
    world = World()
    booked = book(world, 0, "former")
    for _ in range(3):
        world.booking.join_persons(JOINED)
        world.booking.follow_joined()
    trail = world.booking.get_audit_trail(GetAuditTrail(appointment_id=booked.appointment_id)).steps
    assert [step.what for step in trail] == ["held", "booked", "owner_changed"]
    assert trail[-1].who == "platform"
    assert world.told().count("appointment_owner_changed.v1") == 1


def test_what_is_confirmed_under_the_former_id_later_follows_within_the_next_sweep() -> None:
    world = World()
    hold = world.hold()
    world.booking.join_persons(JOINED)
    booked = world.confirm(hold, person_id="former", assurance=LUXTRUST)
    assert ids(world, "person") == []
    world.booking.follow_joined()
    assert ids(world, "person") == [booked.appointment_id]
    assert tickets(world, "person") == [1]


def test_the_former_id_is_watched_for_longer_than_a_session_lives() -> None:
    world = World()
    world.booking.join_persons(JOINED)
    world.real.advance(hours=9)
    book(world, 0, "former")
    world.booking.follow_joined()
    assert owners(world) == ["person"]
    world.real.advance(hours=1)
    world.booking.follow_joined()
    book(world, 1, "former")
    world.booking.follow_joined()
    assert sorted(owners(world)) == ["former", "person"]


def test_a_third_person_gets_what_the_second_was_given() -> None:
    world = World()
    book(world, 0, "first")
    second = PersonsJoined(event_id="2", occurred_at=EIGHT, person_id="third", former_id="second")
    first = PersonsJoined(event_id="1", occurred_at=EIGHT, person_id="second", former_id="first")
    world.booking.join_persons(second)
    world.booking.join_persons(first)
    world.booking.follow_joined()
    assert owners(world) == ["third"]


def test_the_wish_for_an_earlier_time_stays_with_its_appointment() -> None:
    world = World()
    booked = book(world, 3, "former")
    world.booking.ask_for_earlier(AskForEarlier(appointment_id=booked.appointment_id))
    wish = GetEarlierWish(appointment_id=booked.appointment_id)
    before = world.booking.get_earlier_wish(wish)
    world.booking.join_persons(JOINED)
    assert world.booking.get_earlier_wish(wish) == before


def test_joined_persons_keep_more_open_appointments_than_one_may_make() -> None:
    world = World(open_appointments=2)
    for number, person_id in enumerate(("person", "person", "former", "former")):
        book(world, number, person_id)
    world.booking.join_persons(JOINED)
    assert (len(ids(world, "person")), tickets(world, "person")) == (4, [1, 2, 3, 4])
    with pytest.raises(TooManyOpenAppointments):
        book(world, 5, "person")


def test_who_has_more_than_one_may_make_books_again_once_there_are_fewer() -> None:
    world = World(open_appointments=2)
    booked = [book(world, number, ("person", "former")[number % 2]) for number in range(3)]
    world.booking.join_persons(JOINED)
    cancel(world, booked[0])
    with pytest.raises(TooManyOpenAppointments):
        book(world, 5, "person")
    cancel(world, booked[1])
    book(world, 6, "person")
    with pytest.raises(TooManyOpenAppointments):
        book(world, 7, "person")


def test_an_appointment_that_is_over_takes_no_ticket_along() -> None:
    world = World(notice=timedelta(0))
    book(world, 0, "former")
    world.clock.set(FIRST_SLOT + LENGTH)
    world.booking.join_persons(JOINED)
    assert tickets(world, "person") == []


def test_who_dies_between_owner_and_ticket_leaves_it_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    book(world, 0, "former")
    with monkeypatch.context() as dying:
        dying.setattr(type(world.joins), "settle", _die)
        with pytest.raises(KeyboardInterrupt):
            world.booking.join_persons(JOINED)
    world.tickets.taken.clear()
    world.booking.follow_joined()
    assert (owners(world), tickets(world, "person")) == (["person"], [1])


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_move_that_has_read_the_former_owner_costs_nothing() -> None:
    world = World()
    booked = book(world, 0, "former")
    (read,) = world.claims.by_id.values()
    world.booking.join_persons(JOINED)
    assert world.claims.insert(moved_on(read))
    assert ids(world, "former") == [booked.appointment_id]
    world.booking.follow_joined()
    assert ids(world, "person") == [booked.appointment_id]
    assert tickets(world, "person") == [1]


def test_what_cannot_be_passed_on_now_is_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    booked = book(world, 0, "former")
    with monkeypatch.context() as another_change:
        another_change.setattr(FakeOwners, "pass_on", lambda *_: False)
        world.booking.join_persons(JOINED)
    assert not world.joins.kept["former"].is_settled
    world.booking.follow_joined()
    assert ids(world, "person") == [booked.appointment_id]
