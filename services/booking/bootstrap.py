"""Put booking together from its settings."""

from __future__ import annotations

from datetime import timedelta

from services.booking.adapters.catalogue import MongoCatalogue
from services.booking.adapters.holidays import HolidayCalendar
from services.booking.adapters.mongo import MongoAttendances, MongoClaims
from services.booking.domain.claim import HoldRules
from services.booking.settings import BookingSettings
from services.booking.usecases import Booking
from services.chassis import mongo
from services.chassis.bus import Platform


def build(platform: Platform[BookingSettings]) -> Booking:
    """The use cases over the real stores."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    claims = MongoClaims(database, platform.outbox(database["claims"]))
    claims.prepare()
    return Booking.over(
        clock=platform.clock,
        source=MongoCatalogue(database),
        claims=claims,
        attendances=MongoAttendances(database),
        holidays=HolidayCalendar(),
        rules=HoldRules(timedelta(minutes=settings.hold_minutes), settings.hold_renewals),
    )
