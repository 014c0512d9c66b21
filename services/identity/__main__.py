"""`python -m services.identity`"""

from services.chassis.runner import run  # first: it makes sockets and threads green
from services.identity.service import IdentityService
from services.identity.settings import IdentitySettings

run(IdentityService, IdentitySettings)
