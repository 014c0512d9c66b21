"""Machine clients in the console: registered, changed, disabled; a secret is shown once and kept nowhere."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from services.contracts import machines as m
from services.contracts.errors import CredentialsRefused, StaleVersion
from services.contracts.identity import GetPrincipal, IssueToken
from tests.unit.gateway import desk
from tests.unit.identity.machines.fakes import World, digest, ec_key

OVERVIEW = "/console/machines/"
NEW = "/console/machines/new"
CLIENT = "/console/machines/case-files/"
FORM: dict[str, Any] = {
    "client_id": "case-files",
    "name": "Case files",
    "contact": "case-files@office.example",
    "scopes": ["slots:read", "appointments:read"],
    "auth_method": "client_secret",
    "public_key": "",
}
PUBLIC = json.dumps(ec_key().as_dict(private=False))


class FakeMachines:
    """Identity's own use cases, over stores in memory."""

    def __init__(self, clock: Any) -> None:
        self.world = World(clock=clock)

    def list_machines(self, request: m.ListMachines) -> m.Machines:
        return self.world.machines.list()

    def get_machine(self, request: m.GetMachine) -> m.Machine:
        return self.world.machines.get(request.client_id)

    def register_machine(self, request: m.RegisterMachine) -> m.Machine:
        return self.world.machines.register(request)

    def change_machine(self, request: m.ChangeMachine) -> m.Machine:
        return self.world.machines.change(request)

    def add_client_key(self, request: m.AddClientKey) -> m.Machine:
        return self.world.machines.add_key(request)

    def remove_client_key(self, request: m.RemoveClientKey) -> m.Machine:
        return self.world.machines.remove_key(request)

    @property
    def client(self) -> m.Machine:
        return self.world.machines.get("case-files")


@pytest.fixture
def machines(world: Any) -> FakeMachines:
    desk.open_desk(world)
    found = FakeMachines(world.clock)
    world.bus.services.insert(0, found)
    return found


@pytest.fixture
def admin(world: Any, machines: FakeMachines) -> Any:
    return desk.member(world, "administrator")


def registered(admin: Any, **changes: Any) -> str:
    """Register a client with a secret; the secret."""
    answer = admin.post(NEW, FORM | changes)
    assert answer.location == f"{CLIENT}secret"
    return shown(admin.get(answer.location).text)


def shown(page: str) -> str:
    (secret,) = re.findall(r"<code data-secret>([^<]+)</code>", page)
    return html.unescape(secret)


def version(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(version)" value="(-?\d+)"', page))


def opens(machines: FakeMachines, secret: str) -> bool:
    asked = IssueToken(
        client_id="case-files", secret_digest=digest(secret), token_digest=digest(secret + "token")
    )
    try:
        return machines.world.tokens.issue(asked).client_id == "case-files"
    except CredentialsRefused:
        return False


# --- who, and what is listed ---------------------------------------------------------


PAGES = ("", "new", "case-files/", "case-files/edit", "case-files/disable", "case-files/keys/new")


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("supervisor", 403), ("helpdesk", 403), ("agent", 403)]
)
@pytest.mark.parametrize("page", PAGES)
def test_administrators_alone_see_machine_clients(
    world: Any, machines: FakeMachines, role: str, status: int, page: str
) -> None:
    machines.world.register()
    assert desk.member(world, role).get(OVERVIEW + page).status_code == status


@pytest.mark.parametrize("page", [PAGES[1], *PAGES[3:], "case-files/keys/x/remove"])
def test_nobody_else_changes_anything(world: Any, machines: FakeMachines, page: str) -> None:
    assert desk.member(world, "supervisor").post(OVERVIEW + page, FORM).status_code == 403
    assert machines.world.store.stored == {}


def test_the_menu_leads_there(admin: Any) -> None:
    assert f'href="{OVERVIEW}"' in admin.get(OVERVIEW).text


def test_the_list_says_what_each_may_do(machines: FakeMachines, admin: Any) -> None:
    assert "No client is registered." in admin.get(OVERVIEW).text
    machines.world.register()
    page = admin.get(OVERVIEW).text
    for said in ("Case files", "case-files", "See subjects, days and free times", "never"):
        assert said in page


def test_a_client_that_is_not_there_is_not_found(admin: Any) -> None:
    for page in PAGES[2:]:
        assert admin.get(OVERVIEW + page).status_code == 404


# --- registration and the secret ------------------------------------------------------


def test_a_secret_opens_and_is_shown_once(machines: FakeMachines, admin: Any) -> None:
    secret = registered(admin)
    assert len(secret) == 43
    assert opens(machines, secret)
    again = admin.get(f"{CLIENT}secret")
    assert again.location == CLIENT
    page = admin.get(CLIENT).text
    assert "A secret is shown only once." in page
    assert secret not in page


def test_the_page_of_the_secret_is_kept_by_nobody(admin: Any) -> None:
    answer = admin.get(admin.post(NEW, FORM).location)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "data-copy" in answer.text


