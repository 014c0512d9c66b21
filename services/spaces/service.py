"""Spaces on the bus."""

from __future__ import annotations

from services.chassis.bus import application, handles
from services.contracts import spaces as contract
from services.spaces.bootstrap import build


class SpacesService:
    """Private spaces and their data for prefilling."""

    name = "spaces"
    spaces = application(build)

    @handles(contract.OpenPrivateSpace)
    def open_private_space(self, request: contract.OpenPrivateSpace) -> contract.PrivateSpace:
        return self.spaces.open_private_space(request.person_id, request.data)

    @handles(contract.GetPrivateSpace)
    def get_private_space(self, request: contract.GetPrivateSpace) -> contract.PrivateSpace:
        return self.spaces.get_private_space(request.person_id)

    @handles(contract.SavePersonalData)
    def save_personal_data(self, request: contract.SavePersonalData) -> contract.PrivateSpace:
        return self.spaces.save_personal_data(request.person_id, request.version, request.data)
