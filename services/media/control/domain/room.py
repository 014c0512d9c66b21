"""A room: who is in it, what lies in it, when it ends.  Immutable; every change makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.media.control.domain import people
from services.media.control.domain.admission import (
    AGENT,
    CITIZEN,
    GUEST,
    Admission,
    Facts,
    State,
    admission,
    end_of,
)
from services.media.control.domain.device_check import DeviceCheck
from services.media.control.domain.document import SHARED, Document
from services.media.control.domain.guest import Guest
from services.media.control.domain.outcome import Outcome
from services.media.control.domain.people import Presence, Who
from services.media.control.domain.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room; its id is its appointment's."""

    room_id: str
    opened_at: datetime
    state: State = State.DRAFT
    revision: int = 0
    """Rises with every change that is stored."""
    version: int = 0
    """Of the appointment; older news is ignored."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    presences: tuple[Presence, ...] = ()
    keeper_id: str = ""
    """The agent who looks after it: the appointment's, until it is handed or taken over."""
    admitted_at: datetime | None = None
    """For the first time."""
    sent_back_at: datetime | None = None
    """The citizen is in the waiting room again since then; None while he is not."""
    alarmed_at: datetime | None = None
    """It was told that no agent is here."""
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    recorded: Outcome | None = None
    """What the agent said of it."""
    documents: tuple[Document, ...] = ()
    message_ids: tuple[str, ...] = ()
    log_seq: int = 0
    """Number of the last entry of the room log."""
    epoch: int = 0
    """Of the placement whose loss was told to the pages last."""
    guests: tuple[Guest, ...] = ()
    """Who was invited beside citizen and agent."""
    expelled: tuple[str, ...] = ()
    """Participants whom the SFU is still to let go."""
    checks: tuple[DeviceCheck, ...] = ()
    """What was found on people's devices before the call."""
    disconnecting: bool = False
    """The SFU is still to be told that everybody leaves."""
    given_up: bool = False
    """Its content is being destroyed: nobody gets in, and it is booked anew only when that is done."""
    life: int = 0
    """Rises when it is booked anew after it was forgotten; each has a key of its own."""
    gone_at: datetime | None = None
    """Keys and content are destroyed since then; what is left is a tombstone."""
    swept_at: datetime | None = None
    """What slow uploads may have left behind was looked for once more."""
    records: tuple[str, ...] = ()
    """Signed, of each time that it was forgotten."""

    # --- questions ---------------------------------------------------------------

    @property
    def citizen_joined(self) -> bool:
        if self.gone_at is not None:
            return self.outcome in (Outcome.HELD, Outcome.TECHNICAL_FAILURE)
        return any(presence.role == CITIZEN for presence in self.presences)

    def presence_of(self, who: Who) -> Presence | None:
        return people.presence_of(self.presences, who)

    def here(self, role: str) -> tuple[Presence, ...]:
        """Those of a role who are in the room now, the longest first."""
        present = (p for p in self.presences if p.role == role and p.here_since is not None)
        return tuple(sorted(present, key=lambda p: p.here_since or self.opened_at))

    @property
    def is_admitted(self) -> bool:
        """Let in, and not sent back since."""
        return self.admitted_at is not None and self.sent_back_at is None

    @property
    def is_over(self) -> bool:
        """Nobody connects any more, unless an agent takes the end back."""
        return self.ended_at is not None or self.is_gone or self.state is not State.BOOKED

    @property
    def is_gone(self) -> bool:
        """For everybody: forgotten, or about to be."""
        return self.given_up or self.gone_at is not None

    @property
    def agent_came(self) -> bool:
        return any(presence.role == AGENT for presence in self.presences)

    def has_place_for(self, who: Who, rules: Rules) -> bool:
        others = [p for p in self.presences if p.here_since is not None and p.who != who]
        return len(others) < rules.capacity

    def admission(self, who: Who, now: datetime, rules: Rules) -> Admission:
        """What `who` may do at `now`."""
        return admission(now, self.facts(who, now), rules)

    def guest(self, guest_id: str) -> Guest | None:
        return next((guest for guest in self.guests if guest.guest_id == guest_id), None)

    def facts(self, who: Who, now: datetime) -> Facts:
        guest = self.guest(who.participant_id) if who.role == GUEST else None
        return Facts(
            state=self.state,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            ended_at=self.ended_at,
            admitted=self.admitted_at is not None,
            citizen_joined=self.citizen_joined,
            gone=self.is_gone,
            role=who.role,
            joined=self.presence_of(who) is not None,
            used=self._used,
            welcome=guest is not None and guest.is_welcome(now),
            let_in=guest is not None and guest.let_in_at is not None,
            sent_back=self.sent_back_at is not None,
        )

    @property
    def _used(self) -> bool:
        return bool(self.message_ids) or any(d.kind == SHARED and d.is_ready for d in self.documents)

    def end_seen_at(self, now: datetime, rules: Rules) -> datetime | None:
        """When the consultation ended, whether or not that is stored yet."""
        return end_of(
            now,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            ended_at=self.ended_at,
            citizen_joined=self.citizen_joined,
            rules=rules,
        )

    # --- news of the appointment ---------------------------------------------------

    def at_times(self, version: int, starts_at: datetime, ends_at: datetime, keeper_id: str = "") -> Room:
        """Booked or moved.  At another time everybody joins anew; documents and messages stay."""
        booked = replace(
            self,
            state=State.BOOKED,
            version=version,
            starts_at=starts_at,
            ends_at=ends_at,
            keeper_id=keeper_id or self.keeper_id,
        )
        if (self.starts_at, self.ends_at) == (starts_at, ends_at):
            return booked
        return replace(
            booked,
            presences=(),
            guests=(),
            admitted_at=None,
            sent_back_at=None,
            alarmed_at=None,
            ended_at=None,
            outcome=None,
            recorded=None,
            life=self.life if self.gone_at is None else self.life + 1,
            gone_at=None,
            swept_at=None,
            disconnecting=self._to_be_disconnected,
        )

    def cancelled(self, version: int) -> Room:
        return replace(self, state=State.CANCELLED, version=version, disconnecting=self._to_be_disconnected)

    @property
    def _to_be_disconnected(self) -> bool:
        """A call is on, or the SFU has not been told yet that it is over."""
        is_on = self.admitted_at is not None and self.ended_at is None and self.gone_at is None
        return is_on or self.disconnecting

    def lapsed(self) -> Room:
        return replace(self, state=State.LAPSED)

    # --- people ----------------------------------------------------------------------

    def joined(self, who: Who, now: datetime) -> Room:
        """In the room from now on; nothing changes for who is."""
        return self._with(people.come(self.presences, who, now))

    def left(self, who: Who, now: datetime) -> Room:
        """Away for now; having joined is not forgotten."""
        return self._with(people.gone(self.presences, who, now))

    def _with(self, presences: tuple[Presence, ...]) -> Room:
        return self if presences is self.presences else replace(self, presences=presences)

    # --- the call --------------------------------------------------------------------

    def admitted(self, now: datetime, keeper_id: str) -> Room:
        """The citizen is let in, for the first time or again, by the one who keeps the room from now on."""
        if self.is_admitted:
            return self
        return replace(
            self,
            admitted_at=self.admitted_at or now,
            sent_back_at=None,
            keeper_id=keeper_id,
            disconnecting=False,
        )

    def sent_back(self, now: datetime) -> Room:
        """The citizen waits again; nobody keeps a connection meanwhile."""
        return replace(self, sent_back_at=now, disconnecting=True) if self.is_admitted else self

    def alarmed(self, now: datetime) -> Room:
        return replace(self, alarmed_at=now)

    def kept_by(self, agent_id: str) -> Room:
        return replace(self, keeper_id=agent_id)

    def ended(self, at: datetime) -> Room:
        """Ended at `at` by an agent or by the time; everybody leaves."""
        return replace(
            self,
            ended_at=at,
            outcome=self._outcome(),
            presences=tuple(replace(p, here_since=None, away_since=at) for p in self.presences),
            disconnecting=self.admitted_at is not None,
        )

    def _outcome(self) -> Outcome:
        if self.admitted_at is not None:
            return Outcome.HELD
        return Outcome.TECHNICAL_FAILURE if self.citizen_joined else Outcome.NO_SHOW

    def reopened(self) -> Room:
        """Who is in a call that is on again may stay in it, if the SFU has not been told of the end yet."""
        disconnecting = self.disconnecting and not self.is_admitted
        return replace(self, ended_at=None, outcome=None, recorded=None, disconnecting=disconnecting)

    def expelling(self, participant_id: str) -> Room:
        """The SFU is to let go of this one; the very same where that is known already."""
        if participant_id in self.expelled:
            return self
        return replace(self, expelled=(*self.expelled, participant_id))

    def disconnected(self) -> Room:
        return replace(self, disconnecting=False)

    # --- documents ---------------------------------------------------------------------

    def document(self, document_id: str) -> Document | None:
        return next((d for d in self.documents if d.document_id == document_id), None)

    def with_document(self, document: Document) -> Room:
        """Added, or in place of the one with the same id."""
        others = (d for d in self.documents if d.document_id != document.document_id)
        return replace(self, documents=(*others, document))

    def without_documents(self, *document_ids: str) -> Room:
        return replace(self, documents=tuple(d for d in self.documents if d.document_id not in document_ids))

    # --- forgetting --------------------------------------------------------------------

    def giving_up(self) -> Room:
        """From now on its content may be destroyed."""
        return replace(self, given_up=True)

    def tombstone(self, now: datetime, *records: str) -> Room:
        """Times, outcome and what is proved of its end; no content and nobody's id."""
        return replace(
            self,
            records=(*self.records, *records),
            presences=(),
            guests=(),
            expelled=(),
            checks=(),
            documents=(),
            message_ids=(),
            keeper_id="",
            disconnecting=False,
            given_up=False,
            gone_at=now,
        )
