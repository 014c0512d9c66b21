"""Who is invited to a space gets a mail, once for each sending, and none that has become needless."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from services.contracts.errors import InvalidField, ServiceTimeout
from services.contracts.members import InvitationMail, MemberInvited
from services.contracts.notify import ListInvitationMails
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.domain.delivery import FAILED, INVITATION, PENDING, SENT, SUPERSEDED, Message
from services.notify.invitations import Invitations
from services.notify.ports import NeverSent
from services.notify.usecases import Notifier
from tests.unit.notify.fakes import Deliveries, World
from tests.unit.notify.mails import COMPOSER, arrived, text_of
from tests.unit.notify.samples import NOW

MAIL = InvitationMail(
    name="Tom Beispiel",
    email="tom@mail.example",
    language="de",
    space_name="Praxis <Muster>",
    company_name="Muster S.à r.l.",
    invited_by="Léa Muster",
    number_end="0002",
    role="manager",
    state="open",
    sendings=1,
    expires_at=datetime(2026, 12, 7, 12, tzinfo=UTC),
)


class Spaces(World):
    """Spaces, with the composer and the mail server of the others."""

    def __init__(self) -> None:
        super().__init__()
        self.mail: InvitationMail | None = MAIL
        self.away = 0

    def invitation(self, space_id: str, invitation_id: str) -> InvitationMail | None:
        if self.away:
            self.away -= 1
            raise ServiceTimeout("spaces")
        return self.mail


@pytest.fixture
def world() -> Spaces:
    return Spaces()


@pytest.fixture
def invitations(notifier: Notifier) -> Invitations:
    return Invitations(notifier)


def told(sending: int = 1) -> MemberInvited:
    return MemberInvited(
        event_id=f"event-{sending}",
        occurred_at=NOW,
        space_id="space-1",
        invitation_id="invitation-1",
        sending=sending,
    )


def states(kept: Deliveries) -> list[str]:
    return [delivery.state for delivery in kept.kept.values()]


def test_event_that_comes_often_makes_one_mail(invitations: Invitations, world: Spaces) -> None:
    for _ in range(50):
        invitations.invited(told())
    assert world.sent == ["space-1|space_invitation|1|invitation-1"]


def test_each_sending_is_mailed_and_an_older_one_is_needless(
    invitations: Invitations, world: Spaces, kept: Deliveries
) -> None:
    invitations.invited(told())
    world.mail = replace(MAIL, sendings=3)
    invitations.invited(told(2))
    invitations.invited(told(3))
    assert states(kept) == [SENT, SUPERSEDED, SENT]


@pytest.mark.parametrize("state", ["withdrawn", "accepted", "refused", "expired"])
def test_what_is_over_is_not_mailed(
    invitations: Invitations, world: Spaces, kept: Deliveries, state: str
) -> None:
    world.mail = replace(MAIL, state=state)
    invitations.invited(told())
    assert (states(kept), world.sent) == ([SUPERSEDED], [])


def test_an_invitation_that_is_gone_is_not_mailed(
    invitations: Invitations, world: Spaces, kept: Deliveries
) -> None:
    world.mail = None
    invitations.invited(told())
    assert states(kept) == [SUPERSEDED]


def test_while_spaces_do_not_answer_the_mail_waits(
    invitations: Invitations, world: Spaces, kept: Deliveries
) -> None:
    world.away = 1
    invitations.invited(told())
    assert states(kept) == [PENDING]


def test_an_address_that_is_none_ends_it(invitations: Invitations, world: Spaces, kept: Deliveries) -> None:
    world.mail = replace(MAIL, email="nobody")
    invitations.invited(told())
    assert states(kept) == [FAILED]


def test_the_inviting_side_sees_how_far_each_mail_is(invitations: Invitations, world: Spaces) -> None:
    invitations.invited(told())
    world.mail = replace(MAIL, sendings=2, email="nobody")
    invitations.invited(told(2))
    for sending, state in ((1, {"invitation-1": SENT}), (2, {"invitation-1": FAILED}), (3, {})):
        asked = ListInvitationMails(space_id="space-1", sendings={"invitation-1": sending})
        assert invitations.mails(asked).states == state


def test_not_too_many_are_asked_for_at_once(invitations: Invitations) -> None:
    asked = ListInvitationMails(space_id="space-1", sendings={str(number): 1 for number in range(101)})
    with pytest.raises(InvalidField, match="sendings"):
        invitations.mails(asked)


def compose(**changes: str) -> EmailMessage:
    """The mail as it arrives: written, sent as bytes, read again."""
    message = Message(INVITATION, "", 1, "invitation-1", space_id="space-1")
    return arrived(COMPOSER.compose_invitation(message, replace(MAIL, **changes), NOW))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_says_who_invites_where_and_with_which_certificate(language: str) -> None:
    mail = compose(language=language)
    for subtype in ("plain", "html"):
        text = text_of(mail, subtype)
        assert "https://video.cns.example/spaces/invitations/space-1/invitation-1" in text
        for said in ("Tom Beispiel", "Léa Muster", "Muster S.à r.l.", "0002"):
            assert said in text
    assert mail["Content-Language"] == language


def test_what_somebody_typed_is_text_and_stands_in_no_header() -> None:
    mail = compose(space_name="<b>x</b>", invited_by="Eve")
    assert "<b>x</b>" not in text_of(mail, "html")
    assert "&lt;b&gt;x" in text_of(mail, "html")
    assert "Eve" not in str(mail.items())
    assert mail["Subject"].startswith("Einladung in einen beruflichen Bereich")


def test_a_line_break_in_the_address_is_never_sent() -> None:
    with pytest.raises(NeverSent):
        compose(email="a@b.example\r\nBcc: victim@c.example")
