"""The confirmation sent once more, on request."""

from dataclasses import replace

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import MailedTooOften
from services.notify.usecases import Notifier
from tests.unit.notify.fakes import World
from tests.unit.notify.samples import appointment


def test_a_second_click_makes_no_second_mail(notifier: Notifier, world: World) -> None:
    for key in ("page-1", "page-1", "page-2"):
        notifier.send_again("appointment-1", key)
        notifier.retry_due()
    assert len(world.sent) == 2


def test_the_fourth_within_an_hour_is_refused_and_the_next_hour_is_free(
    notifier: Notifier, world: World, real: ManualClock
) -> None:
    for number in range(3):
        notifier.send_again("appointment-1", f"page-{number}")
    with pytest.raises(MailedTooOften):
        notifier.send_again("appointment-1", "page-3")
    notifier.send_again("appointment-1", "page-0")
    notifier.send_again("appointment-2", "page-3")
    real.advance(hours=1)
    notifier.send_again("appointment-1", "page-4")
    notifier.retry_due()
    assert len(world.sent) == 5


def test_nothing_is_sent_about_what_is_cancelled_or_unknown(notifier: Notifier, world: World) -> None:
    world.appointment = replace(appointment(), state="cancelled")
    notifier.send_again("appointment-1", "page-1")
    notifier.retry_due()
    world.appointment = None
    notifier.send_again("appointment-2", "page-1")
    notifier.retry_due()
    assert world.sent == []
    assert notifier.list_deliveries("appointment-1").deliveries[0].state == "superseded"


def test_a_mail_server_that_is_away_only_delays_it(
    notifier: Notifier, world: World, real: ManualClock
) -> None:
    from services.notify.ports import NotSent

    world.faults = [NotSent()]
    notifier.send_again("appointment-1", "page-1")
    notifier.retry_due()
    assert world.sent == []
    real.advance(seconds=5)
    notifier.retry_due()
    assert len(world.sent) == 1
