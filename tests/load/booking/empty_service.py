"""The service that answers DoNothing, on the same chassis as every other."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from services.chassis.bus import handles
from services.chassis.bus.application import application
from services.chassis.settings import BusSettings
from tests.load.booking.empty import DoNothing, Nothing


class EmptyService:
    name = "empty"
    app = application(lambda platform: platform)

    @handles(DoNothing)
    def do_nothing(self, request: DoNothing) -> Nothing:
        return Nothing()


if __name__ == "__main__":
    run(EmptyService, BusSettings)
