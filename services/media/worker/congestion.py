"""Who is to send less, because somebody in the room cannot receive more."""

from __future__ import annotations

from collections.abc import Iterable

from services.media.worker.downlink import TRIAL
from services.media.worker.participant import Participant

SOUND = 60_000
"""Bits a second on top of what is left for pictures: a browser counts its sound with them."""


def spread(participants: Iterable[Participant], now: float) -> None:
    """Ask each publisher for what the weakest of his receivers can take; call it twice a second or so.

    A receiver's allowance is shared evenly among the pictures that flow to him.  Everybody gets the same
    stream, so one weak line is everybody's: in a call of two, the usual one, that costs nobody anything.
    """
    everybody = tuple(participants)
    limits = _held(everybody, now)
    for receiver in everybody:
        for publisher, bitrate in _shares(receiver, now).items():
            limits[publisher] = min(bitrate, limits.get(publisher, bitrate))
    for participant in everybody:
        limit = limits.get(id(participant))
        participant.limit(None if limit is None else limit + SOUND, now)


def _held(everybody: tuple[Participant, ...], now: float) -> dict[int, float]:
    """Who sends pictures that nobody gets, because they pause: few, so that the first one is small, too."""
    got = {id(producer) for receiver in everybody for producer in receiver.pictures(now)}
    withheld = [producer for receiver in everybody for producer in receiver.withheld()]
    return {id(producer.peer): float(TRIAL) for producer in withheld if id(producer) not in got}


def _shares(receiver: Participant, now: float) -> dict[int, float]:
    """By publisher, what all his pictures together may be for this receiver; empty without a limit."""
    allowance, flowing = receiver.downlink.allowance, receiver.pictures(now)
    if allowance is None or not flowing:
        return {}
    share = allowance / len(flowing)
    totals: dict[int, float] = {}
    for producer in flowing:
        totals[id(producer.peer)] = totals.get(id(producer.peer), 0.0) + share
    return totals
