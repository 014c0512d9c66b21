"""The forms of spaces and their members; whether what was typed can be so, `spaces` says."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from gateway.errors import sentence_of
from gateway.forms.base import Form
from gateway.forms.fields import AreaField, RadioField, TextField
from gateway.forms.person import fault_sentence, tidy
from gateway.forms.planning import filled
from gateway.forms.rules import chosen
from services.contracts.certificate_number import fault
from services.contracts.errors import InvalidField
from services.contracts.members import ALL_CERTIFICATES, THIS_CERTIFICATE
from services.contracts.space_access import ADMINISTRATOR, EDITOR, MANAGER, READER

_FAULTS: dict[tuple[str, str], Any] = {
    ("number", "missing"): _l("Enter the number of the certificate."),
    ("number", "blank"): _l("Type the 20 digits without blanks between them."),
    ("number", "digits"): _l("The number has digits only, 20 of them."),
    ("number", "length"): _l("The number has exactly 20 digits. Compare it with the certificate."),
    ("number", "own"): _l("This is your own certificate: you are in this space already."),
    ("number", "member"): _l("Somebody with this certificate is a member already."),
    ("number", "invited"): _l("This certificate is invited already. You can send that invitation again."),
    ("limit", "range"): _l("Enter a number above the present limit, at most 100."),
}

ROLE_CHOICES = (
    (ADMINISTRATOR, _l("Administrator"), _l("Everything: works, signs, invites and removes members")),
    (MANAGER, _l("Manager"), _l("Works in the space and signs for it")),
    (EDITOR, _l("Editor"), _l("Works in the space: books appointments and joins them")),
    (READER, _l("Reader"), _l("Sees what is there")),
)
_SCOPE_CHOICES = (
    (THIS_CERTIFICATE, _l("This certificate only")),
    (ALL_CERTIFICATES, _l("All registered certificates of this person")),
)
_CHOOSE = _l("Choose one of the possibilities.")


def _number(form: Any, field: Any) -> None:
    rule = fault(field.data or "")
    if rule:
        raise StopValidation(str(_FAULTS["number", rule]))


class SpaceForm(Form):
    """Shows what `spaces` complains of at the field that it names."""

    def show(self, fault: InvalidField) -> bool:
        """False if the form has no such field."""
        known = _FAULTS.get((fault.args[0], fault.args[1]))
        general = fault_sentence(fault) if fault.args[0] == "email" else sentence_of(fault)
        return self.blame(fault, str(known or general))


class NameForm(SpaceForm):
    name = TextField(
        _l("Name of the space"),
        [filled],
        description=_l("For example the company, the branch or the practice; up to 100 characters"),
    )


class ReasonForm(SpaceForm):
    reason = AreaField(
        _l("Why do you need more spaces?"),
        [filled],
        description=_l("The helpdesk reads this. Up to 500 characters."),
    )


class DecisionForm(SpaceForm):
    limit = TextField(
        _l("New limit"),
        description=_l("Above the present one, at most 100. Leave it empty to refuse."),
        inputmode="numeric",
        classes="govuk-input--width-3",
    )
    reason = AreaField(_l("Reason"), [filled], description=_l("It is kept; the person does not see it."))


class InviteForm(SpaceForm):
    name = TextField(
        _l("First and last name"),
        [filled],
        description=_l("As they stand on the certificate"),
        autocomplete="off",
    )
    email = TextField(
        _l("E-mail address"),
        [tidy(_l("Enter the person's e-mail address."))],
        description=_l("The invitation is sent there."),
        autocomplete="off",
        input_type="email",
    )
    number = TextField(
        _l("Number of the certificate (SSN)"),
        [_number],
        description=_l("20 digits, without blanks. The person finds it under “My spaces”."),
        autocomplete="off",
        inputmode="numeric",
        classes="govuk-input--width-20",
    )
    scope = RadioField(_l("What opens the space?"), [chosen(_CHOOSE)], choices=_SCOPE_CHOICES)
    role = RadioField(_l("Role"), [chosen(_CHOOSE)], choices=ROLE_CHOICES)


class RoleForm(SpaceForm):
    role = RadioField(_l("Role"), [chosen(_CHOOSE)], choices=ROLE_CHOICES)