def test_a_secret_crosses_the_bus_as_a_digest_and_stands_in_no_store(world: Any, admin: Any) -> None:
    secret = registered(admin)
    assert secret not in repr(world.bus.asked)
    assert secret.encode() not in b"".join(map(bytes, world.redis.values.values()))
    (asked,) = [request for request in world.bus.asked if isinstance(request, m.RegisterMachine)]
    assert asked.secret_digest == hashlib.sha256(secret.encode()).hexdigest()
    assert asked.staff_id == "person-administrator"


def test_a_form_that_is_sent_twice_registers_one_client_with_one_secret(
    machines: FakeMachines, admin: Any
) -> None:
    first, second = admin.post(NEW, FORM), admin.post(NEW, FORM)
    assert first.location == second.location
    assert opens(machines, shown(admin.get(second.location).text))
    assert (len(machines.client.keys), machines.client.version) == (1, 1)


def test_two_clients_have_different_secrets(machines: FakeMachines, admin: Any) -> None:
    admin.post(NEW, FORM | {"client_id": "other"})
    admin.post(NEW, FORM)
    stored = machines.world.store.stored
    assert stored["other"].keys[0].secret_digest != stored["case-files"].keys[0].secret_digest


def test_an_id_that_is_taken_is_told_at_its_field(machines: FakeMachines, admin: Any) -> None:
    machines.world.register()
    answer = admin.post(NEW, FORM)
    assert answer.status_code == 409
    assert "There is one of this name already." in answer.text


def test_a_client_with_a_key_of_its_own_gets_no_secret(machines: FakeMachines, admin: Any) -> None:
    answer = admin.post(NEW, FORM | {"auth_method": "private_key_jwt", "public_key": PUBLIC})
    assert answer.location == CLIENT
    assert "can get in with its key" in admin.get(CLIENT).text
    (key,) = machines.client.keys
    assert key.key_id == ec_key().thumbprint()
    assert key.key_id in admin.get(CLIENT).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": ""}, "This entry is missing."),
        ({"client_id": "Case Files"}, "3 to 40 small letters"),
        ({"name": ""}, "This entry is missing."),
        ({"contact": "nobody"}, "Enter an e-mail address like"),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["everything"]}, "Choose at least one."),
        ({"auth_method": ""}, "Choose one of the possibilities."),
        ({"auth_method": "private_key_jwt"}, "This entry is missing."),
        ({"auth_method": "private_key_jwt", "public_key": "x"}, "This is no public key"),
        ({"auth_method": "private_key_jwt", "public_key": '{"kty":"oct"}'}, "Only RSA, P-256"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    machines: FakeMachines, admin: Any, changes: dict[str, Any], said: str
) -> None:
    answer = admin.post(NEW, FORM | changes)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert machines.world.store.stored == {}


def test_a_private_key_is_not_carried_once_more(admin: Any) -> None:
    private = ec_key().as_pem(private=True).decode()
    answer = admin.post(NEW, FORM | {"auth_method": "private_key_jwt", "public_key": private})
    assert answer.status_code == 422
    assert "This is a private key." in answer.text
    assert private.splitlines()[1] not in answer.text


# --- changes ----------------------------------------------------------------------------


def test_rights_are_changed_and_the_history_says_by_whom(machines: FakeMachines, admin: Any) -> None:
    machines.world.register()
    page = admin.get(f"{CLIENT}edit").text
    changed = {"name": "Case files", "contact": "x@office.example", "scopes": ["calendars:read"]}
    assert admin.post(f"{CLIENT}edit", version(page) | changed).location == CLIENT
    assert machines.client.scopes == ("calendars:read",)
    page = admin.get(CLIENT).text
    for said in ("rights changed", "See calendars, agents and absences", "name or contact changed"):
        assert said in page
    assert {step.origin.partition(":")[0] for step in machines.client.trail[1:]} <= {"console", ""}


def test_nobody_overwrites_what_he_has_not_seen(machines: FakeMachines, admin: Any) -> None:
    machines.world.register()
    page = admin.get(f"{CLIENT}edit").text
    other = {"name": "Other", "contact": "x@office.example", "scopes": ["slots:read"]}
    admin.post(f"{CLIENT}edit", version(page) | other)
    answer = admin.post(f"{CLIENT}edit", version(page) | {**other, "name": "Mine"})
    assert answer.status_code == 409
    assert "has changed in the meantime" in answer.text
    assert version(answer.text) == {"version": "2"}
    assert machines.client.name == "Other"


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "é"])
def test_a_version_that_is_none_changes_nothing(machines: FakeMachines, admin: Any, seen: str) -> None:
    machines.world.register()
    form = {"name": "Mine", "contact": "x@office.example", "scopes": ["slots:read"], "version": seen}
    assert admin.post(f"{CLIENT}edit", form).status_code == 409
    assert admin.post(f"{CLIENT}disable", {"version": seen}).location == CLIENT
    assert machines.client.version == 1


def test_a_client_is_disabled_and_enabled_after_a_question(machines: FakeMachines, admin: Any) -> None:
    secret = registered(admin)
    for action, is_enabled in (("disable", False), ("enable", True)):
        page = admin.get(f"{CLIENT}{action}").text
        assert machines.client.is_enabled is not is_enabled
        for _ in range(2):  # a second click changes nothing more
            assert admin.post(f"{CLIENT}{action}", version(page)).location == CLIENT
        assert machines.client.is_enabled is is_enabled
        assert opens(machines, secret) is is_enabled
    assert machines.client.version == 3


