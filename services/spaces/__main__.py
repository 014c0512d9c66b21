"""`python -m services.spaces`"""

from services.chassis.runner import run  # first: it makes sockets and threads green
from services.spaces.service import SpacesService
from services.spaces.settings import SpacesSettings

run(SpacesService, SpacesSettings)
