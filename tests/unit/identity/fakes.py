"""Identity's stores in memory."""

from collections.abc import Iterable

from services.identity.domain.login import Credential, PendingLogin
from services.identity.domain.principal import StaffMember


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

    def put(self, member: StaffMember) -> None:
        self.members[member.staff_id] = member
