"""Rules with their sentences: short functions for a field's list of validators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms.validators import StopValidation

Rule = Callable[[Any, Any], None]


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
