"""The forms of the account: what registers a credential, and the code that proves the address."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from gateway.forms.base import Form
from gateway.forms.fields import TextField
from gateway.forms.person import fault_sentence, real_email, tidy
from gateway.principals import LoggedIn
from services.contracts.errors import InvalidField

EIDAS = "eidas"
"""Who comes by this need not have a national number."""


class AddressForm(Form):
    """The address to which codes and security notices go."""

    email = TextField(
        _l("E-mail address"),
        [tidy(_l("Enter an e-mail address.")), real_email],
        description=_l("We write there when something about your means of logging in changes."),
        autocomplete="email",
        input_type="email",
    )

    def show_fault(self, fault: InvalidField) -> bool:
        """What `identity` says of a field, at the field; False for one that this form does not have."""
        name, rule = fault.args
        here = InvalidField("email" if name == "address" else name, rule)
        return self.blame(here, fault_sentence(here))


class RegistrationForm(AddressForm):
    """The address, and the national number where nobody has said it yet."""

    national_number = TextField(
        _l("National number (13 digits)"),
        [tidy(_l("Enter your national number."))],
        description=_l("It stands on the social security card."),
        inputmode="numeric",
        classes="govuk-input--width-20",
    )

    def __init__(self, who: LoggedIn, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if who.national_number:
            del self.national_number
        elif who.method == EIDAS:
            self.national_number.validators = [tidy()]
            self.national_number.label.text = _l("National number (13 digits), if you have one")


class CodeForm(Form):
    code = TextField(
        _l("Code from the mail"),
        description=_l("6 digits"),
        autocomplete="one-time-code",
        inputmode="numeric",
        classes="govuk-input--width-5",
    )

    def typed_code(self) -> str:
        """The digits, however they are grouped."""
        return "".join((self.code.data or "").replace("-", " ").split())
