"""Credentials over the bus: registered by a mail, linked, revoked, looked after by the helpdesk."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis import context
from services.chassis.clock import SystemClock
from services.chassis.ids import new_id
from services.chassis.mongo import Document
from services.chassis.rpc_client import RpcClient
from services.contracts.credentials import (
    BeginLinking,
    BeginRegistration,
    ConfirmRegistration,
    FindAccounts,
    GetAccount,
    GetNotice,
    ReinstateCredential,
    RevokeCredential,
    RevokeForPerson,
)
from services.contracts.errors import FreshLoginNeeded, MailedTooOften, NotFound
from services.contracts.identity import Principal
from services.identity.adapters.mongo import MongoProofs
from services.identity.adapters.mongo_persons import MongoPersons
from services.identity.credentials.proofs import Proofs
from services.identity.seed import DemoPerson, seed_persons
from tests.integration.identity.at_once import all_at_once
from tests.service_process import ServiceProcess, eventually
from tests.unit.identity.citizens import luxtrust, national_number

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("identity", "notify")]

AT_ONCE = 20
_SERIALS = count(1)


@pytest.fixture(scope="module")
def notify(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    log = tmp_path_factory.mktemp("notify") / "log"
    with ServiceProcess("services.notify", stores.env("notify"), log) as running:
        yield running


@pytest.fixture(scope="module")
def database(stores: Platform) -> Iterator[Database[Document]]:
    with MongoClient[Document](stores.urls["mongo"], retryWrites=False, tz_aware=True) as client:
        yield client["identity"]


@pytest.fixture(scope="module")
def people(database: Database[Document]) -> People:
    return People(database)


class People:
    """Citizens of whom each test gets its own, as if they had just logged in."""

    def __init__(self, database: Database[Document]) -> None:
        self._persons, self._clock = MongoPersons(database, None), SystemClock()
        self._proofs, self._made = Proofs(self._clock, MongoProofs(database)), 0

    def newcomer(self) -> Principal:
        """One who has never been seen."""
        self._made += 1
        return self._logged_in(luxtrust(70_000 + self._made))

    def registered(self, credentials: int = 1) -> Principal:
        """One with so many registered credentials, logged in with the first."""
        shown = tuple(luxtrust(80_000 + self._made + number) for number in range(1, credentials + 1))
        self._made += credentials
        demo = DemoPerson(
            shown, f"citizen-{self._made}@mail.example", national_number(self._made % 1000, "19700101")
        )
        seed_persons(self._persons, [demo], self._clock.now())
        return self._logged_in(shown[0])

    def _logged_in(self, shown: Any) -> Principal:
        person = self._persons.log_in(shown, self._clock.now())
        proof = self._proofs.give(person)
        return Principal(
            audience="citizen",
            subject_id=person.person_id,
            name="Léa Muster",
            method="luxtrust",
            level="high",
            roles=(),
            credential_id=person.credential_id,
            proof=proof,
        )


def asked(who: Principal, address: str, **changes: Any) -> BeginRegistration:
    wanted = BeginRegistration(
        person_id=who.subject_id,
        credential_id=who.credential_id,
        address=address,
        national_number=national_number(next(_SERIALS), "19600101"),
        language="fr",
        request_key=new_id(),
        proof=who.proof,
    )
    return replace(wanted, **changes)


def typed(who: Principal, code: str) -> ConfirmRegistration:
    return ConfirmRegistration(person_id=who.subject_id, credential_id=who.credential_id, code=code)


def revoked(who: Principal, credential_id: str) -> RevokeCredential:
    return RevokeCredential(person_id=who.subject_id, proof=who.proof, credential_id=credential_id)


def mails(stores: Platform, address: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{stores.urls['mailbox']}/email", timeout=60) as response:
        found = json.loads(response.read())
    return [mail for mail in found if address in [to["address"] for to in mail["to"]]]


def code_in(mail: dict[str, Any]) -> str:
    found = re.search(r"\b[0-9]{6}\b", mail["subject"])
    assert found is not None
    return found.group()


def test_the_mail_s_code_registers(client: RpcClient, stores: Platform, people: People) -> None:
    who, address = people.newcomer(), "newcomer@mail.example"
    begun = asked(who, address)
    sent = client.call(begun)
    assert client.call(begun) == sent
    (mail,) = mails(stores, address)
    assert "consultation" not in mail["text"], "it is about registering, not about an appointment"
    account = client.call(typed(who, code_in(mail)))
    assert (account.is_registered, account.address, account.language) == (True, address, "fr")
    assert (
        client.call(typed(who, code_in(mail))) == client.call(GetAccount(person_id=who.subject_id)) == account
    )


def test_no_more_codes_than_notify_allows(client: RpcClient, stores: Platform, people: People) -> None:
    who, address = people.newcomer(), "often@mail.example"
    for _ in range(5):
        client.call(asked(who, address))
    last = code_in(mails(stores, address)[-1])
    with pytest.raises(MailedTooOften):
        client.call(asked(who, address))
    assert client.call(typed(who, last)).is_registered


def test_of_many_wrong_codes_at_once_five_are_counted(
    client: RpcClient, stores: Platform, people: People
) -> None:
    who, address = people.newcomer(), "guessed@mail.example"
    client.call(asked(who, address))
    wrong = f"{(int(code_in(mails(stores, address)[0])) + 1) % 10**6:06d}"
    outcomes = all_at_once([partial(client.call, typed(who, wrong))] * AT_ONCE)
    assert outcomes == {"AddressCodeWrong": 4, "AddressCodeExpired": 16}


def test_of_many_who_register_one_number_at_once_one_does(
    client: RpcClient, stores: Platform, people: People
) -> None:
    number, persons = national_number(1, "19550505"), [people.newcomer() for _ in range(AT_ONCE)]
    addresses = {who.subject_id: f"same-{place}@mail.example" for place, who in enumerate(persons)}
    for who in persons:
        client.call(asked(who, addresses[who.subject_id], national_number=number))
    codes = [typed(who, code_in(mails(stores, addresses[who.subject_id])[0])) for who in persons]
    outcomes = all_at_once([partial(client.call, code) for code in codes])
    assert outcomes == {"ok": 1, "NationalNumberTaken": AT_ONCE - 1}
    assert len(client.call(FindAccounts(query=number)).accounts) == 1


def test_of_ten_credentials_that_are_revoked_at_once_one_stays(client: RpcClient, people: People) -> None:
    who = people.registered(10)
    account = client.call(GetAccount(person_id=who.subject_id))
    others_first = sorted(account.credentials, key=lambda c: c.credential_id == who.credential_id)
    outcomes = all_at_once([partial(client.call, revoked(who, c.credential_id)) for c in others_first])
    states = [c.state for c in client.call(GetAccount(person_id=who.subject_id)).credentials]
    assert states.count("registered") >= 1
    assert outcomes["ok"] == states.count("revoked")
    assert set(outcomes) <= {"ok", "LastCredential", "FreshLoginNeeded"}


def test_linking_begins_at_a_provider_for_who_has_just_logged_in(client: RpcClient, people: People) -> None:
    who = people.registered()
    wanted = BeginLinking(person_id=who.subject_id, proof=who.proof, provider="luxtrust")
    begun = client.call(wanted)
    assert begun.redirect_url
    with pytest.raises(FreshLoginNeeded):
        client.call(replace(wanted, proof="forged"))
    with pytest.raises(NotFound, match="provider"):
        client.call(replace(wanted, provider="staff"))


def test_the_helpdesk_revokes_and_reinstates_with_a_trail(client: RpcClient, people: People) -> None:
    who = people.registered()
    about = {"credential_id": who.credential_id, "staff_id": "helpdesk-hanna", "reason": "Card lost"}
    with context.use(context.begin(origin="console:0123456789abcdef")):
        assert client.call(RevokeForPerson(**about)).credentials[0].revoked_by == "helpdesk"
        account = client.call(ReinstateCredential(**about))
    assert [(s.what, s.actor, s.origin) for s in account.trail[-2:]] == [
        (what, "staff:helpdesk-hanna", "console:0123456789abcdef") for what in ("revoked", "reinstated")
    ]
    notice = client.call(GetNotice(credential_id=who.credential_id))
    assert (notice.address, notice.method) == (account.address, "luxtrust")


@pytest.mark.parametrize("kind", ["number", "credential", "address"])
def test_a_person_is_found_by_one_of_three(client: RpcClient, people: People, kind: str) -> None:
    account = client.call(GetAccount(person_id=people.registered().subject_id))
    query = {
        "number": account.national_number,
        "credential": account.credentials[0].number,
        "address": account.address.upper(),
    }[kind]
    assert client.call(FindAccounts(query=query)).accounts == (account,)


def test_a_code_follows_from_the_master_key_and_not_from_the_store(
    client: RpcClient, stores: Platform, people: People, database: Database[Document]
) -> None:
    who, address = people.newcomer(), "secret@mail.example"
    client.call(asked(who, address))
    stored = database["persons"].find_one({"_id": who.subject_id})
    assert stored is not None
    master = b64decode(stores.env("identity")["MASTER_KEY"])
    key = hmac.digest(master, b"registration code v1", hashlib.sha256)
    named = json.dumps([who.subject_id, who.credential_id, address, stored["pending"]["nonce"]])
    number = int.from_bytes(hmac.digest(key, named.encode(), hashlib.sha256), "big") % 10**6
    assert code_in(mails(stores, address)[0]) == f"{number:06d}"
    assert f"{number:06d}" not in json.dumps(stored, default=str)


def test_events_leave_the_outbox(client: RpcClient, people: People, database: Database[Document]) -> None:
    who = people.registered(2)
    second = client.call(GetAccount(person_id=who.subject_id)).credentials[1].credential_id
    client.call(revoked(who, second))
    assert eventually(lambda: database["persons"].find_one({"_id": who.subject_id, "outbox": []}))


def test_the_log_names_nobody(
    client: RpcClient, people: People, identity: ServiceProcess, notify: ServiceProcess
) -> None:
    account = client.call(GetAccount(person_id=people.registered().subject_id))
    logs = identity.log.read_text() + notify.log.read_text()
    for private in (account.name, account.address, account.national_number, account.credentials[0].number):
        assert private not in logs