def test_a_change_that_came_between_is_told(world: Any, machines: FakeMachines, admin: Any) -> None:
    machines.world.register()
    world.bus.fault_of["change_machine"] = StaleVersion("client")
    admin.post(f"{CLIENT}disable", {"version": "1"})
    assert "has changed in the meantime" in admin.get(CLIENT).text


# --- keys ---------------------------------------------------------------------------------


def test_secrets_are_changed_with_an_overlap(world: Any, machines: FakeMachines, admin: Any) -> None:
    old = registered(admin)
    page = admin.get(f"{CLIENT}keys/new").text
    answer = admin.post(f"{CLIENT}keys/new", version(page) | {"overlap": "7"})
    assert answer.location == f"{CLIENT}secret"
    new = shown(admin.get(answer.location).text)
    assert new != old
    assert opens(machines, old)
    assert opens(machines, new)
    page = admin.get(CLIENT).text
    assert "Two keys are valid." in page
    assert f"{CLIENT}keys/new" not in page
    world.clock.advance(days=7)
    assert not opens(machines, old)
    assert opens(machines, new)


def test_an_old_secret_can_end_at_once(machines: FakeMachines, admin: Any) -> None:
    old = registered(admin)
    answer = admin.post(f"{CLIENT}keys/new", {"version": "1", "overlap": "0"})
    new = shown(admin.get(answer.location).text)
    assert (opens(machines, old), opens(machines, new)) == (False, True)


def test_a_new_secret_that_is_asked_for_twice_is_one(machines: FakeMachines, admin: Any) -> None:
    registered(admin)
    answers = [admin.post(f"{CLIENT}keys/new", {"version": "1", "overlap": "7"}) for _ in range(2)]
    assert answers[0].location == answers[1].location == f"{CLIENT}secret"
    assert len(machines.client.keys) == 2
    assert opens(machines, shown(admin.get(f"{CLIENT}secret").text))


def test_a_secret_that_nobody_saw_is_given_up_for_a_new_one(machines: FakeMachines, admin: Any) -> None:
    admin.get(NEW)
    unseen = admin.post(NEW, FORM).location
    page = admin.get(f"{CLIENT}keys/new").text
    assert admin.get(unseen).location == CLIENT
    answer = admin.post(f"{CLIENT}keys/new", version(page) | {"overlap": "0"})
    assert opens(machines, shown(admin.get(answer.location).text))
    assert len(machines.client.keys) == 1


def test_a_public_key_is_added(world: Any, machines: FakeMachines, admin: Any) -> None:
    machines.world.register_signer()
    new = ec_key("new").as_pem(private=False).decode()
    form = {"version": "1", "overlap": "30", "public_key": new}
    assert admin.post(f"{CLIENT}keys/new", form | {"public_key": PUBLIC}).status_code == 422
    assert admin.post(f"{CLIENT}keys/new", form | {"public_key": ""}).status_code == 422
    assert admin.post(f"{CLIENT}keys/new", form | {"overlap": "5"}).status_code == 422
    assert admin.post(f"{CLIENT}keys/new", form).location == CLIENT
    old, added = machines.client.keys
    assert old.expires_at == world.clock.now() + timedelta(days=30)
    assert added.key_id == ec_key("new").thumbprint()


def test_a_third_key_is_refused_in_words(machines: FakeMachines, admin: Any) -> None:
    registered(admin)
    admin.post(f"{CLIENT}keys/new", {"version": "1", "overlap": "7"})
    admin.get(f"{CLIENT}secret")
    assert admin.post(f"{CLIENT}keys/new", {"version": "2", "overlap": "7"}).location == CLIENT
    assert "Two keys are valid already." in admin.get(CLIENT).text
    assert len(machines.client.keys) == 2


def test_a_key_is_removed_after_a_question(machines: FakeMachines, admin: Any) -> None:
    secret = registered(admin)
    (key,) = machines.client.keys
    remove = f"{CLIENT}keys/{key.key_id}/remove"
    page = admin.get(remove).text
    assert "It is the only one" in page
    assert opens(machines, secret)
    for _ in range(2):
        assert admin.post(remove, version(page)).location == CLIENT
    assert not opens(machines, secret)
    assert "There is no valid key" in admin.get(CLIENT).text
    assert admin.get(remove).status_code == 404


def test_who_changed_it_is_told_by_name(world: Any, machines: FakeMachines, admin: Any) -> None:
    machines.world.register(staff_id="agent-ben")
    assert "Ben Demo" in admin.get(CLIENT).text
    assert world.bus.times(GetPrincipal) == 1


@pytest.mark.parametrize("language", ["de", "fr", "lb"])
def test_the_pages_are_there_in_each_language(machines: FakeMachines, admin: Any, language: str) -> None:
    machines.world.register()
    for page in PAGES:
        answer = admin.get(OVERVIEW + page, headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text
