"""The citizen's path to an appointment: one page per step, each a GET and a POST.

What is entered lives in the session; a step opens when all before it are done,
so a deep link leads to the first open one and the back button does no harm.
"""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.booking import (
    address,
    begin,
    company,
    confirmation,
    deadline,
    early,
    identity,
    keeping,
    matter,
    person,
    review,
    time,
)
from gateway.blueprints.booking.blueprint import blueprint

__all__ = [
    "address",
    "begin",
    "company",
    "confirmation",
    "deadline",
    "early",
    "identity",
    "keeping",
    "matter",
    "person",
    "register",
    "review",
    "time",
]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
