"""The waiting list: asking for an earlier time, and answering an offer, by link or in a space.

Only a POST changes anything, and a second click finds what the first one did.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from gateway.access import registered_citizen
from gateway.blueprints.change import company, link, space
from gateway.blueprints.earlier.pages import add_pages
from gateway.blueprints.earlier.shown import earlier_wish
from gateway.room_access import has_room


def register(app: Flask) -> None:
    by_link = Blueprint("earlier_by_link", __name__, url_prefix="/appointment/earlier")
    in_space = Blueprint(
        "earlier_in_space", __name__, url_prefix="/space/appointments/<appointment_id>/earlier"
    )
    for_company = Blueprint("earlier_for_company", __name__, url_prefix=f"{company.ADDRESS}/earlier")
    add_pages(by_link, has_room, link.find)
    add_pages(in_space, registered_citizen, space.find)
    add_pages(for_company, registered_citizen, company.find)
    for blueprint in (by_link, in_space, for_company):
        app.register_blueprint(blueprint)
    app.jinja_env.globals["earlier_wish"] = earlier_wish
