"""Settings: environment variables, read once at start into a frozen dataclass.

A field `amqp_url` is read from `AMQP_URL`.  Whatever is missing or invalid is
reported together, by name and never by value, and stops the boot.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import os
import re
import types
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

SettingsT = TypeVar("SettingsT")

Environment = Literal["development", "test", "staging", "production"]
GUARDED: frozenset[str] = frozenset({"staging", "production"})
"""Environments in which no development aid can be switched on."""


class SettingsError(Exception):
    """The process cannot start; the message names the variables, never their values."""


class Secret:
    """A text that neither `repr` nor a log nor a format string shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        if not text:
            raise ValueError("empty")
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it where the client that needs it is made, and nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a secret is not pickled")


class SecretKey(Secret):
    """A secret of 32 bytes, given in hexadecimal or base64 (either alphabet)."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        if len(self.reveal_bytes()) != 32:
            raise ValueError("not 32 bytes")

    def reveal_bytes(self) -> bytes:
        """The 32 bytes."""
        if re.fullmatch("[0-9a-f]{64}", self._text):
            return bytes.fromhex(self._text)
        try:
            return base64.b64decode(self._text.replace("-", "+").replace("_", "/"), validate=True)
        except binascii.Error:
            raise ValueError("not base64") from None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProcessSettings:
    """What every process of the platform needs."""

    environment: Environment
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    metrics_host: str = "127.0.0.1"
    metrics_port: int
    clock_url: Secret | None = None
    """Redis of the development time machine; refused in staging and production."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class BusSettings(ProcessSettings):
    """A service on the bus."""

    amqp_url: Secret
    bus_workers: int = 32
    """Handlers at once, and messages prefetched by each consumer."""
    bus_heartbeat: int = 60
    """Seconds; a handler that keeps the processor longer than this belongs in `offload`."""
    bus_stop_seconds: float = 40.0
    """From a signal to the end for certain; below the grace that the pod has."""
    bus_retry_delays: tuple[float, ...] = (0.5, 2.0, 10.0, 60.0, 300.0, 300.0, 300.0)
    """Seconds before each further attempt at an event; then it goes to the queue `dead-events`."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MongoSettings:
    """A service with a database of its own."""

    mongo_uri: Secret
    mongo_database: str


def load(cls: type[SettingsT], environ: Mapping[str, str] = os.environ) -> SettingsT:
    """Read `cls`, a frozen dataclass, from `environ`; an empty variable counts as absent.

    Fields may be str, int, float, bool (`true`/`false`), Secret, SecretKey, a Literal,
    `tuple[X, ...]` (separated by commas) or `X | None`.
    Raises SettingsError with the names of all variables that are missing or invalid.
    """
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    faults: list[str] = []
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        name = field.name.upper()
        text = environ.get(name, "").strip()
        if text:
            try:
                values[field.name] = _parse(hints[field.name], text)
            except ValueError:
                faults.append(f"{name} is invalid")
        elif _required(field):
            faults.append(f"{name} is missing")
    if faults:
        raise SettingsError("; ".join(faults))
    return cls(**values)


def refuse_outside_development(environment: str, **switches: object) -> None:
    """Stop the boot when a development aid is switched on in staging or production.

    `refuse_outside_development(s.environment, CLOCK_URL=s.clock_url)`
    """
    on = sorted(name for name, value in switches.items() if value)
    if environment in GUARDED and on:
        raise SettingsError("; ".join(f"{name} is refused in {environment}" for name in on))


def check_origin(environment: str, public_url: str) -> None:
    """Stop the boot where the origin that browsers see is none, or is not https in staging or production.

    Cookies would be lost, and links and the addresses to which log-ins come back would lead past TLS.
    """
    parts = urlsplit(public_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise SettingsError("PUBLIC_URL is not an origin")
    if environment in GUARDED and parts.scheme != "https":
        raise SettingsError(f"PUBLIC_URL without https is refused in {environment}")


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _parse(hint: Any, text: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _parse(_without_none(hint), text)
    if origin is tuple:
        return tuple(_parse(get_args(hint)[0], part.strip()) for part in text.split(",") if part.strip())
    if origin is Literal:
        return _choice(get_args(hint), text)
    return _PARSERS.get(hint, hint)(text)


def _without_none(hint: Any) -> Any:
    return next(arg for arg in get_args(hint) if arg is not type(None))


def _choice(options: tuple[Any, ...], text: str) -> str:
    if text not in options:
        raise ValueError(text)
    return text


def _bool(text: str) -> bool:
    return _choice(("true", "false"), text.lower()) == "true"


_PARSERS: dict[Any, Callable[[str], Any]] = {bool: _bool}
