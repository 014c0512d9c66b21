"""Rules with their sentences: short functions for a field's list of validators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import StopValidation

Rule = Callable[[Any, Any], None]


def filled(sentence: Any, longest: int = 100) -> Rule:
    """Mandatory text of at most `longest` characters."""

    def rule(form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation(str(sentence))
        _not_longer(field, longest)

    return rule


def at_most(longest: int) -> Rule:
    """Text that may be missing."""

    def rule(form: Any, field: Any) -> None:
        _not_longer(field, longest)
        if not field.data:
            raise StopValidation

    return rule


def chosen(sentence: Any) -> Rule:
    """One of the field's choices."""

    def rule(form: Any, field: Any) -> None:
        if field.data not in {choice[0] for choice in field.choices}:
            raise StopValidation(str(sentence))

    return rule


def ticked(sentence: Any) -> Rule:
    """A box that has to be ticked."""

    def rule(form: Any, field: Any) -> None:
        if field.data is not True:
            raise StopValidation(str(sentence))

    return rule


def _not_longer(field: Any, longest: int) -> None:
    if len(field.data or "") > longest:
        raise StopValidation(_("This entry is too long: at most %(longest)s characters.", longest=longest))
