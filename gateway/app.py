"""The gateway: one Flask application with three entries, each a process of its own.

`pages` answers browsers and the service API, `events` holds the long-lived
streams, `files` moves bytes between browser and vault.  They share sessions,
languages, error pages and the bus.
"""

from __future__ import annotations

from importlib import import_module

import redis
from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from gateway import access, assets, error_pages, i18n, layout, security, sessions, tracing
from gateway.backends import Runtime
from gateway.blueprints import ENTRIES
from gateway.ended_logins import EndedLogins
from gateway.limits import page as challenge_page
from gateway.limits.windows import redis_windows
from gateway.own_sessions import SessionIndex
from gateway.sessions import IDLE_SECONDS, RedisSessions, SealedStore
from gateway.settings import GatewaySettings
from services.chassis.clock import make_clock
from services.chassis.rpc_client import RpcClient

_MAX_FORM_BYTES = 512 * 1024
"""A form of fields; files go through their own streaming entry."""


def make_runtime(settings: GatewaySettings) -> Runtime:
    """The real parts: bus client, clock, Redis.  Nothing connects before it is used."""
    store = redis.Redis.from_url(settings.redis_url.reveal(), socket_timeout=2, socket_connect_timeout=2)
    return Runtime(
        settings=settings,
        bus=RpcClient(settings.amqp_url.reveal(), "gateway"),
        clock=make_clock(settings.environment, settings.clock_url),
        redis=store,
        windows=redis_windows(store),
    )


def create_app(entry: str, runtime: Runtime) -> Flask:
    """An application with the blueprints of `entry`: `pages`, `events` or `files`."""
    app = Flask(__name__, static_folder=None)
    app.extensions["runtime"] = runtime
    app.config.update(SECRET_KEY=runtime.settings.form_key.reveal(), MAX_CONTENT_LENGTH=_MAX_FORM_BYTES)
    app.session_interface = sessions_over(runtime, entry)
    _use_templates(app)
    for part in (tracing, i18n, sessions, access, security, error_pages, challenge_page, assets, layout):
        part.init_app(app)
    for name in ENTRIES[entry]:
        import_module(f"gateway.blueprints.{name}").register(app)
    return app


def sessions_over(runtime: Runtime, entry: str = "pages") -> RedisSessions:
    """Sessions in the runtime's Redis; a stream keeps its session by what goes on in its room alone."""
    store = SealedStore(runtime.redis, "session", IDLE_SECONDS)
    form_key = runtime.settings.form_key.reveal().encode()
    ended, index = EndedLogins(runtime.redis, form_key), SessionIndex(runtime.redis, form_key)
    return RedisSessions(
        store,
        runtime.settings.cookie_name,
        ended=ended.have_ended,
        listed=index.put,
        touches=entry != "events",
    )


def _use_templates(app: Flask) -> None:
    env = app.jinja_env
    env.loader = ChoiceLoader(
        [
            PackageLoader("gateway"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    env.trim_blocks = env.lstrip_blocks = True
