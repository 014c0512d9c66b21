"""Spaces over stores in memory, and people with certificates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.chassis.clock import ManualClock
from services.contracts import members as m
from services.contracts import procedures as pr
from services.contracts import professional as p
from services.contracts import spaces as s
from services.contracts.space_access import ADMINISTRATOR, Actor, SpaceCard
from services.contracts.wire import Event
from services.spaces.bootstrap import Spaces
from services.spaces.consents import Consents
from services.spaces.contents import Contents
from services.spaces.documents.bootstrap import Vault
from services.spaces.domain.limit import Limit
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.space import GONE, Space
from services.spaces.doors import Doors
from services.spaces.export import SpacesExport
from services.spaces.leaving import Leaving
from services.spaces.limits import SpaceLimits
from services.spaces.membership import Membership
from services.spaces.procedures import Procedures
from services.spaces.professional import MySpaces
from services.spaces.sources import Sources
from services.spaces.tending import Tending
from services.spaces.usecases import PrivateSpaces
from tests.unit.nothing_stored import NothingStored, nothing_swept
from tests.unit.spaces.fake_consents import FakeConsents
from tests.unit.spaces.fake_documents import fake_vault
from tests.unit.spaces.fake_procedures import FakeProcedures
from tests.unit.spaces.fake_sources import Registers

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FakeProfessional:
    """The professional spaces in memory; `before_change` lets somebody else come between."""

    def __init__(self) -> None:
        self.spaces: dict[str, Space] = {}
        self.told: list[Event] = []
        self.before_change: list[Any] = []

    def add(self, space: Space, *events: Event) -> bool:
        places = {(one.maker, one.place) for one in self._kept()}
        if space.space_id in self.spaces or (space.maker, space.place) in places:
            return False
        self.spaces[space.space_id] = space
        self.told += events
        return True

    def get(self, space_id: str) -> Space | None:
        return self.spaces.get(space_id)

    def change(self, before: Space, after: Space, *events: Event) -> bool:
        if self.before_change:
            self.before_change.pop()()
        stored = self.spaces.get(before.space_id)
        if stored is None or stored.version != before.version:
            return False
        self.spaces[before.space_id] = replace(after, version=before.version + 1)
        self.told += events
        return True

    def of_member(self, person_id: str) -> list[Space]:
        return [one for one in self.spaces.values() if person_id in {who.person_id for who in one.members}]

    def made_by(self, person_id: str) -> list[Space]:
        return [one for one in self._kept() if one.maker == person_id]

    def inviting(self, number: str) -> list[Space]:
        return [one for one in self.spaces.values() if number in {who.number for who in one.invitations}]

    def bound_to(self, credential_id: str) -> list[Space]:
        bound = [one for one in self.spaces.values() for who in one.members if who.is_bound_to(credential_id)]
        return list({one.space_id: one for one in bound}.values())

    def signed_by(self, person_id: str) -> list[Space]:
        found = self.spaces.values()
        signed = f"person:{person_id}"
        return [
            one
            for one in found
            if any(
                (s.actor == signed and s.actor_name) or (s.about_id == person_id and s.about)
                for s in one.steps
            )
        ]

    def due(self, now: datetime) -> list[Space]:
        return [one for one in self.spaces.values() if (due_at := one.due_at()) and due_at <= now]

    def drop_gone(self) -> None:
        self.spaces = {one.space_id: one for one in self._kept()}

    def _kept(self) -> Iterator[Space]:
        return (one for one in self.spaces.values() if one.state != GONE)


class FakePrivate:
    """The private spaces in memory; `before_change` lets somebody else come between."""

    def __init__(self) -> None:
        self.spaces: dict[str, PrivateSpace] = {}
        self.told: list[Event] = []
        self.before_change: list[Any] = []

    def add(self, space: PrivateSpace, *events: Event) -> bool:
        if space.person_id in self.spaces:
            return False
        self.spaces[space.person_id] = space
        self.told += events
        return True

    def get(self, person_id: str) -> PrivateSpace | None:
        return self.spaces.get(person_id)

    def change(self, before: PrivateSpace, after: PrivateSpace, *events: Event) -> bool:
        if self.before_change:
            self.before_change.pop()()
        stored = self.spaces.get(before.person_id)
        if stored is None or (stored.version, stored.gone_at) != (before.version, before.gone_at):
            return False
        self.spaces[before.person_id] = replace(after, version=before.version + 1)
        self.told += events
        return True

    def due(self, now: datetime) -> list[PrivateSpace]:
        return [one for one in self.spaces.values() if (due_at := one.due_at()) and due_at <= now]

    def drop_gone(self) -> None:
        self.spaces = {one.person_id: one for one in self.spaces.values() if one.state != GONE}


class FakeLimits:
    def __init__(self) -> None:
        self.limits: dict[str, Limit] = {}
        self.told: list[Event] = []

    def get(self, person_id: str) -> Limit:
        return self.limits.get(person_id, Limit(person_id))

    def change(self, before: Limit, after: Limit, *events: Event) -> bool:
        if self.get(before.person_id).version != before.version:
            return False
        self.limits[before.person_id] = replace(after, version=before.version + 1)
        self.told += events
        return True

    def remove(self, person_id: str) -> None:
        self.limits.pop(person_id, None)

    def drop(self, before: Limit) -> None:
        if self.get(before.person_id).version == before.version:
            self.remove(before.person_id)

    def due(self, now: datetime) -> list[Limit]:
        return [one for one in self.limits.values() if (one.due_at() or now + timedelta(1)) <= now]

    def wished(self) -> list[Limit]:
        waiting = [(one.wish.asked_at, one) for one in self.limits.values() if one.wish]
        return [one for _since, one in sorted(waiting, key=lambda pair: pair[0])]


def person(name: str, number: int, kind: str = "private", **changed: str) -> Actor:
    """Somebody with one certificate; the number is told apart by its end."""
    company = {"company_id": "B123456", "company_name": "Muster S.à r.l."} if kind == "pro" else {}
    own = {
        "person_id": f"p-{number}",
        "credential_id": f"c-{number}",
        "number": f"{number:020}",
        "name": name,
        "kind": kind,
    }
    return Actor(**{**own, **company, **changed})


NO_DATA = s.PersonalData()
LEA = person("Léa Muster", 1, "pro")
TOM = person("Tom Beispiel", 2)
ANNE = person("Anne Exemple", 3)


@dataclass
class World:
    """All use cases of spaces."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    real: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    private: FakePrivate = field(default_factory=FakePrivate)
    spaces: FakeProfessional = field(default_factory=FakeProfessional)
    wishes: FakeLimits = field(default_factory=FakeLimits)
    given: FakeConsents = field(default_factory=FakeConsents)
    drafts: FakeProcedures = field(default_factory=FakeProcedures)
    registers: Registers = field(default_factory=Registers)
    vault: Vault = field(default_factory=fake_vault)
    keys: Iterator[str] = field(default_factory=lambda: (f"key-{number}" for number in range(10_000)))

    def __post_init__(self) -> None:
        self.doors = doors = Doors(self.spaces, self.private)
        self.contents = Contents((self.vault.ending(self.clock).erase, self.drafts.erase, self.given.erase))
        tending = Tending(self.clock, self.spaces, self.private, self.contents, self.real)
        self.own = PrivateSpaces(self.clock, self.private, doors, tending)
        self.limits = SpaceLimits(self.clock, self.wishes, self.spaces)
        self.mine = MySpaces(self.clock, self.own, self.spaces, self.limits, doors, tending)
        self.members = Membership(self.clock, self.spaces, doors)
        self.tending = tending
        self.consents = Consents(self.clock, self.given, self.private)
        self.procedures = Procedures(self.clock, self.drafts, doors)
        self.sources = Sources(self.clock, doors, self.registers.connected)
        self.documents = self.vault.documents(self.clock, doors)
        self.reaper = self.vault.reaper(self.clock)
        self.upkeep = self.vault.upkeep(self.clock, doors.is_there, self.contents)
        self.leaving = Leaving(
            self.clock, self.private, self.spaces, self.wishes, self.given, self.procedures, tending
        )

    @property
    def app(self) -> Spaces:
        return Spaces(
            private=self.own,
            mine=self.mine,
            membership=self.members,
            limits=self.limits,
            tending=self.tending,
            consents=self.consents,
            procedures=self.procedures,
            sources=self.sources,
            documents=self.documents,
            reaper=self.reaper,
            upkeep=self.upkeep,
            leaving=self.leaving,
            export=SpacesExport(NothingStored(), self.vault.keys),  # type: ignore[arg-type]
            sweeper=nothing_swept(),
        )

    def open_own(self, actor: Actor = LEA, data: s.PersonalData = NO_DATA) -> s.PrivateSpace:
        return self.own.open(s.OpenPrivateSpace(actor=actor, data=data, consent_version="2026-11"))

    def get_own(self, actor: Actor = LEA) -> s.PrivateSpace:
        return self.own.get(s.GetPrivateSpace(actor=actor))

    def save(self, actor: Actor, version: int, data: s.PersonalData) -> s.PrivateSpace:
        return self.own.save(s.SavePersonalData(actor=actor, version=version, data=data))

    def saved(self, space_id: str, who: Actor = LEA, number: int = 1, **changed: Any) -> pr.Procedure:
        return self.procedures.save(self.saving(space_id, who, number, **changed))

    def saving(self, space_id: str, who: Actor = LEA, number: int = 1, **changed: Any) -> pr.SaveDraft:
        values: dict[str, Any] = {
            "procedure_id": f"procedure-number-{number:06}",
            "version": 0,
            "step": "time",
            "about": "information",
            "content": '{"typed": {}}',
        }
        return pr.SaveDraft(actor=who, space_id=space_id, **{**values, **changed})

    def opened(self, actor: Actor = LEA, name: str = "Muster", key: str = "") -> SpaceCard:
        request = p.OpenProfessionalSpace(actor=actor, name=name, idempotency_key=key or next(self.keys))
        return self.mine.open(request)

    def overview(self, actor: Actor) -> p.Overview:
        return self.mine.overview(actor)

    def invite(self, space_id: str, who: Actor, role: str = "editor", **changed: Any) -> m.Invitation:
        """The invitation afterwards, the latest first."""
        return self.members.invite(self.inviting(space_id, who, role, **changed)).invitations[0]

    def inviting(self, space_id: str, who: Actor, role: str = "editor", **changed: Any) -> m.InviteMember:
        values: dict[str, Any] = {
            "actor": LEA,
            "space_id": space_id,
            "name": who.name,
            "email": "somebody@mail.example",
            "number": who.number,
            "scope": m.ALL_CERTIFICATES,
            "role": role,
            "language": "fr",
            "idempotency_key": next(self.keys),
        }
        return m.InviteMember(**{**values, **changed})

    def answer(
        self, space_id: str, invitation_id: str, who: Actor, *, accept: bool = True, key: str = ""
    ) -> m.Answered:
        return self.members.answer(
            m.AnswerInvitation(
                actor=who,
                space_id=space_id,
                invitation_id=invitation_id,
                accept=accept,
                idempotency_key=key or next(self.keys),
            )
        )

    def joined(self, space_id: str, who: Actor, role: str = "editor", **changed: Any) -> str:
        """Invited and accepted; the member's id."""
        invitation = self.invite(space_id, who, role, **changed)
        self.answer(space_id, invitation.invitation_id, who)
        return self.member_id(space_id, who)

    def member_id(self, space_id: str, who: Actor) -> str:
        members = self.spaces.spaces[space_id].members
        return next(one.member_id for one in members if one.person_id == who.person_id)

    def change_role(self, space_id: str, by: Actor, who: Actor, former: str, role: str) -> m.Members:
        return self.members.change_role(
            m.ChangeRole(
                actor=by,
                space_id=space_id,
                member_id=self.member_id(space_id, who),
                former_role=former,
                role=role,
            )
        )

    def remove(self, space_id: str, by: Actor, member_id: str) -> m.Members:
        return self.members.remove(m.RemoveMember(actor=by, space_id=space_id, member_id=member_id))

    def leave(self, space_id: str, who: Actor) -> m.Left:
        return self.members.leave(m.LeaveSpace(actor=who, space_id=space_id))

    def delete(self, space_id: str, by: Actor = LEA) -> SpaceCard:
        return self.mine.delete(p.DeleteSpace(actor=by, space_id=space_id))

    def shared(self) -> tuple[str, Actor]:
        """A space with a second administrator."""
        space_id = self.opened().space_id
        self.joined(space_id, TOM, ADMINISTRATOR)
        return space_id, TOM

    def later(self, **by: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**by))


def names(world: World, space_id: str, who: Actor = LEA) -> list[tuple[str, str]]:
    """Members as this one sees them, each with his role."""
    members = world.members.list(m.ListMembers(actor=who, space_id=space_id)).members
    return [(one.name, one.role) for one in members]
