"""The shape of what a source answers: strict where we rely on it, deaf to what it may add one day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.contracts.sources import Entry, Group
from services.spaces.domain.sources import Record, Subject

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^\P{C}+$")
]
"""One line without control and formatting characters: shown as it is."""
Basis = Literal["employee", "self_employed", "pensioner", "family_member", "voluntary"]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class _Address(_Part):
    street: Line
    postal_code: Line
    city: Line
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]

    def group(self) -> Group:
        return _texts("address", self, "street", "postal_code", "city", "country")


class Row(_Part, ABC):
    """One row of a register."""

    @property
    @abstractmethod
    def number(self) -> str:
        """What it is looked up by."""

    @abstractmethod
    def held(self, as_of: datetime) -> Record:
        """The row as it may be shown."""


RowT = TypeVar("RowT", bound=Row)


class InsuredPerson(Row):
    """A row of the register of insured persons."""

    national_number: Line
    first_name: Line
    last_name: Line
    birth_date: date
    basis: Basis
    health_fund: Line
    insured_since: date
    address: _Address | None = None

    @property
    def number(self) -> str:
        return self.national_number

    def held(self, as_of: datetime) -> Record:
        person = _texts("person", self, "first_name", "last_name", "national_number")
        born = Entry(name="birth_date", day=self.birth_date)
        insured = _texts("insurance", self, "basis", "health_fund")
        since = Entry(name="since", day=self.insured_since)
        groups = (
            Group(name=person.name, entries=(*person.entries, born)),
            Group(name=insured.name, entries=(*insured.entries, since)),
        )
        home = (self.address.group(),) if self.address else ()
        return Record(as_of, (*groups, *home), Subject(self.first_name, self.last_name, self.birth_date))


class Employer(Row):
    """A row of the register of employers."""

    company_id: Line
    name: Line
    employer_number: Line
    registered_since: date
    insured_employees: Annotated[int, Field(ge=0, le=1_000_000)]
    address: _Address | None = None

    @property
    def number(self) -> str:
        return self.company_id

    def held(self, as_of: datetime) -> Record:
        company = _texts("company", self, "name", "company_id", "employer_number")
        more = (
            Entry(name="since", day=self.registered_since),
            Entry(name="insured_employees", text=str(self.insured_employees)),
        )
        groups = (Group(name=company.name, entries=(*company.entries, *more)),)
        return Record(as_of, (*groups, self.address.group()) if self.address else groups)


class Answer(_Part, Generic[RowT]):
    """`record` is null where the register has none."""

    as_of: AwareDatetime
    record: RowT | None


def _texts(group: str, part: BaseModel, *names: str) -> Group:
    return Group(name=group, entries=tuple(Entry(name=name, text=getattr(part, name)) for name in names))
