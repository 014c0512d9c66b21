"""Citizens who log in, register and link, over stores in memory or others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import count

from services.chassis.clock import ManualClock
from services.contracts.credentials import (
    Account,
    BeginLinking,
    BeginRegistration,
    CodeSent,
    ConfirmRegistration,
    RevokeCredential,
)
from services.contracts.identity import Principal
from services.contracts.national_number import check_digits
from services.identity.credentials import Credentials
from services.identity.credentials.codes import Codes
from services.identity.domain.login import PRO, Credential, Identified, PendingLogin
from tests.unit.identity.fake_persons import KEY, FakeLastActs, FakeMail, FakePersons, FakeProofs

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_KEYS = count()


def national_number(serial: int, born: str = "19850412") -> str:
    body = f"{born}{serial:03}"
    return body + check_digits(body)


NUMBER = national_number(201)


def luxtrust(ssn: int, **changes: object) -> Identified:
    """A private certificate of Léa Muster."""
    shown = Identified(
        Credential("luxtrust", f"{ssn:020}"),
        "luxtrust",
        "high",
        "Léa",
        "Muster",
        birth_date=date(1985, 4, 12),
    )
    return replace(shown, **changes)  # type: ignore[arg-type]


def pro(ssn: int) -> Identified:
    return luxtrust(ssn, kind=PRO, company_id="B000001", company_name="Muster Sàrl")


def eidas(number: str, **changes: object) -> Identified:
    """A foreign means of Jonas Muster, who has no national number."""
    shown = Identified(
        Credential("eidas", number), "eidas", "substantial", "Jonas", "Muster", birth_date=date(1990, 7, 21)
    )
    return replace(shown, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    """What citizens meet."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    persons: FakePersons = field(default_factory=FakePersons)
    proofs: FakeProofs = field(default_factory=FakeProofs)
    mail: FakeMail = field(default_factory=FakeMail)
    last_acts: FakeLastActs = field(default_factory=FakeLastActs)

    @property
    def app(self) -> Credentials:
        return Credentials.over(self.clock, self.persons, self.proofs, Codes(KEY), self.mail, self.last_acts)

    def sign_in(
        self, shown: Identified, person_id: str = "", *, links: bool = False, proved_by: str = ""
    ) -> Principal:
        now = self.clock.now()
        login = PendingLogin("login", shown.method, "citizen", now, {}, person_id, links, proved_by)
        return self.app.log_in(login, shown)

    def ask(self, who: Principal, number: str = NUMBER, **changes: object) -> CodeSent:
        """Ask for the code of a registration."""
        wanted = BeginRegistration(
            person_id=who.subject_id,
            credential_id=who.credential_id,
            address="lea.muster@example.org",
            national_number=number,
            language="lb",
            request_key=f"key-{next(_KEYS)}",
            proof=who.proof,
        )
        return self.app.registration.begin(replace(wanted, **changes))  # type: ignore[arg-type]

    def type_code(self, who: Principal, code: str | None = None) -> Account:
        """Confirm with the code of the last mail, or another."""
        typed = self.mail.last_code if code is None else code
        return self.app.registration.confirm(
            ConfirmRegistration(person_id=who.subject_id, credential_id=who.credential_id, code=typed)
        )

    def wrong_code(self) -> str:
        return f"{(int(self.mail.last_code) + 1) % 10**6:06d}"

    def registered(self, shown: Identified, number: str = NUMBER) -> Principal:
        """Somebody who has logged in and registered; as after the next log-in."""
        who = self.sign_in(shown)
        self.ask(who, number)
        self.type_code(who)
        return self.sign_in(shown)

    def link(self, who: Principal, further: Identified) -> Principal:
        """By a proof, through the second log-in."""
        asked = BeginLinking(person_id=who.subject_id, proof=who.proof, provider="any")
        return self.come_back(further, who, self.app.check_linking(asked))

    def come_back(self, further: Identified, who: Principal, proved_by: str) -> Principal:
        """From the provider to which linking has led."""
        return self.sign_in(further, who.subject_id, links=True, proved_by=proved_by)

    def revoke(self, who: Principal, credential_id: str) -> Account:
        return self.app.revocation.revoke(
            RevokeCredential(person_id=who.subject_id, proof=who.proof, credential_id=credential_id)
        )

    def account(self, who: Principal) -> Account:
        return self.app.get_account(who.subject_id)

    def told(self) -> list[str]:
        """Names of the events, in order."""
        return [type(event).__name__ for event in self.persons.told]
