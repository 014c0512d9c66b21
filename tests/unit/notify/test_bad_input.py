"""Every request of notify with every field spoilt: answered, or refused with one declared error."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from services.contracts import notify, rights
from services.contracts.wire import Request
from services.notify.adapters.composer import MailComposer
from services.notify.codes import AddressCodes
from services.notify.export import MailsExport
from services.notify.guest_links import GuestLinks
from services.notify.invitations import Invitations
from services.notify.leaving import Leaving
from services.notify.post import Post
from services.notify.service import NotifyService
from services.notify.usecases import Notifier
from tests.unit import bad_requests
from tests.unit.nothing_stored import NothingStored
from tests.unit.notify.fakes import Allowances, Deliveries, Schedules
from tests.unit.notify.test_guest_links import GOOD as GUEST_LINK

GOOD: list[Request[Any]] = [
    notify.ListDeliveries(appointment_id="appointment-1"),
    notify.ListNotices(credential_ids=("credential-1",)),
    notify.ListInvitationMails(space_id="space-1", sendings={"invitation-1": 1}),
    notify.SendAgain(appointment_id="appointment-1", request_key="page-1"),
    notify.SendAddressCode(
        address="a@mail.example", code="012345", language="fr", request_key="page-1", requester="network-1"
    ),
    GUEST_LINK,
    rights.ExportMails(appointment_ids=("appointment-1",), credential_ids=("credential-1",), after="0|0|a"),
    rights.SendFarewell(address="a@mail.example", language="fr", request_key="person-1 2026-11-23"),
]


@pytest.fixture
def fresh(notifier: Notifier, composer: MailComposer) -> Callable[[], SimpleNamespace]:
    """The use cases over empty stores and the real composer, which is what meets addresses first."""

    def made() -> SimpleNamespace:
        own = replace(notifier, allowances=Allowances(), deliveries=Deliveries())
        clock, hashed = own.clock, own.hashed
        post = Post(own.real, own.allowances, own.mailer)
        return SimpleNamespace(
            notifier=own,
            invitations=Invitations(own),
            guest_links=GuestLinks(clock, composer, post, hashed),
            codes=AddressCodes(clock, composer, post, hashed),
            leaving=Leaving(clock, own.deliveries, Schedules(), composer, post, hashed),
            export=MailsExport(NothingStored()),  # type: ignore[arg-type]
        )

    return made


def answer(app: SimpleNamespace, request: Request[Any]) -> Any:
    """As the service does it."""
    service = NotifyService()
    service.notify = app
    return getattr(NotifyService, type(request).method).__wrapped__(service, request)


def test_no_request_is_left_out() -> None:
    of_rights = {kind for kind in bad_requests.requests_of("rights") if kind.service == "notify"}
    assert {type(request) for request in GOOD} == of_rights | bad_requests.requests_of("notify")


@pytest.mark.parametrize("good", GOOD, ids=bad_requests.named)
def test_whatever_stands_in_a_field_the_answer_is_declared(
    good: Request[Any], fresh: Callable[[], SimpleNamespace]
) -> None:
    assert bad_requests.faults(lambda: (good, functools.partial(answer, fresh()))) == []
