"""Start the booking service."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from services.booking.service import BookingService
from services.booking.settings import BookingSettings

if __name__ == "__main__":
    run(BookingService, BookingSettings)
