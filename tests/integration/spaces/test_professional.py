"""Professional spaces through the real bus, over the real store: races, restarts, what is left of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.rpc_client import RpcClient
from services.contracts import members as m
from services.contracts import professional as p
from services.contracts.credentials import CredentialRevoked
from services.contracts.errors import (
    InvitationOver,
    LastAdministrator,
    NotFound,
    PlatformError,
    ServiceTimeout,
    ServiceUnavailable,
    SpaceLimitReached,
    StaleVersion,
)
from services.contracts.space_access import ADMINISTRATOR, Actor, SpaceCard
from services.contracts.wire import Request
from tests.service_process import eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("replicas")]
ReplyT = TypeVar("ReplyT")


def person(name: str, kind: str = "pro") -> Actor:
    """Somebody new, with one certificate."""
    unique = new_id()
    number = f"{abs(hash(unique)):020}"[:20]
    return Actor(
        person_id=f"p-{unique}",
        credential_id=f"c-{unique}",
        number=number,
        name=name,
        kind=kind,
        company_id="B123456" if kind == "pro" else "",
        company_name="Muster S.à r.l." if kind == "pro" else "",
    )


def patiently(client: RpcClient, request: Request[ReplyT]) -> ReplyT:
    """A hundred at once may be more than the store answers in its two seconds: then it is asked again."""
    for _attempt in range(6):
        try:
            return client.call(request, timeout=30)
        except (ServiceTimeout, ServiceUnavailable, StaleVersion):
            continue
    return client.call(request, timeout=30)


def opened(client: RpcClient, who: Actor, key: str = "") -> SpaceCard:
    return patiently(
        client, p.OpenProfessionalSpace(actor=who, name="Muster", idempotency_key=key or new_id())
    )


def invited(client: RpcClient, by: Actor, space_id: str, who: Actor, role: str = "editor") -> str:
    request = m.InviteMember(
        actor=by,
        space_id=space_id,
        name=who.name,
        email="somebody@mail.example",
        number=who.number,
        scope=m.THIS_CERTIFICATE,
        role=role,
        language="fr",
        idempotency_key=new_id(),
    )
    return client.call(request).invitations[0].invitation_id


def answer(client: RpcClient, space_id: str, invitation_id: str, who: Actor) -> m.Answered:
    return client.call(
        m.AnswerInvitation(
            actor=who,
            space_id=space_id,
            invitation_id=invitation_id,
            accept=True,
            idempotency_key=new_id(),
        )
    )


def shared(client: RpcClient) -> tuple[str, Actor, Actor]:
    """A space of two administrators."""
    lea, tom = person("Léa Muster"), person("Tom Beispiel", "private")
    space_id = opened(client, lea).space_id
    answer(client, space_id, invited(client, lea, space_id, tom, ADMINISTRATOR), tom)
    return space_id, lea, tom


def test_hundred_creations_at_once_make_ten_spaces(
    client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    lea = person("Léa Muster")
    keys = [new_id() for _ in range(50)]

    def create(key: str) -> str:
        try:
            return opened(client, lea, key).space_id
        except SpaceLimitReached:
            return "limit"

    with ThreadPoolExecutor(100) as pool:
        outcomes = Counter(pool.map(create, keys * 2))
    kept = list(database["spaces"].find({"maker": lea.person_id}))
    assert sorted(found["place"] for found in kept) == list(range(1, 11))
    assert {found["_id"] for found in kept} == set(outcomes) - {"limit"}
    overview = client.call(p.ListSpaces(actor=lea))
    assert (overview.opened, len(overview.professional)) == (10, 10)


def test_of_two_administrators_who_remove_each_other_one_stays(
    client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    for _round in range(10):
        space_id, lea, tom = shared(client)
        ids = {one["person_id"]: one["member_id"] for one in database["spaces"].find_one(space_id)["members"]}

        def remove(pair: tuple[Actor, Actor], space_id: str = space_id, ids: dict[str, str] = ids) -> str:
            by, who = pair
            try:
                request = m.RemoveMember(actor=by, space_id=space_id, member_id=ids[who.person_id])
                return "removed" if client.call(request, timeout=30) else ""
            except NotFound as error:
                return str(error.args[0])

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(remove, [(lea, tom), (tom, lea)]))
        members = database["spaces"].find_one(space_id)["members"]
        assert (outcomes, [one["role"] for one in members]) == (["removed", "space"], [ADMINISTRATOR])


def test_of_two_administrators_who_leave_at_once_one_stays(client: RpcClient) -> None:
    for _round in range(10):
        space_id, lea, tom = shared(client)

        def leave(who: Actor, space_id: str = space_id) -> str:
            try:
                return client.call(m.LeaveSpace(actor=who, space_id=space_id), timeout=30).space_id
            except LastAdministrator:
                return "last"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, [lea, tom])) == sorted(["last", space_id])


def test_an_invitation_that_is_accepted_twenty_times_at_once_makes_one_member(
    client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    lea, tom = person("Léa Muster"), person("Tom Beispiel")
    space_id = opened(client, lea).space_id
    invitation_id = invited(client, lea, space_id, tom)

    def accept(_number: int) -> str:
        try:
            return str(answer(client, space_id, invitation_id, tom).accepted)
        except InvitationOver as error:
            return str(error.args[0])

    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(pool.map(accept, range(20)))
    assert outcomes == {"True": 1, "accepted": 19}
    assert len(database["spaces"].find_one(space_id)["members"]) == 2


def test_a_space_is_gone_with_all_that_was_in_it_when_its_grace_ends(
    client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    lea = person("Léa Muster")
    cards = [opened(client, lea) for _ in range(10)]
    space_id = cards[0].space_id
    client.call(p.DeleteSpace(actor=lea, space_id=space_id))
    with pytest.raises(SpaceLimitReached):
        client.call(p.OpenProfessionalSpace(actor=lea, name="Eleventh", idempotency_key=new_id()))
    past = datetime.now(UTC) - timedelta(seconds=1)
    database["spaces"].update_one({"_id": space_id}, {"$set": {"gone_at": past, "due_at": past}})
    eventually(lambda: database["spaces"].find_one(space_id) is None)
    assert client.call(p.ListSpaces(actor=lea)).opened == 9
    assert opened(client, lea).name == "Muster"


def test_a_revoked_certificate_opens_the_space_no_more(stores: Platform, client: RpcClient) -> None:
    _space_id, lea, tom = shared(client)
    assert client.call(p.ListSpaces(actor=tom)).professional
    event = CredentialRevoked(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        person_id=tom.person_id,
        credential_id=tom.credential_id,
        by="person",
    )
    _tell(stores, event)
    eventually(lambda: not client.call(p.ListSpaces(actor=tom)).professional)
    assert client.call(p.ListSpaces(actor=lea)).professional, "others keep theirs"


def _tell(stores: Platform, event: CredentialRevoked) -> None:
    publisher = EventPublisher(stores.env("identity")["AMQP_URL"], "identity")
    try:
        publisher.publish(event)
    finally:
        publisher.close()


def test_every_query_has_an_index(client: RpcClient, database: Database[dict[str, Any]]) -> None:
    opened(client, person("Léa Muster"))
    now = datetime.now(UTC)
    for query in (
        {"maker": "p"},
        {"persons": "p"},
        {"invited": "n"},
        {"bound": "c"},
        {"state": "gone"},
        {"due_at": {"$lte": now}},
    ):
        assert uses_index(database["spaces"], query), query
    assert uses_index(database["space_limits"], {"waits_since": {"$exists": True}})


def test_what_was_told_is_taken_out(client: RpcClient, database: Database[dict[str, Any]]) -> None:
    space_id, _lea, _tom = shared(client)
    found = eventually(lambda: database["spaces"].find_one({"_id": space_id, "outbox": []}))
    assert len(found["members"]) == 2


def test_the_limit_is_asked_for_raised_and_kept(client: RpcClient) -> None:
    lea = person("Léa Muster")
    for _ in range(10):
        opened(client, lea)
    assert client.call(p.AskForMoreSpaces(actor=lea, reason="Branches")).limit_request == "open"
    waiting = client.call(p.ListLimitRequests()).requests
    request = next(one for one in waiting if one.person_id == lea.person_id)

    def decide(limit: int) -> str:
        try:
            client.call(
                p.DecideLimit(
                    person_id=lea.person_id,
                    request_id=request.request_id,
                    limit=limit,
                    reason="Seen",
                    staff_id=f"s-{limit}",
                )
            )
        except PlatformError as error:
            return type(error).__name__
        return "decided"

    with ThreadPoolExecutor(5) as pool:
        outcomes = Counter(pool.map(decide, range(11, 16)))
    assert outcomes == {"decided": 1, "StaleVersion": 4}
    limit = client.call(p.ListSpaces(actor=lea)).limit
    for _ in range(limit - 10):
        opened(client, lea)
    with pytest.raises(SpaceLimitReached):
        opened(client, lea)
