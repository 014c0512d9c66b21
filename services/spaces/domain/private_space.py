"""A person's one private space."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from services.contracts import spaces as contract
from services.contracts.errors import StaleVersion
from services.spaces.domain.personal_data import advised, clean, missing


@dataclass(frozen=True, slots=True)
class PrivateSpace:
    """`version` is 1 when it is made and rises with every save."""

    person_id: str
    version: int
    data: contract.PersonalData

    def saved(self, version: int, data: contract.PersonalData, today: date) -> PrivateSpace:
        """The space after a save by who read `version`; saving what stands there changes nothing.

        Errors: StaleVersion(space), InvalidField.
        """
        cleaned = clean(data, today)
        if cleaned == self.data:
            return self
        if version != self.version:
            raise StaleVersion("space")
        return replace(self, version=version + 1, data=cleaned)

    def taking_over(self, former: PrivateSpace) -> PrivateSpace:
        """The space once another one is the same person's: empty fields are filled, no other is changed."""
        blank = {
            field.name: getattr(former.data, field.name)
            for field in fields(self.data)
            if not getattr(self.data, field.name) and getattr(former.data, field.name)
        }
        return replace(self, version=self.version + 1, data=replace(self.data, **blank)) if blank else self

    def shown(self) -> contract.PrivateSpace:
        return contract.PrivateSpace(
            person_id=self.person_id,
            version=self.version,
            data=self.data,
            missing=missing(self.data),
            advised=advised(self.data),
        )


def opened(person_id: str, data: contract.PersonalData, today: date) -> PrivateSpace:
    """A new space with what is known from the log-in.  Errors: InvalidField."""
    return PrivateSpace(person_id, 1, clean(data, today))
