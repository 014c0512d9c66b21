"""What a space keeps of a draft: what was chosen and typed.

Never a held time, a copy of an identity document, a proved address or a code: those belong to one session.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import first_open

_TEXTS = ("subject", "kind", "topic", "language", "for_whom")
_BY, _CONSENT = "by", "consented_to"
"""Who is about to book, and to which text he has consented."""


def text_of(draft: Draft, person_id: str) -> str:
    """The draft as the JSON text that is kept."""
    kept: dict[str, Any] = {name: getattr(draft, name) for name in (*_TEXTS, "typed", "valid")}
    kept |= {_BY: person_id, _CONSENT: draft.consented_to}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def step_of(draft: Draft) -> str:
    """Where it goes on elsewhere: the first step that is not done without the time that is held here."""
    return first_open(replace(draft, hold={})).name


def take_up(draft: Draft, text: str, person_id: str) -> None:
    """Fill what was kept into a new draft; what another version of the platform wrote is left out.

    Who goes on with what a colleague began books himself: he says who he is, and consents, himself.
    """
    kept = json.loads(text)
    for name in _TEXTS:
        setattr(draft, name, _as(str, kept.get(name)))
    typed, valid = _as(dict, kept.get("typed")), _as(list, kept.get("valid"))
    is_own = kept.get(_BY) == person_id
    draft.typed = {
        step: values
        for step, values in typed.items()
        if isinstance(values, dict) and (is_own or step != "person")
    }
    draft.valid = [step for step in valid if step in draft.typed]
    draft.consented_to = _as(str, kept.get(_CONSENT)) if is_own else ""


def _as(kind: Any, value: Any) -> Any:
    """The value, or an empty one of that kind."""
    return value if isinstance(value, kind) else kind()
