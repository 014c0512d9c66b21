"""What a provider is told about us: only where its protocol has such a document."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import NotFound
from services.identity.account_export import AccountExport
from services.identity.usecases import Identity
from tests.unit.identity.fake_persons import FakePersons, credentials_over
from tests.unit.identity.fakes import Gallery, Logins, Staff
from tests.unit.identity.machines.fakes import World
from tests.unit.identity.saml.idp import NOW
from tests.unit.nothing_stored import NothingStored, nothing_swept


@dataclass(frozen=True)
class Publishing(Gallery):
    code: str = "eidas"

    def metadata(self) -> str:
        return "<md:EntityDescriptor/>"


@pytest.fixture
def identity() -> Identity:
    clock, persons = ManualClock(NOW), FakePersons()
    return Identity(
        clock=clock,
        providers=(Gallery(), Publishing()),
        logins=Logins(),
        persons=persons,
        credentials=credentials_over(clock, persons),
        staff=Staff(),
        machines=World().machines,
        tokens=World().tokens,
        account_export=AccountExport(NothingStored()),  # type: ignore[arg-type]
        sweeper=nothing_swept(),
    )


def test_a_provider_s_document(identity: Identity) -> None:
    assert identity.get_metadata("eidas").document == "<md:EntityDescriptor/>"


@pytest.mark.parametrize("provider", ["gallery", "nobody", ""])
def test_no_document_of_others(identity: Identity, provider: str) -> None:
    with pytest.raises(NotFound):
        identity.get_metadata(provider)
