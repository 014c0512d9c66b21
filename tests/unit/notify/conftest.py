"""The notifier over stores in memory; it is NOW, in business and in real time."""

import pytest

from services.chassis.clock import ManualClock
from services.notify.adapters.composer import MailComposer
from services.notify.keys import KeyedHash
from services.notify.post import Post
from services.notify.usecases import Notifier
from tests.unit.notify.fakes import Allowances, Deliveries, World
from tests.unit.notify.mails import COMPOSER
from tests.unit.notify.samples import NOW


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def real() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def kept() -> Deliveries:
    return Deliveries()


@pytest.fixture
def notifier(world: World, real: ManualClock, kept: Deliveries) -> Notifier:
    return Notifier(
        clock=ManualClock(NOW),
        real=real,
        deliveries=kept,
        allowances=Allowances(),
        appointments=world,
        accounts=world,
        spaces=world,
        composer=world,
        mailer=world,
        hashed=KeyedHash(b"key"),
    )


@pytest.fixture
def post(world: World, real: ManualClock) -> Post:
    return Post(real, Allowances(), world)


@pytest.fixture(scope="session")
def composer() -> MailComposer:
    return COMPOSER
