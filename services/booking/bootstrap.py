"""Put booking together from its settings."""

from __future__ import annotations

from datetime import timedelta

from services.booking.adapters.attendances import MongoAttendances
from services.booking.adapters.catalogue import MongoCatalogue
from services.booking.adapters.days import MongoDays
from services.booking.adapters.holidays import HolidayCalendar
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.owners import MongoJoins, MongoOwners
from services.booking.adapters.retention import RULES
from services.booking.adapters.tickets import MongoTickets
from services.booking.adapters.upcoming import MongoUpcoming
from services.booking.adapters.wishes import MongoWishes
from services.booking.days import Days
from services.booking.domain.claim import HoldRules
from services.booking.domain.earlier import OfferRules
from services.booking.export import BookingExport
from services.booking.settings import BookingSettings
from services.booking.usecases import Booking
from services.chassis import mongo
from services.chassis.bus import Platform
from services.chassis.clock import SystemClock
from services.chassis.retention import Sweeper


def build(platform: Platform[BookingSettings]) -> Booking:
    """The use cases over the real stores."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    day_store = MongoDays(database)
    day_store.prepare()
    days = Days(day_store)
    outbox = platform.outbox(database["claims"], days.refresh)
    claims, upcoming = MongoClaims(database, outbox, days), MongoUpcoming(database, outbox)
    claims.prepare()
    catalogue = MongoCatalogue(database)
    catalogue.prepare()
    tickets = MongoTickets(database)
    tickets.prepare()
    wishes = MongoWishes(database, platform.outbox(database["wishes"]))
    wishes.prepare()
    attendances = MongoAttendances(database, platform.outbox(database["attendances"]))
    attendances.prepare()
    joins = MongoJoins(database)
    joins.prepare()
    return Booking.over(
        clock=platform.clock,
        real=SystemClock(),
        source=catalogue,
        claims=claims,
        upcoming=upcoming,
        attendances=attendances,
        tickets=tickets,
        wishes=wishes,
        joins=joins,
        owners=MongoOwners(database, outbox),
        holidays=HolidayCalendar(),
        rules=HoldRules(timedelta(minutes=settings.hold_minutes), settings.hold_renewals),
        offer_rules=OfferRules(timedelta(minutes=settings.offer_minutes)),
        open_appointments=settings.open_appointments,
        export=BookingExport(database),
        sweeper=Sweeper(database, RULES, platform.clock, SystemClock()),
    )
