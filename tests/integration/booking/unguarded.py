"""The service without its one guard, for the race's negative control: what is claimed never collides."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from services.booking.adapters import mongo
from services.booking.adapters.documents import to_document
from services.booking.domain.claim import Claim
from services.booking.service import BookingService
from services.booking.settings import BookingSettings
from services.chassis.ids import new_id
from services.chassis.mongo import Document


def _any_place(claim: Claim) -> Document:
    return to_document(claim) | {"_id": new_id()}


if __name__ == "__main__":
    mongo.to_document = _any_place
    run(BookingService, BookingSettings)
