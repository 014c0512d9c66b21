"""The consultation itself, as `media` tells of it: the citizen came, was let in, was compared, it is over."""

from __future__ import annotations

from dataclasses import dataclass

from services.booking import views
from services.booking.asker import origin
from services.booking.domain.attendance import Attendance, Fact, state_of
from services.booking.domain.claim import Claim
from services.booking.domain.life import CITIZEN, OVER, PLATFORM, State, Transition
from services.booking.ports import Attendances, Claims
from services.contracts.booking_events import AppointmentProgressed
from services.contracts.case_file import FilingProgressed
from services.contracts.errors import StaleVersion
from services.contracts.identity_copy import IdentityCompared, IdentityCopySeen
from services.contracts.media_events import CallBegan, CitizenJoined, ConsultationEnded

_ATTEMPTS = 5
"""News of one consultation that are handled at the same moment, at the most."""
_TOLD = (State.ARRIVED, State.IN_CALL, *OVER)

OfCopy = IdentityCopySeen | IdentityCompared
News = CitizenJoined | CallBegan | ConsultationEnded | OfCopy | FilingProgressed


@dataclass(frozen=True, slots=True)
class Progress:
    claims: Claims
    attendances: Attendances

    def note(self, news: News) -> None:
        """Keep the news, and tell where the appointment stands by them; the same again change nothing.

        What comes late takes its place among what is known: an appointment that is over stays so.
        Errors: StaleVersion(attendance).
        """
        appointment_id, fact = news.room_id, _fact(news)
        for _ in range(_ATTEMPTS):
            known = self.attendances.of([appointment_id]).get(appointment_id, Attendance())
            if known.knows(fact.fact_id):
                return
            told = _told(self.claims.find(appointment_id), known, fact)
            if self.attendances.add(appointment_id, known, fact, *told):
                return
        raise StaleVersion("attendance")


def _fact(news: News) -> Fact:
    what, who = _what(news)
    return Fact(
        fact_id=news.event_id,
        at=news.occurred_at,
        what=what,
        who=who,
        version=news.appointment_version,
        origin=origin(),
        document_id=news.document_id if isinstance(news, OfCopy | FilingProgressed) else "",
        receipt=news.receipt if isinstance(news, FilingProgressed) else "",
    )


def _what(news: News) -> tuple[Transition, str]:
    """What happened, and who did it.  An outcome or result that nobody knows is a ValueError: a defect."""
    if isinstance(news, CitizenJoined):
        return Transition.ARRIVED, CITIZEN
    if isinstance(news, CallBegan):
        return Transition.IN_CALL, news.agent_id
    if isinstance(news, IdentityCopySeen):
        return Transition.IDENTITY_SEEN, news.agent_id
    if isinstance(news, IdentityCompared):
        return Transition(f"identity_{news.result}"), news.agent_id
    if isinstance(news, FilingProgressed):
        return Transition(f"case_file_{news.outcome}"), news.agent_id
    return Transition(f"ended_{news.outcome}"), news.agent_id or PLATFORM


def _told(claim: Claim | None, known: Attendance, fact: Fact) -> list[AppointmentProgressed]:
    if claim is None:
        return []
    before, after = state_of(claim, known), state_of(claim, known.knowing(fact))
    is_news = after is not before and after in _TOLD
    return [views.progressed_event(claim, after, fact.at)] if is_news else []
