"""The table of limits: what is counted, how often it is free, and how often after a proof of work.

An operator changes single rows by `RATE_LIMITS`, see `overridden`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_TEN_MINUTES, _HOUR, _MINUTE = 600, 3600, 60
_ROW = re.compile(r"([a-z_]+)=(\d{1,9})/(\d{1,9})/(\d{1,9})")


@dataclass(frozen=True)
class Limit:
    """How often one thing may be done in a sliding window of `seconds`."""

    name: str
    free: int
    """Times without any work, from one network address (or for one mail address, or by one client)."""
    worked: int
    """Further times, each after a proof of work; 0 where there is nobody who could work."""
    known: int
    """Times for one person who has logged in, or has proved an e-mail address: these never work.

    Addresses are cheap to have: theirs count in the network's shares as well.
    """
    seconds: int
    by_mail: bool = False
    """Whether proving an e-mail address is offered in place of the work."""


HOLD = Limit("hold", free=20, worked=200, known=30, seconds=_TEN_MINUTES, by_mail=True)
MOVE = Limit("move", free=20, worked=200, known=30, seconds=_TEN_MINUTES)
CANCEL = Limit("cancel", free=20, worked=200, known=30, seconds=_TEN_MINUTES)
EARLIER = Limit("earlier", free=30, worked=200, known=60, seconds=_TEN_MINUTES)
"""What is done on the waiting list: asking for an earlier time, leaving the list, answering an offer."""
CONFIRM = Limit("confirm", free=60, worked=200, known=30, seconds=_TEN_MINUTES)
ADDRESS_CODE = Limit("address_code", free=10, worked=40, known=10, seconds=_HOUR)
ADDRESS_CODE_TO = Limit("address_code_to", free=3, worked=7, known=0, seconds=_HOUR)
"""To one mail address, from wherever: `notify` sends ten an hour, five for one network."""
MAIL_AGAIN = Limit("mail_again", free=10, worked=40, known=20, seconds=_HOUR)
INVITATION = Limit("invitation", free=60, worked=0, known=60, seconds=_HOUR)
"""Mails to people who are invited to spaces, by one who has logged in."""
INVITATION_TO = Limit("invitation_to", free=10, worked=0, known=0, seconds=_HOUR)
"""Invitations to one mail address, by whomever: who is withdrawn and invited again gets a mail each time."""
SOURCES = Limit("sources", free=60, worked=0, known=30, seconds=_TEN_MINUTES)
"""Questions to registers of authorities, by one who has logged in."""
EXPORT = Limit("export", free=5, worked=0, known=5, seconds=_HOUR)
"""Archives of all that is held on one person."""
LINK_GUESS = Limit("link_guess", free=20, worked=200, known=20, seconds=_TEN_MINUTES)
"""Personal links that are not genuine; genuine ones are not counted."""
LOGIN = Limit("login", free=60, worked=600, known=60, seconds=_TEN_MINUTES)
CONNECT = Limit("connect", free=60, worked=0, known=0, seconds=_MINUTE)
"""Offers of one participant: each may make a connection on an SFU node.  A page retries twenty times."""
MESSAGE = Limit("message", free=30, worked=0, known=0, seconds=_MINUTE)
"""Messages of one participant."""
DETAIL = Limit("detail", free=60, worked=0, known=0, seconds=_MINUTE)
"""How often one participant says that he shows a paper, or no more."""
PREVIEW = Limit("preview", free=120, worked=0, known=0, seconds=_MINUTE)
"""Pages of documents that are drawn for one participant, or one person in his spaces."""
CHECK_LINE = Limit("check_line", free=10, worked=0, known=0, seconds=_TEN_MINUTES)
"""Lines for a device check of one participant; each takes places on an SFU node for half a minute."""
CHECK_FOUND = Limit("check_found", free=120, worked=0, known=0, seconds=_TEN_MINUTES)
"""How often one participant tells what a device check has found."""
PROVIDER_LOGOUT = Limit("provider_logout", free=600, worked=0, known=0, seconds=_MINUTE)
"""Log-outs that a provider's server tells of, believed or not."""
METADATA = Limit("metadata", free=60, worked=0, known=0, seconds=_MINUTE)
"""What we say of ourselves: SAML metadata, which are signed anew each time, and those of OAuth."""
TOKEN = Limit("token", free=120, worked=0, known=0, seconds=_MINUTE)
"""Requests for an API token from one address, granted or not."""
TOKEN_CLIENT = Limit("token_client", free=60, worked=0, known=0, seconds=_MINUTE)
"""Tokens granted to one client, wherever it runs; each lasts ten minutes."""
API_CALL = Limit("api_call", free=60_000, worked=0, known=0, seconds=_MINUTE)
"""Calls of one client: far above what a busy office does, below what stops the others."""

TABLE = {
    limit.name: limit
    for limit in (
        HOLD,
        MOVE,
        CANCEL,
        EARLIER,
        CONFIRM,
        ADDRESS_CODE,
        ADDRESS_CODE_TO,
        MAIL_AGAIN,
        INVITATION,
        INVITATION_TO,
        SOURCES,
        EXPORT,
        LINK_GUESS,
        LOGIN,
        CONNECT,
        MESSAGE,
        DETAIL,
        PREVIEW,
        CHECK_LINE,
        CHECK_FOUND,
        PROVIDER_LOGOUT,
        METADATA,
        TOKEN,
        TOKEN_CLIENT,
        API_CALL,
    )
}

STAFF_FACTOR = 10
"""A member of staff acts for many: so many times as often as another person."""


def overridden(rows: Iterable[str]) -> dict[str, Limit]:
    """The table with other figures: each row is `name=free/worked/known`.

    Raises ValueError for a row that is not written so, and for a name that is not in the table.
    """
    table = dict(TABLE)
    for row in rows:
        found = _ROW.fullmatch(row)
        if found is None or found[1] not in TABLE:
            raise ValueError(row)
        free, worked, known = map(int, found.groups()[1:])
        table[found[1]] = replace(TABLE[found[1]], free=free, worked=worked, known=known)
    return table
