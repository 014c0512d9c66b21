"""Start media control."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from services.media.control.service import Media
from services.media.control.settings import MediaSettings

if __name__ == "__main__":
    run(Media, MediaSettings)
