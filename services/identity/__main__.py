"""Start identity: `python -m services.identity`."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from services.identity.service import IdentityService
from services.identity.settings import IdentitySettings

if __name__ == "__main__":
    run(IdentityService, IdentitySettings)
