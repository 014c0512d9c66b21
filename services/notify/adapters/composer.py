"""A finished mail: text, HTML and the calendar file, in the applicant's language.

Built with the standard library's e-mail policy, which refuses line breaks in
headers; no header holds anything that a person typed but the address itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime as rfc5322_date
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.chassis.links import mint
from services.contracts.booking import Appointment
from services.contracts.credentials import Notice
from services.contracts.earlier import EarlierOffer
from services.contracts.guests import LINK_GENERATION, LINK_PLACE
from services.contracts.media import CITIZEN
from services.contracts.members import InvitationMail
from services.contracts.notify import SendGuestLink
from services.notify.adapters.calendar_file import Invitation, invitation
from services.notify.adapters.catalogues import catalogue, known_language
from services.notify.domain.alarm import Mailbox, write_alarm
from services.notify.domain.code import CodeLetter, write_code
from services.notify.domain.delivery import CONFIRMATION, SPACE_LIMITS, Message
from services.notify.domain.guest import Guest, write_guest
from services.notify.domain.invitation import Invited, write_invitation
from services.notify.domain.letter import Letter, Moment, Offer, Particulars
from services.notify.domain.notice import NoticeLetter, Told, write_farewell, write_notice
from services.notify.domain.space_limit import write_limit
from services.notify.domain.wording import write
from services.notify.ports import NeverSent

RECIPIENT = CITIZEN
"""Whom the personal link is for: the applicant's participant id in the room."""
ZONE = ZoneInfo("Europe/Luxembourg")
_TEMPLATES = Path(__file__).parent.parent / "templates"


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@dataclass(frozen=True, slots=True)
class MailComposer:
    """Writes mails from `sender`, with links below `public_url`."""

    sender: str
    public_url: str
    link_key: bytes
    helpdesk_url: str
    helpdesk_phone: str
    templates: Environment = field(default_factory=_environment)

    def compose(
        self,
        message: Message,
        appointment: Appointment,
        now: datetime,
        offer: EarlierOffer | None = None,
    ) -> EmailMessage:
        """The mail for one message.  Raises NeverSent for an address that is none."""
        recipient = _recipient(appointment.applicant.email)
        language = known_language(appointment.mail_language)
        about = self._particulars(appointment, offer, language)
        letter = write(message.kind, about, catalogue(language).gettext, displaced=appointment.displaced)
        mail = EmailMessage(policy=SMTP)
        self._fill(mail, letter, language)
        file = invitation(message, appointment, letter, self.sender, self._domain, now)
        if file is not None:
            _attach(mail, file)
        # Last: `Content-` headers would move into the first part when a second is added.
        self._address(mail, message, recipient, now)
        mail["Subject"] = letter.subject
        mail["Content-Language"] = language
        return mail

    def compose_code(
        self, address: str, code: str, purpose: str, language: str, occasion: str, now: datetime
    ) -> EmailMessage:
        """The mail with a code; the same occasion has the same Message-ID.  Raises NeverSent."""
        recipient, language = _recipient(address), known_language(language)
        letter = write_code(code, purpose, catalogue(language).gettext)
        return self._mail(letter, language, recipient, f"code|{occasion}", now, "code")

    def compose_notice(self, message: Message, about: Notice, now: datetime) -> EmailMessage:
        """The mail about an account.  Raises NeverSent for an address that is none."""
        recipient, language = _recipient(about.address), known_language(about.language)
        letter = self._notice(message, about, language, now)
        return self._mail(letter, language, recipient, message.delivery_id, now, "notice")

    def _notice(self, message: Message, about: Notice, language: str, now: datetime) -> NoticeLetter:
        gettext = catalogue(language).gettext
        time = _when(message.happened_at or now, Locale.parse(language))
        if message.kind in SPACE_LIMITS:
            return write_limit(message.kind, message.version, time, gettext)
        told = Told(
            method=about.method,
            number_end=about.number_end,
            time=time,
            helpdesk_phone=self.helpdesk_phone,
            gone_at=_when(about.gone_at, Locale.parse(language)) if about.gone_at else None,
        )
        return write_notice(message.kind, told, gettext)

    def compose_farewell(self, address: str, language: str, occasion: str, now: datetime) -> EmailMessage:
        """The last mail to a person.  Raises NeverSent for an address that is none."""
        recipient, language = _recipient(address), known_language(language)
        letter = write_farewell(catalogue(language).gettext)
        return self._mail(letter, language, recipient, f"farewell|{occasion}", now, "notice")

    def compose_invitation(self, message: Message, about: InvitationMail, now: datetime) -> EmailMessage:
        """The mail with an invitation to a space.  Raises NeverSent for an address that is none."""
        recipient, language = _recipient(about.email), known_language(about.language)
        letter = write_invitation(self._invited(message, about, language), catalogue(language).gettext)
        return self._mail(letter, language, recipient, message.delivery_id, now)

    def compose_alarm(
        self, message: Message, appointment: Appointment, to: Mailbox, now: datetime
    ) -> EmailMessage:
        """The mail that tells of a room without an agent.  Raises NeverSent for an address that is none."""
        recipient, language = _recipient(to.address), known_language(to.language)
        slot = _moment(appointment.starts_at, appointment.ends_at, Locale.parse(language))
        letter = write_alarm(message.kind, slot, f"{self.public_url}/console/", catalogue(language).gettext)
        return self._mail(letter, language, recipient, message.delivery_id, now)

    def compose_guest(self, request: SendGuestLink, occasion: str, now: datetime) -> EmailMessage:
        """The mail with a guest's link.  Raises NeverSent for an address that is none."""
        recipient, language = _recipient(request.address), known_language(request.language)
        letter = write_guest(self._guest(request, Locale.parse(language)), catalogue(language).gettext)
        return self._mail(letter, language, recipient, f"guest|{occasion}", now)

    def _guest(self, request: SendGuestLink, locale: Locale) -> Guest:
        place = LINK_PLACE.format(room_id=request.room_id)
        token = mint(self.link_key, place, request.guest_id, LINK_GENERATION)
        return Guest(
            kind=request.kind,
            slot=_moment(request.starts_at, request.ends_at, locale),
            until=_when(request.until, locale),
            link=f"{self.public_url}/i/{token}",
            helpdesk_url=self.helpdesk_url,
        )

    def _invited(self, message: Message, about: InvitationMail, language: str) -> Invited:
        return Invited(
            name=about.name,
            space_name=about.space_name,
            company_name=about.company_name,
            invited_by=about.invited_by,
            role=about.role,
            number_end=about.number_end,
            until=_when(about.expires_at, Locale.parse(language)),
            link=f"{self.public_url}/spaces/invitations/{message.space_id}/{message.occasion}",
            helpdesk_url=self.helpdesk_url,
        )

    def _particulars(
        self, appointment: Appointment, offer: EarlierOffer | None, language: str
    ) -> Particulars:
        locale = Locale.parse(language)
        return Particulars(
            name=f"{appointment.applicant.first_name} {appointment.applicant.last_name}",
            time=_moment(appointment.starts_at, appointment.ends_at, locale),
            call_language=locale.languages.get(appointment.language, appointment.language),
            link=self._link(appointment),
            booking_url=f"{self.public_url}/",
            helpdesk_url=self.helpdesk_url,
            offer=_offer(offer, locale) if offer else None,
            company=appointment.company_name,
        )

    def _link(self, appointment: Appointment) -> str:
        token = mint(self.link_key, appointment.appointment_id, RECIPIENT, appointment.link_generation)
        return f"{self.public_url}/l/{token}"

    def _address(self, mail: EmailMessage, message: Message, recipient: Address, now: datetime) -> None:
        self._head(mail, recipient, message.delivery_id, now)
        if message.kind != CONFIRMATION:
            first = Message(CONFIRMATION, message.appointment_id, 1).delivery_id
            mail["References"] = self._message_id(first)

    def _head(self, mail: EmailMessage, recipient: Address, occasion: str, now: datetime) -> None:
        mail["From"] = Address("CNS", addr_spec=self.sender)
        mail["To"] = recipient
        mail["Date"] = rfc5322_date(now)
        mail["Message-ID"] = self._message_id(occasion)
        # RFC 3834, 5: no answers from machines, please; the second is Exchange's word for it.
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"

    def _mail(
        self,
        letter: Letter | CodeLetter | NoticeLetter,
        language: str,
        recipient: Address,
        occasion: str,
        now: datetime,
        template: str = "mail",
    ) -> EmailMessage:
        """A mail without a file."""
        mail = EmailMessage(policy=SMTP)
        self._fill(mail, letter, language, template)
        self._head(mail, recipient, occasion, now)
        mail["Subject"] = letter.subject
        mail["Content-Language"] = language
        return mail

    def _fill(
        self,
        mail: EmailMessage,
        letter: Letter | CodeLetter | NoticeLetter,
        language: str,
        template: str = "mail",
    ) -> None:
        text = self.templates.get_template(f"{template}.txt.j2").render(letter=letter)
        html = self.templates.get_template(f"{template}.html.j2").render(letter=letter, language=language)
        mail.set_content(text)
        mail.add_alternative(html, subtype="html")

    def _message_id(self, delivery_id: str) -> str:
        """The same for every attempt, so a mailbox can tell a repetition; says nothing of the appointment."""
        digest = hashlib.sha256(delivery_id.encode()).hexdigest()[:40]
        return f"<{digest}@{self._domain}>"

    @property
    def _domain(self) -> str:
        return self.sender.rpartition("@")[2]


def _moment(starts_at: datetime, ends_at: datetime, locale: Locale) -> Moment:
    starts_at, ends_at = starts_at.astimezone(ZONE), ends_at.astimezone(ZONE)
    return Moment(
        date=format_date(starts_at.date(), "full", locale),
        start=format_time(starts_at.time(), "HH:mm", locale=locale),
        end=format_time(ends_at.time(), "HH:mm", locale=locale),
    )


def _when(at: datetime, locale: Locale) -> Moment:
    return _moment(at, at, locale)


def _offer(offer: EarlierOffer, locale: Locale) -> Offer:
    return Offer(
        time=_moment(offer.starts_at, offer.ends_at, locale),
        until=_when(offer.answer_until, locale),
    )


def _attach(mail: EmailMessage, file: Invitation) -> None:
    """Once as an alternative, which calendars read, and once as a file, which people open (RFC 6047)."""
    content = file.content.decode()
    mail.add_alternative(content, subtype="calendar", params={"method": file.method})
    mail.add_attachment(
        content, subtype="calendar", filename="appointment.ics", params={"method": file.method}
    )


def _recipient(address: str) -> Address:
    try:
        return Address(addr_spec=address.strip())
    except (HeaderParseError, ValueError, IndexError):
        raise NeverSent from None
