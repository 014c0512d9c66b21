"""Puts media control together."""

from __future__ import annotations

from services.chassis import mongo
from services.chassis.bus import Platform
from services.chassis.clock import SystemClock
from services.chassis.retention import Sweeper
from services.chassis.vault.keys import MasterKeys, OwnedKeys
from services.chassis.vault.objects import Objects
from services.media.control.adapters import redis
from services.media.control.adapters.keys import VaultKeys
from services.media.control.adapters.lines import RedisLines
from services.media.control.adapters.mongo import MongoRooms
from services.media.control.adapters.nodes import RedisNodes
from services.media.control.adapters.objects import VaultObjects
from services.media.control.adapters.records import SignedRecords
from services.media.control.adapters.relay import NoRelay, TurnRelay
from services.media.control.adapters.retention import RULES
from services.media.control.adapters.sfu import BusSfu
from services.media.control.call_ports import Relay
from services.media.control.export import RoomsExport
from services.media.control.settings import MediaSettings, rules_of
from services.media.control.usecases.media import Media


def build(platform: Platform[MediaSettings]) -> Media:
    """Clients are made here, after the process is what it will be; the health checks too."""
    settings, rules = platform.settings, rules_of(platform.settings)
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    keys = mongo.connect(settings.keys_mongo_uri.reveal(), settings.keys_mongo_database)
    vault = OwnedKeys(keys, MasterKeys(settings.master_key), "room")
    vault.prepare()
    objects, cache = Objects(settings), redis.connect(settings.redis_url.reveal())
    rooms = MongoRooms(database, platform.outbox(database.rooms), rules)
    rooms.prepare()
    platform.health.add("rooms", lambda: mongo.answers(database))
    platform.health.add("keys", lambda: mongo.answers(keys))
    platform.health.add("log", lambda: redis.answers(cache))
    platform.health.add("objects", objects.answers)
    room_keys = VaultKeys(vault, platform.clock)
    return Media(
        rooms=rooms,
        keys=room_keys,
        log=redis.RedisLog(cache),
        objects=VaultObjects(objects),
        records=SignedRecords(settings.record_key, settings.record_public_keys),
        nodes=RedisNodes(cache),
        sfu=BusSfu(platform.caller),
        relay=_relay(settings),
        lines=RedisLines(cache, rules.check_lasts, rules.max_checks),
        comparisons=redis.RedisComparisons(cache),
        leases=redis.RedisLeases(cache),
        clock=platform.clock,
        rules=rules,
        export=RoomsExport(database, room_keys),
        sweeper=Sweeper(database, RULES, platform.clock, SystemClock()),
    )


def _relay(settings: MediaSettings) -> Relay:
    if settings.turn_secret is None:
        return NoRelay()
    return TurnRelay(settings.turn_urls, settings.turn_secret)
