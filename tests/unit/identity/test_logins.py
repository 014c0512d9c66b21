"""Log-ins: begun, answered once, refused for every other reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import LoginRefused, NotFound
from services.contracts.identity import Principal
from services.identity.account_export import AccountExport
from services.identity.domain.login import Credential, Departure, Identified, PendingLogin
from services.identity.ports import Provider, ProviderLogout
from services.identity.usecases import Identity
from tests.unit.identity.fake_persons import FakePersons, credentials_over
from tests.unit.identity.fakes import AGENT, CITIZENS, Gallery, Logins, Staff
from tests.unit.identity.machines.fakes import World
from tests.unit.nothing_stored import NothingStored, nothing_swept

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class FormProvider:
    """Behaves like SAML: posts a form and wants its own request id back."""

    code = "eidas"
    audiences: tuple[str, ...] = ("citizen",)

    def begin(self, login: PendingLogin) -> Departure:
        form = {"SAMLRequest": "request", "RelayState": login.login_id}
        return Departure("https://provider.example/sso", form, {"request_id": "_42"})

    def finish(self, login: PendingLogin, answer: Mapping[str, str]) -> Identified:
        if answer["InResponseTo"] != login.memory["request_id"]:
            raise LoginRefused("in_response_to")
        return Identified(Credential("eidas", "LU/LU/1"), "eidas", "high", "Ada", "Muster")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def identity(clock: ManualClock, *providers: Provider) -> Identity:
    persons = FakePersons()
    return Identity(
        clock=clock,
        providers=providers or (Gallery(),),
        logins=Logins(),
        persons=persons,
        credentials=credentials_over(clock, persons),
        staff=Staff([AGENT]),
        machines=World().machines,
        tokens=World().tokens,
        account_export=AccountExport(NothingStored()),  # type: ignore[arg-type]
        sweeper=nothing_swept(),
    )


def sign_in(app: Identity, person: str, audience: str = "citizen"):  # type: ignore[no-untyped-def]
    login_id = app.begin_login("gallery", audience).login_id
    return app.finish_login(login_id, "gallery", {"person": person})


def test_resident_has_a_level_and_a_national_number(clock: ManualClock) -> None:
    principal = sign_in(identity(clock), "resident")
    assert (principal.method, principal.level) == ("luxtrust", "high")
    assert principal.national_number == CITIZENS["resident"].national_number


def test_commuter_has_no_national_number(clock: ManualClock) -> None:
    principal = sign_in(identity(clock), "commuter")
    assert (principal.method, principal.level) == ("eidas", "substantial")
    assert principal.national_number == ""
    assert principal.birth_date == CITIZENS["commuter"].birth_date


def test_same_person_keeps_the_same_id(clock: ManualClock) -> None:
    app = identity(clock)
    first, second, other = (sign_in(app, code) for code in ("resident", "resident", "commuter"))
    assert first.subject_id == second.subject_id != other.subject_id
    assert app.get_principal("citizen", first.subject_id) == replace(first, proof="")


def test_low_level_of_assurance_is_refused(clock: ManualClock) -> None:
    with pytest.raises(LoginRefused, match="level_too_low"):
        sign_in(identity(clock), "low-level")


def test_staff_member_has_roles(clock: ManualClock) -> None:
    app = identity(clock)
    principal = sign_in(app, "agent-anna", "staff")
    assert (principal.subject_id, principal.roles) == ("agent-anna", ("agent",))
    assert app.get_principal("staff", "agent-anna") == principal


def test_who_has_lost_every_role_is_not_let_in_and_still_has_a_name(clock: ManualClock) -> None:
    app = identity(clock)
    app.staff.put(replace(AGENT, roles=()))
    with pytest.raises(LoginRefused, match="no_role"):
        sign_in(app, "agent-anna", "staff")
    known = app.get_principal("staff", AGENT.staff_id)
    assert (known.name, known.roles) == (AGENT.name, ())


def test_a_citizen_is_nobody_among_staff(clock: ManualClock) -> None:
    with pytest.raises(LoginRefused, match="not_registered"):
        sign_in(identity(clock), "resident", "staff")


def test_staff_that_is_not_registered_is_refused(clock: ManualClock) -> None:
    app = identity(clock)
    app.staff.members.clear()  # type: ignore[attr-defined]
    with pytest.raises(LoginRefused, match="not_registered"):
        sign_in(app, "agent-anna", "staff")


def test_login_is_spent_by_the_first_answer_even_a_wrong_one(clock: ManualClock) -> None:
    app = identity(clock)
    login_id = app.begin_login("gallery", "citizen").login_id
    with pytest.raises(LoginRefused, match="unknown_person"):
        app.finish_login(login_id, "gallery", {"person": "nobody"})
    with pytest.raises(LoginRefused, match="unknown_or_spent"):
        app.finish_login(login_id, "gallery", {"person": "resident"})


@pytest.mark.parametrize(("seconds", "accepted"), [(599, True), (600, False)])
def test_login_lasts_ten_minutes(clock: ManualClock, seconds: int, accepted: bool) -> None:
    app = identity(clock)
    login_id = app.begin_login("gallery", "citizen").login_id
    clock.advance(seconds=seconds)
    if accepted:
        assert app.finish_login(login_id, "gallery", {"person": "resident"}).audience == "citizen"
    else:
        with pytest.raises(LoginRefused, match="expired"):
            app.finish_login(login_id, "gallery", {"person": "resident"})


def test_provider_of_another_login_cannot_finish_it(clock: ManualClock) -> None:
    app = identity(clock, FormProvider(), Gallery())
    login_id = app.begin_login("eidas", "citizen").login_id
    with pytest.raises(LoginRefused, match="other_provider"):
        app.finish_login(login_id, "gallery", {"person": "resident"})


def test_provider_can_post_a_form_and_remember_its_request(clock: ManualClock) -> None:
    app = identity(clock, FormProvider())
    begun = app.begin_login("eidas", "citizen")
    assert begun.form == {"SAMLRequest": "request", "RelayState": begun.login_id}
    assert app.finish_login(begun.login_id, "eidas", {"InResponseTo": "_42"}).name == "Ada Muster"


def test_providers_are_listed_by_audience(clock: ManualClock) -> None:
    app = identity(clock, FormProvider())
    assert [p.code for p in app.list_providers("citizen").providers] == ["eidas"]
    assert app.list_providers("staff").providers == ()


def test_nobody_logs_in_at_a_provider_that_is_not_there(clock: ManualClock) -> None:
    with pytest.raises(NotFound):
        identity(clock, FormProvider()).begin_login("gallery", "citizen")


@pytest.mark.parametrize("audience", ["citizen", "staff", "machine"])
def test_unknown_principal_is_not_found(clock: ManualClock, audience: str) -> None:
    with pytest.raises(NotFound, match="person"):
        identity(clock).get_principal(audience, "nobody")


class StaffProvider:
    """Behaves like OpenID Connect: says at each log-in which roles the member has."""

    code = "staff"
    audiences: tuple[str, ...] = ("staff",)

    def __init__(self) -> None:
        self.roles: tuple[str, ...] = ("agent",)

    def begin(self, login: PendingLogin) -> Departure:
        return Departure("https://provider.example/authorize")

    def finish(self, login: PendingLogin, answer: Mapping[str, str]) -> Identified:
        credential = Credential("https://provider.example", answer["sub"])
        return Identified(
            credential, "staff", "", "Anna", "Demo", roles=self.roles, session_keys=("k",), proved_at=NOON
        )

    def log_out(self, logout_token: str) -> ProviderLogout:
        if logout_token != "honest":
            raise LoginRefused("signature")
        return ProviderLogout(("k",), NOON)


def sign_in_staff(app: Identity, subject: str = "1") -> Principal:
    return app.finish_login(app.begin_login("staff", "staff").login_id, "staff", {"sub": subject})


def test_staff_is_registered_at_its_first_log_in_and_keeps_its_id(clock: ManualClock) -> None:
    app = identity(clock, StaffProvider())
    first, second, other = (sign_in_staff(app, subject) for subject in ("1", "1", "2"))
    assert (first.roles, first.name) == (("agent",), "Anna Demo")
    assert first.subject_id == second.subject_id != other.subject_id
    assert app.get_principal("staff", first.subject_id).roles == ("agent",)


def test_roles_are_what_the_provider_says_now(clock: ManualClock) -> None:
    provider = StaffProvider()
    app = identity(clock, provider)
    staff_id = sign_in_staff(app).subject_id
    provider.roles = ("supervisor", "administrator")
    assert sign_in_staff(app).roles == provider.roles
    provider.roles = ()
    with pytest.raises(LoginRefused, match="no_role"):
        sign_in_staff(app)
    assert app.get_principal("staff", staff_id).roles == ()


def test_who_has_no_role_is_not_even_registered(clock: ManualClock) -> None:
    provider = StaffProvider()
    provider.roles = ()
    app = identity(clock, provider)
    registered = dict(app.staff.members)  # type: ignore[attr-defined]
    with pytest.raises(LoginRefused, match="no_role"):
        sign_in_staff(app)
    assert app.staff.members == registered  # type: ignore[attr-defined]


def test_a_log_out_at_the_provider_names_the_sessions_of_its_log_ins(clock: ManualClock) -> None:
    app = identity(clock, StaffProvider(), Gallery())
    principal = sign_in_staff(app)
    ended = app.logout_by_provider("staff", "honest")
    assert set(principal.session_keys) == set(ended.session_keys)
    assert principal.proved_at == ended.proved_until
    with pytest.raises(LoginRefused, match="signature"):
        app.logout_by_provider("staff", "forged")


@pytest.mark.parametrize("provider", ["gallery", "nobody"])
def test_other_providers_end_nothing(clock: ManualClock, provider: str) -> None:
    with pytest.raises(NotFound):
        identity(clock, StaffProvider(), Gallery()).logout_by_provider(provider, "honest")
