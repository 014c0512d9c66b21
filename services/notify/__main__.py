"""`python -m services.notify`"""

from services.chassis.runner import run  # first: it makes sockets and threads green
from services.notify.service import NotifyService
from services.notify.settings import NotifySettings

run(NotifyService, NotifySettings)
