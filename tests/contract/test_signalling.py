"""The contract page of the signalling: every message has an example, which both sides read as it stands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import PROBLEMS
from gateway.signalling import messages, typescript
from gateway.signalling.version import CAPABILITIES, VERSIONS, agree
from services.chassis.codec import from_wire, to_wire
from services.contracts import errors, media, relay, room_log
from services.contracts.room_entries import ENTRIES
from services.contracts.wire import EVERYWHERE, Request

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PAGE = (ROOT / "services/media/MESSAGES.md").read_text()
SIGNALLING = (ROOT / "services/media/SIGNALLING.md").read_text()
EXAMPLES = {name: json.loads(text) for name, text in re.findall(r"```json (\w+)\n(.*?)```", PAGE, re.DOTALL)}
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)}
ENTRY_EXAMPLES = [
    (kind, json.loads(text))
    for kind, (_, cell) in ROWS.items()
    if kind in ENTRIES
    for text in re.findall(r"`(\{.*?\})`(?:<br>|$)", cell)
]
PARTS = {"Holder", "IceServer", "Frame"}
"""Never alone: inside another message, or of each event of the stream."""
ASKED: tuple[type[Request[Any]], ...] = (
    *(media.ConnectToCall, media.LookAtRoom, relay.GrantRelay),
    *(room_log.PostMessage, room_log.TellDetail, room_log.GrantLog),
)
SIGNALLING_TS = ROOT / "gateway/frontend/src/signalling"


def test_every_message_has_an_example() -> None:
    assert set(EXAMPLES) == {shape.__name__ for shape in messages.MESSAGES} - PARTS


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_its_shape_says_and_no_more(name: str) -> None:
    shape = getattr(messages, name)
    assert to_wire(from_wire(shape, EXAMPLES[name])) == EXAMPLES[name]


def test_every_type_of_entry_is_explained_as_declared_and_has_an_example() -> None:
    explained = {kind: says for kind, (says, _) in ROWS.items() if kind in ENTRIES}
    assert explained == {kind: entry.says for kind, entry in ENTRIES.items()}
    assert {kind for kind, _ in ENTRY_EXAMPLES} == set(ENTRIES)


@pytest.mark.parametrize(("kind", "entry"), ENTRY_EXAMPLES)
def test_an_example_of_an_entry_has_the_shape_of_its_type(kind: str, entry: dict[str, Any]) -> None:
    shape = ENTRIES[kind].data
    told = to_wire(from_wire(shape, entry["data"]))
    assert set(entry["data"]) <= set(told)
    assert isinstance(entry["by"], str)


def test_the_handshake_of_the_page_is_what_the_server_answers() -> None:
    assert to_wire(agree(from_wire(messages.Hello, EXAMPLES["Hello"]))) == EXAMPLES["Agreed"]


def test_every_version_and_capability_is_explained() -> None:
    assert f"Version {max(VERSIONS)}" in SIGNALLING
    assert {name for name in CAPABILITIES if f"| `{name}` |" in SIGNALLING} == set(CAPABILITIES)


def test_every_error_that_a_page_may_meet_is_listed_as_the_server_answers_it() -> None:
    kinds = {*EVERYWHERE, errors.TooManyRequests, errors.ProtocolMismatch}.union(*(r.errors for r in ASKED))
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (yes|no) \| .+ \|$", PAGE, re.MULTILINE)
    listed = {code: (int(status), answer == "yes") for code, status, answer in rows}
    assert listed == {kind.__name__: (PROBLEMS[kind].status, kind.retryable) for kind in kinds}


def test_every_reason_for_which_an_offer_is_refused_is_listed() -> None:
    sources = [*(ROOT / "services/media").rglob("*.py"), ROOT / "gateway/blueprints/room/exchange.py"]
    raised = set(re.findall(r'BadOffer\("(\w+)"', "".join(source.read_text() for source in sources)))
    listed = re.search(r"`BadOffer\(reason\)` with one of (.*?);", SIGNALLING, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"`(\w+)`", listed[1])) == raised


def test_the_page_s_types_are_those_of_the_shapes() -> None:
    assert typescript.FILE.read_text() == typescript.written()


def typed(target: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """Check some TypeScript against the page's types."""
    target.mkdir()
    imports = [
        f'import type * as wire from "{SIGNALLING_TS}/wire";',
        f'import type {{ RoomEvent }} from "{SIGNALLING_TS}/log";',
    ]
    (target / "examples.ts").write_text("\n".join([*imports, *lines]))
    config = {"extends": str(ROOT / "gateway/frontend/tsconfig.signalling.json")}
    config |= {"include": ["examples.ts", str(ROOT / "gateway/frontend/browser.d.ts")]}  # type: ignore[dict-item]
    (target / "tsconfig.json").write_text(json.dumps(config))
    command = [ROOT / "node_modules/.bin/tsc", "--project", target / "tsconfig.json"]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=240,
        env={"PATH": f"{BIN}:/usr/bin:/bin"},
        check=False,
    )


def test_the_page_s_types_take_every_example(tmp_path: Path) -> None:
    bodies = [f"export const a{name}: wire.{name} = {json.dumps(body)};" for name, body in EXAMPLES.items()]
    entries = [
        f"export const e{n}: RoomEvent = "
        + json.dumps({"type": kind, "at": "2026-12-03T14:20:00Z", "mine": False, **entry})
        + ";"
        for n, (kind, entry) in enumerate(ENTRY_EXAMPLES)
    ]
    good = typed(tmp_path / "good", *bodies, *entries)
    assert good.returncode == 0, good.stdout
    spoilt = [line.replace('"slot"', '"place"') for line in (*bodies, *entries)]
    bad = typed(tmp_path / "bad", *spoilt)
    assert bad.stdout.count("error TS") >= 3, "an answer and two entries name a slot"


def test_the_static_check_compiles_the_protocol_code_on_its_own() -> None:
    assert "tsconfig.signalling.json" in json.loads((ROOT / "package.json").read_text())["scripts"]["check"]


@pytest.mark.parametrize(
    "line", ["document.title;", "window.close();", 'fetch("/");', "localStorage.clear();"]
)
def test_the_protocol_code_knows_no_page(tmp_path: Path, line: str) -> None:
    assert "TS2" in typed(tmp_path / "page", line).stdout
