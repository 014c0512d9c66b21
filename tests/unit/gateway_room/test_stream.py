"""A stream of room events: in clear for its participant, alive while nothing happens, and with an end."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.blueprints.events import stream as module
from gateway.blueprints.events.fanout import FROM_THE_START, LogEntry, Subscription
from gateway.blueprints.events.limits import OpenStreams, TooManyStreams
from gateway.blueprints.events.stream import Stream
from gateway.room_access import RoomAccess
from services.chassis.clock import ManualClock
from services.chassis.vault.cipher import Tampered, seal
from services.contracts.media import Participant
from services.contracts.room_log import LOG_CONTEXT, LogGrant

KEY = bytes(32)
NOW = datetime(2026, 12, 3, 14, 20, tzinfo=UTC)
ACCESS = RoomAccess("room-1", Participant(participant_id="citizen", role="citizen"))
AGENTS = RoomAccess("room-1", Participant(participant_id="agent-1", role="agent"))


def entry(number: int, kind: str, by: str = "", data: dict[str, str] | None = None) -> LogEntry:
    entry_id = f"{number}-0"
    context = LOG_CONTEXT.format(room_id="room-1", entry_id=entry_id, type=kind, by=by)
    sealed = seal(KEY, json.dumps(data), context) if data else ""
    return LogEntry(entry_id, {"type": kind, "at": NOW.isoformat(), "by": by, "sealed": sealed})


def subscription(*entries: LogEntry) -> Subscription:
    made = Subscription("room:room-1:log", FROM_THE_START, lambda _: None)
    for one in entries:
        made.offer(one)
    return made


def stream(
    clock: ManualClock | None = None,
    monotonic: Callable[[], float] = lambda: 0.0,
    access: RoomAccess = ACCESS,
    still_welcome: Callable[[], bool] = lambda: True,
) -> Stream:
    grant = LogGrant(
        stream="room:room-1:log",
        log_key=base64.b64encode(KEY).decode(),
        until=NOW + timedelta(minutes=15),
    )
    return Stream(access, grant, (clock or ManualClock(NOW)).now, still_welcome, monotonic)


def test_an_entry_is_sent_in_clear_with_its_id_and_type() -> None:
    said = entry(1, "message", "citizen", {"text": "Moien\nzesummen", "role": "citizen"})
    sent = list(stream().events(subscription(said, entry(2, "forgotten"))))
    head, data = sent[1].rstrip().rsplit("data: ", 1)
    assert head == "id: 1-0\nevent: message\n"
    assert json.loads(data) == {
        "at": NOW.isoformat(),
        "mine": True,
        "by": "citizen",
        "data": {"text": "Moien\nzesummen", "role": "citizen"},
    }
    assert "\n" not in data


def test_the_stream_ends_when_everything_is_forgotten() -> None:
    sent = list(stream().events(subscription(entry(1, "forgotten"), entry(2, "joined"))))
    assert [event.splitlines()[1] for event in sent[1:]] == ["event: forgotten"]


def test_a_quiet_room_sends_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.01)
    events = stream().events(subscription())
    assert next(events).startswith("retry:")
    sign = next(events)
    assert sign == module.ALIVE
    assert "id:" not in sign, "it is no entry: a stream goes on after the last one that was"


def test_the_stream_ends_with_its_grant() -> None:
    clock = ManualClock(NOW)
    events = stream(clock).events(subscription(entry(1, "joined"), entry(2, "left")))
    next(events), next(events)
    clock.advance(minutes=15)
    assert list(events) == []


def test_the_stream_ends_after_its_lifetime_so_that_the_session_is_seen_again() -> None:
    moments = iter([0.0, 1.0, module.LIFETIME_SECONDS])
    sent = list(stream(monotonic=lambda: next(moments)).events(subscription(entry(1, "joined"))))
    assert len(sent) == 2


def test_a_busy_stream_too_ends_soon_after_its_session() -> None:
    moments = iter([0.0, 1.0, module.HEARTBEAT_SECONDS - 1, module.HEARTBEAT_SECONDS])
    entries = subscription(*(entry(number, "joined") for number in range(1, 9)))
    sent = list(stream(monotonic=lambda: next(moments), still_welcome=lambda: False).events(entries))
    assert len(sent) == 3


def test_an_entry_that_was_not_sealed_for_this_place_is_not_shown() -> None:
    moved = LogEntry("2-0", entry(1, "message", "citizen", {"text": "x"}).fields)
    with pytest.raises(Tampered):
        list(stream().events(subscription(moved)))


def test_a_browser_may_keep_only_so_many_streams_open() -> None:
    streams = OpenStreams(most=2)
    with streams.one_more("a"), streams.one_more("a"), streams.one_more("b"):
        with pytest.raises(TooManyStreams), streams.one_more("a"):
            raise AssertionError("a third stream was opened")
        assert streams.total == 3
    assert streams.total == 0


def test_an_agent_asks_for_leave_again_once_the_call_is_on() -> None:
    """Who only watched the room from outside does not hear what is said in it."""
    admitted, said = entry(1, "admitted", "agent-2"), entry(2, "message", "citizen", {"text": "private"})
    sent = "".join(stream(access=AGENTS).events(subscription(admitted, said)))
    assert "event: admitted" in sent
    assert "private" not in sent
    to_citizen = "".join(stream().events(subscription(admitted, said, entry(3, "forgotten"))))
    assert "private" in to_citizen
