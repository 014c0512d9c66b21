"""Start spaces: `python -m services.spaces`."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from services.spaces.service import SpacesService
from services.spaces.settings import SpacesSettings

if __name__ == "__main__":
    run(SpacesService, SpacesSettings)
