"""What an operator may set, and what stops the boot."""

from datetime import timedelta

import pytest

from services.chassis.settings import SettingsError, load
from services.notify.domain.alarm import Mailbox
from services.notify.domain.delivery import REMINDER_DAY, REMINDER_HOUR
from services.notify.domain.reminders import Lead
from services.notify.settings import NotifySettings

NEEDED = {
    "ENVIRONMENT": "test",
    "METRICS_PORT": "9000",
    "AMQP_URL": "amqp://localhost",
    "MONGO_URI": "mongodb://localhost",
    "MONGO_DATABASE": "notify",
    "SMTP_HOST": "localhost",
    "SMTP_PORT": "25",
    "MAIL_FROM": "rendez-vous@cns.example",
    "PUBLIC_URL": "https://video.cns.example",
    "LINK_KEY": "00" * 32,
}


def test_reminders_come_a_day_and_an_hour_before_unless_something_else_is_wanted() -> None:
    assert load(NotifySettings, NEEDED).leads == (
        Lead(REMINDER_DAY, timedelta(days=1), timedelta(hours=6)),
        Lead(REMINDER_HOUR, timedelta(hours=1), timedelta(minutes=15)),
    )
    changed = load(NotifySettings, NEEDED | {"REMINDER_DAY_SECONDS": "172800"})
    assert changed.leads[0].before == timedelta(days=2)


@pytest.mark.parametrize(("day", "hour"), [("3600", "3600"), ("86400", "0"), ("60", "3600")])
def test_reminders_in_the_wrong_order_stop_the_boot(day: str, hour: str) -> None:
    with pytest.raises(SettingsError, match="REMINDER"):
        load(NotifySettings, NEEDED | {"REMINDER_DAY_SECONDS": day, "REMINDER_HOUR_SECONDS": hour})


def test_those_on_duty_are_mailboxes_each_once_and_nobody_unless_named() -> None:
    assert load(NotifySettings, NEEDED).duty == ()
    named = load(NotifySettings, NEEDED | {"ALARM_MAIL_TO": "a@cns.example, b@cns.example,a@cns.example"})
    assert named.duty == (Mailbox("a@cns.example", "fr"), Mailbox("b@cns.example", "fr"))


@pytest.mark.parametrize("text", ["nobody", "Duty <a@cns.example>", "a@cns.example;b@cns.example"])
def test_a_mailbox_that_is_none_stops_the_boot(text: str) -> None:
    with pytest.raises(SettingsError, match="ALARM_MAIL_TO"):
        load(NotifySettings, NEEDED | {"ALARM_MAIL_TO": text})
