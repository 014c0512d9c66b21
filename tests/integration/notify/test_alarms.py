"""A room without an agent: those on duty get one mail, by real bus, store and mail server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from deploy.dev.environment import ALARM_MAIL_TO
from deploy.dev.platform import Platform
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.media_events import AgentMissing
from services.contracts.notify import ListDeliveries
from tests.integration.notify.conftest import Booking, Mailbox, handled
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration


def test_an_alarm_that_is_delivered_fifty_times_is_told_once(
    stores: Platform,
    booking: Booking,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
) -> None:
    now = datetime.now(UTC)
    about = booking.book(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=15))
    told = AgentMissing(
        event_id=new_id(),
        occurred_at=now,
        room_id=about.appointment_id,
        appointment_version=1,
        agent_id=about.agent_id,
        citizen_waits=True,
    )
    media, before = EventPublisher(stores.env("media-control")["AMQP_URL"], "media"), handled(replicas)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: media.publish(told), range(50)))
    media.close()
    eventually(lambda: handled(replicas) >= before + 50, 60)
    (mail,) = mailbox.wait_for(ALARM_MAIL_TO)
    assert "Aucun agent" in mail["Subject"]
    assert about.applicant.last_name not in mail.as_string()
    listed = client.call(ListDeliveries(appointment_id=about.appointment_id)).deliveries
    assert [(one.kind, one.state) for one in listed] == [("citizen_alone", "sent")]
    assert ALARM_MAIL_TO not in "".join(replica.log.read_text() for replica in replicas)
