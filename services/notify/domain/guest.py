"""What the mail says that brings an interpreter or a second agent the link into one room."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.guests import INTERPRETER
from services.notify.domain.letter import Gettext, Letter, Moment, Section
from services.notify.domain.sections import closing, helpdesk, slot


@dataclass(frozen=True, slots=True)
class Guest:
    """What is said about one invitation; it names nobody."""

    kind: str
    """Of the contract."""
    slot: Moment
    until: Moment
    """Its end says nothing."""
    link: str
    helpdesk_url: str


def write_guest(about: Guest, _: Gettext) -> Letter:
    """The letter; it holds nothing that anybody has typed."""
    heading = _("You are invited to a video consultation")
    return Letter(
        subject=_("Invitation to a video consultation of the CNS"),
        title=heading,
        heading=heading,
        greeting=_("Hello,"),
        opening=_interpreter(_) if about.kind == INTERPRETER else _colleague(_),
        facts=(
            (_("Appointment"), slot(about.slot, _)),
            (_("Please come before"), about.until.start),
        ),
        action=(_("Go to the video consultation"), about.link),
        sections=_sections(about, _),
        closing=closing(_),
    )


def _interpreter(_: Gettext) -> str:
    return _("An agent of the CNS asks you to interpret in a video consultation.")


def _colleague(_: Gettext) -> str:
    return _("A colleague at the CNS asks you to come into a video consultation.")


def _sections(about: Guest, _: Gettext) -> tuple[Section, ...]:
    return (
        Section(
            _("What happens now"),
            (
                _("Open the link on a computer or a smartphone with camera and microphone."),
                _("The agent lets you in."),
                _("The link is for you alone: do not pass it on."),
                _("What is said and shared there is confidential."),
                _("You do not know what this is about? Then ignore this mail."),
            ),
        ),
        helpdesk(about.helpdesk_url, _),
    )
