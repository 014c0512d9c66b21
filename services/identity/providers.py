"""The providers of log-ins, as a file describes them: a TOML table `[[provider]]` for each, in this order.

`kind` chooses what else a table holds.  Keys, certificates and secrets are named by their path within one
folder (a mounted secret in Kubernetes); none of them stands in the file itself.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.chassis.clock import Clock
from services.chassis.settings import GUARDED, Environment, Secret, SettingsError
from services.identity.ports import Provider, Spent

ConfigT = TypeVar("ConfigT", bound="ProviderConfig")


class Table(BaseModel):
    """A table of the file: strict, and nothing in it that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ProviderConfig(Table):
    """What each kind has."""

    kind: str
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")
    """Names it in addresses (`/login/<code>/callback`) and in the pages' words."""


class KeyFolder:
    """Files with keys and secrets, read at the start; names that lead out of the folder are refused."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def text(self, name: str) -> str:
        """Errors: SettingsError with the file's name, never its content."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder):
            raise SettingsError(f"{name} is not in KEYS_FOLDER")
        try:
            return path.read_text()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{name} in KEYS_FOLDER cannot be read") from None

    def secret(self, name: str) -> Secret:
        """The first line of a file.  Errors: SettingsError."""
        try:
            return Secret(self.text(name).strip())
        except ValueError:
            raise SettingsError(f"{name} in KEYS_FOLDER is empty") from None


@dataclass(frozen=True, slots=True)
class Parts:
    """What providers are made of beside their table."""

    environment: Environment
    public_url: str
    """The origin that browsers see."""
    keys: KeyFolder
    clock: Clock
    """Real time, whatever the platform's clock says: the others' clocks know no other."""
    spent: Spent

    @property
    def guarded(self) -> bool:
        """Whether nothing may be laxer than in production."""
        return self.environment in GUARDED

    def callback(self, code: str) -> str:
        """Where a provider sends the browser with its answer."""
        return f"{self.public_url.rstrip('/')}/login/{code}/callback"


@dataclass(frozen=True, slots=True)
class Kind(Generic[ConfigT]):
    """One protocol: the form of its table, and what makes a provider of it."""

    table: type[ConfigT]
    build: Callable[[ConfigT, Parts], Provider]
    """Errors: SettingsError, ValueError or TypeError for a key or certificate of the wrong sort."""


def read(file: Path, kinds: dict[str, Kind[Any]], parts: Parts) -> tuple[Provider, ...]:
    """The providers of a file.  Errors: SettingsError that names the entry and never a value."""
    tables = _tables(file)
    providers = tuple(_provider(number, table, kinds, parts) for number, table in enumerate(tables, start=1))
    codes = [provider.code for provider in providers]
    if len(set(codes)) < len(codes):
        raise SettingsError("PROVIDERS_FILE: a code is used twice")
    return providers


def _tables(file: Path) -> Sequence[dict[str, Any]]:
    try:
        content = tomllib.loads(file.read_text())
    except (OSError, ValueError):
        raise SettingsError("PROVIDERS_FILE cannot be read as TOML") from None
    tables = content.pop("provider", [])
    if content or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError("PROVIDERS_FILE holds tables [[provider]] and nothing else")
    return tables


def _provider(number: int, table: dict[str, Any], kinds: dict[str, Kind[Any]], parts: Parts) -> Provider:
    entry = f"PROVIDERS_FILE, provider {number}"
    kind = kinds.get(str(table.get("kind")))
    if kind is None:
        raise SettingsError(f"{entry}: kind is none of {', '.join(sorted(kinds))}")
    try:
        # By way of JSON: its lists are tuples where tuples are wanted, and yet nothing else is converted.
        config = kind.table.model_validate_json(json.dumps(table))
        return kind.build(config, parts)
    except ValidationError as error:
        raise SettingsError(f"{entry}: {_faults(error)}") from None
    except (SettingsError, ValueError, TypeError) as error:
        raise SettingsError(f"{entry}: {error}") from None


def _faults(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
