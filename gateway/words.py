"""The words for codes of the contracts, in the reader's language; a code without words is shown as it is.

What can be booked has its words from the back office: `booking` tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway import backends
from services.contracts.booking import Appointment
from services.contracts.subjects import Kind

CALL_LANGUAGES: dict[str, Any] = {
    "lb": _l("Luxembourgish"),
    "fr": _l("French"),
    "de": _l("German"),
    "en": _l("English"),
}

METHODS: dict[str, Any] = {
    "none": _l("not identified"),
    "luxtrust": "LuxTrust",
    "eidas": "eIDAS",
    "staff": _l("staff"),
    "portal": _l("state portal"),
    "back-office": _l("booked by CNS"),
}

LEVELS: dict[str, Any] = {"low": _l("low"), "substantial": _l("substantial"), "high": _l("high")}
PROVIDERS: dict[str, Any] = {
    "luxtrust": "LuxTrust",
    "eidas": _l("eID of another European country (eIDAS)"),
    "portal": _l("Portal of the Luxembourg state"),
    "staff": _l("Staff account"),
}

CREDENTIAL_STATES: dict[str, Any] = {
    "seen": _l("not registered"),
    "registered": _l("registered"),
    "revoked": _l("revoked"),
}
STATES: dict[str, Any] = {
    "booked": _l("booked"),
    "arrived": _l("arrived"),
    "in_call": _l("in the call"),
    "cancelled": _l("cancelled"),
    "held": _l("held"),
    "no_show": _l("missed"),
    "technical_failure": _l("could not be held"),
}

STEPS: dict[str, Any] = {
    "held": _l("time reserved"),
    "renewed": _l("reservation extended"),
    "lapsed": _l("reservation lapsed"),
    "booked": _l("booked"),
    "moved": _l("moved"),
    "reassigned": _l("given to another agent"),
    "displaced": _l("without an agent"),
    "restored": _l("stands after all"),
    "cancelled": _l("cancelled"),
    "link_renewed": _l("link revoked, new one made"),
    "owner_changed": _l("passed on to the same person's other account"),
    "erased": _l("personal data erased"),
    "arrived": _l("citizen arrived"),
    "in_call": _l("call began"),
    "ended_held": _l("held"),
    "ended_no_show": _l("missed"),
    "ended_technical_failure": _l("could not be held"),
    "case_file_begun": _l("document to be handed over to the case file"),
    "case_file_filed": _l("document handed over to the case file"),
    "case_file_dropped": _l("document not handed over to the case file"),
    "case_file_unsettled": _l("document deleted here before the case file had answered"),
    "identity_seen": _l("identity copy looked at"),
    "identity_matches": _l("identity copy matches"),
    "identity_differs": _l("identity copy does not match"),
    "identity_unreadable": _l("identity copy cannot be read"),
}
"""What the audit trail says."""

COMPARISONS: dict[str, Any] = {
    "matches": _l("Yes, it matches"),
    "differs": _l("No, it does not match"),
    "unreadable": _l("It cannot be read"),
}

CHANNELS: dict[str, Any] = {
    "page": _l("booking pages"),
    "link": _l("personal link"),
    "account": _l("account and log-in"),
    "space": _l("private space"),
    "console": _l("console"),
    "api": _l("service API"),
}

MAILS: dict[str, Any] = {
    "confirmation": _l("Confirmation"),
    "confirmation_again": _l("Confirmation, sent again"),
    "moved": _l("New time"),
    "cancelled": _l("Cancellation"),
    "cancelled_by_cns": _l("Cancellation by CNS"),
    "displaced": _l("Request to choose another time"),
    "restored": _l("The time stands after all"),
    "link_renewed": _l("New link"),
    "earlier_offer": _l("Offer of an earlier time"),
    "reminder_day": _l("Reminder, a day before"),
    "reminder_hour": _l("Reminder, an hour before"),
    "agent_missing": _l("Alarm to those on duty: nobody is there"),
    "citizen_alone": _l("Alarm to those on duty: the citizen waits alone"),
    "credential_registered": _l("Means of logging in registered"),
    "credential_linked": _l("Means of logging in added"),
    "credential_revoked": _l("Means of logging in revoked"),
    "credential_revoked_by_cns": _l("Means of logging in revoked by the helpdesk"),
    "credential_reinstated": _l("Means of logging in valid again"),
    "address_changed": _l("E-mail address changed"),
    "address_left": _l("E-mail address changed, to the address before"),
    "person_exported": _l("Data downloaded"),
    "person_leaving": _l("Account going to be erased"),
    "person_stayed": _l("Account stays"),
    "space_limit_raised": _l("More spaces allowed"),
    "space_limit_refused": _l("More spaces not allowed"),
}
MAIL_STATES: dict[str, Any] = {
    "pending": _l("is being sent"),
    "sent": _l("sent"),
    "failed": _l("could not be sent"),
    "superseded": _l("not needed any more"),
    "no_address": _l("no e-mail address: to be printed"),
}

ENTRIES: dict[str, tuple[Any, Any]] = {
    "calendar": (_l("Calendar"), _l("New calendar")),
    "agent": (_l("Agent"), _l("New agent")),
    "kind": (_l("Kind of appointment"), _l("New kind of appointment")),
    "subject": (_l("Subject"), _l("New subject")),
    "absence": (_l("Absence"), ""),
}
"""What can be planned: its name, and that of a new one."""


def named(names: Mapping[str, str], code: str) -> str:
    """What the back office calls it in the reader's language."""
    return names.get(str(get_locale()).partition("_")[0], code)


