"""A sender dies between the claim and the mail."""

import socket
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from tests.integration.notify.conftest import Booking, Mailbox, booked
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration


def test_mail_of_a_sender_that_died_is_sent_by_another(
    stores: Platform, booking: Booking, mailbox: Mailbox, tmp_path: Path
) -> None:
    """The first replica is killed while the mail server makes it wait: claimed, and not sent."""
    about = booking.book()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lease = {"MAIL_LEASE_SECONDS": "3"}
        stuck = stores.env("notify") | lease | {"SMTP_PORT": str(silent.getsockname()[1])}
        victim = ServiceProcess("services.notify", stuck, tmp_path / "victim")
        eventually(victim.is_ready)
        booking.events.publish(booked(about))
        silent.settimeout(90)
        connection, _ = silent.accept()
        victim.kill()
        connection.close()
    with ServiceProcess("services.notify", stores.env("notify") | lease, tmp_path / "heir"):
        assert len(mailbox.wait_for(about.applicant.email)) == 1
