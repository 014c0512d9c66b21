"""What a notice about a means of logging in says; no more of its number than helps to tell it from another.

It has no link into the platform: a mail that looks like it could lead anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.notify.domain import delivery as kinds
from services.notify.domain.letter import Facts, Gettext, Moment
from services.notify.domain.sections import closing, instant, without_link


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about one means."""

    method: str
    number_end: str
    """The last four signs, or empty."""
    time: Moment
    """When it happened; its end says nothing."""
    helpdesk_phone: str
    gone_at: Moment | None = None
    """Of a person who leaves: when everything is erased."""


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    subject: str
    heading: str
    opening: str
    facts: Facts
    lines: tuple[str, ...]
    closing: str


def write_notice(kind: str, about: Told, _: Gettext) -> NoticeLetter:
    """The letter of this kind about one means of logging in."""
    heading, opening = _WORDS[kind](_)
    return NoticeLetter(
        subject=_("Security of your account with the CNS: %(what)s") % {"what": heading},
        heading=heading,
        opening=opening,
        facts=_facts(about, _),
        lines=(
            *_until(kind, about, _),
            _("If you did this or asked for it, you need do nothing."),
            _("If not, please call the Guichet.lu helpdesk at once: %(phone)s")
            % {"phone": about.helpdesk_phone},
            without_link(_),
        ),
        closing=closing(_),
    )


def write_farewell(_: Gettext) -> NoticeLetter:
    """The last letter to a person: his address is erased with the rest."""
    return NoticeLetter(
        subject=_("Your account with the CNS has been erased"),
        heading=_("Your account has been erased"),
        opening=_(
            "As you had asked, your account for video consultations with the CNS is erased, with your private"
            " space, your means of logging in and your personal data in past appointments."
        ),
        facts=(),
        lines=(
            _(
                "For one year we keep who did what and when in your account, without your name and without"
                " anything that you typed."
            ),
            _("You can register again at any time; you then begin anew."),
        ),
        closing=closing(_),
    )


def _until(kind: str, about: Told, _: Gettext) -> tuple[str, ...]:
    if kind != kinds.PERSON_LEAVING or about.gone_at is None:
        return ()
    line = _("On %(date)s everything is erased for good. Until then log in if you want to stay after all.")
    return (line % {"date": about.gone_at.date},)


def _facts(about: Told, _: Gettext) -> Facts:
    number = ((_("Number ends in"), about.number_end),) if about.number_end else ()
    return ((_("Means of logging in"), _named(about.method, _)), *number, (_("When"), instant(about.time, _)))


def _named(method: str, _: Gettext) -> str:
    names = {
        "luxtrust": _("LuxTrust certificate"),
        "eidas": _("electronic identity of another country (eIDAS)"),
    }
    return names.get(method) or _("electronic identity")


Words = tuple[str, str]
"""Heading and opening."""


def _registered(_: Gettext) -> Words:
    return (
        _("A means of logging in has been registered"),
        _("The means below opens your account for video consultations with the CNS from now on."),
    )


def _linked(_: Gettext) -> Words:
    return (
        _("A means of logging in has been added"),
        _("The means below opens your account for video consultations with the CNS too from now on."),
    )


def _revoked(_: Gettext) -> Words:
    return (
        _("A means of logging in has been revoked"),
        _("The means below was revoked in your account. Nobody can log in with it any more."),
    )


def _revoked_by_cns(_: Gettext) -> Words:
    return (
        _("The helpdesk has revoked a means of logging in"),
        _("The helpdesk has revoked the means below. Nobody can log in with it any more."),
    )


def _reinstated(_: Gettext) -> Words:
    return (
        _("A revoked means of logging in is valid again"),
        _("The helpdesk has undone the revocation of the means below. It opens your account again."),
    )


def _address_changed(_: Gettext) -> Words:
    return (
        _("Your e-mail address has been changed"),
        _("From now on we write to this address when something changes in your account with the CNS."),
    )


def _address_left(_: Gettext) -> Words:
    return (
        _("We no longer write to this address"),
        _(
            "Another e-mail address was given and confirmed for your account with the CNS."
            " It was done by whoever had logged in with the means below."
        ),
    )


def _exported(_: Gettext) -> Words:
    return (
        _("The data held on you were downloaded"),
        _("All that we hold on you was put together and downloaded by whoever had logged in as below."),
    )


def _leaving(_: Gettext) -> Words:
    return (
        _("Your account is going to be erased"),
        _("Whoever had logged in as below has asked to erase your account with all that belongs to it."),
    )


def _stayed(_: Gettext) -> Words:
    return (
        _("Your account stays"),
        _("The wish to erase your account was taken back by whoever had logged in as below."),
    )


_WORDS: dict[str, Callable[[Gettext], Words]] = {
    kinds.CREDENTIAL_REGISTERED: _registered,
    kinds.CREDENTIAL_LINKED: _linked,
    kinds.CREDENTIAL_REVOKED: _revoked,
    kinds.CREDENTIAL_REVOKED_BY_CNS: _revoked_by_cns,
    kinds.CREDENTIAL_REINSTATED: _reinstated,
    kinds.ADDRESS_CHANGED: _address_changed,
    kinds.ADDRESS_LEFT: _address_left,
    kinds.PERSON_EXPORTED: _exported,
    kinds.PERSON_LEAVING: _leaving,
    kinds.PERSON_STAYED: _stayed,
}
