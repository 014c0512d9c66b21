"""A guest's link by mail: sent at once, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.clock import Clock
from services.contracts import notify as contract
from services.contracts.errors import InvalidField
from services.contracts.guests import KINDS
from services.notify.keys import KeyedHash, occasion_of
from services.notify.ports import Composer
from services.notify.post import Allowance, Post, told

FROM_ONE_ROOM = 10
"""How many such mails an hour brings, whoever they go to."""
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class GuestLinks:
    """The use case with what it needs."""

    clock: Clock
    """Business time: the date of the mail."""
    composer: Composer
    post: Post
    hashed: KeyedHash

    def send(self, request: contract.SendGuestLink) -> contract.Accepted:
        """Mail the link; the agent who asks waits for it.

        Errors: MailedTooOften, InvalidField(address | kind | room_id | guest_id), ServiceUnavailable(mail).
        """
        _check(request)
        occasion = occasion_of(request.request_key)
        with told():
            mail = self.composer.compose_guest(request, occasion, self.clock.now())
        self.post.send(mail, occasion, Allowance(f"guest|{self.hashed(request.room_id)}", FROM_ONE_ROOM))
        return contract.Accepted()


def _check(request: contract.SendGuestLink) -> None:
    if request.kind not in KINDS:
        raise InvalidField("kind", "choice")
    for name in ("room_id", "guest_id"):
        value = getattr(request, name)
        if not 0 < len(value) <= _LONGEST_ID or not value.isprintable():
            raise InvalidField(name, "format")
