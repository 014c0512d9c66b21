"""When somebody is reminded: the instants, and that it happens once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.clock import ManualClock
from services.notify.correspondence import Correspondence
from services.notify.domain.delivery import REMINDER_DAY, REMINDER_HOUR
from services.notify.domain.reminders import Lead, first_at, step
from services.notify.reminders import Reminders
from services.notify.usecases import Notifier
from tests.unit.notify import happenings
from tests.unit.notify.fakes import Schedules, World
from tests.unit.notify.samples import STARTS, appointment

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LEADS = (
    Lead(REMINDER_DAY, DAY, timedelta(hours=6)),
    Lead(REMINDER_HOUR, HOUR, timedelta(minutes=15)),
)
LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
FIRST, LAST = datetime(2026, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001 - in the zone of the strategy
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
AHEAD = st.timedeltas(timedelta(0), timedelta(days=62))


# --- the instants -----------------------------------------------------------------


@given(INSTANTS, AHEAD)
def test_first_reminder_comes_its_lead_before_the_start_and_never_right_after_the_news(
    told_at: datetime, ahead: timedelta
) -> None:
    starts_at = told_at + ahead
    at = first_at(starts_at, told_at, LEADS)
    if ahead >= timedelta(hours=30):
        assert at == starts_at - DAY
    elif ahead >= timedelta(hours=1, minutes=15):
        assert at == starts_at - HOUR
    else:
        assert at is None


@given(st.datetimes(FIRST, LAST, timezones=st.just(LUXEMBOURG)))
def test_a_day_is_a_length_of_time_over_every_clock_change(starts_at: datetime) -> None:
    starts_at = starts_at.astimezone(UTC)
    at = first_at(starts_at, starts_at - timedelta(days=7), LEADS)
    assert at is not None
    assert at.timestamp() == starts_at.timestamp() - 86_400


@pytest.mark.parametrize(
    ("local", "reminded"),
    [
        (datetime(2026, 3, 29, 9, tzinfo=LUXEMBOURG), "2026-03-28T08:00:00+01:00"),
        (datetime(2026, 10, 25, 9, tzinfo=LUXEMBOURG), "2026-10-24T10:00:00+02:00"),
        (datetime(2026, 11, 24, 9, tzinfo=LUXEMBOURG), "2026-11-23T09:00:00+01:00"),
    ],
)
def test_the_wall_clock_shows_another_hour_after_the_clocks_changed(local: datetime, reminded: str) -> None:
    at = first_at(local.astimezone(UTC), local.astimezone(UTC) - timedelta(days=7), LEADS)
    assert at is not None
    assert at.astimezone(LUXEMBOURG).isoformat() == reminded


@given(INSTANTS, AHEAD, st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=3)), max_size=40))
def test_whenever_it_is_looked_at_each_reminder_comes_at_most_once_and_in_time(
    told_at: datetime, ahead: timedelta, pauses: list[timedelta]
) -> None:
    starts_at, now, sent = told_at + ahead, told_at, list[tuple[str, datetime]]()
    next_at = first_at(starts_at, told_at, LEADS)
    for pause in pauses:
        now += pause
        if next_at is not None and next_at <= now:
            kind, next_at = step(starts_at, now, LEADS)
            sent += [(kind, now)] if kind else []
            assert next_at is None or now < next_at < starts_at
    kinds = [kind for kind, _ in sent]
    assert kinds in ([], [REMINDER_DAY], [REMINDER_HOUR], [REMINDER_DAY, REMINDER_HOUR])
    assert all(starts_at - DAY <= at < starts_at for _, at in sent)
    assert len(sent) < 2 or sent[1][1] - sent[0][1] >= timedelta(minutes=15)


@given(INSTANTS, st.timedeltas(timedelta(hours=30), timedelta(days=62)))
def test_who_looks_every_minute_sends_both(told_at: datetime, ahead: timedelta) -> None:
    starts_at = told_at + ahead
    first = step(starts_at, starts_at - DAY + timedelta(seconds=59), LEADS)
    second = step(starts_at, starts_at - HOUR + timedelta(seconds=59), LEADS)
    assert (first, second) == ((REMINDER_DAY, starts_at - HOUR), (REMINDER_HOUR, None))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(hours=5), (REMINDER_DAY, STARTS - HOUR)),
        (timedelta(hours=1, minutes=10), (None, STARTS - HOUR)),
        (timedelta(minutes=40), (REMINDER_HOUR, None)),
        (timedelta(seconds=1), (REMINDER_HOUR, None)),
        (timedelta(0), (None, None)),
    ],
)
def test_late_reminder_comes_as_long_as_it_is_of_use(
    before: timedelta, expected: tuple[str | None, datetime | None]
) -> None:
    assert step(STARTS, STARTS - before, LEADS) == expected


# --- from the event to the mail ---------------------------------------------------


@pytest.fixture
def clock(notifier: Notifier) -> ManualClock:
    assert isinstance(notifier.clock, ManualClock)
    return notifier.clock


@pytest.fixture
def reminders(notifier: Notifier, clock: ManualClock) -> Reminders:
    clock.set(STARTS - timedelta(days=10))
    return Reminders(clock, Schedules(), notifier, LEADS)


@pytest.fixture
def citizen(notifier: Notifier, reminders: Reminders) -> Correspondence:
    return Correspondence(notifier, reminders)


def kinds(world: World) -> list[str]:
    return [subject.split("|")[1] for subject in world.sent]


def test_booked_a_week_ahead_two_reminders_come(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World
) -> None:
    citizen.booked(happenings.booked(clock.now()))
    seen = []
    for before in (DAY + timedelta(seconds=1), DAY, HOUR + timedelta(seconds=1), HOUR, timedelta(0)):
        clock.set(STARTS - before)
        reminders.sweep()
        seen.append(len(world.sent))
    assert seen == [1, 2, 2, 3, 3]
    assert kinds(world) == ["confirmation", "reminder_day", "reminder_hour"]


def test_two_replicas_remind_once(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World
) -> None:
    """The second has read the schedule before the first moved it on."""
    citizen.booked(happenings.booked(clock.now()))
    clock.set(STARTS - DAY)
    due = reminders.schedules.due(clock.now(), 9)
    reminders.sweep()
    other = Schedules()
    other.kept = {s.appointment_id: s for s in due}
    replace(reminders, schedules=other).sweep()
    assert kinds(world) == ["confirmation", "reminder_day"]


def test_reminders_follow_a_moved_appointment(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World
) -> None:
    later = STARTS + timedelta(days=2)
    citizen.booked(happenings.booked(clock.now()))
    world.appointment = appointment(version=2, starts_at=later)
    citizen.moved(happenings.moved(clock.now(), 2, later))
    clock.set(STARTS - DAY)
    reminders.sweep()
    assert kinds(world) == ["confirmation", "moved"]
    clock.set(later - DAY)
    reminders.sweep()
    assert kinds(world) == ["confirmation", "moved", "reminder_day"]


def test_event_that_comes_late_or_twice_changes_no_plan(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World
) -> None:
    later = STARTS + timedelta(days=2)
    world.appointment = appointment(version=2, starts_at=later)
    citizen.moved(happenings.moved(clock.now(), 2, later))
    for _ in range(2):
        citizen.booked(happenings.booked(clock.now()))
    clock.set(later - DAY)
    reminders.sweep()
    reminders.sweep()
    assert kinds(world) == ["moved", "confirmation", "reminder_day"]


@pytest.mark.parametrize("first", ["booked", "cancelled"])
def test_nobody_is_reminded_of_a_cancelled_appointment(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World, first: str
) -> None:
    events = [
        lambda: citizen.booked(happenings.booked(clock.now())),
        lambda: citizen.cancelled(happenings.cancelled(clock.now(), 2)),
    ]
    world.appointment = appointment(state="cancelled", version=2)
    for tell in events if first == "booked" else events[::-1]:
        tell()
    clock.set(STARTS - DAY)
    assert reminders.sweep() == 0
    assert kinds(world) == ["cancelled"]


def test_cancellation_that_is_not_known_yet_is_seen_before_sending(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World
) -> None:
    citizen.booked(happenings.booked(clock.now()))
    world.appointment = appointment(state="cancelled", version=2)
    clock.set(STARTS - DAY)
    reminders.sweep()
    assert kinds(world) == ["confirmation"]


def test_another_agent_at_the_same_time_is_told_nobody(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World
) -> None:
    citizen.booked(happenings.booked(clock.now()))
    world.appointment = appointment(version=2, agent_id="agent-berta")
    citizen.moved(happenings.moved(clock.now(), 2, STARTS, STARTS))
    clock.set(STARTS - DAY)
    reminders.sweep()
    assert kinds(world) == ["confirmation", "reminder_day"]


def test_move_from_before_the_field_was_there_is_told(
    citizen: Correspondence, clock: ManualClock, world: World
) -> None:
    world.appointment = appointment(version=2)
    citizen.moved(happenings.moved(clock.now(), 2, STARTS))
    assert kinds(world) == ["moved"]


def test_move_is_told_although_the_agent_changed_before_the_mail_was_out(
    citizen: Correspondence, clock: ManualClock, world: World, real: ManualClock, notifier: Notifier
) -> None:
    """The later version tells nobody, so it makes the mail about the earlier one not needless."""
    world.appointment = appointment(version=3)
    citizen.moved(happenings.moved(clock.now(), 3, STARTS, STARTS))
    citizen.moved(happenings.moved(clock.now(), 2, STARTS, STARTS - DAY))
    assert kinds(world) == ["moved"]


def test_sender_that_dies_before_the_schedule_moved_on_leaves_one_mail(
    citizen: Correspondence,
    reminders: Reminders,
    clock: ManualClock,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    citizen.booked(happenings.booked(clock.now()))
    clock.set(STARTS - DAY)
    with monkeypatch.context() as patch:
        patch.setattr(Schedules, "advance", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            reminders.sweep()
    reminders.sweep()
    assert kinds(world) == ["confirmation", "reminder_day"]
    assert reminders.sweep() == 0


@pytest.mark.parametrize("by_cns", [False, True])
def test_who_cancelled_decides_the_words(
    citizen: Correspondence, clock: ManualClock, world: World, by_cns: bool
) -> None:
    world.appointment = appointment(state="cancelled", version=2)
    citizen.cancelled(happenings.cancelled(clock.now(), 2, by_cns=by_cns))
    assert kinds(world) == ["cancelled_by_cns" if by_cns else "cancelled"]


def test_displaced_is_told_once_and_reminded_to_choose(
    citizen: Correspondence, reminders: Reminders, clock: ManualClock, world: World
) -> None:
    citizen.booked(happenings.booked(clock.now()))
    world.appointment = appointment(version=2, displaced=True)
    for _ in range(2):
        citizen.displaced(happenings.displaced(clock.now(), 2))
    clock.set(STARTS - DAY)
    reminders.sweep()
    assert kinds(world) == ["confirmation", "displaced", "reminder_day"]


def test_restored_is_told_once_and_displaced_again_is_told_again(
    citizen: Correspondence, clock: ManualClock, world: World
) -> None:
    world.appointment = appointment(displaced=True)
    citizen.displaced(happenings.displaced(clock.now(), 1, "event-1"))
    world.appointment = appointment()
    for _ in range(2):
        citizen.restored(happenings.restored(clock.now(), 1, "event-2"))
    world.appointment = appointment(displaced=True)
    citizen.displaced(happenings.displaced(clock.now(), 1, "event-3"))
    assert kinds(world) == ["displaced", "restored", "displaced"]


def test_each_new_link_is_sent_once(citizen: Correspondence, clock: ManualClock, world: World) -> None:
    for generation in (2, 2, 3):
        world.appointment = appointment(link_generation=generation)
        citizen.link_renewed(happenings.link_renewed(clock.now(), generation))
    assert kinds(world) == ["link_renewed", "link_renewed"]
