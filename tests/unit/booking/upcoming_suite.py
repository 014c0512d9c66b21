"""What every store must promise to whoever changes the catalogue; over the fakes and the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from services.booking.catalogue_ports import CatalogueStore, Upcoming
from services.booking.domain.catalogue import Absence, Kind, Subject
from services.booking.domain.change import Change, Entry, Outcome, Scope, place_of
from services.booking.domain.claim import Claim, confirmed, displaced, moved, restored
from services.booking.domain.slots import Slot
from services.booking.ports import Claims
from services.booking.reconciliation import ahead_of
from services.booking.views import booked_event, displaced_event, restored_event
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY, agent, calendar, claim
from tests.unit.booking.claimed import DETAILS

TUESDAY = MONDAY + timedelta(days=1)
NOON = FIRST_SLOT + timedelta(hours=4)


def change_of(entry: Entry, revision: int, key: str = "key-1", at: datetime = EIGHT) -> Change:
    what, code = place_of(entry)
    return Change(
        change_key=key,
        fingerprint="fingerprint",
        revision=revision,
        at=at,
        actor="staff-1",
        what=what,
        code=code,
        scope=Scope.of(entry),
        hurt=("appointment-1",),
    )


class CatalogueSuite:
    """Subclasses give a fixture `store` with an empty catalogue."""

    def _make(self, store: CatalogueStore, entry: Entry, key: str) -> Change:
        change = change_of(entry, store.fresh().revision + 1, key)
        assert store.decide(change, entry)
        store.finish()
        return change

    def test_a_change_is_in_force_once_it_is_decided(self, store: CatalogueStore) -> None:
        change = change_of(calendar(), 1)
        assert store.decide(change, calendar())
        assert store.fresh().calendars == {"office": calendar()}
        assert store.fresh().revision == 1
        assert store.made("key-1") is None

    def test_a_finished_change_reads_the_same_and_is_remembered(self, store: CatalogueStore) -> None:
        change = self._make(store, calendar(), "key-1")
        store.finish()
        assert store.fresh().calendars == {"office": calendar()}
        assert store.load() is store.load()
        assert store.made("key-1") == change
        assert store.made("key-2") is None

    def test_of_two_changes_of_one_revision_the_first_is_made(self, store: CatalogueStore) -> None:
        assert store.decide(change_of(calendar(), 1, "key-1"), calendar())
        later = calendar(horizon_days=7)
        assert not store.decide(change_of(later, 1, "key-2"), later)
        store.finish()
        assert not store.decide(change_of(later, 1, "key-2"), later)
        assert store.fresh().calendars == {"office": calendar()}

    def test_a_change_waits_until_the_one_before_is_finished(self, store: CatalogueStore) -> None:
        store.decide(change_of(calendar(), 1, "key-1"), calendar())
        assert not store.decide(change_of(agent(), 2, "key-2"), agent())
        store.finish()
        assert store.decide(change_of(agent(), 2, "key-2"), agent())

    def test_what_every_entry_says_is_what_is_read(self, store: CatalogueStore) -> None:
        closed = calendar(closures=frozenset({date(2026, 12, 24)}), pause=timedelta(minutes=5))
        own = agent(hours=calendar().hours)
        away = Absence("absence-1", "agent-a", FIRST_SLOT, NOON)
        words = {"de": "Worte", "fr": "paroles"}
        subject = Subject(
            "information", 1, True, ("maternity",), ("video",), words, words, {"maternity": words}
        )
        entries = [closed, own, Kind("video", "video", "office", names=words), subject, away]
        for number, entry in enumerate(entries):
            self._make(store, entry, f"key-{number}")
        known = store.fresh()
        assert known.calendars == {"office": closed}
        assert known.agents == {"agent-a": replace(own, away=(Slot(FIRST_SLOT, NOON),))}
        assert known.kinds == {"video": Kind("video", "video", "office", names=words)}
        assert known.subjects == {"information": subject}
        assert known.absences == {"absence-1": away}

    def test_an_entry_is_replaced_as_a_whole(self, store: CatalogueStore) -> None:
        self._make(store, agent(hours=calendar().hours), "key-1")
        self._make(store, replace(agent(), active=False), "key-2")
        assert store.fresh().agents == {"agent-a": replace(agent(), active=False)}

    def test_the_first_note_of_what_became_of_it_counts(self, store: CatalogueStore) -> None:
        self._make(store, calendar(), "key-1")
        store.handled("key-1", Outcome(3, 1))
        store.handled("key-1", Outcome(0, 0))
        store.watch("key-1", ["b", "a"])
        store.watch("key-1", [])
        made = store.made("key-1")
        assert made
        assert (made.outcome, made.watched) == (Outcome(3, 1), ("a", "b"))

    def test_changes_are_looked_at_until_they_are_closed(self, store: CatalogueStore) -> None:
        self._make(store, calendar(), "key-1")
        self._make(store, agent(), "key-2")
        store.close("key-1")
        assert [change.change_key for change in store.unclosed()] == ["key-2"]
        assert [change.change_key for change in store.latest(9)] == ["key-2", "key-1"]
        assert [change.change_key for change in store.latest(1)] == ["key-2"]


class UpcomingSuite:
    """Subclasses give fixtures `claims` and `upcoming` over the same store."""

    def _book(self, claims: Claims, **changes: object) -> Claim:
        hold = claim(**changes)
        assert claims.insert(hold)
        booked = confirmed(hold, DETAILS, "person-1", EIGHT)
        assert claims.confirm(booked, EIGHT, booked_event(booked, EIGHT))
        return booked

    def _second(self, **changes: object) -> dict[str, object]:
        return {"appointment_id": "appointment-2", "hold_key": "key-2", **changes}

    def test_booked_are_those_of_the_scope_that_are_to_come(self, claims: Claims, upcoming: Upcoming) -> None:
        first = self._book(claims)
        other = self._book(claims, **self._second(agent_id="agent-b", calendar="elsewhere"))
        claims.insert(claim(appointment_id="a-3", hold_key="key-3", agent_id="agent-c"))
        assert upcoming.booked(Scope(agent_id="agent-a"), MONDAY, EIGHT) == [ahead_of(first)]
        assert upcoming.booked(Scope(calendar="elsewhere"), MONDAY, EIGHT) == [ahead_of(other)]
        assert upcoming.booked(Scope(calendar="office"), TUESDAY, EIGHT) == []
        assert upcoming.booked(Scope(calendar="office"), MONDAY, FIRST_SLOT) == []

    def test_held_are_those_that_have_not_run_out(self, claims: Claims, upcoming: Upcoming) -> None:
        hold = claim()
        claims.insert(hold)
        self._book(claims, **self._second(agent_id="agent-b"))
        assert upcoming.held(EIGHT) == [ahead_of(hold)]
        assert upcoming.held(hold.held_until) == []

    def test_taken_is_what_is_held_or_booked_on_any_calendar(
        self, claims: Claims, upcoming: Upcoming
    ) -> None:
        first = self._book(claims, calendar="elsewhere")
        hold = claim(**self._second(agent_id="agent-b"))
        claims.insert(hold)
        expected = {("agent-a", first.slot), ("agent-b", hold.slot)}
        assert set(upcoming.taken_on(MONDAY, EIGHT)) == expected
        assert set(upcoming.taken_on(MONDAY, hold.held_until)) == {("agent-a", first.slot)}
        assert upcoming.taken_on(TUESDAY, EIGHT) == []

    def test_an_appointment_is_displaced_once_and_restored_once(
        self, claims: Claims, upcoming: Upcoming
    ) -> None:
        booked = self._book(claims)
        lost = displaced(booked, "staff-1", EIGHT)
        assert upcoming.displace(lost, displaced_event(lost, EIGHT))
        assert not upcoming.displace(lost, displaced_event(lost, EIGHT))
        assert claims.find("appointment-1") == lost
        assert upcoming.displaced(EIGHT) == [ahead_of(lost)]
        assert upcoming.displaced(FIRST_SLOT) == []
        back = restored(lost, "staff-1", EIGHT)
        assert upcoming.restore(back, restored_event(back, EIGHT))
        assert not upcoming.restore(back, restored_event(back, EIGHT))
        assert claims.find("appointment-1") == back
        assert upcoming.displaced(EIGHT) == []

    def test_a_displaced_appointment_still_claims_its_time(self, claims: Claims, upcoming: Upcoming) -> None:
        upcoming.displace(displaced(self._book(claims), "staff-1", EIGHT))
        assert not claims.insert(claim(**self._second()))

    def test_what_was_changed_meanwhile_is_not_displaced(self, claims: Claims, upcoming: Upcoming) -> None:
        booked = self._book(claims)
        after = moved(booked, agent(), Slot(NOON, NOON + LENGTH), MONDAY, "citizen", EIGHT)
        claims.insert(after)
        claims.settle("appointment-1")
        assert not upcoming.displace(displaced(booked, "staff-1", EIGHT))
        hold = claim(**self._second(agent_id="agent-b"))
        claims.insert(hold)
        assert not upcoming.displace(displaced(hold, "staff-1", EIGHT))
        assert upcoming.displaced(EIGHT) == []

    def test_a_move_ends_a_displacement(self, claims: Claims, upcoming: Upcoming) -> None:
        lost = displaced(self._book(claims), "staff-1", EIGHT)
        upcoming.displace(lost)
        claims.insert(moved(lost, agent(), Slot(NOON, NOON + LENGTH), MONDAY, "citizen", EIGHT))
        claims.settle("appointment-1")
        assert upcoming.displaced(EIGHT) == []
