"""Start notify: `python -m services.notify`."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from services.notify.service import NotifyService
from services.notify.settings import NotifySettings

if __name__ == "__main__":
    run(NotifyService, NotifySettings)
