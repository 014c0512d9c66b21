"""Notices about means of logging in, through the real bus, store and mail server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.rpc_client import RpcClient
from services.contracts.credentials import AddressChanged, CredentialReinstated, CredentialRevoked
from services.contracts.notify import ListDeliveries, ListNotices
from tests.integration.notify.conftest import Identity, Mailbox, handled
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration


def revoked(credential_id: str) -> CredentialRevoked:
    return CredentialRevoked(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        person_id=new_id(),
        credential_id=credential_id,
        by="helpdesk",
    )


def test_revocation_that_is_delivered_fifty_times_is_told_once(
    identity: Identity,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
    database: Database[dict[str, Any]],
) -> None:
    credential_id, about = identity.has()
    event = revoked(credential_id)
    before = handled(replicas)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: identity.events.publish(event), range(50)))
    eventually(lambda: handled(replicas) >= before + 50, 60)
    (mail,) = mailbox.wait_for(about.address)
    assert "Der Helpdesk hat ein Anmeldemittel widerrufen" in mail["Subject"]
    kept = eventually(
        lambda: database["deliveries"].find_one({"credential_id": credential_id, "state": "sent"})
    )
    assert about.address not in repr(kept) + "".join(replica.log.read_text() for replica in replicas)
    assert len(kept["recipient_hash"]) == 64
    listed = client.call(ListNotices(credential_ids=(credential_id, new_id()))).deliveries
    assert [(one.kind, one.state) for one in listed] == [("credential_revoked_by_cns", "sent")]
    assert client.call(ListDeliveries(appointment_id="")).deliveries == ()
    assert uses_index(database["deliveries"], {"credential_id": {"$in": [credential_id, "other"]}})


def test_each_happening_is_told_in_the_persons_language(
    identity: Identity, mailbox: Mailbox, replicas: list[ServiceProcess]
) -> None:
    credential_id, about = identity.has(language="fr", method="eidas")
    identity.events.publish(revoked(credential_id))
    identity.events.publish(
        CredentialReinstated(
            event_id=new_id(),
            occurred_at=datetime.now(UTC),
            person_id=new_id(),
            credential_id=credential_id,
        )
    )
    subjects = sorted(mail["Subject"].partition(" : ")[2] for mail in mailbox.wait_for(about.address, 2))
    assert subjects == [
        "Le helpdesk a révoqué un moyen de connexion",
        "Un moyen de connexion révoqué est de nouveau valable",
    ]


def test_identity_that_is_away_delays_the_notice_and_loses_nothing(
    stores: Platform,
    identity: Identity,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    database: Database[dict[str, Any]],
) -> None:
    credential_id, about = identity.has()
    identity.silent.set()
    identity.events.publish(revoked(credential_id))
    eventually(lambda: _postponed(database, credential_id))
    waiting = {"credential_id": credential_id, "state": "pending"}
    # As if the time until the next attempt had passed.
    database["deliveries"].update_one(waiting, {"$set": {"due_at": datetime.now(UTC)}})
    eventually(lambda: database["deliveries"].find_one(waiting | {"attempts": {"$gte": 2}}))
    identity.silent.clear()
    assert len(mailbox.wait_for(about.address)) == 1


def _postponed(database: Database[dict[str, Any]], credential_id: str) -> bool:
    """True once the first attempt has failed: before, nothing of it changes."""
    first = {"credential_id": credential_id, "state": "pending", "attempts": 1}
    found = database["deliveries"].find_one(first)
    return found is not None and bool(found["changed_at"] > found["claimed_at"])


def test_a_changed_address_is_told_to_both(
    identity: Identity, mailbox: Mailbox, replicas: list[ServiceProcess]
) -> None:
    credential_id, about = identity.has(language="en")
    changed = AddressChanged(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        person_id=new_id(),
        credential_id=credential_id,
        change_id=new_id(),
    )
    for _ in range(2):
        identity.events.publish(changed)
    (new,) = mailbox.wait_for(about.address)
    (left,) = mailbox.wait_for(f"before.{about.address}")
    assert "has been changed" in new["Subject"]
    assert "no longer write to this address" in left["Subject"]
