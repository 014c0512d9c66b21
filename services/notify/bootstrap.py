"""Puts notify together."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from services.chassis import mongo
from services.chassis.bus import Platform
from services.chassis.clock import SystemClock
from services.notify.adapters.allowances import MongoAllowances
from services.notify.adapters.booking import BookingAppointments
from services.notify.adapters.composer import MailComposer
from services.notify.adapters.mongo import MongoDeliveries
from services.notify.adapters.smtp import SmtpMailer
from services.notify.settings import NotifySettings
from services.notify.usecases import Notifier


def build(platform: Platform[NotifySettings]) -> Notifier:
    """The use cases over the real store, bus and mail server."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    deliveries = MongoDeliveries(database, timedelta(seconds=settings.mail_lease_seconds))
    deliveries.prepare()
    allowances = MongoAllowances(database)
    allowances.prepare()
    return Notifier(
        clock=platform.clock,
        real=SystemClock(),
        deliveries=deliveries,
        allowances=allowances,
        appointments=BookingAppointments(platform.caller),
        composer=_composer(settings),
        mailer=_mailer(settings),
        hash_key=_derived(settings, b"recipient hash v1"),
    )


def _composer(settings: NotifySettings) -> MailComposer:
    return MailComposer(
        sender=settings.mail_from,
        public_url=settings.public_url.rstrip("/"),
        link_key=settings.link_key.reveal_bytes(),
        helpdesk_url=settings.helpdesk_url,
    )


def _mailer(settings: NotifySettings) -> SmtpMailer:
    return SmtpMailer(
        settings.smtp_host,
        settings.smtp_port,
        settings.security,
        settings.smtp_user,
        settings.smtp_password,
    )


def _derived(settings: NotifySettings, purpose: bytes) -> bytes:
    """A key of its own for each purpose, so that one says nothing about the other."""
    return hmac.digest(settings.link_key.reveal_bytes(), purpose, hashlib.sha256)
