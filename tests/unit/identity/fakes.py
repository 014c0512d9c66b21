"""Identity's stores in memory."""

from collections.abc import Iterable
from datetime import datetime

from services.identity.domain.login import Credential, Identified, PendingLogin
from services.identity.domain.person import Person
from services.identity.domain.principal import StaffMember


class Logins:
    def __init__(self) -> None:
        self.pending: dict[str, PendingLogin] = {}

    def add(self, login: PendingLogin) -> None:
        self.pending[login.login_id] = login

    def take(self, login_id: str) -> PendingLogin | None:
        return self.pending.pop(login_id, None)


class Persons:
    def __init__(self) -> None:
        self.ids: dict[Credential, str] = {}
        self.persons: dict[str, Person] = {}

    def register(self, identified: Identified, now: datetime) -> Person:
        person_id = self.ids.setdefault(identified.credential, f"person-{len(self.ids)}")
        self.persons[person_id] = Person(person_id, identified)
        return self.persons[person_id]

    def get(self, person_id: str) -> Person | None:
        return self.persons.get(person_id)


class Staff:
    def __init__(self, members: Iterable[StaffMember] = ()) -> None:
        self.members = {member.staff_id: member for member in members}

    def by_credential(self, credential: Credential) -> StaffMember | None:
        return next((m for m in self.members.values() if m.credential == credential), None)

    def get(self, staff_id: str) -> StaffMember | None:
        return self.members.get(staff_id)

    def put(self, member: StaffMember) -> None:
        self.members[member.staff_id] = member
