"""The forms of machine clients: they read what was typed, and `identity` says whether it can be so."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from gateway.blueprints.console.machines import telling
from gateway.errors import sentence_of
from gateway.forms.base import Form
from gateway.forms.fields import AreaField, ManyField, RadioField, TextField
from gateway.forms.planning import filled
from gateway.forms.rules import chosen
from services.contracts.errors import InvalidField
from services.contracts.machines import Machine

OVERLAPS: tuple[tuple[str, Any], ...] = (
    ("7", _l("For 7 more days")),
    ("1", _l("For one more day")),
    ("30", _l("For 30 more days")),
    ("90", _l("For 90 more days")),
    ("0", _l("Not any more: the old one has come into the wrong hands")),
)
"""How long the keys before are valid, in days."""
_ONE_OF = _l("Choose one of the possibilities.")
_PRIVATE = _l(
    "This is a private key. Who runs the client must make a new pair now, keep the private half, and send "
    "the public one."
)
_FAULTS: dict[tuple[str, str], Any] = {
    ("client_id", "format"): _l("3 to 40 small letters, figures and hyphens."),
    ("client_id", "taken"): _l("There is one of this name already."),
    ("contact", "format"): _l("Enter an e-mail address like name@example.lu."),
    ("name", "format"): _l("One line of plain text."),
    ("public_key", "format"): _l("This is no public key: paste a JWK, or PEM with its first and last line."),
    ("public_key", "private"): _PRIVATE,
    ("public_key", "kind"): _l("Only RSA, P-256, P-384 and Ed25519 keys are possible."),
    ("public_key", "weak"): _l("An RSA key must have from 2048 to 8192 bits."),
    ("public_key", "use"): _l("This key says of itself that it is not for these signatures."),
    ("public_key", "reused"): _l("The client has this key already."),
    ("secret_digest", "reused"): _l("The client has this secret already."),
}


def _some(form: Any, field: Any) -> None:
    if not field.ticked:
        raise StopValidation(_("Choose at least one."))


def _key_if_wanted(form: Any, field: Any) -> None:
    if form.auth_method.data == "private_key_jwt":
        filled(form, field)


def version_seen() -> int:
    """The version of the client that the page showed; -1 for what is none."""
    seen = request.form.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1


class MachineForm(Form):
    """Shows the faults that `identity` finds, in words of its own."""

    def blame(self, fault: InvalidField, sentence: str = "") -> bool:
        said = _FAULTS.get((fault.args[0], fault.args[1]))
        if fault.args == ("public_key", "private"):
            self["public_key"].data = ""  # the page does not carry it once more
        return super().blame(fault, str(said) if said else sentence or sentence_of(fault))


class ProfileForm(MachineForm):
    name = TextField(_l("Name of the system"), [filled])
    contact = TextField(
        _l("E-mail address of those who run it"), [filled], input_type="email", autocomplete="off"
    )
    scopes = ManyField(_l("What it may do"), [_some], choices=tuple(telling.SCOPES.items()))

    @classmethod
    def of(cls, machine: Machine) -> ProfileForm:
        """As the client is now."""
        now = {"name": machine.name, "contact": machine.contact, "scopes": list(machine.scopes)}
        return cls(formdata=None, data=now)


class RegistrationForm(ProfileForm):
    FIRST = ("client_id",)
    client_id = TextField(
        _l("Id"),
        [filled],
        description=_l("3 to 40 small letters, figures and hyphens. It never changes."),
        autocomplete="off",
    )
    auth_method = RadioField(
        _l("How it proves itself"),
        [chosen(_ONE_OF)],
        choices=(
            (
                "private_key_jwt",
                _l("With a key of its own"),
                _l("Better: nothing secret is ever sent. Those who run it give you the public half."),
            ),
            ("client_secret", _l("With a secret that we make"), _l("You see it once, on the next page.")),
        ),
    )
    public_key = AreaField(
        _l("Public key"),
        [_key_if_wanted],
        description=_l("Only for a key of its own: a JWK, or PEM (-----BEGIN PUBLIC KEY-----)."),
    )


class KeyForm(MachineForm):
    public_key = AreaField(_l("Public key"), description=_l("A JWK, or PEM (-----BEGIN PUBLIC KEY-----)."))
    overlap = RadioField(_l("Until when is the old one valid?"), [chosen(_ONE_OF)], choices=OVERLAPS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.overlap.data is None:
            self.overlap.data = OVERLAPS[0][0]
