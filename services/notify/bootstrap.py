"""Puts notify together."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database

from services.chassis import mongo
from services.chassis.bus import Platform
from services.chassis.clock import SystemClock
from services.chassis.mongo import Document
from services.chassis.retention import Sweeper
from services.notify.adapters.allowances import MongoAllowances
from services.notify.adapters.booking import BookingAppointments
from services.notify.adapters.composer import MailComposer
from services.notify.adapters.identity import IdentityAccounts
from services.notify.adapters.mongo import MongoDeliveries
from services.notify.adapters.retention import RULES
from services.notify.adapters.schedules import MongoSchedules
from services.notify.adapters.smtp import SmtpMailer
from services.notify.adapters.spaces import SpaceInvitations
from services.notify.alarms import Alarms
from services.notify.codes import AddressCodes
from services.notify.correspondence import Correspondence
from services.notify.export import MailsExport
from services.notify.guest_links import GuestLinks
from services.notify.invitations import Invitations
from services.notify.keys import KeyedHash
from services.notify.leaving import Leaving
from services.notify.notices import Notices
from services.notify.pace import Pace
from services.notify.post import Post
from services.notify.reminders import Reminders
from services.notify.settings import NotifySettings
from services.notify.space_limits import SpaceLimits
from services.notify.usecases import Notifier


@dataclass(frozen=True, slots=True)
class Notify:
    """All that the service does."""

    notifier: Notifier
    reminders: Reminders
    correspondence: Correspondence
    notices: Notices
    invitations: Invitations
    space_limits: SpaceLimits
    alarms: Alarms
    codes: AddressCodes
    guest_links: GuestLinks
    pace: Pace
    leaving: Leaving
    export: MailsExport
    sweeper: Sweeper


def build(platform: Platform[NotifySettings]) -> Notify:
    """The use cases over the real store, bus and mail server."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    stores = _prepared(database, settings)
    composer, mailer = _composer(settings), _mailer(settings)
    hashed = KeyedHash(_derived(settings, b"recipient hash v1"))
    real, clock, pace = SystemClock(), platform.clock, Pace()
    notifier = Notifier(
        clock=clock,
        real=real,
        deliveries=stores.deliveries,
        allowances=stores.allowances,
        appointments=BookingAppointments(platform.caller, pace),
        accounts=IdentityAccounts(platform.caller),
        spaces=SpaceInvitations(platform.caller),
        composer=composer,
        mailer=mailer,
        hashed=hashed,
        duty=settings.duty,
    )
    post = Post(real, stores.allowances, mailer)
    reminders = Reminders(clock, stores.schedules, notifier, settings.leads)
    return Notify(
        notifier,
        reminders,
        Correspondence(notifier, reminders),
        Notices(notifier),
        Invitations(notifier),
        SpaceLimits(notifier),
        Alarms(notifier),
        AddressCodes(clock, composer, post, hashed),
        GuestLinks(clock, composer, post, hashed),
        pace,
        Leaving(clock, stores.deliveries, stores.schedules, composer, post, hashed),
        MailsExport(database),
        Sweeper(database, RULES, clock, real),
    )


@dataclass(frozen=True, slots=True)
class _Stores:
    deliveries: MongoDeliveries
    schedules: MongoSchedules
    allowances: MongoAllowances


def _prepared(database: Database[Document], settings: NotifySettings) -> _Stores:
    stores = _Stores(
        MongoDeliveries(database, timedelta(seconds=settings.mail_lease_seconds)),
        MongoSchedules(database),
        MongoAllowances(database),
    )
    stores.deliveries.prepare()
    stores.schedules.prepare()
    stores.allowances.prepare()
    return stores


def _composer(settings: NotifySettings) -> MailComposer:
    return MailComposer(
        sender=settings.mail_from,
        public_url=settings.public_url.rstrip("/"),
        link_key=settings.link_key.reveal_bytes(),
        helpdesk_url=settings.helpdesk_url,
        helpdesk_phone=settings.helpdesk_phone,
    )


def _mailer(settings: NotifySettings) -> SmtpMailer:
    return SmtpMailer(
        settings.smtp_host,
        settings.smtp_port,
        settings.security,
        settings.smtp_user,
        settings.smtp_password,
        settings.smtp_connections,
    )


def _derived(settings: NotifySettings, purpose: bytes) -> bytes:
    """A key of its own for each purpose, so that one says nothing about the other."""
    return hmac.digest(settings.link_key.reveal_bytes(), purpose, hashlib.sha256)
