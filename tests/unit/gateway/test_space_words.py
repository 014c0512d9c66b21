"""What has happened in a space, in words."""

from __future__ import annotations

from typing import Any

from gateway.blueprints.spaces import wording
from services.contracts.professional import Step
from services.contracts.space_access import ADMINISTRATOR
from tests.unit.gateway.conftest import NOW


def test_who_directs_by_nobodys_act_reads_why(world: Any) -> None:
    step = Step(
        at=NOW, what="succeeded", actor_name="", about="Tom Beispiel", detail=ADMINISTRATOR, origin=""
    )
    with world.app.test_request_context():
        said = wording.step(step)
    assert said == "Tom Beispiel is administrator now, because no other one can come in any more"
