"""The device check before a call: a line to measure by, and what was found."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from services.chassis.ids import new_id
from services.contracts import device_check as contract
from services.contracts.errors import InvalidField, NotFound, ServiceTimeout, ServiceUnavailable
from services.contracts.media_errors import NoMediaNode
from services.contracts.sfu import ROOM_PLACES, Answer
from services.media.control import figures
from services.media.control.domain.admission import AGENT, Action
from services.media.control.domain.device_check import DeviceCheck, with_check
from services.media.control.domain.people import Who
from services.media.control.domain.placement import least_loaded
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Media, change_room, found, require, who_is

_PEOPLE = len(contract.SIDES)
"""What a line counts for on its node."""
_ATTEMPTS = 3
"""Others may take the last places of the node chosen."""
_RELAY_AFTERWARDS = timedelta(seconds=10)
"""Credentials that outlast the line are of no use; those that end before it spoil what is measured."""
_LONGEST_NAME = 40
_MOST = {
    "up_kbps": 1_000_000,
    "down_kbps": 1_000_000,
    "lost_up_permille": 1_000,
    "lost_down_permille": 1_000,
    "round_trip_ms": 60_000,
}


def open_line(media: Media, request: contract.OpenLine) -> contract.Line:
    """Choose a node that has places to spare and let this participant measure there for a while."""
    who = _allowed(media, request)
    line_id = _lease(media, _owner(request.room_id, who))
    figures.LINES.labels("opened").inc()
    lasts = media.rules.check_lasts
    relay = media.relay.grant(request.room_id, who.participant_id, lasts + _RELAY_AFTERWARDS)
    return contract.Line(check_id=line_id, relay=relay, seconds=int(lasts.total_seconds()))


def _lease(media: Media, owner: str) -> str:
    """The id of a line for which its node keeps places.  Raises NoMediaNode."""
    leaves, line_id = media.rules.check_leaves, new_id()
    for _ in range(_ATTEMPTS):
        node = least_loaded(media.nodes.alive(), people=_PEOPLE + leaves)
        if node is None:
            break
        if media.lines.open(line_id, owner, node.node_id, (node.capacity - leaves) // ROOM_PLACES):
            return line_id
    figures.LINES.labels("none_free").inc()
    raise NoMediaNode


def connect_to_line(media: Media, request: contract.ConnectToLine) -> Answer:
    """Bring the node one of the two offers."""
    who = _allowed(media, request)
    if request.side not in contract.SIDES:
        raise InvalidField("side", "choice")
    node_id = media.lines.node(request.check_id, _owner(request.room_id, who))
    if node_id is None:
        raise NotFound("check")
    lasts = media.rules.check_lasts
    try:
        return media.sfu.connect_to_line(node_id, request.check_id, request.side, request.offer_sdp, lasts)
    except (ServiceTimeout, ServiceUnavailable):
        raise NoMediaNode from None


def record_check(media: Media, request: contract.RecordCheck) -> contract.DeviceCheck:
    """Keep the last check of each participant with the room."""
    _check(request.findings)
    who, kept = who_is(request.participant), request.findings

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.CHECK, now, media.rules)
        new = DeviceCheck(participant_id=who.participant_id, role=who.role, checked_at=now, **asdict(kept))
        return Change(room=replace(room, checks=with_check(room.checks, new)))

    room = change_room(media, request.room_id, decide)
    mine = _of(room, who)[0]
    figures.CHECKS.labels(mine.rating).inc()
    return mine


def list_checks(media: Media, request: contract.ListChecks) -> contract.DeviceChecks:
    """Everybody's for an agent, his own for anybody else."""
    room, who = found(media, request.room_id), who_is(request.participant)
    if who.role == AGENT:
        return contract.DeviceChecks(checks=tuple(map(_shown, room.checks)))
    return contract.DeviceChecks(checks=_of(room, who))


def _allowed(media: Media, request: contract.OpenLine | contract.ConnectToLine) -> Who:
    who = who_is(request.participant)
    require(found(media, request.room_id), who, Action.CHECK, media.now(), media.rules)
    return who


def _owner(room_id: str, who: Who) -> str:
    return "\0".join((room_id, who.role, who.participant_id))


def _of(room: Room, who: Who) -> tuple[contract.DeviceCheck, ...]:
    mine = (who.participant_id, who.role)
    return tuple(_shown(check) for check in room.checks if (check.participant_id, check.role) == mine)


def _shown(check: DeviceCheck) -> contract.DeviceCheck:
    fields = asdict(check)
    whose = {name: fields.pop(name) for name in ("participant_id", "role", "checked_at")}
    return contract.DeviceCheck(**whose, findings=contract.Findings(**fields), rating=check.rating)


def _check(findings: contract.Findings) -> None:
    """Raises InvalidField."""
    for name, choices in contract.CHOICES.items():
        if getattr(findings, name) not in choices:
            raise InvalidField(name, "choice")
    for name, most in _MOST.items():
        if not 0 <= getattr(findings, name) <= most:
            raise InvalidField(name, "range")
    for name in ("browser", "system"):
        if len(getattr(findings, name)) > _LONGEST_NAME:
            raise InvalidField(name, "too_long")
