"""What `identity` answers to the helpdesk: one person with two means of logging in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.contracts import credentials as c
from services.contracts.errors import InvalidField, NationalNumberTaken, NotFound
from services.contracts.notify import Deliveries, Delivery, ListNotices
from tests.unit.gateway.conftest import NOW

PERSON, CARD, ABROAD = "person-1", "credential-card", "credential-abroad"


def credential(credential_id: str, **changes: Any) -> c.Credential:
    standard: dict[str, Any] = {
        "credential_id": credential_id,
        "method": "luxtrust",
        "kind": "private",
        "number": "10000000000000001234",
        "issuer": "https://luxtrust.example",
        "level": "high",
        "holder": "Léa Muster",
        "company_id": "",
        "company_name": "",
        "state": "registered",
        "registered_at": NOW,
        "last_used_at": NOW,
        "revoked_at": None,
        "revoked_by": "",
    }
    return c.Credential(**standard | changes)


class FakeAccounts:
    """Revokes and reinstates, and writes the trail."""

    def __init__(self) -> None:
        self.found = 1
        self.noticed: tuple[str, ...] = ()
        self.notices = (
            Delivery(kind="credential_registered", state="sent", attempts=1, changed_at=NOW),
            Delivery(kind="credential_revoked_by_cns", state="failed", attempts=36, changed_at=NOW),
        )
        self.account = c.Account(
            person_id=PERSON,
            name="Léa Muster",
            is_registered=True,
            registered_at=NOW,
            address="lea.muster@mail.example",
            national_number="1985041220100",
            language="fr",
            credentials=(
                credential(CARD),
                credential(ABROAD, method="eidas", number="DE/LU/5678", level="substantial"),
            ),
            trail=(
                self._step("registered", CARD, f"person:{PERSON}"),
                self._step("revoked", CARD, "staff:agent-ben", reason="Lost on <b>Friday</b>"),
            ),
        )

    def find_accounts(self, request: c.FindAccounts) -> c.Accounts:
        if request.query == "neither":
            raise InvalidField("query", "format")
        return c.Accounts(accounts=(self.account,) * self.found)

    def get_account(self, request: c.GetAccount) -> c.Account:
        if request.person_id != PERSON:
            raise NotFound("person")
        return self.account

    def revoke_for_person(self, request: c.RevokeForPerson) -> c.Account:
        return self._change(request, "revoked", state="revoked", revoked_at=NOW, revoked_by="helpdesk")

    def reinstate_credential(self, request: c.ReinstateCredential) -> c.Account:
        return self._change(request, "reinstated", state="registered", revoked_at=None, revoked_by="")

    def list_notices(self, request: ListNotices) -> Deliveries:
        self.noticed = request.credential_ids
        return Deliveries(deliveries=self.notices)

    def _change(self, request: Any, what: str, **changes: Any) -> c.Account:
        if request.reason == "number taken":
            raise NationalNumberTaken
        if request.reason == "refuse me":
            raise InvalidField("reason", "characters")
        changed = tuple(
            replace(known, **changes) if known.credential_id == request.credential_id else known
            for known in self.account.credentials
        )
        step = self._step(what, request.credential_id, f"staff:{request.staff_id}", reason=request.reason)
        self.account = replace(self.account, credentials=changed, trail=(*self.account.trail, step))
        return self.account

    def _step(self, what: str, credential_id: str, actor: str, reason: str = "") -> c.Step:
        return c.Step(
            at=NOW, what=what, credential_id=credential_id, actor=actor, origin="console:00ff", reason=reason
        )
