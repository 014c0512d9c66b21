"""What the mail says that brings the helpdesk's answer to who has asked for more professional spaces.

It has no link, as no mail about an account has one: the answer stands in the overview of the spaces.
"""

from __future__ import annotations

from services.notify.domain.delivery import SPACE_LIMIT_RAISED
from services.notify.domain.letter import Gettext, Moment
from services.notify.domain.notice import NoticeLetter
from services.notify.domain.sections import closing, instant, without_link


def write_limit(kind: str, limit: int, decided: Moment, _: Gettext) -> NoticeLetter:
    """The letter; `limit` is how many spaces the person may have made from then on."""
    is_raised = kind == SPACE_LIMIT_RAISED
    return NoticeLetter(
        subject=_("Answer to your request for more professional spaces with the CNS"),
        heading=_more(_) if is_raised else _("You cannot create more professional spaces"),
        opening=_raised(_) if is_raised else _refused(_),
        facts=((_("Professional spaces that you may create"), str(limit)), (_("When"), instant(decided, _))),
        lines=(
            _("Log in and open “My spaces” to see them all."),
            _("You did not ask for this? Then please tell the Guichet.lu helpdesk."),
            without_link(_),
        ),
        closing=closing(_),
    )


def _more(_: Gettext) -> str:
    return _("You can create more professional spaces")


def _raised(_: Gettext) -> str:
    return _("The helpdesk has answered your request: you may create more professional spaces from now on.")


def _refused(_: Gettext) -> str:
    return _(
        "The helpdesk has answered your request: the number of spaces stays as it is. You may ask again."
    )