def subject(code: str) -> str:
    found = backends.subject(code)
    return named(found.names, code) if found else code


def topic(subject_code: str, code: str) -> str:
    """A topic of that subject, one that it had before among them."""
    found = backends.subject(subject_code)
    return named(found.topic_names.get(code, {}), code) if found else code


def applicant(appointment: Appointment) -> str:
    """The applicant's name; what stands in its place once nobody is named any more."""
    named = appointment.applicant
    return f"{named.first_name} {named.last_name}".strip() or str(STEPS["erased"])


def call_language(code: str) -> str:
    return str(CALL_LANGUAGES.get(code, code))


def kind(found: Kind) -> str:
    """Name of a kind of appointment, with its length."""
    name = named(found.names, found.code)
    return str(_("%(name)s, %(minutes)s minutes", name=name, minutes=found.minutes))


def assurance(method: str, level: str) -> str:
    """How somebody is identified: `eIDAS (substantial)`."""
    return f"{means(method)} ({LEVELS.get(level, level)})" if level else means(method)


def state(code: str) -> str:
    return str(STATES.get(code, code))


def provider(code: str) -> str:
    return str(PROVIDERS[code]) if code in PROVIDERS else str(_("Other provider (%(code)s)", code=code))


def means(code: str) -> str:
    """How somebody has logged in, without the level."""
    return str(METHODS[code]) if code in METHODS else provider(code)


def credential_state(code: str) -> str:
    return str(CREDENTIAL_STATES.get(code, code))


def device(browser: str, system: str) -> str:
    """`Firefox on Linux`, as far as it is known."""
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Unknown device"))


def step(code: str) -> str:
    return str(STEPS.get(code, code))


def comparison(result: str) -> str:
    """What came of comparing an identity copy with the person in the picture."""
    return str(COMPARISONS.get(result, result))


def channel(code: str) -> str:
    return str(CHANNELS.get(code, code))


def mail(kind: str) -> str:
    return str(MAILS.get(kind, kind))


def mail_state(code: str) -> str:
    return str(MAIL_STATES.get(code, code))


def entry(what: str) -> str:
    return str(ENTRIES[what][0]) if what in ENTRIES else what


def new_entry(what: str) -> str:
    return str(ENTRIES[what][1]) if what in ENTRIES else what
