"""From which day on an earlier time is welcome."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.backends import now
from gateway.forms import Form, SelectField
from gateway.i18n import ZONE, day, local
from services.contracts.booking import Appointment


class WishForm(Form):
    """One question; a day that is not in the list is taken for none."""

    not_before = SelectField(_l("Not before"))

    @property
    def instant(self) -> datetime | None:
        """Begin of the chosen day by the clocks in Luxembourg; None for any day."""
        choices = {value for value, _text in self.not_before.choices if value}
        chosen = self.not_before.data
        return _midnight(date.fromisoformat(chosen)) if chosen in choices else None


def wish_form(appointment: Appointment, not_before: datetime | None) -> WishForm:
    """The form with the days up to the appointment, and the one that was chosen before."""
    form = WishForm()
    choices = [("", _("Any day"))]
    choices += [(each.isoformat(), day(each)) for each in _days(appointment)]
    form.not_before.choices = choices
    if form.not_before.data is None and not_before is not None:
        form.not_before.data = local(not_before).date().isoformat()
    return form


def _days(appointment: Appointment) -> list[date]:
    """Days from tomorrow on at which a whole slot can still lie before the appointment."""
    latest = appointment.starts_at - (appointment.ends_at - appointment.starts_at)
    tomorrow = local(now()).date() + timedelta(days=1)
    ahead = (local(latest).date() - tomorrow).days + 1
    return [tomorrow + timedelta(days=n) for n in range(ahead)]


def _midnight(chosen: date) -> datetime:
    return datetime.combine(chosen, time(), ZONE).astimezone(UTC)
