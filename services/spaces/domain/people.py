"""Who is in a space: members, and those who are invited."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.contracts.certificate_number import fault
from services.contracts.errors import InvalidField, InvitationOver
from services.contracts.members import (
    ALL_CERTIFICATES,
    EXPIRED,
    INVITATION_DAYS,
    OPEN,
    THIS_CERTIFICATE,
)
from services.contracts.space_access import ADMINISTRATOR, Actor

KEPT_AFTER = timedelta(days=90)
"""An invitation that is not open any more is shown so long."""
_SHORTEST_NAME = 2
_PARTICLES = frozenset(
    "al da das de del della den der di do dos du el la le van vom von zu zum zur".split()  # noqa: SIM905
)
"""Parts of many people's names, which say nothing of who it is beside others."""


@dataclass(frozen=True, slots=True)
class Member:
    member_id: str
    person_id: str
    credential_id: str
    """With which he came in."""
    number: str
    name: str
    role: str
    scope: str
    since: datetime
    is_active: bool = True
    """False while the certificate that the membership is bound to is revoked."""
    judged_at: datetime | None = None
    """When that was last decided; what was decided before says nothing any more."""
    invitation_id: str = ""
    """By which he has come in; empty for who has made the space."""
    is_departing: bool = False
    """True while he has asked to be erased from the platform: nobody may count on him."""
    departing_since: datetime | None = None
    """When he has asked, or taken it back."""

    @property
    def directs(self) -> bool:
        return self.role == ADMINISTRATOR and self.is_active and not self.is_departing

    def is_opened_by(self, actor: Actor) -> bool:
        """Whether the actor, with the certificate that he has now, is this member."""
        if self.person_id != actor.person_id or not self.is_active:
            return False
        return self.scope == ALL_CERTIFICATES or self.credential_id == actor.credential_id

    def is_bound_to(self, credential_id: str) -> bool:
        return self.scope == THIS_CERTIFICATE and self.credential_id == credential_id

    def judged(self, credential_id: str, usable: bool, at: datetime) -> Member:
        """After a certificate was revoked or reinstated at that moment; news come twice and in any order."""
        is_old = self.judged_at is not None and at <= self.judged_at
        if is_old or not self.is_bound_to(credential_id):
            return self
        return replace(self, is_active=usable, judged_at=at)


@dataclass(frozen=True, slots=True)
class Invitation:
    """`name`, `email` and `number` are gone once it is answered or withdrawn; so is what is asked of whom."""

    invitation_id: str
    name: str
    email: str
    number: str
    role: str
    scope: str
    language: str
    invited_by: str
    """A name."""
    state: str
    sendings: int
    expires_at: datetime
    ended_at: datetime | None = None
    answer_key: str = ""
    """Of the answer that ended it."""

    def state_at(self, now: datetime) -> str:
        """What it stands for now: `open` until it has run out."""
        return EXPIRED if self.state == OPEN and now >= self.expires_at else self.state

    def is_for(self, actor: Actor) -> bool:
        """The certificate that it names, held by somebody who bears the name."""
        return bool(self.number) and actor.number == self.number and bear_a_name(self.name, actor.name)

    def refuse_unless_open(self, now: datetime) -> None:
        """Errors: InvitationOver."""
        state = self.state_at(now)
        if state != OPEN:
            raise InvitationOver(state)

    def sent_again(self, now: datetime) -> Invitation:
        return replace(self, sendings=self.sendings + 1, expires_at=now + timedelta(days=INVITATION_DAYS))

    def ended(self, state: str, now: datetime, answer_key: str = "") -> Invitation:
        """Without what is not needed any more."""
        return replace(self, state=state, email="", number="", ended_at=now, answer_key=answer_key)

    def forgotten_at(self) -> datetime:
        return (self.ended_at or self.expires_at) + KEPT_AFTER


def check_number(number: str) -> str:
    """An SSN as it stands on a certificate.

    Errors: InvalidField(number) with `missing`, `blank`, `digits` or `length`.
    """
    rule = fault(number)
    if rule:
        raise InvalidField("number", rule)
    return number


def bear_a_name(one: str, other: str) -> bool:
    """Whether two writings of a name have a part in common, so that a mistyped number lets no stranger in.

    Case, accents and order say nothing. First names are shortened, family names change: one part is enough,
    but for particles, unless there is nothing else in a name.
    """
    one_has, other_has = _parts(one), _parts(other)
    in_common = one_has & other_has
    return bool(in_common - _PARTICLES) or (bool(in_common) and in_common in (one_has, other_has))


def _parts(name: str) -> set[str]:
    flat = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign if sign.isalnum() else " " for sign in flat if not unicodedata.combining(sign))
    return {part for part in letters.split() if len(part) >= _SHORTEST_NAME}
