"""What a citizen has entered on the way to an appointment, as his session keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar

from flask import session

from gateway.consent import CONSENT_VERSION
from services.chassis.ids import new_id
from services.contracts.slots import Hold

APPLICANT, INSURED = "applicant", "insured"


@dataclass(frozen=True)
class HeldSlot:
    """The slot that is kept for this session."""

    appointment_id: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime
    renewals_left: int

    def lasts_at(self, now: datetime) -> bool:
        """Whether it is still held: [taken, held_until)."""
        return now < self.held_until


@dataclass
class Draft:
    """One journey.  `typed` has the values of each step's form, `valid` the steps that passed."""

    KEY: ClassVar[str] = "booking"
    """Where the session keeps it."""

    holder: str = field(default_factory=new_id)
    """Opaque; says to `booking` whose hold it is."""
    way: str = ""
    """`with` or `without` strong authentication."""
    space_id: str = ""
    """The professional space for which it is; empty: for who books."""
    company_name: str = ""
    """This and its number as they were when the journey began, to be shown; booked is what they are then."""
    company_id: str = ""
    consented_to: str = ""
    """The version of the text to which he has consented; once there is another one he is asked anew."""
    subject: str = ""
    kind: str = ""
    topic: str = ""
    language: str = ""
    hold: dict[str, Any] = field(default_factory=dict)
    for_whom: str = ""
    """`myself` or `another`."""
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    valid: list[str] = field(default_factory=list)
    proved: str = ""
    """The e-mail address that a code has proved; another one has to be proved again."""
    code: dict[str, Any] = field(default_factory=dict)
    """The code that is awaited: `address` and `expires_at`."""
    codes: int = 0
    """How many were sent."""
    copies: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The identity copies, APPLICANT's and INSURED's: `document_id`, `name`, `size`."""
    replaced: list[str] = field(default_factory=list)
    """Ids of earlier copies that are still to be removed."""

    @property
    def consent(self) -> bool:
        return self.consented_to == CONSENT_VERSION

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who will speak in the call, and so shows who he is."""
        insured_speaks = self.typed.get("insured", {}).get("speaks") == "yes"
        return (APPLICANT, INSURED) if self.for_whom == "another" and insured_speaks else (APPLICANT,)

    @property
    def copies_missing(self) -> list[str]:
        """Those who will speak and of whose identity document there is no copy."""
        return [whose for whose in self.speakers if whose not in self.copies]

    def copy_id(self, whose: str) -> str:
        """Empty where there is none."""
        return str(self.copies.get(whose, {}).get("document_id", ""))

    def set_aside(self, whose: str) -> None:
        """A copy that counts no longer is to be removed."""
        if whose in self.copies:
            self.replaced.append(self.copies.pop(whose)["document_id"])

    def name_of(self, whose: str) -> str:
        """First and last name as typed."""
        typed = self.typed.get("person" if whose == APPLICANT else "insured", {})
        return f"{typed.get('first_name') or ''} {typed.get('last_name') or ''}".strip()

    @property
    def address(self) -> str:
        """The e-mail address that was typed; capitals make no other one of it."""
        return str(self.typed.get("person", {}).get("email") or "").strip().lower()

    @property
    def held(self) -> HeldSlot | None:
        """The slot taken last, its time over or not."""
        if not self.hold:
            return None
        instants = {
            name: datetime.fromisoformat(self.hold[name]) for name in ("starts_at", "ends_at", "held_until")
        }
        return HeldSlot(**{**self.hold, **instants})

    def keep_hold(self, hold: Hold) -> None:
        """Another slot means another room: a copy that lies in the old one goes with it."""
        if self.hold and self.hold["appointment_id"] != hold.appointment_id:
            self.copies, self.replaced = {}, []
        self.hold = {
            "appointment_id": hold.appointment_id,
            "starts_at": hold.starts_at.isoformat(),
            "ends_at": hold.ends_at.isoformat(),
            "held_until": hold.held_until.isoformat(),
            "renewals_left": hold.renewals_left,
        }

    def keep_form(self, step: str, values: dict[str, Any], *, valid: bool) -> None:
        """Remember what was typed, so that nothing is lost, and whether the step is done."""
        self.typed[step] = values
        self.valid = [name for name in self.valid if name != step] + ([step] if valid else [])

    def forget_time(self) -> None:
        """What was chosen before decides which times there are."""
        self.language, self.hold, self.copies, self.replaced = "", {}, {}, []

    def end_hold(self, now: datetime) -> None:
        """The time is anybody's to take: it is to be chosen again, or another one."""
        if self.hold:
            self.hold = {**self.hold, "held_until": now.isoformat()}

    def save(self) -> None:
        session[self.KEY] = asdict(self)


def load() -> Draft:
    """The session's draft, or an empty one; nothing is stored before something is entered."""
    return Draft(**known_fields(session.get(Draft.KEY, {})))


def known_fields(kept: dict[str, Any]) -> dict[str, Any]:
    """What a session holds, without what only another version of the platform knows."""
    names = {each.name for each in fields(Draft)}
    return {name: value for name, value in kept.items() if name in names}


def drop() -> None:
    """The journey is over."""
    session.pop(Draft.KEY, None)
