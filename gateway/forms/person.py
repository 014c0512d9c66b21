"""The fields of a person, with the rules that all services share (`contracts.person_rules`)."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import phonenumbers
from babel import Locale
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from gateway.backends import now
from gateway.forms.base import Form
from gateway.forms.fields import DayField, RadioField, SelectField, TextField, TickField
from gateway.forms.rules import Rule, chosen, ticked
from gateway.i18n import LANGUAGES, language, local
from services.contracts import person_rules
from services.contracts.booking import InsuredPerson, Person
from services.contracts.errors import InvalidField

NEIGHBOURS = ("LU", "FR", "DE", "BE")
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})

_FAULTS: dict[tuple[str, str], Any] = {
    ("national_number", "format"): _l("The national number has 13 digits, for example 1985041220134."),
    ("national_number", "date"): _l("The national number begins with the date of birth: year, month, day."),
    ("national_number", "check_digit"): _l("This national number is not correct. Check all 13 digits."),
    ("email", "format"): _l("Enter an e-mail address like name@example.lu."),
    ("phone", "format"): _l("Enter a phone number like +352 621 123 456."),
    ("birth_date", "range"): _l("This day cannot be a date of birth."),
}
_GENERAL: dict[str, Any] = {
    "too_long": _l("This entry is too long."),
    "characters": _l("This entry has characters that cannot be printed."),
}


def fault_sentence(fault: InvalidField) -> str:
    """What to say at the field that a person rule complains about."""
    name, rule = fault.args[0].rpartition(".")[2], fault.args[1]
    return str(_FAULTS.get((name, rule)) or _GENERAL.get(rule) or _("This entry is not valid."))


def tidy(missing: Any = None) -> Rule:
    """The shared rule of the field's name; `missing` is the sentence for an empty mandatory field."""

    def rule(form: Any, field: Any) -> None:
        try:
            field.data = person_rules.tidy(field.short_name, field.data or "")
        except InvalidField as fault:
            raise StopValidation(fault_sentence(fault)) from None
        if missing is not None and not field.data:
            raise StopValidation(str(missing))

    return rule


