"""Persons with their credentials, as `identity` keeps them; by the names that a log-in answers with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.chassis.clock import ManualClock
from services.contracts import credentials as c
from services.contracts import identity as i
from services.contracts.errors import (
    AddressCodeExpired,
    AddressCodeWrong,
    FreshLoginNeeded,
    LastCredential,
    LoginRefused,
    NationalNumberTaken,
    NotFound,
    TooManyCredentials,
)

CODE = "204060"
"""Of every mail."""
ATTEMPTS = 3
NEWCOMERS = ("newcomer", "second")
"""They log in for the first time; everybody else is registered."""


def away(login_id: str) -> i.LoginBegun:
    """A log-in that leaves by a form, as SAML's does."""
    form = {"SAMLRequest": "PHg+", "RelayState": login_id}
    return i.LoginBegun(login_id=login_id, redirect_url="https://provider.example/sso", form=form)


class FakeCredentials:
    """Who has which credentials, and what becomes of them."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.accounts: dict[str, c.Account] = {}
        self.by_credential: dict[str, str] = {}
        self.proofs: dict[str, str] = {}
        self.sent: dict[str, c.BeginRegistration] = {}
        self.mails: list[str] = []
        """Addresses, one for each code."""
        self.wrong = 0
        self.linking: dict[str, str] = {}
        """Who links, by log-in."""
        self.taken = ""
        """A national number that another person has."""
        self.most = c.MOST_CREDENTIALS

    # --- log-ins ---

    def finished(self, login_id: str, person: str, principal: i.Principal) -> i.Principal:
        """The principal with what its credential says."""
        account = self.accounts[self._see(person, principal.method)]
        if login_id in self.linking:
            account = self._link(self.linking.pop(login_id), f"credential-{person}", account)
        used = _of(account, f"credential-{person}")
        if used.state == "revoked":
            raise LoginRefused("revoked")
        proof = f"proof-{len(self.proofs)}"
        self.proofs[proof] = account.person_id
        return replace(
            principal,
            subject_id=account.person_id,
            credential_id=used.credential_id,
            is_registered=used.state == "registered",
            kind=used.kind,
            proof=proof,
            national_number=account.national_number or principal.national_number,
            gone_at=account.gone_at,
        )

    def _link(self, person_id: str, credential_id: str, owner: c.Account) -> c.Account:
        used = _of(owner, credential_id)
        if owner.person_id == person_id:
            return owner
        if used.state != "seen":
            raise LoginRefused("revoked" if used.state == "revoked" else "credential_of_other")
        self.by_credential[credential_id] = person_id
        del self.accounts[owner.person_id]
        account = self.accounts[person_id]
        self.accounts[person_id] = replace(account, credentials=(*account.credentials, used))
        return self._changed(person_id, credential_id, state="registered", registered_at=self.clock.now())

    # --- the contract ---

    def get_account(self, request: c.GetAccount) -> c.Account:
        if request.person_id not in self.accounts:
            raise NotFound("person")
        return self.accounts[request.person_id]

    def begin_registration(self, request: c.BeginRegistration) -> c.CodeSent:
        account = self.get_account(c.GetAccount(person_id=request.person_id))
        if account.is_registered:
            self._prove(request.person_id, request.proof)
        if request.national_number and request.national_number == self.taken:
            raise NationalNumberTaken
        if request.request_key not in self.sent:
            self.mails.append(request.address)
        self.sent[request.request_key] = request
        self.sent[request.person_id] = request
        return c.CodeSent(expires_at=self.clock.now() + timedelta(minutes=10), attempts_left=ATTEMPTS)

    def confirm_registration(self, request: c.ConfirmRegistration) -> c.Account:
        sent = self.sent.get(request.person_id)
        if sent is None or self.wrong >= ATTEMPTS:
            raise AddressCodeExpired
        if request.code != CODE:
            self.wrong += 1
            raise AddressCodeWrong(str(ATTEMPTS - self.wrong))
        account = self._register(request.person_id, request.credential_id, sent.address)
        account = replace(account, national_number=sent.national_number)
        self.accounts[request.person_id] = account
        return account

    def begin_linking(self, request: c.BeginLinking) -> i.LoginBegun:
        self._prove(request.person_id, request.proof)
        if len(self.accounts[request.person_id].credentials) >= self.most:
            raise TooManyCredentials(str(self.most))
        login_id = f"login-link-{len(self.mails) + len(self.proofs)}-citizen"
        self.linking[login_id] = request.person_id
        return away(login_id)

    def revoke_credential(self, request: c.RevokeCredential) -> c.Account:
        self._prove(request.person_id, request.proof)
        account = self.accounts[request.person_id]
        if _of(account, request.credential_id).state == "revoked":
            return account
        if sum(one.state == "registered" for one in account.credentials) == 1:
            raise LastCredential
        now = self.clock.now()
        return self._changed(request.person_id, request.credential_id, state="revoked", revoked_at=now)

    # --- what the tests arrange ---

    def proofs_are_over(self) -> None:
        """`identity`'s clock is ahead: it takes no proof any more."""
        self.proofs = dict.fromkeys(self.proofs, "nobody")

    def _prove(self, person_id: str, proof: str) -> None:
        if self.proofs.get(proof) != person_id:
            raise FreshLoginNeeded

    def _see(self, person: str, method: str = "luxtrust") -> str:
        credential_id = f"credential-{person}"
        if credential_id not in self.by_credential:
            person_id = self.by_credential[credential_id] = f"person-{person}"
            self.accounts[person_id] = _account(person_id, self._credential(credential_id, method))
            if person not in NEWCOMERS:
                self._register(person_id, credential_id, f"{person}@example.org")
        return self.by_credential[credential_id]

    def _register(self, person_id: str, credential_id: str, address: str) -> c.Account:
        now = self.clock.now()
        account = self._changed(person_id, credential_id, state="registered", registered_at=now)
        account = replace(account, is_registered=True, address=address, registered_at=now)
        self.accounts[person_id] = account
        return account

    def _changed(self, person_id: str, credential_id: str, **changes: Any) -> c.Account:
        account = self.accounts[person_id]
        changed = {_of(account, credential_id): replace(_of(account, credential_id), **changes)}
        kept = tuple(changed.get(one, one) for one in account.credentials)
        self.accounts[person_id] = replace(account, credentials=kept)
        return self.accounts[person_id]

    def _credential(self, credential_id: str, method: str) -> c.Credential:
        return c.Credential(
            credential_id=credential_id,
            method=method,
            kind="private",
            number="10203040506070809012",
            issuer="issuer",
            level="high",
            holder="Léa Muster",
            company_id="",
            company_name="",
            state="seen",
            registered_at=None,
            last_used_at=self.clock.now(),
            revoked_at=None,
            revoked_by="",
        )


def _account(person_id: str, credential: c.Credential) -> c.Account:
    return c.Account(
        person_id=person_id,
        name="Léa Muster",
        is_registered=False,
        registered_at=None,
        address="",
        national_number="",
        language="",
        credentials=(credential,),
        trail=(),
    )


def _of(account: c.Account, credential_id: str) -> c.Credential:
    found = [one for one in account.credentials if one.credential_id == credential_id]
    if not found:
        raise NotFound("credential")
    return found[0]
