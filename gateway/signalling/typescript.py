"""`python -m gateway.signalling.typescript write|check`: the page's types of what crosses the wire.

Written from the declared shapes, so that page and server cannot mean different things.  `check` ends with 1
if the file does not say what the shapes do; a test keeps it so.
"""

from __future__ import annotations

import argparse
import types
from dataclasses import MISSING, Field, fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from gateway.signalling.messages import MESSAGES
from gateway.signalling.version import CAPABILITIES, VERSIONS
from services.contracts.room_entries import ENTRIES

FILE = Path(__file__).parents[1] / "frontend/src/signalling/wire.ts"

_HEAD = """\
/** Written by `python -m gateway.signalling.typescript write` from the declared shapes: change those. */
"""
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", datetime: "string", Any: "unknown"}


def written() -> str:
    """The whole file."""
    data = {entry.data: None for entry in ENTRIES.values()}
    shapes = [_interface(shape) for shape in (*MESSAGES, *data)]
    return "\n".join((_HEAD, _constants(), *shapes, _entries()))


def _constants() -> str:
    versions, names = ", ".join(map(str, VERSIONS)), _list(CAPABILITIES)
    return (
        f"export const VERSIONS = [{versions}] as const;\n\n"
        f"export const CAPABILITIES = [\n  {names},\n] as const;\n"
        "export type Capability = (typeof CAPABILITIES)[number];\n"
    )


def _entries() -> str:
    rows = "".join(
        f"  /** {entry.says} */\n  {name}: {entry.data.__name__};\n" for name, entry in ENTRIES.items()
    )
    return (
        f"/** The `data` of each type of entry. */\nexport interface Entries {{\n{rows}}}\n\n"
        "export type EntryType = keyof Entries;\n"
        f"export const ENTRY_TYPES: readonly EntryType[] = [\n  {_list(ENTRIES)},\n];\n"
    )


def _interface(shape: type[Any]) -> str:
    hints = get_type_hints(shape, include_extras=True)
    rows = "".join(f"  readonly {_row(field, hints[field.name])};\n" for field in fields(shape))
    text = " ".join((shape.__doc__ or "").split())
    about = "" if text.startswith(f"{shape.__name__}(") else f"/** {text} */\n"
    if not rows:
        return f"{about}export type {shape.__name__} = Readonly<Record<string, never>>;\n"
    return f"{about}export interface {shape.__name__} {{\n{rows}}}\n"


def _row(field: Field[Any], hint: Any) -> str:
    optional = field.default is not MISSING or field.default_factory is not MISSING
    return f"{field.name}{'?' if optional else ''}: {_type(hint)}"


def _type(hint: Any) -> str:
    """A Python annotation in TypeScript; raises KeyError for one that has no place on the wire."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return " | ".join(f'"{word}"' for word in inside[1])
    if origin is tuple:
        return f"readonly {_type(inside[0])}[]"
    if origin is dict:
        return f"Readonly<Record<string, {_type(inside[1])}>>"
    if origin in (Union, types.UnionType):
        return " | ".join("null" if one is type(None) else _type(one) for one in inside)
    return str(hint.__name__) if hasattr(hint, "__dataclass_fields__") else _PLAIN[hint]


def _list(names: Any) -> str:
    return ",\n  ".join(f'"{name}"' for name in names)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("write", "check"))
    if parser.parse_args().action == "write":
        FILE.write_text(written())
        return 0
    return int(FILE.read_text() != written())


if __name__ == "__main__":
    raise SystemExit(main())
