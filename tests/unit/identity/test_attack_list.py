"""`docs/attacks.md` is true and complete: its tests exist, its codes are the service's, none is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SERVICE = ROOT / "services" / "identity"
PROTOCOLS = ("saml", "oidc", "adapters")
FOLDERS = {
    "saml": "tests/unit/identity/saml",
    "oidc": "tests/unit/identity/oidc",
    "peers": "tests/integration/identity",
    "logins": "tests/unit/identity",
}
ROW = re.compile(
    r"\| (?P<attack>.+?) \| (?P<code>.+?) \| (?P<folder>\w+)/(?P<file>\w+\.py)::(?P<test>\w+) \|"
)
ROWS = [row.groupdict() for row in ROW.finditer((ROOT / "docs" / "attacks.md").read_text())]
CODES = {row["code"].strip("`") for row in ROWS if row["code"].startswith("`")}


@cache
def functions_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def refusals(folder: Path) -> Iterator[str]:
    """Codes that a folder refuses with: given to `LoginRefused`, or to `only` for what must be there once."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = {"LoginRefused": node.args[:1], "only": node.args[2:3]}.get(node.func.id, [])
                yield from (
                    a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)
                )


def words(folder: Path) -> set[str]:
    """Every text in a folder's code."""
    trees = (ast.parse(path.read_text()) for path in folder.rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["attack"])
def test_the_test_that_is_named_exists(row: dict[str, str]) -> None:
    assert row["test"] in functions_in(ROOT / FOLDERS[row["folder"]] / row["file"])


def test_each_line_of_the_tables_is_read() -> None:
    lines = (ROOT / "docs" / "attacks.md").read_text().splitlines()
    assert len(ROWS) == sum("::" in line for line in lines if line.startswith("|"))


def test_each_code_is_the_service_s() -> None:
    assert words(SERVICE) >= CODES


@pytest.mark.parametrize("folder", PROTOCOLS)
def test_no_code_of_the_protocols_is_left_out(folder: str) -> None:
    assert set(refusals(SERVICE / folder)) <= CODES
