"""The service with one mortal moment in a change: it dies right after a step (`DIES=Store.step,1`)."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
import os

from services.booking.adapters.catalogue import MongoCatalogue
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.upcoming import MongoUpcoming
from services.booking.service import BookingService
from services.booking.settings import BookingSettings
from tests.integration.booking.mortal import _mortal

STORES = {store.__name__: store for store in (MongoCatalogue, MongoClaims, MongoUpcoming)}

if __name__ == "__main__":
    step, last = os.environ["DIES"].split(",")
    store, name = step.split(".")
    setattr(STORES[store], name, _mortal(getattr(STORES[store], name), int(last)))
    run(BookingService, BookingSettings)
