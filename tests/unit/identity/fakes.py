"""Identity's stores in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.contracts.errors import LoginRefused
from services.identity.domain.login import Credential, Departure, Identified, PendingLogin
from services.identity.domain.principal import StaffMember

CITIZENS = {
    "resident": Identified(
        Credential("gallery", "1"), "luxtrust", "high", "Léa", "Muster", "1985041220134", date(1985, 4, 12)
    ),
    "commuter": Identified(
        Credential("gallery", "2"), "eidas", "substantial", "Jonas", "Muster", "", date(1990, 7, 21)
    ),
    "low-level": Identified(Credential("gallery", "3"), "eidas", "low", "Paul", "Muster"),
}
AGENT = StaffMember("agent-anna", "Anna Demo", ("agent",), Credential("gallery", "agent-anna"))


@dataclass(frozen=True)
class Gallery:
    """A provider that believes the name in its answer; what it says of staff has no roles."""

    code: str = "gallery"
    audiences: tuple[str, ...] = ("citizen", "staff")

    def begin(self, login: PendingLogin) -> Departure:
        return Departure("https://gallery.example/")

    def finish(self, login: PendingLogin, answer: Mapping[str, str]) -> Identified:
        if login.audience == "staff":
            return Identified(Credential("gallery", answer["person"]), "staff", "", "Anna", "Demo")
        if answer["person"] not in CITIZENS:
            raise LoginRefused("unknown_person")
        return CITIZENS[answer["person"]]


class Logins:
    def __init__(self) -> None:
        self.pending: dict[str, PendingLogin] = {}

    def add(self, login: PendingLogin) -> None:
        self.pending[login.login_id] = login

    def take(self, login_id: str) -> PendingLogin | None:
        return self.pending.pop(login_id, None)


class Staff:
    def __init__(self, members: Iterable[StaffMember] = ()) -> None:
        self.members = {member.staff_id: member for member in members}

    def by_credential(self, credential: Credential) -> StaffMember | None:
        return next((m for m in self.members.values() if m.credential == credential), None)

    def get(self, staff_id: str) -> StaffMember | None:
        return self.members.get(staff_id)

    def put(self, member: StaffMember, seen_at: datetime | None = None) -> None:
        self.members[member.staff_id] = member
