"""Invitations to a space: by the number of a certificate, answered once and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.contracts import members as m
from services.contracts.errors import (
    AlreadyMember,
    InvalidField,
    InvitationForOther,
    InvitationOver,
    MailedTooOften,
    NotFound,
    TooManyMembers,
)
from services.contracts.members import MOST_MEMBERS
from services.contracts.space_access import Actor
from services.spaces.domain.people import bear_a_name
from services.spaces.domain.space import MOST_ENDED
from tests.unit.spaces.world import ANNE, LEA, TOM, World, names, person

# --- inviting ----------------------------------------------------------------------------


def test_who_is_invited_finds_it_after_the_log_in_and_accepts(world: World) -> None:
    space_id = world.opened().space_id
    world.invite(space_id, TOM, "manager")
    card = world.overview(TOM).invitations[0]
    assert (card.space_name, card.company_name, card.invited_by, card.role) == (
        "Muster",
        "Muster S.à r.l.",
        "Léa Muster",
        "manager",
    )
    assert world.answer(space_id, card.invitation_id, TOM).accepted
    assert world.overview(TOM).invitations == ()
    assert [(one.name, one.role) for one in world.overview(TOM).professional] == [("Muster", "manager")]
    assert names(world, space_id) == [("Léa Muster", "administrator"), ("Tom Beispiel", "manager")]


def test_who_refuses_is_no_member_and_the_administrator_sees_it(world: World) -> None:
    space_id = world.opened().space_id
    invitation = world.invite(space_id, TOM)
    assert not world.answer(space_id, invitation.invitation_id, TOM, accept=False).accepted
    shown = world.members.list(m.ListMembers(actor=LEA, space_id=space_id))
    assert [(one.name, one.state, one.email) for one in shown.invitations] == [
        ("Tom Beispiel", "refused", "")
    ]
    assert world.overview(TOM).professional == ()


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("", "missing"),
        ("1" * 19, "length"),
        ("1" * 21, "length"),
        ("1" * 10 + " " + "1" * 10, "blank"),
        (" " + "1" * 20, "blank"),
        ("1" * 19 + "x", "digits"),
        ("١" * 20, "digits"),
        (LEA.number, "own"),
    ],
)
def test_a_number_that_cannot_be_is_named_with_its_rule(world: World, number: str, rule: str) -> None:
    space_id = world.opened().space_id
    with pytest.raises(InvalidField) as refused:
        world.invite(space_id, TOM, number=number)
    assert refused.value.details == {"field": "number", "rule": rule}
    assert world.spaces.spaces[space_id].invitations == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "nobody"),
        ("email", ""),
        ("scope", "all"),
        ("role", "owner"),
        ("language", "xx"),
    ],
)
def test_other_wrong_fields_are_named_too(world: World, field: str, value: str) -> None:
    space_id = world.opened().space_id
    with pytest.raises(InvalidField) as refused:
        world.members.invite(replace(world.inviting(space_id, TOM), **{field: value}))
    assert refused.value.details["field"] == field


def test_a_certificate_is_invited_once_and_a_member_not_at_all(world: World) -> None:
    space_id = world.opened().space_id
    invitation = world.invite(space_id, TOM)
    with pytest.raises(InvalidField, match="invited"):
        world.invite(space_id, TOM)
    world.answer(space_id, invitation.invitation_id, TOM)
    with pytest.raises(InvalidField, match="member"):
        world.invite(space_id, TOM)


def test_the_same_key_invites_once_and_mails_once(world: World) -> None:
    space_id = world.opened().space_id
    request = world.inviting(space_id, TOM)
    assert world.members.invite(request) == world.members.invite(request)
    assert [type(event).__name__ for event in world.spaces.told].count("MemberInvited") == 1


def test_a_space_has_so_many_members_and_no_more(world: World) -> None:
    space_id = world.opened().space_id
    for number in range(10, 9 + MOST_MEMBERS):
        world.invite(space_id, person("Somebody", number))
    with pytest.raises(TooManyMembers, match="50"):
        world.invite(space_id, TOM)


def test_an_invitation_runs_out_after_two_weeks_and_can_be_sent_again(world: World) -> None:
    space_id = world.opened().space_id
    invitation = world.invite(space_id, TOM)
    world.later(days=14)
    assert world.overview(TOM).invitations == ()
    with pytest.raises(InvitationOver, match="expired"):
        world.answer(space_id, invitation.invitation_id, TOM)
    again = m.ResendInvitation(
        actor=LEA, space_id=space_id, invitation_id=invitation.invitation_id, sendings=1
    )
    for _click in range(2):
        assert world.members.resend(again).invitations[0].sendings == 2
    assert [event.sending for event in world.spaces.told if isinstance(event, m.MemberInvited)] == [1, 2]
    assert world.answer(space_id, invitation.invitation_id, TOM).accepted


def test_one_that_has_run_out_is_not_sent_again_where_others_have_taken_its_place(world: World) -> None:
    space_id = world.opened().space_id
    old = world.invite(space_id, TOM)
    world.later(days=14)
    for number in range(10, 9 + MOST_MEMBERS):
        world.invite(space_id, person("Somebody", number))
    again = m.ResendInvitation(actor=LEA, space_id=space_id, invitation_id=old.invitation_id, sendings=1)
    with pytest.raises(TooManyMembers, match="50"):
        world.members.resend(again)


def test_one_invitation_is_mailed_five_times_at_most(world: World) -> None:
    space_id = world.opened().space_id
    invitation = world.invite(space_id, TOM)
    for sendings in range(1, 5):
        request = m.ResendInvitation(
            actor=LEA, space_id=space_id, invitation_id=invitation.invitation_id, sendings=sendings
        )
        world.members.resend(request)
    with pytest.raises(MailedTooOften, match="5"):
        world.members.resend(replace(request, sendings=5))


# --- answering what cannot be answered ---------------------------------------------------


def test_an_invitation_is_accepted_once(world: World) -> None:
    space_id = world.opened().space_id
    invitation_id = world.invite(space_id, TOM).invitation_id
    for _delivery in range(2):
        assert world.answer(space_id, invitation_id, TOM, key="one click").accepted
    with pytest.raises(InvitationOver, match="accepted"):
        world.answer(space_id, invitation_id, TOM, key="another click")
    assert len(names(world, space_id)) == 2


def test_a_withdrawn_invitation_is_over(world: World) -> None:
    space_id = world.opened().space_id
    invitation_id = world.invite(space_id, TOM).invitation_id
    request = m.WithdrawInvitation(actor=LEA, space_id=space_id, invitation_id=invitation_id)
    assert world.members.withdraw(request) == world.members.withdraw(request)
    with pytest.raises(InvitationOver, match="withdrawn"):
        world.answer(space_id, invitation_id, TOM)
    assert world.overview(TOM).invitations == ()


def test_an_answered_invitation_is_not_withdrawn(world: World) -> None:
    space_id = world.opened().space_id
    invitation_id = world.invite(space_id, TOM).invitation_id
    world.answer(space_id, invitation_id, TOM)
    with pytest.raises(InvitationOver, match="accepted"):
        world.members.withdraw(
            m.WithdrawInvitation(actor=LEA, space_id=space_id, invitation_id=invitation_id)
        )


def test_an_invitation_to_a_deleted_space_is_over_until_that_is_restored(world: World) -> None:
    space_id = world.opened().space_id
    invitation_id = world.invite(space_id, TOM).invitation_id
    world.delete(space_id)
    with pytest.raises(InvitationOver, match="space_deleted"):
        world.answer(space_id, invitation_id, TOM)
    assert world.overview(TOM).invitations == ()
    world.later(days=30)
    with pytest.raises(NotFound, match="invitation"):
        world.answer(space_id, invitation_id, TOM)


@pytest.mark.parametrize(
    "stranger",
    [
        person("Tom Beispiel", 9),
        replace(TOM, name="Otto Aussen"),
        replace(TOM, number=""),
    ],
    ids=["another certificate", "the number of a stranger, mistyped", "no number"],
)
def test_nobody_else_answers_an_invitation(world: World, stranger: Actor) -> None:
    space_id = world.opened().space_id
    invitation_id = world.invite(space_id, TOM).invitation_id
    for accept in (True, False):
        with pytest.raises(InvitationForOther):
            world.answer(space_id, invitation_id, stranger, accept=accept)
    assert world.overview(stranger).invitations == ()
    assert len(world.overview(TOM).invitations) == 1


def test_who_is_a_member_by_one_certificate_does_not_come_in_by_another_too(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM)
    second = replace(TOM, credential_id="c-9", number="9" * 20)
    invitation_id = world.invite(space_id, second).invitation_id
    with pytest.raises(AlreadyMember):
        world.answer(space_id, invitation_id, second)


@pytest.mark.parametrize(
    ("typed", "on_the_certificate", "same"),
    [
        ("Léa Muster", "MUSTER LEA", True),
        ("Tom Beispiel", "Thomas Beispiel", True),
        ("Anne Müller-Exemple", "Anne Exemple", True),
        ("Léa Muster", "Tom Beispiel", False),
        ("A. B", "A. B", False),
        ("Maria da Silva", "João da Costa", False),
        ("Van Le", "LE Van", True),
    ],
)
def test_names_are_compared_as_people_write_them(typed: str, on_the_certificate: str, same: bool) -> None:
    assert bear_a_name(typed, on_the_certificate) is same


# --- what is shown, kept and mailed -------------------------------------------------------


def test_invitations_are_shown_to_administrators_alone(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, ANNE, "manager")
    world.invite(space_id, TOM)
    assert world.members.list(m.ListMembers(actor=ANNE, space_id=space_id)).invitations == ()


def test_what_was_not_accepted_is_forgotten_after_three_months(world: World) -> None:
    space_id = world.opened().space_id
    invitation_id = world.invite(space_id, TOM).invitation_id
    world.answer(space_id, invitation_id, TOM, accept=False)
    world.later(days=90)
    world.tending.sweep()
    assert world.spaces.spaces[space_id].invitations == ()


def test_nobody_fills_a_space_by_inviting_and_withdrawing(world: World) -> None:
    space_id = world.opened().space_id
    world.invite(space_id, ANNE)
    for _time in range(MOST_ENDED + 5):
        withdrawn = world.invite(space_id, TOM)
        world.members.withdraw(
            m.WithdrawInvitation(actor=LEA, space_id=space_id, invitation_id=withdrawn.invitation_id)
        )
    world.invite(space_id, TOM)
    kept = world.spaces.spaces[space_id].invitations
    assert [one.state for one in kept] == ["open", *["withdrawn"] * MOST_ENDED, "open"]


def test_the_mail_asks_what_to_say_when_it_is_written(world: World) -> None:
    space_id = world.opened().space_id
    invitation_id = world.invite(space_id, TOM).invitation_id
    request = m.GetInvitationMail(space_id=space_id, invitation_id=invitation_id)
    mail = world.members.mail(request)
    assert (mail.name, mail.email, mail.number_end, mail.state, mail.language) == (
        "Tom Beispiel",
        "somebody@mail.example",
        "0002",
        "open",
        "fr",
    )
    world.delete(space_id)
    with pytest.raises(NotFound):
        world.members.mail(request)
