"""Where no agent has come those on duty get a mail: once each, while it counts, and it names nobody."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from services.chassis.clock import ManualClock
from services.contracts.media_events import AgentMissing
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.alarms import Alarms
from services.notify.domain.alarm import Mailbox
from services.notify.domain.delivery import ALARM_COUNTS, ALARMS, FAILED, PENDING, SENT, SUPERSEDED, Message
from services.notify.ports import NeverSent, NotSent
from services.notify.usecases import Notifier
from tests.unit.notify.fakes import World
from tests.unit.notify.mails import COMPOSER, arrived, text_of
from tests.unit.notify.samples import STARTS, appointment

RAISED = STARTS + timedelta(minutes=5)
DUTY = (Mailbox("on-duty@cns.example", "fr"), Mailbox("lead@cns.example", "fr"))
MISSING = AgentMissing(
    event_id="event-1",
    occurred_at=RAISED,
    room_id="appointment-1",
    appointment_version=1,
    agent_id="agent-anna",
    citizen_waits=True,
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(RAISED)


@pytest.fixture
def alarms(notifier: Notifier, clock: ManualClock) -> Alarms:
    return Alarms(replace(notifier, clock=clock, real=clock, duty=DUTY))


def states(alarms: Alarms) -> list[str]:
    return [shown.state for shown in alarms.notifier.list_deliveries("appointment-1").deliveries]


def test_an_alarm_that_is_told_often_is_one_mail_for_each_mailbox(alarms: Alarms, world: World) -> None:
    for _ in range(50):
        alarms.agent_missing(MISSING)
    assert world.sent == ["citizen_alone to on-duty@cns.example", "citizen_alone to lead@cns.example"]
    assert states(alarms) == [SENT, SENT]


def test_an_alarm_after_a_move_is_another_one(alarms: Alarms, world: World) -> None:
    alarms.agent_missing(MISSING)
    alarms.agent_missing(replace(MISSING, event_id="event-2", appointment_version=2, citizen_waits=False))
    assert [sent.split()[0] for sent in world.sent] == ["citizen_alone"] * 2 + ["agent_missing"] * 2


def test_nobody_on_duty_is_no_fault(alarms: Alarms, world: World) -> None:
    Alarms(replace(alarms.notifier, duty=())).agent_missing(MISSING)
    assert (world.sent, states(alarms)) == ([], [])


def test_a_mailbox_that_is_refused_keeps_no_other_from_it(alarms: Alarms, world: World) -> None:
    world.faults = [NeverSent()]
    alarms.agent_missing(MISSING)
    assert states(alarms) == [FAILED, SENT]


def test_what_the_mail_server_did_not_take_is_sent_when_it_is_back(
    alarms: Alarms, world: World, clock: ManualClock
) -> None:
    world.faults = [NotSent(), NotSent()]
    alarms.agent_missing(MISSING)
    assert states(alarms) == [PENDING, PENDING]
    clock.advance(minutes=1)
    alarms.notifier.retry_due()
    assert states(alarms) == [SENT, SENT]


@pytest.mark.parametrize(
    "now_it_is",
    [
        {"state": "cancelled"},
        {"starts_at": STARTS + timedelta(hours=1), "ends_at": STARTS + timedelta(hours=2)},
    ],
    ids=["cancelled", "moved"],
)
def test_an_alarm_of_what_is_no_more_is_not_sent(
    alarms: Alarms, world: World, now_it_is: dict[str, object]
) -> None:
    world.appointment = appointment(**now_it_is)
    alarms.agent_missing(MISSING)
    assert (world.sent, states(alarms)) == ([], [SUPERSEDED] * 2)


@pytest.mark.parametrize(("late", "state"), [(-1, SENT), (0, SUPERSEDED)])
def test_after_half_an_hour_it_tells_nothing_any_more(
    alarms: Alarms, clock: ManualClock, late: int, state: str
) -> None:
    clock.set(RAISED + ALARM_COUNTS + timedelta(seconds=late))
    alarms.agent_missing(MISSING)
    assert states(alarms) == [state, state]


def test_who_is_not_on_duty_any_more_gets_no_mail_that_had_to_wait(
    alarms: Alarms, world: World, clock: ManualClock
) -> None:
    world.faults = [NotSent(), NotSent()]
    alarms.agent_missing(MISSING)
    clock.advance(minutes=1)
    replace(alarms.notifier, duty=DUTY[1:]).retry_due()
    assert world.sent == ["citizen_alone to lead@cns.example"]


def mail_of(kind: str, language: str) -> EmailMessage:
    message = Message(kind, "appointment-1", 1, "mailbox", happened_at=RAISED)
    to = Mailbox(DUTY[0].address, language)
    return arrived(COMPOSER.compose_alarm(message, appointment(), to, RAISED))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ALARMS)
def test_the_mail_says_when_and_leads_to_the_console_and_names_nobody(kind: str, language: str) -> None:
    mail = mail_of(kind, language)
    text = text_of(mail)
    assert "09:30" in mail["Subject"]
    assert "https://video.cns.example/console/" in text
    assert (mail["To"], mail["Content-Language"]) == (DUTY[0].address, language)
    for said in ("Muster", "Jonas", "Anna", "appointment-1", "information"):
        assert said not in f"{text}{text_of(mail, 'html')}{mail['Subject']}", said


def test_it_does_not_say_that_somebody_waits_where_nobody_does() -> None:
    texts = [text_of(mail_of(kind, "en")) for kind in ALARMS]
    assert ["waits in the room" in text for text in texts] == [False, True]