def real_email(form: Any, field: Any) -> None:
    """Its form alone: nothing is looked up in the network while somebody waits."""
    try:
        found = validate_email(field.data, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise StopValidation(str(_FAULTS["email", "format"])) from None
    field.data = found.normalized


def _real_phone(form: Any, field: Any) -> None:
    """A possible number, kept in international form; without a prefix it is one of the country."""
    country = form.country.data if len(form.country.data or "") == 2 else "LU"
    try:
        found = phonenumbers.parse(field.data, country)
    except phonenumbers.NumberParseException:
        raise StopValidation(str(_FAULTS["phone", "format"])) from None
    if not phonenumbers.is_possible_number(found):
        raise StopValidation(str(_FAULTS["phone", "format"]))
    field.data = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def _real_birth_date(form: Any, field: Any) -> None:
    if field.given and field.data is None:
        raise StopValidation(_("This is not a day. Enter it like 27 3 1985."))
    try:
        person_rules.check_birth_date(field.data, local(now()).date())
    except InvalidField as fault:
        raise StopValidation(fault_sentence(fault)) from None


class IdentifiedForm(Form):
    """Names, and the national number or else date and place of birth."""

    first_name = TextField(_l("First name"), [tidy(_l("Enter the first name."))], autocomplete="given-name")
    last_name = TextField(_l("Last name"), [tidy(_l("Enter the last name."))], autocomplete="family-name")
    national_number = TextField(
        _l("National number (13 digits)"),
        [tidy()],
        description=_l("It stands on the social security card."),
        inputmode="numeric",
        classes="govuk-input--width-20",
    )
    birth_date = DayField(
        _l("Date of birth"), [_real_birth_date], description=_l("For example 27 3 1985"), birth=True
    )
    birth_place = TextField(_l("Place of birth"), [tidy()])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        return self._is_identified() and valid

    def _is_identified(self) -> bool:
        """The number, or both day and place; the sentence stands at the first that is missing."""
        number, born, place = self.national_number, self.birth_date, self.birth_place
        if number.data or number.errors or born.errors or place.errors:
            return not (number.errors or born.errors or place.errors)
        if not born.given and not place.data:
            number.errors = [_("Enter the national number, or else date and place of birth.")]
        elif not born.given:
            born.errors = [_("Enter the date of birth, or else the national number.")]
        elif not place.data:
            place.errors = [_("Enter the place of birth, or else the national number.")]
        return bool(born.given and place.data)


class ContactForm(IdentifiedForm):
    """A person with the ways to reach him."""

    email = TextField(
        _l("E-mail address"),
        [tidy(_l("Enter an e-mail address: the confirmation goes there.")), real_email],
        autocomplete="email",
        input_type="email",
    )
    phone = TextField(
        _l("Phone number"),
        [tidy(_l("Enter a phone number.")), _real_phone],
        description=_l("With the country's prefix if it is not a number of the country below"),
        autocomplete="tel",
        input_type="tel",
        classes="govuk-input--width-20",
    )
    street = TextField(
        _l("Street and number"), [tidy(_l("Enter street and number."))], autocomplete="street-address"
    )
    postal_code = TextField(
        _l("Postal code"),
        [tidy(_l("Enter the postal code."))],
        autocomplete="postal-code",
        classes="govuk-input--width-10",
    )
    city = TextField(_l("Town"), [tidy(_l("Enter the town."))], autocomplete="address-level2")
    country = SelectField(_l("Country"), [chosen(_l("Choose a country."))], autocomplete="country")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries(language())


class ApplicantForm(ContactForm):
    """Step 6: who books, and for whom."""

    FIRST = ("for_whom",)
    for_whom = RadioField(
        _l("For whom is the appointment?"),
        [chosen(_l("Choose for whom the appointment is."))],
        choices=(
            ("myself", _l("For me")),
            ("another", _l("For another person"), _l("For a family member, for example")),
        ),
    )
    create_space = TickField(
        _l("Create my private space with these data, so that they are filled in next time"),
        description=_l(
            "With this you consent to the CNS keeping these data. You can withdraw that: delete the space."
        ),
    )

    def person(self) -> Person:
        return Person(**contact_of(self.data))


def _email_or_none(form: Any, field: Any) -> None:
    if field.data:
        real_email(form, field)


class CallerForm(ContactForm):
    """What an agent types for somebody who calls; the browser proposes nothing of an earlier caller."""

    consent = TickField(
        _l("The caller consents to the processing of his personal data for this appointment."),
        [ticked(_l("Read the sentence out and tick the box when the caller has said yes."))],
    )
    for_whom = RadioField(
        _l("For whom is the appointment?"),
        [chosen(_l("Choose for whom the appointment is."))],
        choices=(("myself", _l("For the caller")), ("another", _l("For another person"))),
    )
    email = TextField(
        _l("E-mail address (optional)"),
        [tidy(), _email_or_none],
        description=_l("Without one, the printed confirmation is sent by post."),
        input_type="email",
    )
    mail_language = SelectField(
        _l("Language of the confirmation"), [chosen(_l("Choose one of the possibilities."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mail_language.choices = list(LANGUAGES.items())
        propose_nothing(self)

    def error_list(self) -> list[dict[str, str]]:
        """In the order of the page, on which these two come first."""
        first = [f"#{self.consent.focus_id}", f"#{self.for_whom.focus_id}"]
        return sorted(super().error_list(), key=lambda fault: fault["href"] not in first)


def propose_nothing(form: Form) -> None:
    """The browser is not to fill in what was typed for somebody else."""
    for field in form:
        if isinstance(field, DayField):
            field.birth = False
        elif hasattr(field, "autocomplete"):
            field.autocomplete = "off"


class InsuredForm(IdentifiedForm):
    """The person whom the appointment is about, where it is not the applicant."""


class OtherPersonForm(InsuredForm):
    """The same as the applicant types it, and who of the two will speak."""

    speaks = RadioField(
        _l("Who will speak in the consultation?"),
        [chosen(_l("Choose who will speak in the consultation."))],
        choices=(("no", _l("Only I")), ("yes", _l("The other person, too"))),
    )


_IDENTITY = ("first_name", "last_name", "national_number", "birth_place")
_CONTACT = ("email", "phone", "street", "postal_code", "city", "country")


def contact_of(data: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `Person` from a form's data or a draft's typed values."""
    return {**identity_of(data), **{name: data.get(name) or "" for name in _CONTACT}}


def identity_of(data: dict[str, Any]) -> dict[str, Any]:
    """The fields of an `InsuredPerson`."""
    born = data.get("birth_date")
    return {
        **{name: data.get(name) or "" for name in _IDENTITY},
        "birth_date": born if isinstance(born, date) else _typed_day(born),
    }


def insured_of(data: dict[str, Any]) -> InsuredPerson:
    return InsuredPerson(**identity_of(data), speaks=data.get("speaks") == "yes")


def _typed_day(texts: Any) -> date | None:
    if not texts or not all(texts):
        return None
    day, month, year = map(int, texts)
    return date(year, month, day)


def typed_day(value: date | None) -> list[str]:
    """A date as the three boxes show it."""
    return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


def countries(code: str) -> list[tuple[str, str]]:
    """Every country by its name in that language, the neighbours first."""
    names = {
        territory: name
        for territory, name in Locale.parse(code).territories.items()
        if len(territory) == 2 and territory.isalpha() and territory not in _NO_COUNTRY
    }
    first = [(territory, names.pop(territory)) for territory in NEIGHBOURS]
    return [("", _("Choose a country")), *first, *sorted(names.items(), key=lambda item: _plain(item[1]))]


def _plain(name: str) -> str:
    """For sorting: without accents and case, as a reader looks for it."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)
    )
