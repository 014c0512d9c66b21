"""Secrets of machine clients: made here, shown once, kept nowhere.

From the form to the page that shows it, a secret can be made again out of a seed in the session, which is
sealed (decision 70): a form that is sent twice registers one secret.  With that page the seed is gone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.machines.blueprint import blueprint
from services.contracts.machines import GetMachine

_SEED, _TO_SHOW = "machine_secret_seed", "machine_secret_to_show"


def begin() -> None:
    """A form that may make a secret is shown: what an earlier one has made and nobody saw is given up."""
    session[_SEED] = secrets.token_hex(32)
    session.pop(_TO_SHOW, None)


def digest_for(client_id: str) -> str:
    """Of the secret that this client will have: its SHA-256, the one form that leaves this process."""
    session.setdefault(_SEED, secrets.token_hex(32))
    return hashlib.sha256(_secret(client_id).encode()).hexdigest()


def to_be_shown(client_id: str) -> Any:
    """Lead to the one page that shows the secret."""
    session[_TO_SHOW] = client_id
    return redirect(url_for("console_machines.show_secret", client_id=client_id), 303)


@blueprint.get("/<client_id>/secret")
@desk.administers
def show_secret(client_id: str) -> Any:
    """Once; afterwards nobody knows it here, and the page leads on.  Errors: NotFound(client)."""
    machine = ask(GetMachine(client_id=client_id))
    if session.pop(_TO_SHOW, "") != client_id or _SEED not in session:
        flash(_("A secret is shown only once. If it got lost, make a new one."))
        return redirect(url_for("console_machines.show", client_id=client_id), 303)
    found = _secret(client_id)
    del session[_SEED]
    return render_template("console/machines/secret.html", machine=machine, secret=found)


def _secret(client_id: str) -> str:
    """256 bits, another one for each client and each seed."""
    made = hmac.new(bytes.fromhex(session[_SEED]), client_id.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()
