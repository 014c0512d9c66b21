"""What requests of call page and device check bring and are answered, in the shapes of the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from flask import request

from gateway.signalling import messages as m
from services.chassis.codec import from_wire, to_wire
from services.contracts.errors import InvalidField
from services.contracts.media_errors import BadOffer
from services.contracts.relay import RelayGrant
from services.contracts.sfu import SlotHolder

BodyT = TypeVar("BodyT")
OfferT = TypeVar("OfferT", m.Offer, m.CheckOffer)


def body(shape: type[BodyT]) -> BodyT:
    """The JSON body.  Raises InvalidField for anything but the declared shape."""
    return from_wire(shape, request.get_json(silent=True))


def offered(shape: type[OfferT]) -> OfferT:
    """The body with a session description.  Errors: BadOffer(too_large | syntax), InvalidField."""
    try:
        offer = body(shape)
    except InvalidField as fault:
        if fault.args in (("sdp", "too_long"), ("message", "too_long")):
            raise BadOffer("too_large") from None
        raise
    if not offer.sdp or len(offer.sdp) > m.MAX_OFFER_CHARS:
        raise BadOffer("too_large" if offer.sdp else "syntax")
    return offer


def wire(said: Any) -> dict[str, Any]:
    """An answer's JSON."""
    return dict(to_wire(said))


def ice_servers(grant: RelayGrant) -> tuple[m.IceServer, ...]:
    """The relays as browsers take them; none where the platform runs without."""
    server = m.IceServer(urls=grant.urls, username=grant.username, credential=grant.credential)
    return (server,) if grant.urls else ()


def holders(slots: Iterable[SlotHolder]) -> tuple[m.Holder, ...]:
    return tuple(m.Holder(slot=held.slot, participant=held.participant_id) for held in slots)
