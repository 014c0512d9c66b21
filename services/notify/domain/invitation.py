"""What the mail says that brings an invitation to a professional space."""

from __future__ import annotations

from dataclasses import dataclass

from services.notify.domain.letter import Gettext, Letter, Moment, Section
from services.notify.domain.sections import closing, helpdesk, instant


@dataclass(frozen=True, slots=True)
class Invited:
    """What is said about one invitation; names are as others have typed them."""

    name: str
    space_name: str
    company_name: str
    invited_by: str
    role: str
    """A code of the contract."""
    number_end: str
    until: Moment
    """Its end says nothing."""
    link: str
    helpdesk_url: str


def write_invitation(about: Invited, _: Gettext) -> Letter:
    """The letter; its subject holds nothing that anybody has typed."""
    heading = _("Invitation to a professional space")
    company = ((_("Company"), about.company_name),) if about.company_name else ()
    return Letter(
        subject=_("Invitation to a professional space for video consultations with the CNS"),
        title=heading,
        heading=heading,
        greeting=_("Hello %(name)s,") % {"name": about.name},
        opening=_("%(name)s invites you to work in a professional space.") % {"name": about.invited_by},
        facts=(
            (_("Space"), about.space_name),
            *company,
            (_("Your role"), _role(about.role, _)),
            (_("Open until"), instant(about.until, _)),
        ),
        action=(_("Log in and answer"), about.link),
        sections=_sections(about, _),
        closing=closing(_),
    )


def _sections(about: Invited, _: Gettext) -> tuple[Section, ...]:
    certificate = _("Log in with your certificate whose number ends in %(digits)s: no other one opens it.")
    return (
        Section(
            _("What happens now"),
            (
                certificate % {"digits": about.number_end},
                _("Then you accept or refuse. If you do nothing, the invitation runs out."),
                _("You do not know who invites you? Then refuse, or ignore this mail."),
            ),
        ),
        helpdesk(about.helpdesk_url, _),
    )


def _role(code: str, _: Gettext) -> str:
    return {
        "administrator": _("Administrator"),
        "manager": _("Manager"),
        "editor": _("Editor"),
        "reader": _("Reader"),
    }.get(code, code)
